// Split toning: gold into the lights, umber into the shadows, luma kept. Encoded values.

fn gilded(colour: vec3f) -> vec3f {
    let warmth = parameter(0u);
    let shadows = parameter(1u);
    let balance = parameter(2u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    // Black and white themselves stay nearly clean; the tones between carry the colour.
    let light = smoothstep(balance - 0.3, balance + 0.35, y) * (1.0 - 0.75 * smoothstep(0.8, 1.0, y));
    let dark = (1.0 - smoothstep(balance - 0.35, balance + 0.25, y)) * smoothstep(0.0, 0.2, y);
    let toned = inside
        + warmth * light * 0.34 * tint(vec3f(1.0, 0.80, 0.38))
        + shadows * dark * 0.28 * tint(vec3f(0.62, 0.36, 0.22));
    return clamp(toned, vec3f(0.0), vec3f(1.0)) + (colour - inside);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, gilded(encode(colour)));
}
