// Between common.wgsl and the shader of a look that follows the picture's forms: the structure tensor, smoothed
// by a Gaussian of the look's own `spread()` (in cells), and the flow it tells.
//
// tensor (coarse) -> smooth_across (coarse) -> smooth_down (coarse) -> the look's own passes

@compute @workgroup_size(64, 1)
fn tensor(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    textureStore(result, id.xy, vec4f(structure_tensor(id.xy), 1.0));
}

@compute @workgroup_size(64, 1)
fn smooth_across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(1, 0), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

@compute @workgroup_size(64, 1)
fn smooth_down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(0, 1), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

// Three roots of light above each other, as the Sobel gradients of the pixels beside need them.
struct Column {
    even: vec3f,
    slope: vec3f,
}

fn column(x: i32, y: i32) -> Column {
    let last = vec2i(frame.extent) - 1;
    let at = clamp(x, 0, last.x);
    let above = root(textureLoad(source, vec2i(at, max(y - 1, 0)), 0).rgb);
    let here = root(textureLoad(source, vec2i(at, y), 0).rgb);
    let below = root(textureLoad(source, vec2i(at, min(y + 1, last.y)), 0).rgb);
    return Column(above + 2.0 * here + below, below - above);
}

// The structure tensor (xx, yy, xy) of a cell: products of the Sobel gradients of all three roots of light,
// averaged (Di Zenzo 1986, "A note on the gradient of a multi-image"). Columns are looked up once a row of the cell,
// not once for every pixel beside.
fn structure_tensor(cell: vec2u) -> vec3f {
    let first = vec2i(cell * frame.coarse);
    let end = min(first + i32(frame.coarse), vec2i(frame.extent));
    var tensor = vec3f(0.0);
    for (var y = first.y; y < end.y; y++) {
        var before = column(first.x - 1, y);
        var here = column(first.x, y);
        for (var x = first.x; x < end.x; x++) {
            let after = column(x + 1, y);
            let across = (after.even - before.even) / 8.0;
            let down = (before.slope + 2.0 * here.slope + after.slope) / 8.0;
            tensor += vec3f(dot(across, across), dot(down, down), dot(across, down));
            before = here;
            here = after;
        }
    }
    let size = end - first;
    return tensor / f32(size.x * size.y);
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
