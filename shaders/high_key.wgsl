// High key: bright and airy without burning out: a shoulder for the lights, open shadows. Encoded values.

fn airy(colour: vec3f) -> vec3f {
    let exposure = parameter(0u);
    let softness = parameter(1u);
    let purity = parameter(2u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    // Steep where it is dark, flat towards white: nothing clips.
    let lit = 1.0 - pow(max(1.0 - y, 0.0001), 1.0 + 1.1 * exposure);
    let open = lit + 0.10 * softness * (1.0 - lit) * (1.0 - lit);
    // Brighter colours would look washed out at the same chroma; near white they fade into the light.
    let gain = (1.0 + 0.35 * exposure) * (1.0 - purity * smoothstep(0.72, 1.0, open));
    return clamp(open + (inside - y) * gain, vec3f(0.0), vec3f(1.0));
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, airy(encode(colour)));
}
