// Oil painting: anisotropic Kuwahara filtering (Kyprianidis, Kang and Doellner 2009, "Image and Video
// Abstraction by Anisotropic Kuwahara Filtering"), its ellipse sampled on rings, and the relief of bristles.
//
// tensor (coarse) -> smooth_across (coarse) -> smooth_down (coarse) -> paint -> finish

const SECTORS = 8u;
const RINGS = 4u;

// Radius of the brush in pixels where nothing is worn.
fn brush() -> f32 {
    return max(share(parameter(0u)), 1.5);
}

// Standard deviation of the tensor's smoothing in cells.
fn spread() -> f32 {
    return max(0.45 * brush() / f32(frame.coarse), 0.5);
}

@compute @workgroup_size(8, 8)
fn tensor(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(structure_tensor(id.xy), 1.0));
}

@compute @workgroup_size(8, 8)
fn smooth_across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(1, 0), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

@compute @workgroup_size(8, 8)
fn smooth_down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(0, 1), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

// Streaks of bristles along the stroke: noise averaged along the flow.
fn bristles(pixel: vec2u, along: vec2f, length: f32) -> f32 {
    let size = max(0.24 * brush(), 0.9);
    var height = 0.0;
    for (var i = -3; i <= 3; i++) {
        let at = position(pixel) + f32(i) / 3.0 * length * along;
        height += noise(max(at / size, vec2f(0.0)) + 8.0, 11u).x;
    }
    return height / 7.0;
}

// The paint of a pixel as roots of light, and the height of its bristles.
@compute @workgroup_size(8, 8)
fn paint(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let texel = textureLoad(source, id.xy, 0);
    let stroke = flow(between_cells(id.xy).rgb);
    // A finer brush for what is worn.
    let radius = max(brush() * (1.0 - 0.75 * parameter(3u) * texel.a), 1.0);
    let stretch = 1.0 + stroke.z;
    let major = radius * stretch * stroke.xy;
    let minor = radius / stretch * vec2f(-stroke.y, stroke.x);

    let own = root(texel.rgb);
    var mean: array<vec4f, 8>;
    var square: array<vec3f, 8>;
    for (var k = 0u; k < SECTORS; k++) {
        mean[k] = vec4f(own, 1.0);
        square[k] = own * own;
    }
    for (var ring = 1u; ring <= RINGS; ring++) {
        let far = f32(ring) / f32(RINGS);
        // A ring stands for its area under a Gaussian.
        let weight = 2.0 * f32(ring) * exp(-1.6 * far * far);
        for (var k = 0u; k < SECTORS; k++) {
            // Odd rings lie in the middle of the sectors, even ones on both sides of it.
            for (var side = 0u; side <= 1u - ring % 2u; side++) {
                let turn = f32(k) + select(0.0, f32(side) * 0.5 - 0.25, ring % 2u == 0u);
                let angle = turn * (TAU / f32(SECTORS));
                let offset = far * (cos(angle) * major + sin(angle) * minor);
                let colour = root(textureLoad(source, beside(id.xy, offset), 0).rgb);
                let share = weight * select(0.5, 1.0, ring % 2u == 1u);
                mean[k] += share * vec4f(colour, 1.0);
                square[k] += share * colour * colour;
            }
        }
    }
    var sum = vec4f(0.0);
    for (var k = 0u; k < SECTORS; k++) {
        let average = mean[k].rgb / mean[k].w;
        let variance = max(square[k] / mean[k].w - average * average, vec3f(0.0));
        let deviation = sqrt(variance.r + variance.g + variance.b);
        let weight = 1.0 / (1.0 + pow(40.0 * deviation, parameter(1u)));
        sum += weight * vec4f(average, 1.0);
    }
    let painted = sum.rgb / sum.w;
    textureStore(result, id.xy, vec4f(painted, bristles(id.xy, stroke.xy, 2.6 * radius)));
}

// Thickness of the paint: bristles, and light paint laid on thicker.
fn height(pixel: vec2u, offset: vec2i) -> f32 {
    let at = clamp(vec2i(pixel) + offset, vec2i(0), vec2i(frame.extent) - 1);
    let paint = textureLoad(previous, at, 0);
    return 0.55 * paint.w + 0.35 * luma(paint.rgb);
}

@compute @workgroup_size(8, 8)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let texel = textureLoad(source, id.xy, 0);
    let painted = textureLoad(previous, id.xy, 0).rgb;
    // Light from the upper left grazes the surface.
    let slope = height(id.xy, vec2i(-1, -1)) - height(id.xy, vec2i(1, 1));
    let relief = parameter(2u) * (1.0 - 0.7 * parameter(3u) * texel.a);
    let shade = clamp(-slope, -0.25, 0.25) * relief * 0.9;
    let y = luma(painted);
    let lit = painted * (1.0 + shade) + max(shade, 0.0) * 0.08 * y;
    // Oil carries a little more colour than print.
    let rich = y + (lit - y) * 1.06;
    finish_encoded(id.xy, texel.rgb, encode(max(rich, vec3f(0.0)) * max(rich, vec3f(0.0))));
}
