// Between common.wgsl and the shader of a look that follows the picture's forms: the structure tensor, smoothed
// by a Gaussian of the look's own `spread()` (in cells), and the flow it tells.
//
// tensor (coarse) -> smooth_across (coarse) -> smooth_down (coarse) -> the look's own passes

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

// The structure tensor (xx, yy, xy) of a cell: products of the Sobel gradients of all three roots of light,
// averaged (Di Zenzo 1986, "A note on the gradient of a multi-image").
fn structure_tensor(cell: vec2u) -> vec3f {
    var tensor = vec3f(0.0);
    for (var i = 0u; i < frame.coarse * frame.coarse; i++) {
        let pixel = min(cell * frame.coarse + place(i), frame.extent - 1u);
        let low = max(pixel, vec2u(1u)) - 1u;
        let high = min(pixel + 1u, frame.extent - 1u);
        let a = root(textureLoad(source, low, 0).rgb);
        let b = root(textureLoad(source, vec2u(pixel.x, low.y), 0).rgb);
        let c = root(textureLoad(source, vec2u(high.x, low.y), 0).rgb);
        let d = root(textureLoad(source, vec2u(low.x, pixel.y), 0).rgb);
        let e = root(textureLoad(source, vec2u(high.x, pixel.y), 0).rgb);
        let f = root(textureLoad(source, vec2u(low.x, high.y), 0).rgb);
        let g = root(textureLoad(source, vec2u(pixel.x, high.y), 0).rgb);
        let h = root(textureLoad(source, high, 0).rgb);
        let x = (c + 2.0 * e + h - a - 2.0 * d - f) / 8.0;
        let y = (f + 2.0 * g + h - a - 2.0 * b - c) / 8.0;
        tensor += vec3f(dot(x, x), dot(y, y), dot(x, y));
    }
    return tensor / f32(frame.coarse * frame.coarse);
}

// Direction along which a smoothed tensor's picture changes least, and how clearly (anisotropy, 0..1).
fn flow(tensor: vec3f) -> vec3f {
    let half_difference = 0.5 * (tensor.x - tensor.y);
    let spread = sqrt(half_difference * half_difference + tensor.z * tensor.z);
    let sum = tensor.x + tensor.y;
    // Half the angle of the major axis, from the better conditioned of two equal forms; then a right angle.
    let steep = half_difference < 0.0;
    let major = select(
        vec2f(half_difference + spread, tensor.z),
        vec2f(tensor.z, spread - half_difference),
        steep,
    );
    let length_squared = dot(major, major);
    if length_squared < 1e-16 { return vec3f(0.0, 1.0, 0.0); }
    let along = vec2f(-major.y, major.x) * inverseSqrt(length_squared);
    return vec3f(along, clamp(2.0 * spread / max(sum, 1e-12), 0.0, 1.0));
}
