//! What coloured light does to a piece.

use super::*;

const SIDE: u32 = 300;

/// Mean encoded colour of a pearl that hangs on skin of this encoded colour, brighter on the left.
fn pearl_on(skin: [f32; 3], strength: f32) -> [f32; 3] {
    let product = product();
    let shade = |x: u32| 1.0 - 0.3 * x as f32 / SIDE as f32;
    let samples = (0..SIDE * SIDE)
        .flat_map(|i| skin.map(|v| (v * shade(i % SIDE) * 65535.0) as u16))
        .collect();
    let before = Photo::from_rgb16(SIDE, SIDE, samples);
    let mut head = anchors();
    head.parts = everywhere(Part::Skin);
    // Skin alone would be a photo in black and white; where the head is not in it none is.
    head.crop.center = DVec2::splat(-1e3);
    let mut place = placement(120.0, 60.0, 5.0, 0.0, false);
    place.strength.relight = strength;
    let flat = compose(&before, &head, &product, &ArtPyramid::new(&product), &place, SIZE).unwrap();
    let worn = restore(&before, &flat, &plain(&flat, 1.0), place.strength);
    let mut after = before.clone();
    after.apply(&worn.patch);
    let rect = worn.patch.rect;
    let (mut sum, mut count) = ([0.0; 3], 0.0);
    for (i, _) in worn
        .coverage
        .iter()
        .enumerate()
        .filter(|(_, share)| **share > 0.98)
    {
        let (x, y) = (rect.x + i as u32 % rect.width, rect.y + i as u32 / rect.width);
        // The pearl is the lower half; gold above it may pass for skin.
        if f64::from(y) < place.pivot.y + 2.5 * product.size_mm.y {
            continue;
        }
        let colour = pixel(&after, (y * SIDE + x) as usize);
        sum = std::array::from_fn(|c| sum[c] + f32::from(colour[c]) / 65535.0);
        count += 1.0;
    }
    assert!(count > 500.0, "{count} pixels of product");
    sum.map(|v| v / count)
}

#[test]
fn under_blue_light_a_pearl_is_blue_and_in_white_light_it_is_not() {
    let bluer = |[r, _, b]: [f32; 3]| b / r;
    let own = pearl_on([0.36, 0.24, 0.18], 0.0);
    for white in [[0.36, 0.24, 0.18], [0.6, 0.44, 0.36]] {
        let lit = pearl_on(white, 1.0);
        assert!((bluer(lit) / bluer(own) - 1.0).abs() < 0.05, "{lit:?}, {own:?}");
    }
    let blue = pearl_on([0.2, 0.3, 0.5], 1.0);
    assert!(bluer(blue) > 1.8 * bluer(own), "{blue:?}, {own:?}");
    // Without relighting the artwork stays as it is.
    let unlit = pearl_on([0.2, 0.3, 0.5], 0.0);
    assert!(
        (0..3).all(|c| (unlit[c] - own[c]).abs() < 0.01),
        "{unlit:?}, {own:?}"
    );
}
