// Golden hour: a low sun beside the picture: its veil of light, warm haze in the blacks, long plum shadows.
// Encoded values.

// How much of the sun's veil a place gets: 1 towards it, nothing on the far side.
fn veil(at: vec2f, direction: f32) -> f32 {
    let half_size = 0.5 * vec2f(frame.picture);
    let from_centre = (at - half_size) / length(half_size);
    let angle = direction / 360.0 * TAU;
    let towards = dot(from_centre, vec2f(cos(angle), -sin(angle)));
    let near = smoothstep(-0.35, 1.05, towards);
    return near * near;
}

fn sunlit(colour: vec3f, at: vec2f) -> vec3f {
    let warmth = parameter(0u);
    let sun = parameter(1u);
    let direction = parameter(2u);
    let haze = parameter(3u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let light = smoothstep(0.15, 0.75, y) * (1.0 - 0.6 * smoothstep(0.8, 1.0, y));
    let dark = (1.0 - smoothstep(0.05, 0.55, y)) * smoothstep(0.0, 0.15, y);
    let toned = inside
        + warmth * light * 0.22 * tint(vec3f(1.0, 0.76, 0.42))
        + warmth * dark * 0.20 * tint(vec3f(0.54, 0.34, 0.36));
    let warm = clamp(toned, vec3f(0.0), vec3f(1.0));
    let hazy = warm + haze * 0.09 * (1.0 - y) * (1.0 - y) * vec3f(1.0, 0.74, 0.52);
    // Screened, so that the lights do not burn out.
    let flare = sun * 0.62 * veil(at, direction) * vec3f(1.0, 0.74, 0.42);
    return clamp(hazy + flare * (1.0 - hazy), vec3f(0.0), vec3f(1.0));
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, sunlit(encode(colour), position(id.xy)));
}
