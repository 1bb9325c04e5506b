// Black and white: a coloured filter and a vignette in linear light, contrast on the encoded grey.

fn silver(colour: vec3f, at: vec2f) -> f32 {
    let contrast = parameter(0u);
    let filtering = parameter(1u);
    let vignette = parameter(2u);

    // From the eye's weights to those of a film behind an orange filter: luminous skin and gold, dark skies and stones.
    let weights = mix(vec3f(0.2126, 0.7152, 0.0722), vec3f(0.58, 0.37, 0.05), filtering);
    let falloff = 1.0 - vignette * smoothstep(0.35, 1.0, eccentricity(at));
    let light = clamp(dot(colour, weights), 0.0, 1.0) * falloff;
    return s_curve(encode(vec3f(light)).x, contrast);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, vec3f(silver(colour, position(id.xy))));
}
