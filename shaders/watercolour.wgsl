// Watercolour: washes with dark rims, pooling pigment and the grain of the paper (Bousseau, Kaplan, Thollot
// and Sillion 2006, "Interactive watercolor rendering with temporal coherence and abstraction").
//
// gather (coarse) -> across (coarse) -> down (coarse) -> rims (coarse) -> finish

// How different two colours (roots of light) of one wash may be.
const TOLERANCE = 0.09;

// A slope of the wash, roots of light a cell, that no rim tells from a steeper one.
const STEEPEST = 0.125;

// Standard deviation of a wash in cells.
fn spread() -> f32 {
    return max(share(parameter(0u)) / f32(frame.coarse), 0.5);
}

@compute @workgroup_size(64, 1)
fn gather(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    var sum = vec4f(0.0);
    for (var i = 0u; i < frame.coarse * frame.coarse; i++) {
        let pixel = id.xy * frame.coarse + place(i);
        if any(pixel >= frame.extent) { continue; }
        sum += vec4f(root(textureLoad(source, pixel, 0).rgb), 1.0);
    }
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

fn alike(a: vec3f, b: vec3f) -> f32 {
    let off = (a - b) / TOLERANCE;
    let squared = 0.5 * dot(off, off);
    // Close to a Gaussian, without its cost.
    return 1.0 / (1.0 + squared + squared * squared);
}

// One direction of a bilateral filter (Tomasi and Manduchi 1998; in two directions: Pham and van Vliet 2005).
fn wash(cell: vec2u, step: vec2i) -> vec3f {
    let sigma = spread();
    let reach = i32(ceil(1.6 * sigma));
    let last = vec2i(coarse_extent()) - 1;
    let own = textureLoad(previous, cell, 0).rgb;
    var factor = exp(-0.5 / (sigma * sigma));
    let ratio = factor * factor;
    var weight = 1.0;
    var sum = vec4f(own, 1.0);
    for (var i = 1; i <= reach; i++) {
        weight *= factor;
        factor *= ratio;
        // Beyond the tile its edge is seen again, which changes nothing where it counts.
        let before = textureLoad(previous, max(vec2i(cell) - i * step, vec2i(0)), 0).rgb;
        let after = textureLoad(previous, min(vec2i(cell) + i * step, last), 0).rgb;
        sum += weight * alike(before, own) * vec4f(before, 1.0);
        sum += weight * alike(after, own) * vec4f(after, 1.0);
    }
    return sum.rgb / sum.w;
}

@compute @workgroup_size(64, 1)
fn across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(wash(id.xy, vec2i(1, 0)), 1.0));
}

@compute @workgroup_size(64, 1)
fn down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    // Where pigment pools changes slowly: once a cell is enough.
    let at = position(id.xy * frame.coarse) + 0.5 * (f32(frame.coarse) - 1.0);
    let seed = u32(parameter(5u));
    let pool = blotch(at, 9.0, seed + 2u).x * 0.6 + blotch(at, 2.2, seed).z * 0.4;
    textureStore(result, id.xy, vec4f(wash(id.xy, vec2i(0, 1)), pool));
}

// Noise whose cells are `percent` of the short side wide.
fn blotch(at: vec2f, percent: f32, seed: u32) -> vec3f {
    return noise(at / max(share(percent), 1.5), seed);
}

// How steeply the wash changes at a cell (Prewitt's gradient), which a pixel reads beside how its pigment pools: the
// whole part of the fourth channel is the pool, its fraction the slope.
@compute @workgroup_size(64, 1)
fn rims(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let last = vec2i(coarse_extent()) - 1;
    var slope_x = vec3f(0.0);
    var slope_y = vec3f(0.0);
    for (var y = -1; y <= 1; y++) { for (var x = -1; x <= 1; x++) {
        let colour = textureLoad(previous, clamp(vec2i(id.xy) + vec2i(x, y), vec2i(0), last), 0).rgb;
        slope_x += f32(x) * colour;
        slope_y += f32(y) * colour;
    } }
    let slope = sqrt(dot(slope_x, slope_x) + dot(slope_y, slope_y)) / 6.0;
    let own = textureLoad(previous, id.xy, 0);
    textureStore(result, id.xy, vec4f(own.rgb, floor(own.w * 255.0) + min(slope / STEEPEST, 0.999)));
}

// The wash at a pixel, along the edges of the picture itself (joint bilateral upsampling: Kopf, Cohen,
// Lischinski and Uyttendaele 2007); how steeply it changes there, and where pigment pools.
struct Pigment {
    colour: vec3f,
    slope: f32,
    pool: f32,
}

fn pigment(pixel: vec2u, guide: vec3f) -> Pigment {
    let cells = cells_around(pixel);
    var sum = vec4f(0.0);
    var dry = vec2f(0.0);
    for (var i = 0u; i < 4u; i++) {
        let far = vec2<bool>((i & 1u) != 0u, i > 1u);
        let laid = textureLoad(previous, select(cells.low, cells.high, far), 0);
        let near = select(1.0 - cells.t, cells.t, far);
        let even = near.x * near.y;
        sum += even * (alike(laid.rgb, guide) + 0.002) * vec4f(laid.rgb, 1.0);
        dry += even * vec2f(fract(laid.w) * STEEPEST, floor(laid.w) / 255.0);
    }
    return Pigment(sum.rgb / sum.w, dry.x, dry.y);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let seed = u32(parameter(5u));
    let at = position(id.xy);
    let texel = textureLoad(source, id.xy, 0);
    // A hand that is not quite steady: edges wander a little, less on what is worn.
    let slow = blotch(at, 2.2, seed);
    let fine = blotch(at, 0.55, seed + 1u);
    let worn = parameter(4u) * texel.a;
    let wander = share(0.32) * (1.0 - worn) * ((slow.xy - 0.5) * 1.6 + (fine.xy - 0.5) * 0.9);
    let here = vec2u(beside(id.xy, wander));
    let guide = root(textureLoad(source, here, 0).rgb);
    let laid = pigment(here, guide);
    let colour = mix(laid.colour, guide, 0.85 * worn);

    // Transparent pigment over white paper: lights open, no black, purer colour. In roots of light, which are even
    // enough to the eye and spare the powers.
    let y = luma(colour);
    let open = 1.0 - (1.0 - y) * (0.8 - 0.1 * y);
    let thin = clamp(open + (colour - y) * 1.06, vec3f(0.0), vec3f(1.0));

    let grain = blotch(at, 0.22, seed + 3u).x * 0.65 + fine.z * 0.35 - 0.5;
    let rim = smoothstep(0.02, 0.1, laid.slope);
    let density = 1.0 + (1.0 - 0.8 * worn)
        * (0.9 * parameter(1u) * rim + 0.8 * parameter(2u) * (laid.pool - 0.5) + 0.8 * parameter(3u) * grain);
    let painted = thin * (1.0 - (1.0 - thin) * (density - 1.0));
    // The paper's teeth show where there is little paint.
    let paper = vec3f(0.985, 0.975, 0.955) * (1.0 + 0.05 * parameter(3u) * grain);
    let dry = clamp(painted * paper, vec3f(0.0), vec3f(1.0));
    finish_linear(id.xy, texel.rgb, dry * dry);
}
