// Four-pointed glints on the highlights of what is worn, as a cross-screen filter draws them. Linear light.
//
// peak (coarse) -> alone (coarse) -> near (coarse) -> finish

// Length of the longest arm, pixels.
fn longest() -> f32 {
    return max(share(parameter(1u)), 3.0);
}

// Cells an arm may reach across.
fn reach() -> i32 {
    return i32(ceil(longest() / f32(frame.coarse)));
}

// Cells of a row that a pixel asks.
fn row() -> u32 {
    return u32(2 * reach() + 1);
}

fn brightness(pixel: vec2u) -> f32 {
    if any(pixel >= frame.extent) { return 0.0; }
    let worn = textureLoad(source, pixel, 0);
    if worn.a <= 0.0 { return 0.0; }
    return worn.a * encode(vec3f(clamp(luma(worn.rgb), 0.0, 1.5))).x;
}

// The highlight of a cell: its centre within the cell in pixels, and how much it stands out.
@compute @workgroup_size(64, 1)
fn peak(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let corner = id.xy * frame.coarse;
    let area = frame.coarse * frame.coarse;
    var most = 0.0;
    var sum = vec2f(0.0);
    for (var i = 0u; i < area; i++) {
        let pixel = corner + place(i);
        let light = brightness(pixel);
        most = max(most, light);
        sum += select(vec2f(0.0), vec2f(light, 1.0), light > 0.0);
    }
    let threshold = parameter(2u);
    var found = vec4f(0.0);
    if most > threshold {
        var centre = vec3f(0.0);
        for (var i = 0u; i < area; i++) {
            let at = place(i);
            let weight = max(brightness(corner + at) - 0.92 * most, 0.0);
            centre += weight * vec3f(vec2f(at), 1.0);
        }
        // A highlight is brighter than the metal around it; an evenly white cell is none.
        let lone = select(smoothstep(0.02, 0.14, most - sum.x / sum.y), 1.0, area == 1u);
        let size = smoothstep(threshold, threshold + 0.3, most);
        // Some catch the light better than others: large stars stand among small ones.
        let chance = speck(cell_of(frame.origin) + id.xy, 5u).x;
        found = vec4f(centre.xy / centre.z, (0.35 + 0.65 * size) * lone * mix(0.3, 1.0, chance * chance), 0.0);
    }
    textureStore(result, id.xy, found);
}

// Only the strongest highlight of a neighbourhood becomes a star; of two alike, the first.
@compute @workgroup_size(64, 1)
fn alone(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    var star = textureLoad(previous, id.xy, 0);
    for (var i = 0; i < 49; i++) {
        let at = vec2i(id.xy) + vec2i(i % 7, i / 7) - 3;
        if any(at < vec2i(0)) || any(at >= vec2i(coarse_extent())) || i == 24 { continue; }
        let other = textureLoad(previous, at, 0).z;
        if other > star.z || (other == star.z && i < 24) { star = vec4f(0.0); break; }
    }
    textureStore(result, id.xy, star);
}

// Notes for a cell which stars' arms can touch it: a bit for each step along a row of cells, then along a column.
// Most cells have none and are left alone at once; the others ask only where there is a star.
@compute @workgroup_size(64, 1)
fn near(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let n = reach();
    var touching = 0u;
    for (var along = -n; along <= n; along++) {
        let bit = u32(along + n);
        for (var side = -1; side <= 1; side++) {
            touching |= select(0u, 1u << bit, star(id.xy, vec2i(along, side)).z > 0.0);
            // The middle belongs to both.
            let there = abs(along) > 1 && star(id.xy, vec2i(side, along)).z > 0.0;
            touching |= select(0u, 1u << (bit + row()), there);
        }
    }
    let own = textureLoad(previous, id.xy, 0);
    // At most twice nine bits: whole numbers that a float holds exactly.
    textureStore(result, id.xy, vec4f(own.xyz, f32(touching)));
}

fn star(cell: vec2u, offset: vec2i) -> vec4f {
    let at = vec2i(cell) + offset;
    if any(at < vec2i(0)) || any(at >= vec2i(coarse_extent())) { return vec4f(0.0); }
    return textureLoad(previous, at, 0);
}

// Light of the star of a cell beside, at a pixel.
fn glint(pixel: vec2u, offset: vec2i) -> vec3f {
    let own = star(cell_of(pixel), offset);
    if own.z <= 0.0 { return vec3f(0.0); }
    // From the star to the pixel; whole numbers first, so that tiles agree.
    let corner = offset * i32(frame.coarse) - vec2i(within_cell(pixel));
    let away = abs(vec2f(corner) + own.xy);
    let arm = longest() * (0.25 + 0.75 * own.z);
    let thin = max(0.045 * arm, 0.55);
    let t = clamp(away / arm, vec2f(0.0), vec2f(1.0));
    let fade = (1.0 - t) * (1.0 - t) * (1.0 - t);
    let width = thin * (1.0 - 0.6 * t);
    let rays = fade * exp(-(away.yx * away.yx) / (width * width));
    let core = exp(-dot(away, away) / (5.0 * thin * thin));
    let at = vec2i(pixel) + corner + vec2i(own.xy + 0.5);
    let colour = root(textureLoad(source, clamp(at, vec2i(0), vec2i(frame.extent) - 1), 0).rgb);
    let tinted = mix(vec3f(1.0), colour / max(max(max(colour.r, colour.g), colour.b), 0.01), 0.5);
    return own.z * (max(rays.x, rays.y) + 0.7 * core) * tinted;
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let colour = textureLoad(source, id.xy, 0).rgb;
    var touching = u32(textureLoad(previous, cell_of(id.xy), 0).w);
    if touching == 0u {
        textureStore(result, id.xy, vec4f(colour, 1.0));
        return;
    }
    let n = reach();
    var light = vec3f(0.0);
    let row = row();
    while touching != 0u {
        let bit = firstTrailingBit(touching);
        touching &= touching - 1u;
        // Stars beside, then those above and below.
        let flat = bit < row;
        let along = i32(select(bit - row, bit, flat)) - n;
        for (var side = -1; side <= 1; side++) {
            light += glint(id.xy, select(vec2i(side, along), vec2i(along, side), flat));
        }
    }
    // Screen, so that light adds up without burning out; where there is none nothing changes.
    let added = 1.0 - exp(-2.5 * frame.strength * parameter(0u) * light);
    let styled = colour + added * (1.0 - clamp(colour, vec3f(0.0), vec3f(1.0)));
    textureStore(result, id.xy, vec4f(styled, 1.0));
}
