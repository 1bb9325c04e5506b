// Soft focus: a diffusion filter before the lens; what is worn stays sharp. Linear light.
//
// gather (coarse) -> blur_across (coarse) -> blur_down (coarse) -> finish

// Standard deviation of the softness in cells.
fn spread() -> f32 {
    return max(share(parameter(1u)) / f32(frame.coarse), 0.5);
}

// The light of a cell.
@compute @workgroup_size(64, 1)
fn gather(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    var light = vec4f(0.0);
    for (var i = 0u; i < frame.coarse * frame.coarse; i++) {
        let pixel = id.xy * frame.coarse + place(i);
        if any(pixel >= frame.extent) { continue; }
        light += vec4f(textureLoad(source, pixel, 0).rgb, 1.0);
    }
    textureStore(result, id.xy, vec4f(light.rgb / light.w, 1.0));
}

@compute @workgroup_size(64, 1)
fn blur_across(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(1, 0), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

@compute @workgroup_size(64, 1)
fn blur_down(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= coarse_extent()) { return; }
    let sum = gaussian(id.xy, vec2i(0, 1), spread());
    textureStore(result, id.xy, vec4f(sum.rgb / sum.w, 1.0));
}

@compute @workgroup_size(64, 1)
fn finish(@builtin(global_invocation_id) id: vec3u) {
    if any(id.xy >= frame.extent) { return; }
    let amount = parameter(0u);
    let glow = parameter(2u);
    let jewel = parameter(3u);
    let texel = textureLoad(source, id.xy, 0);
    let soft = between_cells(id.xy).rgb;
    let veiled = mix(texel.rgb, soft, 0.6 * amount);
    // A diffuser spreads the lights; the shadows only receive.
    let spill = max(soft, vec3f(0.0)) * smoothstep(0.05, 0.7, luma(soft));
    let lit = veiled + 0.45 * glow * spill * (1.0 - clamp(veiled, vec3f(0.0), vec3f(1.0)));
    let styled = mix(lit, texel.rgb, jewel * texel.a);
    finish_linear(id.xy, texel.rgb, styled);
}
