// Ink: flow-based extended difference of Gaussians (Winnemoeller, Kyprianidis and Olsen 2012, "XDoG: An
// eXtended difference-of-Gaussians compendium") over a pale wash on paper; what is worn keeps its colour.
//
// tensor (coarse) -> smooth_across (coarse) -> smooth_down (coarse) -> difference -> finish

// Steps to either side of a pixel, across and along the flow.
const ACROSS = 3;
const ALONG = 4;

// Standard deviation of the line's inner Gaussian, pixels.
fn line() -> f32 {
    return max(share(parameter(0u)), 0.6);
}

// Standard deviation of the tensor's smoothing in cells.
fn spread() -> f32 {
    return max(2.2 * line() / f32(frame.coarse), 0.5);
}

// Root of luminance: ink is drawn for the eye.
fn tone(at: vec2i) -> f32 {
    return sqrt(max(luma(textureLoad(source, at, 0).rgb), 0.0));
}

// The same at any offset from a pixel: linear along the axis the offset is less aligned with.
fn tone_beside(pixel: vec2u, offset: vec2f) -> f32 {
    let low = floor(offset);
    let t = offset - low;
    let flat = abs(t.x) < 0.001 || abs(t.x) > 0.999;
    let step = select(vec2f(1.0, 0.0), vec2f(0.0, 1.0), flat);
    let from_here = select(vec2f(low.x, floor(offset.y + 0.5)), vec2f(floor(offset.x + 0.5), low.y), flat);
    let near = tone(beside(pixel, from_here));
    let far = tone(beside(pixel, from_here + step));
    return mix(near, far, select(t.x, t.y, flat));
}

// Across the flow: how much darker a line is here than beside it; then the flow itself.
@compute @workgroup_size(64, 1)
fn difference(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let along = flow(between_cells(id.xy).rgb);
    let across = vec2f(-along.y, along.x);
    // Steps are whole pixels along the axis nearest to the direction.
    let wide = 1.6 * line();
    let pace = max(floor(2.2 * wide / f32(ACROSS) + 0.5), 1.0) / max(abs(across.x), abs(across.y));
    let own = tone(vec2i(id.xy));
    var narrow_sum = vec2f(own, 1.0);
    var wide_sum = narrow_sum;
    let squared = vec2f(pace / line(), pace / wide) * vec2f(pace / line(), pace / wide);
    var factor = exp(-0.5 * squared);
    let ratio = factor * factor;
    var weight = vec2f(1.0);
    for (var i = 1; i <= ACROSS; i++) {
        // Both Gaussians by the same recurrence as in `gaussian`.
        weight *= factor;
        factor *= ratio;
        let offset = f32(i) * pace * across;
        let both = tone_beside(id.xy, offset) + tone_beside(id.xy, -offset);
        narrow_sum += weight.x * vec2f(both, 2.0);
        wide_sum += weight.y * vec2f(both, 2.0);
    }
    let inner = narrow_sum.x / narrow_sum.y;
    let outer = wide_sum.x / wide_sum.y;
    // Relative to the tone around it, so that dark skin is drawn with the same lines as light skin.
    let relative = (inner - outer) / (0.25 + outer);
    textureStore(result, id.xy, vec4f(relative, along.xy, inner));
}

// The differences smoothed along the flow, which joins dots into strokes; and the tone.
fn stroke(pixel: vec2u) -> vec2f {
    let here = textureLoad(previous, pixel, 0);
    let pace = max(1.5 * line(), 1.0);
    var sum = vec3f(here.x, here.w, 1.0);
    for (var side = -1.0; side < 2.0; side += 2.0) {
        var offset = vec2f(0.0);
        var heading = side * here.yz;
        for (var i = 1; i <= ALONG; i++) {
            offset += pace * heading;
            let there = textureLoad(previous, beside(pixel, offset), 0);
            let x = f32(i) / f32(ALONG);
            sum += (1.0 - 0.85 * x * x) * vec3f(there.x, there.w, 1.0);
            heading = select(-there.yz, there.yz, dot(there.yz, heading) >= 0.0);
        }
    }
    return sum.xy / sum.z;
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let texel = textureLoad(source, id.xy, 0);
    let drawn = stroke(id.xy);
    let detail = parameter(1u);
    // Soft threshold: pen pressure follows the difference, and deep shadows are brushed in.
    let shadow = parameter(2u) * (1.0 - smoothstep(0.12, 0.22, drawn.y));
    let pressure = detail * max(-drawn.x - 0.008, 0.0) + 1.4 * shadow;
    let ink = 1.0 - exp(-pressure * pressure);
    let encoded = encode(texel.rgb);
    let colour = max(encoded, vec3f(0.0));
    // The wash: the picture's own tones, thinned with water over the white of the paper.
    let paper = vec3f(0.972, 0.957, 0.925);
    let thin = clamp(mix(vec3f(luma(colour)), colour, 1.12), vec3f(0.0), vec3f(1.0));
    let wash = paper * mix(vec3f(1.0), 0.26 + 0.74 * thin, parameter(3u));
    let page = mix(wash, vec3f(0.10, 0.095, 0.105), ink * 0.94);
    let styled = mix(page, encoded, parameter(4u) * texel.a);
    finish_encoded(id.xy, texel.rgb, styled);
}
