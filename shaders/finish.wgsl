// Photo finish: local contrast, denoising, sharpening, glow, and the photo's own grain on what is worn.
//
// gather (coarse) -> across (coarse) -> down (coarse) -> finish
// Behind the six parameters: the noise of the photo at eight lightnesses, and how clotted it is.

const WIDE = 2.5;      // per cent of the short side; as in src/style/finish.rs
const NOISE = 6u;
const CLOTTED = 14u;

fn spread() -> f32 {
    return max(share(WIDE) / f32(frame.coarse), 0.5);
}

// Standard deviation of the photo's noise at a lightness.
fn sigma_at(y: f32) -> f32 {
    let at = clamp(y * 8.0 - 0.5, 0.0, 7.0);
    let low = min(u32(at), 6u);
    return mix(parameter(NOISE + low), parameter(NOISE + low + 1u), at - f32(low));
}

// Mean lightness, and the light that glows: what is bright and is not skin.
@compute @workgroup_size(64, 1)
fn gather(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    var sum = vec3f(0.0);
    for (var i = 0u; i < frame.coarse * frame.coarse; i++) {
        let pixel = id.xy * frame.coarse + place(i);
        if any(pixel >= frame.extent) { continue; }
        let texel = textureLoad(source, pixel, 0);
        let light = max(texel.rgb, vec3f(0.0));
        let bright = max(luma(light) - 0.45, 0.0) * (1.0 - 0.85 * skin(root(light)) * (1.0 - texel.a));
        sum += vec3f(sqrt(luma(light)), min(bright, 2.0), 1.0);
    }
    textureStore(result, id.xy, vec4f(sum.xy / sum.z, 0.0, 1.0));
}

@compute @workgroup_size(64, 1)
fn across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(1, 0), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

@compute @workgroup_size(64, 1)
fn down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(0, 1), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

fn encoded_at(pixel: vec2u, x: i32, y: i32) -> vec3f {
    let at = clamp(vec2i(pixel) + vec2i(x, y), vec2i(0), vec2i(frame.extent) - 1);
    return encode(textureLoad(source, at, 0).rgb);
}

// Bilateral mean of 5x5 pixels (Tomasi and Manduchi 1998); colour, which the eye sees coarsely, more freely.
fn denoised(pixel: vec2u, own: vec3f, sigma: f32) -> vec3f {
    let y = luma(own);
    let tolerance = 2.2 * max(sigma, 0.002);
    var light = vec2f(y, 1.0);
    var colour = vec4f(own - y, 1.0);
    for (var dy = -2; dy <= 2; dy++) { for (var dx = -2; dx <= 2; dx++) {
        if dx == 0 && dy == 0 { continue; }
        let there = encoded_at(pixel, dx, dy);
        let near = exp(-0.28 * f32(dx * dx + dy * dy));
        let off = (luma(there) - y) / tolerance;
        let off_colour = (there - luma(there) - own + y) / (3.0 * tolerance);
        light += near / (1.0 + off * off * off * off) * vec2f(luma(there), 1.0);
        let kinship = off * off * 0.1 + dot(off_colour, off_colour);
        colour += near / (1.0 + kinship * kinship) * vec4f(there - luma(there), 1.0);
    } }
    return light.x / light.y + colour.rgb / colour.w;
}

// A random number of mean 0 and deviation 1.
fn grain_at(at: vec2u, seed: u32) -> f32 {
    return 2.0 * (dot(speck(at, seed), vec3f(1.0)) - 1.5);
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let texel = textureLoad(source, id.xy, 0);
    let own = encode(texel.rgb);
    let y = luma(own);
    let sigma = sigma_at(y);
    let worn = texel.a;
    let skinny = skin(clamp(own, vec3f(0.0), vec3f(1.0))) * (1.0 - worn);
    let wide = between_cells(id.xy);
    var v = own;

    if parameter(1u) > 0.0 {
        v = mix(v, denoised(id.xy, own, sigma), parameter(1u) * (1.0 - 0.7 * worn));
    }
    // What the 3x3 neighbourhood tells: an edge to sharpen, or texture that is there already.
    let n = luma(encoded_at(id.xy, 0, -1));
    let s = luma(encoded_at(id.xy, 0, 1));
    let w = luma(encoded_at(id.xy, -1, 0));
    let e = luma(encoded_at(id.xy, 1, 0));
    let nw = luma(encoded_at(id.xy, -1, -1));
    let ne = luma(encoded_at(id.xy, 1, -1));
    let sw = luma(encoded_at(id.xy, -1, 1));
    let se = luma(encoded_at(id.xy, 1, 1));
    if parameter(2u) > 0.0 {
        let soft = 0.25 * y + 0.125 * (n + s + w + e) + 0.0625 * (nw + ne + sw + se);
        let edge = y - soft;
        // Below the noise there is nothing to sharpen, and no halo is wider than this.
        let real = smoothstep(0.7 * sigma, 2.5 * sigma + 0.002, abs(edge));
        v += clamp(1.6 * parameter(2u) * (1.0 - 0.6 * skinny) * real * edge, -0.07, 0.07);
    }
    if parameter(0u) > 0.0 {
        // `wide` holds roots of light, close to encoded values.
        let middle = clamp(4.0 * y * (1.0 - y), 0.0, 1.0);
        let form = y - (1.055 * pow(max(wide.x, 0.0), 0.8333) - 0.055);
        v += parameter(0u) * 0.45 * clamp(form, -0.3, 0.3) * middle * (1.0 - 0.5 * skinny);
    }
    if parameter(3u) > 0.0 {
        let glow = clamp(0.9 * parameter(3u) * wide.y * (1.0 - 0.75 * skinny), 0.0, 0.8);
        v = 1.0 - (1.0 - clamp(v, vec3f(0.0), vec3f(1.0))) * (1.0 - glow * vec3f(1.0, 0.97, 0.92));
    }
    if parameter(4u) > 0.0 && worn > 0.0 {
        // Second differences in four directions have six times the variance of what is one pixel wide.
        let d = vec4f(n + s - 2.0 * y, w + e - 2.0 * y, nw + se - 2.0 * y, ne + sw - 2.0 * y);
        let there = dot(d, d) / 24.0;
        let missing = sqrt(max(sigma * sigma - there, 0.0));
        let at = frame.origin + id.xy;
        let seed = u32(parameter(5u)) + 91u;
        let fine = grain_at(at, seed);
        let clot = 0.5 * (fine + grain_at(at + vec2u(1u, 0u), seed) + grain_at(at + vec2u(0u, 1u), seed)
            + grain_at(at + vec2u(1u, 1u), seed));
        let clotted = parameter(CLOTTED);
        let grain = mix(fine, clot, clotted) / sqrt(1.0 - clotted + clotted * clotted);
        v += parameter(4u) * worn * missing * grain;
    }
    finish_encoded(id.xy, texel.rgb, v);
}
