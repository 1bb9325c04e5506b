// Prepended to every look's shader: the picture's frame, its textures, colour, noise, blurring, flow.
//
// Textures hold linear-light sRGB (Rec. 709 primaries), not premultiplied; values may leave
// 0..1 where the photo's gamut is wider. The source's fourth channel is the wear mask (0..1).

struct Frame {
    picture: vec2u,              // size of the whole picture, pixels
    origin: vec2u,               // where this tile begins in the picture
    extent: vec2u,               // size of this tile with its border, pixels
    coarse: u32,                 // pixels per side of a coarse pass's cell: a power of two; divides origin
    strength: f32,               // 0..1
    parameters: array<vec4f, 4>, // the look's parameters in the order of its table
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var source: texture_2d<f32>;   // the tile
@group(0) @binding(2) var previous: texture_2d<f32>; // what the pass before gave (the first one: the tile)
@group(0) @binding(3) var result: texture_storage_2d<rgba32float, write>;

// Set when strength is 1. A constant, because software drivers go through both sides of a condition.
override full: bool = false;

const TAU = 6.283185307179586;

fn parameter(index: u32) -> f32 {
    return frame.parameters[index / 4u][index % 4u];
}

// Size of the tile in the cells of a coarse pass.
fn coarse_extent() -> vec2u {
    return cell_of(frame.extent + frame.coarse - 1u);
}

// The cell a pixel lies in, and where in it.
fn cell_of(pixel: vec2u) -> vec2u {
    return pixel >> vec2u(firstTrailingBit(frame.coarse));
}

fn within_cell(pixel: vec2u) -> vec2u {
    return pixel & vec2u(frame.coarse - 1u);
}

// Place of the `index`th pixel of a cell, row by row.
fn place(index: u32) -> vec2u {
    return vec2u(index & (frame.coarse - 1u), index >> firstTrailingBit(frame.coarse));
}

// Linear light to sRGB-encoded and back (IEC 61966-2-1), odd about 0.
fn encode(v: vec3f) -> vec3f {
    let a = abs(v);
    return sign(v) * select(1.055 * pow(a, vec3f(1.0 / 2.4)) - 0.055, a * 12.92, a <= vec3f(0.0031308));
}

fn decode(v: vec3f) -> vec3f {
    let a = abs(v);
    return sign(v) * select(pow((a + 0.055) / 1.055, vec3f(2.4)), a / 12.92, a <= vec3f(0.04045));
}

// Rec. 709 luma of an encoded colour, luminance of a linear one.
fn luma(v: vec3f) -> f32 {
    return dot(v, vec3f(0.2126, 0.7152, 0.0722));
}

// An S-curve through 0, 1/2 and 1; slope 1 + amount in the middle, 1 - amount at the ends.
fn s_curve(x: f32, amount: f32) -> f32 {
    return x - amount * sin(TAU * x) / TAU;
}

// A tint of no luma: it turns a grey towards `colour` without making it lighter or darker.
fn tint(colour: vec3f) -> vec3f {
    return colour - luma(colour);
}

// How much an encoded colour is of skin's hue, whatever its tone: 0..1. All skin lies between red and
// yellow-orange, neither grey nor as colourful as cloth.
fn skin(v: vec3f) -> f32 {
    let colourful = v.r - v.b;
    let hue = (v.g - v.b) / max(colourful, 0.001);
    return smoothstep(0.0, 0.2, hue) * (1.0 - smoothstep(0.7, 0.95, hue))
        * smoothstep(0.02, 0.1, colourful) * (1.0 - smoothstep(0.5, 0.75, colourful));
}

// Centre of a tile pixel in picture pixels.
fn position(pixel: vec2u) -> vec2f {
    return vec2f(frame.origin + pixel) + 0.5;
}

// Distance from the picture's centre: 0 there, 1 in the corners.
fn eccentricity(at: vec2f) -> f32 {
    let half_size = 0.5 * vec2f(frame.picture);
    return length(at - half_size) / length(half_size);
}

// Three independent random words of a lattice point (pcg3d: Jarzynski and Olano 2020,
// "Hash Functions for GPU Rendering"). Integers only: the same on every device.
fn random(point: vec3u) -> vec3u {
    var v = point * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> vec3u(16u);
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    return v;
}

// Writes a styled pixel given sRGB-encoded, mixed with the original by strength (encoded).
fn finish_encoded(pixel: vec2u, original: vec3f, styled: vec3f) {
    if full { // powers are dear where there is no graphics card
        textureStore(result, pixel, vec4f(decode(styled), 1.0));
        return;
    }
    let mixed = mix(encode(original), styled, frame.strength);
    textureStore(result, pixel, vec4f(decode(mixed), 1.0));
}

// The same for a styled pixel in linear light: most often it need not be encoded at all.
fn finish_linear(pixel: vec2u, original: vec3f, styled: vec3f) {
    if full {
        textureStore(result, pixel, vec4f(styled, 1.0));
        return;
    }
    finish_encoded(pixel, original, encode(styled));
}

// What a lattice point's coordinates and seed are multiplied with before they are mixed.
const PRIMES = vec3u(0x9E3779B1u, 0x85EBCA77u, 0xC2B2AE3Du);

// Three values of 0..1 of a lattice point, from few operations: textures ask for many.
fn speck(corner: vec2u, seed: u32) -> vec3f {
    let spread = vec3u(corner, seed) * PRIMES;
    return scattered(spread.x ^ spread.y ^ spread.z);
}

fn scattered(word: u32) -> vec3f {
    var h = word;
    h = (h ^ (h >> 15u)) * 0x2C1B3C6Du;
    h = (h ^ (h >> 12u)) * 0x297A2D39u;
    h ^= h >> 15u;
    let parts = (vec3u(h) >> vec3u(0u, 11u, 21u)) & vec3u(2047u, 1023u, 2047u);
    return vec3f(parts) * (1.0 / vec3f(2047.0, 1023.0, 2047.0));
}

// Three smooth noises of 0..1 about 1/2: lattice values, interpolated.
fn noise(at: vec2f, seed: u32) -> vec3f {
    let u = fract(at);
    let t = u * u * (3.0 - 2.0 * u);
    // As `speck`, whose products the four corners share.
    let spread = vec3u(vec2u(at), seed) * PRIMES;
    let upper = spread.y ^ spread.z;
    let lower = (spread.y + PRIMES.y) ^ spread.z;
    let right = spread.x + PRIMES.x;
    let top = mix(scattered(spread.x ^ upper), scattered(right ^ upper), t.x);
    let bottom = mix(scattered(spread.x ^ lower), scattered(right ^ lower), t.x);
    return mix(top, bottom, t.y);
}

// A length given in per cent of the picture's short side, in pixels.
fn share(percent: f32) -> f32 {
    return percent / 100.0 * f32(min(frame.picture.x, frame.picture.y));
}

// The tile's texel nearest to `pixel + offset`; the tile's own edge beyond it. Positions are counted from
// the pixel, so that rounding is the same wherever tiles begin.
fn beside(pixel: vec2u, offset: vec2f) -> vec2i {
    return clamp(vec2i(pixel) + vec2i(floor(offset + 0.5)), vec2i(0), vec2i(frame.extent) - 1);
}

// Square root of light: about even to the eye, and cheap.
fn root(light: vec3f) -> vec3f {
    return sqrt(max(light, vec3f(0.0)));
}

// One direction of a Gaussian (its weights by recurrence: Turkowski 2007, "Incremental Computation of the
// Gaussian") over what a coarse pass gave, `sigma` in cells: the sum as if it were dark
// beyond the tile, and the share of the weights that lay inside.
fn gaussian(cell: vec2u, step: vec2i, sigma: f32) -> vec4f {
    let reach = i32(ceil(3.0 * sigma));
    let last = vec2i(coarse_extent()) - 1;
    var factor = exp(-0.5 / (sigma * sigma));
    let ratio = factor * factor;
    var weight = 1.0;
    var whole = 1.0;
    var sum = vec4f(textureLoad(previous, cell, 0).rgb, 1.0);
    for (var i = 1; i <= reach; i++) {
        weight *= factor;
        factor *= ratio;
        whole += 2.0 * weight;
        let before = vec2i(cell) - i * step;
        let after = vec2i(cell) + i * step;
        if all(before >= vec2i(0)) { sum += weight * vec4f(textureLoad(previous, before, 0).rgb, 1.0); }
        if all(after <= last) { sum += weight * vec4f(textureLoad(previous, after, 0).rgb, 1.0); }
    }
    return sum / whole;
}

// The four cells of a coarse pass around a pixel, first and last of each axis, and where between their centres it
// lies (0..1).
struct Cells {
    low: vec2u,
    high: vec2u,
    t: vec2f,
}

// Counted in half pixels, so that the position is exact.
fn cells_around(pixel: vec2u) -> Cells {
    let last = coarse_extent() - 1u;
    let from_first = max(2u * pixel + 1u, vec2u(frame.coarse)) - frame.coarse;
    // Shifts and masks: division is slow where there is no graphics card.
    let low = min(from_first >> vec2u(firstTrailingBit(frame.coarse) + 1u), last);
    let t = vec2f(from_first & vec2u(2u * frame.coarse - 1u)) / f32(2u * frame.coarse);
    return Cells(low, min(low + 1u, last), t);
}

// What a coarse pass gave, at a pixel: bilinear between the centres of the cells.
fn between_cells(pixel: vec2u) -> vec4f {
    let cells = cells_around(pixel);
    let low = cells.low;
    let high = cells.high;
    let top = mix(textureLoad(previous, low, 0), textureLoad(previous, vec2u(high.x, low.y), 0), cells.t.x);
    let bottom = mix(textureLoad(previous, vec2u(low.x, high.y), 0), textureLoad(previous, high, 0), cells.t.x);
    return mix(top, bottom, cells.t.y);
}
