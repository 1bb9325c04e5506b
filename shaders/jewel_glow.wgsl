// Soft bloom from what sparkles inside the wear mask, and from nothing else. Linear light.
//
// sparkle (coarse) -> blur_across (coarse) -> blur_down (coarse) -> finish

// Standard deviation of the glow in cells of the coarse passes; the Rust side's
// footprint reserves a border of three of them.
fn spread() -> f32 {
    let short_side = f32(min(frame.picture.x, frame.picture.y));
    return max(parameter(1u) / 100.0 * short_side / f32(frame.coarse), 0.5);
}

// The light of the bright, worn pixels of a cell, averaged over the cell.
@compute @workgroup_size(8, 8)
fn sparkle(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let threshold = parameter(2u);
    var light = vec3f(0.0);
    for (var i = 0u; i < frame.coarse * frame.coarse; i++) {
        let pixel = id.xy * frame.coarse + vec2u(i % frame.coarse, i / frame.coarse);
        if any(pixel >= frame.extent) { continue; }
        let worn = textureLoad(source, pixel, 0);
        let colour = max(worn.rgb, vec3f(0.0));
        let bright = smoothstep(threshold, threshold + 0.25, luma(encode(colour)));
        light += colour * bright * worn.a;
    }
    textureStore(result, id.xy, vec4f(light / f32(frame.coarse * frame.coarse), 1.0));
}

// One direction of a Gaussian; beyond the picture it is dark.
fn blur(cell: vec2u, step: vec2i) -> vec3f {
    let sigma = spread();
    let reach = i32(ceil(3.0 * sigma));
    var sum = vec3f(0.0);
    var whole = 0.0;
    for (var i = -reach; i <= reach; i++) {
        let x = f32(i) / sigma;
        let weight = exp(-0.5 * x * x);
        whole += weight;
        let at = vec2i(cell) + i * step;
        if all(at >= vec2i(0)) && all(at < vec2i(coarse_extent())) {
            sum += weight * textureLoad(previous, at, 0).rgb;
        }
    }
    return sum / whole;
}

@compute @workgroup_size(8, 8)
fn blur_across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(blur(id.xy, vec2i(1, 0)), 1.0));
}

@compute @workgroup_size(8, 8)
fn blur_down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(blur(id.xy, vec2i(0, 1)), 1.0));
}

// The glow at a pixel, bilinear between the centres of the cells. Counted in half pixels, so
// that the position is exact.
fn glow(pixel: vec2u) -> vec3f {
    let last = coarse_extent() - 1u;
    let from_first = max(2u * pixel + 1u, vec2u(frame.coarse)) - frame.coarse;
    let low = min(from_first / (2u * frame.coarse), last);
    let high = min(low + 1u, last);
    let t = vec2f(from_first % (2u * frame.coarse)) / f32(2u * frame.coarse);
    let top = mix(textureLoad(previous, low, 0).rgb, textureLoad(previous, vec2u(high.x, low.y), 0).rgb, t.x);
    let bottom = mix(textureLoad(previous, vec2u(low.x, high.y), 0).rgb, textureLoad(previous, high, 0).rgb, t.x);
    return mix(top, bottom, t.y);
}

@compute @workgroup_size(8, 8)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    // Screen, so that light adds up without burning out; where there is no glow nothing changes.
    let light = frame.strength * parameter(0u) * glow(id.xy);
    let styled = colour + (1.0 - exp(-light)) * (1.0 - clamp(colour, vec3f(0.0), vec3f(1.0)));
    textureStore(result, id.xy, vec4f(styled, 1.0));
}
