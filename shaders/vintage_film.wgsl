// Faded print: lifted cool blacks, creamy lights, muted colour, grain of a seed. Encoded values.

// Grain about 0 with a spread near 1/3, the same wherever tiles begin. One grain is about
// 1/1200 of the picture's short side and never less than a pixel.
fn lattice(point: vec2u, seed: u32) -> f32 {
    let words = vec3f(random(vec3u(point, seed)) >> vec3u(8u)) / 16777216.0;
    return (words.x + words.y + words.z) * (2.0 / 3.0) - 1.0;
}

fn grain(at: vec2f, seed: u32) -> f32 {
    let size = max(1.0, f32(min(frame.picture.x, frame.picture.y)) / 1200.0);
    let cell = at / size;
    let corner = vec2u(cell);
    if size == 1.0 { return lattice(corner, seed); }
    let t = smoothstep(vec2f(0.0), vec2f(1.0), fract(cell));
    let top = mix(lattice(corner, seed), lattice(corner + vec2u(1u, 0u), seed), t.x);
    let bottom = mix(lattice(corner + vec2u(0u, 1u), seed), lattice(corner + vec2u(1u, 1u), seed), t.x);
    // Mixing four grains halves the spread about; give it back.
    return 1.5 * mix(top, bottom, t.y);
}

fn print(colour: vec3f, at: vec2f) -> vec3f {
    let fade = parameter(0u);
    let warmth = parameter(1u);
    let amount = parameter(2u);
    let seed = u32(parameter(3u));

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let muted = mix(inside, vec3f(y), 0.25 * fade);
    // The print's own black and white: not quite either, and not quite neutral.
    let black = fade * (vec3f(0.085) + warmth * vec3f(-0.015, 0.005, 0.025));
    let white = vec3f(1.0) - fade * (vec3f(0.03) + warmth * vec3f(-0.02, 0.01, 0.085));
    let printed = mix(black, white, muted);
    // Film shows its grain in the middle tones.
    let visible = amount * 0.16 * (0.35 + 2.6 * y * (1.0 - y));
    return clamp(printed + visible * grain(at, seed), vec3f(0.0), vec3f(1.0));
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, print(encode(colour), position(id.xy)));
}
