// Oil painting: anisotropic Kuwahara filtering (Kyprianidis, Kang and Doellner 2009, "Image and Video
// Abstraction by Anisotropic Kuwahara Filtering"), its ellipse sampled on rings, and the relief of bristles.
//
// tensor (coarse) -> smooth_across (coarse) -> smooth_down (coarse) -> paint -> finish

const SECTORS = 8u;
// Turns by a sector, and by a quarter of one.
const SECTOR = mat2x2f(0.70710678, 0.70710678, -0.70710678, 0.70710678);
const QUARTER = vec2f(0.98078528, 0.19509032);

// Radius of the brush in pixels where nothing is worn.
fn brush() -> f32 {
    return max(share(parameter(0u)), 1.5);
}

// Standard deviation of the tensor's smoothing in cells.
fn spread() -> f32 {
    return max(0.45 * brush() / f32(frame.coarse), 0.5);
}

// Streaks of bristles along the stroke: noise averaged along the flow (line integral convolution: Cabral and
// Leedom 1993).
fn bristles(pixel: vec2u, along: vec2f) -> f32 {
    let size = max(0.24 * brush(), 0.9);
    var height = 0.0;
    for (var i = -2; i <= 2; i++) {
        let at = max((position(pixel) + f32(i) * 1.7 * size * along) / size + 8.0, vec2f(0.0));
        height += noise(at, 11u).x;
    }
    return height / 5.0;
}

// Sums of one sector: the mean, with its weight, and the mean of squares.
struct Sector {
    mean: vec4f,
    square: vec3f,
}

fn touch(sector: ptr<function, Sector>, pixel: vec2u, offset: vec2f, weight: f32) {
    let colour = root(textureLoad(source, beside(pixel, offset), 0).rgb);
    (*sector).mean += weight * vec4f(colour, 1.0);
    (*sector).square += weight * colour * colour;
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
    let ellipse = mat2x2f(radius * stretch * stroke.xy, radius / stretch * vec2f(-stroke.y, stroke.x));

    let own = root(texel.rgb);
    var sum = vec4f(0.0);
    var middle = vec2f(1.0, 0.0);
    for (var k = 0u; k < SECTORS; k++) {
        // Four rings of the ellipse, weighted by their area under a Gaussian; the second and the fourth
        // are wide enough for two samples in a sector.
        let turned = QUARTER.y * vec2f(-middle.y, middle.x);
        let left = ellipse * (QUARTER.x * middle - turned);
        let right = ellipse * (QUARTER.x * middle + turned);
        let straight = ellipse * middle;
        var sector = Sector(0.6 * vec4f(own, 1.0), 0.6 * own * own);
        touch(&sector, id.xy, 0.25 * straight, 1.8);
        touch(&sector, id.xy, 0.50 * left, 1.35);
        touch(&sector, id.xy, 0.50 * right, 1.35);
        touch(&sector, id.xy, 0.75 * straight, 2.4);
        touch(&sector, id.xy, left, 0.8);
        touch(&sector, id.xy, right, 0.8);
        let average = sector.mean.rgb / sector.mean.w;
        let variance = max(sector.square / sector.mean.w - average * average, vec3f(0.0));
        let spread = 1600.0 * (variance.r + variance.g + variance.b);
        sum += vec4f(average, 1.0) / (1.0 + pow(spread, 0.5 * parameter(1u)));
        middle = SECTOR * middle;
    }
    let painted = sum.rgb / sum.w;
    // Where nothing leads the brush its strokes are flat.
    let height = mix(0.5, bristles(id.xy, stroke.xy), 0.45 + 0.55 * stroke.z);
    textureStore(result, id.xy, vec4f(painted, height));
}

// Thickness of the paint: bristles, and light paint laid on thicker.
fn thickness(pixel: vec2u, offset: vec2i) -> f32 {
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
    let step = vec2i(max(i32(0.15 * brush() + 0.5), 1));
    let slope = thickness(id.xy, -step) - thickness(id.xy, step);
    let relief = parameter(2u) * (1.0 - 0.7 * parameter(3u) * texel.a);
    let shade = clamp(-slope, -0.25, 0.25) * relief * 0.9;
    let y = luma(painted);
    let lit = painted * (1.0 + shade) + max(shade, 0.0) * 0.08 * y;
    // Oil carries a little more colour than print.
    let rich = y + (lit - y) * 1.06;
    finish_encoded(id.xy, texel.rgb, encode(max(rich, vec3f(0.0)) * max(rich, vec3f(0.0))));
}
