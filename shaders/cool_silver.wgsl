// Split toning: silver into the lights, steel into the shadows, colour muted; skin keeps most of its warmth.
// Encoded values.

fn silvered(colour: vec3f) -> vec3f {
    let coolness = parameter(0u);
    let shadows = parameter(1u);
    let mute = parameter(2u);
    let contrast = parameter(3u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let free = 1.0 - 0.7 * skin(inside);
    let muted = mix(inside, vec3f(y), 0.45 * mute * free);
    // White itself stays nearly clean, and black black.
    let light = smoothstep(0.3, 0.85, y) * (1.0 - 0.75 * smoothstep(0.85, 1.0, y));
    let dark = (1.0 - smoothstep(0.1, 0.65, y)) * smoothstep(0.0, 0.15, y);
    let toned = muted
        + free * coolness * light * 0.24 * tint(vec3f(0.68, 0.86, 1.0))
        + free * shadows * dark * 0.30 * tint(vec3f(0.26, 0.40, 0.62));
    let crisp = s_curve(y, contrast) - y;
    return clamp(toned + crisp, vec3f(0.0), vec3f(1.0)) + (colour - inside);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, silvered(encode(colour)));
}
