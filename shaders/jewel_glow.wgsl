// Soft bloom from what sparkles inside the wear mask, and from nothing else. Linear light.
//
// sparkle (coarse) -> blur_across (coarse) -> blur_down (coarse) -> finish

// Standard deviation of the glow in cells of the coarse passes; the Rust side's
// footprint reserves a border of three of them.
fn spread() -> f32 {
    return max(share(parameter(1u)) / f32(frame.coarse), 0.5);
}

// The light of the bright, worn pixels of a cell, averaged over the cell.
@compute @workgroup_size(64, 1)
fn sparkle(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let threshold = parameter(2u);
    var light = vec3f(0.0);
    for (var i = 0u; i < frame.coarse * frame.coarse; i++) {
        let pixel = id.xy * frame.coarse + place(i);
        if any(pixel >= frame.extent) { continue; }
        let worn = textureLoad(source, pixel, 0);
        if worn.a <= 0.0 { continue; }
        let colour = max(worn.rgb, vec3f(0.0));
        let bright = smoothstep(threshold, threshold + 0.25, luma(encode(colour)));
        light += colour * bright * worn.a;
    }
    textureStore(result, id.xy, vec4f(light / f32(frame.coarse * frame.coarse), 1.0));
}

@compute @workgroup_size(64, 1)
fn blur_across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(gaussian(id.xy, vec2i(1, 0), spread()).rgb, 1.0));
}

@compute @workgroup_size(64, 1)
fn blur_down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(gaussian(id.xy, vec2i(0, 1), spread()).rgb, 1.0));
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    // Screen, so that light adds up without burning out; where there is no glow nothing changes.
    let light = frame.strength * parameter(0u) * between_cells(id.xy).rgb;
    let styled = colour + (1.0 - exp(-light)) * (1.0 - clamp(colour, vec3f(0.0), vec3f(1.0)));
    textureStore(result, id.xy, vec4f(styled, 1.0));
}
