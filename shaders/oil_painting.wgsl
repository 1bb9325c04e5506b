// Oil painting: anisotropic Kuwahara filtering (Kyprianidis, Kang and Doellner 2009, "Image and Video
// Abstraction by Anisotropic Kuwahara Filtering"), its ellipse sampled on rings, and the relief of bristles.
//
// tensor (coarse) -> smooth_across (coarse) -> smooth_down (coarse) -> paint -> finish

const SECTORS = 6u;
// Turns by a sector, and by half of one.
const SECTOR = mat2x2f(0.5, 0.8660254, -0.8660254, 0.5);
const BORDER = vec2f(0.8660254, 0.5);
// Radii of the inner rings, as shares of the brush's.
const INNER = 0.42;
const MIDDLE = 0.75;

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
    for (var i = -1; i <= 1; i++) {
        let at = max((position(pixel) + f32(i) * 2.2 * size * along) / size + 8.0, vec2f(0.0));
        height += noise(at, 11u).x;
    }
    // A mean of three varies more than one of many would.
    return mix(0.5, height / 3.0, 0.8);
}

// Sums of one sector: the mean, with its weight, and the mean of squares.
struct Sector {
    mean: vec4f,
    square: vec3f,
}

fn paint_beside(pixel: vec2u, offset: vec2f) -> vec3f {
    return root(textureLoad(source, beside(pixel, offset), 0).rgb);
}

fn touch(sector: ptr<function, Sector>, colour: vec3f, weight: f32) {
    (*sector).mean += weight * vec4f(colour, 1.0);
    (*sector).square += weight * colour * colour;
}

// The paint of a pixel as roots of light, and the height of its bristles.
@compute @workgroup_size(64, 1)
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
    // Three rings of the ellipse, weighted by their area under a Gaussian. The samples of two of them lie on the
    // borders of the sectors, so that the sector beside has them as well.
    var border = ellipse * vec2f(BORDER.x, -BORDER.y);
    var half_way = paint_beside(id.xy, INNER * border);
    var rim = paint_beside(id.xy, border);
    for (var k = 0u; k < SECTORS; k++) {
        let straight = ellipse * middle;
        var sector = Sector(vec4f(own, 1.0), own * own);
        touch(&sector, paint_beside(id.xy, MIDDLE * straight), 2.4);
        touch(&sector, half_way, 2.0);
        touch(&sector, rim, 0.8);
        border = ellipse * (BORDER.x * middle + BORDER.y * vec2f(-middle.y, middle.x));
        half_way = paint_beside(id.xy, INNER * border);
        rim = paint_beside(id.xy, border);
        touch(&sector, half_way, 2.0);
        touch(&sector, rim, 0.8);
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

@compute @workgroup_size(64, 1)
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
    finish_linear(id.xy, texel.rgb, max(rich, vec3f(0.0)) * max(rich, vec3f(0.0)));
}
