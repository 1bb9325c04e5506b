// Prepended to every look's shader: the picture's frame, its textures, colour, noise.
//
// Textures hold linear-light sRGB (Rec. 709 primaries), not premultiplied; values may leave
// 0..1 where the photo's gamut is wider. The source's fourth channel is the wear mask (0..1).

struct Frame {
    picture: vec2u,              // size of the whole picture, pixels
    origin: vec2u,               // where this tile begins in the picture
    extent: vec2u,               // size of this tile with its border, pixels
    coarse: u32,                 // pixels per side of a coarse pass's cell; divides origin
    strength: f32,               // 0..1
    parameters: array<vec4f, 4>, // the look's parameters in the order of its table
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var source: texture_2d<f32>;   // the tile
@group(0) @binding(2) var previous: texture_2d<f32>; // what the pass before gave (the first one: the tile)
@group(0) @binding(3) var result: texture_storage_2d<rgba32float, write>;

const TAU = 6.283185307179586;

fn parameter(index: u32) -> f32 {
    return frame.parameters[index / 4u][index % 4u];
}

// Size of the tile in the cells of a coarse pass.
fn coarse_extent() -> vec2u {
    return (frame.extent + frame.coarse - 1u) / frame.coarse;
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
    let mixed = mix(encode(original), styled, frame.strength);
    textureStore(result, pixel, vec4f(decode(mixed), 1.0));
}
