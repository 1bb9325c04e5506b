// Editorial: matte blacks, held-back whites, muted colour, petrol in the shadows. Encoded values.

fn printed(colour: vec3f) -> vec3f {
    let matte = parameter(0u);
    let contrast = parameter(1u);
    let mute = parameter(2u);
    let petrol = parameter(3u);

    let inside = clamp(colour, vec3f(0.0), vec3f(1.0));
    let y = luma(inside);
    let curved = s_curve(y, contrast);
    // The toe is lifted and the shoulder held back; the middle keeps its contrast.
    let toe = 1.0 - curved;
    let tone = curved + matte * (0.13 * toe * toe * toe - 0.06 * curved * curved * curved);
    let chroma = (inside - y) * (1.0 - 0.5 * mute * (1.0 - 0.5 * skin(inside)));
    let dark = 1.0 - smoothstep(0.05, 0.55, y);
    let light = smoothstep(0.5, 0.95, y);
    let styled = tone + chroma
        + petrol * dark * 0.22 * tint(vec3f(0.22, 0.42, 0.46))
        + petrol * light * 0.10 * tint(vec3f(1.0, 0.93, 0.80));
    return clamp(styled, vec3f(0.0), vec3f(1.0));
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    finish_encoded(id.xy, colour, printed(encode(colour)));
}
