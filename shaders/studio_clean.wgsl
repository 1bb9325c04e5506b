// Studio: gentle contrast, a little vibrance, whites without a cast. Encoded values.

fn studio(colour: vec3f) -> vec3f {
    let contrast = parameter(0u);
    let vibrance = parameter(1u);
    let neutral = parameter(2u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let chroma = inside - y;
    // What is already colourful (lips, stones) gains least.
    let colourful = max(max(inside.r, inside.g), inside.b) - min(min(inside.r, inside.g), inside.b);
    let white = neutral * smoothstep(0.75, 1.0, y);
    let gain = (1.0 + vibrance * (1.0 - colourful)) * (1.0 - white);
    let styled = clamp(s_curve(y, contrast) + chroma * gain, vec3f(0.0), vec3f(1.0));
    return styled + (colour - inside);
}

@compute @workgroup_size(8, 8)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, studio(encode(colour)));
}
