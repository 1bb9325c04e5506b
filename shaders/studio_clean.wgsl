// Studio: soft fill light, gentle contrast, a little vibrance, whites without a cast. Encoded values.

fn studio(colour: vec3f) -> vec3f {
    let light = parameter(0u);
    let contrast = parameter(1u);
    let vibrance = parameter(2u);
    let neutral = parameter(3u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let chroma = inside - y;
    // What is already colourful (lips, stones) gains least.
    let colourful = max(max(inside.r, inside.g), inside.b) - min(min(inside.r, inside.g), inside.b);
    let white = neutral * smoothstep(0.75, 1.0, y);
    let gain = (1.0 + vibrance * (1.0 - colourful)) * (1.0 - white);
    // Fill light opens the middle tones first, so that contrast does not darken skin.
    let lit = y + 0.4 * light * y * (1.0 - y);
    let styled = clamp(s_curve(lit, contrast) + chroma * gain, vec3f(0.0), vec3f(1.0));
    return styled + (colour - inside);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, studio(encode(colour)));
}
