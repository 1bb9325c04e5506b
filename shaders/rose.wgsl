// Rose: blush in the lights, soft mauve in the shadows, less contrast. Encoded values.

fn blushed(colour: vec3f) -> vec3f {
    let blush = parameter(0u);
    let shadows = parameter(1u);
    let softness = parameter(2u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let light = smoothstep(0.15, 0.65, y) * (1.0 - 0.7 * smoothstep(0.8, 1.0, y));
    let dark = (1.0 - smoothstep(0.1, 0.6, y)) * smoothstep(0.0, 0.15, y);
    // Skin is rosy already: half of it is enough there.
    let free = 1.0 - 0.45 * skin(inside);
    let toned = inside
        + free * blush * light * 0.26 * tint(vec3f(1.0, 0.68, 0.72))
        + shadows * dark * 0.24 * tint(vec3f(0.52, 0.28, 0.38));
    let soft = s_curve(y + 0.22 * softness * y * (1.0 - y), -0.25 * softness) - y + 0.035 * softness * (1.0 - y);
    return clamp(toned + soft, vec3f(0.0), vec3f(1.0)) + (colour - inside);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, blushed(encode(colour)));
}
