//! What a piece does to the light beside it, and how sharp it is.

use super::*;

const SIDE: u32 = 400;

/// By what share of the encoded value the photo is darker at every pixel that the product does not cover, when the
/// generator answers `made`; with how far it is covered. One pixel a mm; skin gets brighter by `slope` to the right.
fn darkening(id: &str, slope: f32, made: impl Fn(&Composite) -> Corrections) -> (Vec<f32>, Vec<f32>) {
    let product = catalogue(id);
    let value = |x: u32| ((0.6 + slope * (x as f32 / SIDE as f32 - 0.5)) * 65535.0) as u16;
    let samples = (0..SIDE * SIDE).flat_map(|i| [value(i % SIDE); 3]).collect();
    let before = Photo::from_rgb16(SIDE, SIDE, samples);
    let mut head = anchors();
    head.parts = everywhere(Part::Skin);
    let art = ArtPyramid::new(&product);
    let corner = DVec2::splat(f64::from(SIDE) / 2.0) - product.size_mm / 2.0;
    let place = placement(corner.x, corner.y, 1.0, 0.0, false);
    let flat = compose(&before, &head, &product, &art, &place, SIZE).unwrap();
    let worn = restore(&before, &flat, &made(&flat), Strength::default());
    let mut after = before.clone();
    after.apply(&worn.patch);
    let mut covered = vec![0.0; (SIDE * SIDE) as usize];
    let rect = worn.patch.rect;
    for (i, share) in worn.coverage.iter().enumerate() {
        let (x, y) = (rect.x + i as u32 % rect.width, rect.y + i as u32 / rect.width);
        covered[(y * SIDE + x) as usize] = *share;
    }
    let darker = |i: usize| match covered[i] {
        c if c > 0.0 => 0.0,
        _ => 1.0 - f32::from(pixel(&after, i)[0]) / f32::from(pixel(&before, i)[0]),
    };
    ((0..covered.len()).map(darker).collect(), covered)
}

/// Rows and columns that the product covers.
fn bounds(covered: &[f32]) -> [u32; 4] {
    let places = || (0..SIDE * SIDE).filter(|i| covered[*i as usize] > 0.0);
    let (x, y) = (|i: u32| i % SIDE, |i: u32| i / SIDE);
    [
        places().map(x).min().unwrap(),
        places().map(x).max().unwrap(),
        places().map(y).min().unwrap(),
        places().map(y).max().unwrap(),
    ]
}

#[test]
fn a_chain_casts_its_own_shadow_below_it_and_away_from_the_light() {
    let made = |flat: &Composite| plain(flat, 1.0);
    let (darker, covered) = darkening("pearl-strand", 0.0, made);
    let [_, _, _, bottom] = bounds(&covered);
    let middle = SIDE / 2;
    let at = |x: u32, y: u32| darker[(y * SIDE + x) as usize];
    let top = (0..bottom)
        .rev()
        .find(|y| covered[(y * SIDE + middle) as usize] == 0.0)
        .unwrap();
    let (below, above) = (at(middle, bottom + 2), at(middle, top - 2));
    assert!(
        below > 0.08 && below > 1.5 * above,
        "{below} below, {above} above"
    );
    for slope in [0.5, -0.5] {
        let (darker, covered) = darkening("pearl-strand", slope, made);
        let [left, right, top, bottom] = bounds(&covered);
        let row = u32::midpoint(top, bottom);
        let edge = |mut columns: Box<dyn Iterator<Item = u32>>| {
            let at = columns
                .find(|x| covered[(row * SIDE + x) as usize] > 0.0)
                .unwrap();
            at as i64
        };
        let (first, last) = (edge(Box::new(left..=right)), edge(Box::new((left..=right).rev())));
        let beside = |x: i64| darker[row as usize * SIDE as usize + x as usize];
        let (on_left, on_right) = (beside(first - 3), beside(last + 3));
        assert!(
            (on_left - on_right) * slope > 0.01,
            "{slope}: {on_left} on the left, {on_right} on the right"
        );
    }
}

#[test]
fn what_hangs_free_and_models_of_ones_own_cast_none_by_themselves() {
    let (darker, _) = darkening("pearl-drop-gold", 0.0, |flat| plain(flat, 1.0));
    assert!(darker.iter().all(|d| *d == 0.0));
    let nothing = |flat: &Composite| Corrections::Difference(vec![0.0; 3 * flat.size * flat.size]);
    let (darker, _) = darkening("pearl-strand", 0.0, nothing);
    assert!(darker.iter().all(|d| *d == 0.0));
}

/// The steepest step of a product's coverage on a striped photo whose edges are `blur` pixels wide.
fn steepest(blur: u32) -> f32 {
    let product = product();
    let edge = |v: u32| {
        let from = v % 40;
        let rise = f64::from(from.min(40 - from)) - 10.0;
        (0.5 + rise / f64::from(blur)).clamp(0.0, 1.0)
    };
    let value = |x: u32| (60.0 + 140.0 * edge(x)) as u8;
    let samples = (0..SIDE * SIDE).flat_map(|i| [value(i % SIDE); 3]).collect();
    let before = Photo::from_rgb8(SIDE, SIDE, samples);
    let place = placement(150.0, 150.0, 5.0, 0.0, false);
    let flat = compose(
        &before,
        &anchors(),
        &product,
        &ArtPyramid::new(&product),
        &place,
        SIZE,
    )
    .unwrap();
    let width = flat.full.rect.width as usize;
    let rows = flat.full.pixels.chunks_exact(width);
    rows.flat_map(|row| row.windows(2).map(|p| (p[1][3] - p[0][3]).abs()))
        .fold(0.0, f32::max)
}

#[test]
fn a_product_is_hardly_sharper_than_its_photo() {
    let (sharp, soft) = (steepest(1), steepest(8));
    assert!(
        sharp > 0.6 && soft < 0.5 * sharp,
        "{sharp} in a sharp photo, {soft} in a soft one"
    );
}

/// Encoded samples after a coloured piece was put on a photo of such tones, lit by any light, and whether it covers them.
fn worn_on(mut tone: impl FnMut(f32) -> [f32; 3]) -> Vec<([f32; 3], bool)> {
    let product = catalogue("ruby-briolette-rose-gold");
    let mut next = noise(5);
    let mut colour = |v: u32| tone(v as f32 / 255.0).map(|c| (c * 65535.0) as u16);
    // Light from the left, and some noise.
    let samples = (0..SIDE * SIDE)
        .flat_map(|i| colour(10 + (SIDE - i % SIDE) / 2 + next() % 40))
        .collect();
    let before = Photo::from_rgb16(SIDE, SIDE, samples);
    let mut head = anchors();
    head.crop = Square {
        center: DVec2::splat(f64::from(SIDE) / 2.0),
        side: f64::from(SIDE),
    };
    let art = ArtPyramid::new(&product);
    let place = placement(150.0, 100.0, 6.0, 0.0, false);
    let flat = compose(&before, &head, &product, &art, &place, SIZE).unwrap();
    // A network of the user's own may answer with any colour, so that is left out here.
    let made = match corrections(&flat, 1) {
        Corrections::Light { shadow, residual, .. } => Corrections::Light {
            shadow,
            residual,
            coverage: flat.coverage.clone(),
        },
        other @ Corrections::Difference(_) => other,
    };
    let worn = restore(&before, &flat, &made, Strength::default());
    let mut after = before.clone();
    after.apply(&worn.patch);
    let rect = worn.patch.rect;
    let covers = |i: u32| {
        let (x, y) = (i % SIDE, i / SIDE);
        let inside = x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
        inside && worn.coverage[((y - rect.y) * rect.width + x - rect.x) as usize] > 0.98
    };
    (0..SIDE * SIDE)
        .map(|i| {
            (
                pixel(&after, i as usize).map(|v| f32::from(v) / 65535.0),
                covers(i),
            )
        })
        .collect()
}

#[test]
fn on_a_photo_in_black_and_white_a_coloured_piece_is_so_too() {
    let grey = worn_on(|v| [v; 3]);
    let covered = grey.iter().filter(|(_, covered)| *covered).count();
    assert!(covered > 500, "{covered} pixels of product");
    for ([r, g, b], _) in grey {
        assert!((r - g).abs() < 1e-3 && (b - g).abs() < 1e-3, "{r} {g} {b}");
    }
    // Sepia: red above, blue below, most of it in the middle.
    let sepia = |v: f32| [v + 0.2 * v * (1.0 - v), v, v - 0.25 * v * (1.0 - v)];
    // At the edge light colours and dark ones mix to paler ones than those between them.
    for ([r, g, b], _) in worn_on(sepia).into_iter().filter(|(_, covered)| *covered) {
        let [red, _, blue] = sepia(g);
        assert!((r - red).abs() < 0.03 && (b - blue).abs() < 0.03, "{r} {g} {b}");
    }
}

#[test]
fn on_a_photo_in_colours_it_keeps_its_own() {
    // The upper half is warm, the lower one cold.
    let mut count = 0;
    let all = worn_on(|v| {
        count += 1;
        if count < SIDE * SIDE / 2 {
            [v + 0.1, v, v - 0.03]
        } else {
            [v - 0.03, v, v + 0.1]
        }
    });
    let covered = all.iter().filter(|(_, covered)| *covered).count();
    let red = all.iter().filter(|([r, g, _], _)| r - g > 0.3).count();
    assert!(red > covered / 10, "{red} red pixels of {covered}");
}
