//! The painted and drawn looks: what their papers promise of them.

use super::*;

/// Left half one grey, right half another (linear light), with noise about it.
fn halves(left: f32, right: f32, noise: f32) -> StylePicture {
    let (width, height) = (120_u32, 100);
    let pixels = (0..width * height).map(|i: u32| {
        let value = if i % width < width / 2 { left } else { right };
        // A multiplicative hash of the pixel, about 0.
        let random = (i.wrapping_mul(2_654_435_761) >> 16) as f32 / 65536.0 - 0.5;
        [value + noise * random; 3]
    });
    StylePicture {
        width,
        height,
        pixels: pixels.collect(),
        wear: None,
    }
}

fn styled(text: &str, picture: &StylePicture) -> StylePicture {
    styler().apply(&Style::parse(text).unwrap(), picture).unwrap()
}

fn at(picture: &StylePicture, x: u32, y: u32) -> f64 {
    reference::encode(f64::from(picture.pixels[(y * picture.width + x) as usize][1]))
}

#[test]
fn oil_paint_is_even_and_its_edges_stay_hard() {
    let before = halves(0.1, 0.5, 0.04);
    let after = styled("oil_painting,brush=1.5,relief=0", &before);
    let spread = |p: &StylePicture| {
        let values: Vec<f64> = (20..40)
            .flat_map(|x| (20..80).map(move |y| (x, y)))
            .map(|(x, y)| at(p, x, y))
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    assert!(
        spread(&after) < 0.6 * spread(&before),
        "{} of {}",
        spread(&after),
        spread(&before)
    );
    let step = |p: &StylePicture| at(p, 62, 50) - at(p, 57, 50);
    assert!(
        step(&after) > 0.85 * step(&before),
        "{} of {}",
        step(&after),
        step(&before)
    );
}

#[test]
fn ink_draws_the_dark_side_of_an_edge_and_nothing_on_even_ground() {
    let after = styled("ink_line,wash=0", &halves(0.1, 0.5, 0.0));
    let paper = at(&after, 20, 50);
    assert!((paper - 0.957).abs() < 0.01, "{paper}");
    assert!((at(&after, 100, 50) - paper).abs() < 0.01);
    let darkest = (50..70).map(|x| at(&after, x, 50)).fold(1.0, f64::min);
    assert!(darkest < 0.5 * paper, "{darkest}");
    // The same line on dark ground as on light: skin of any tone is drawn alike.
    let deep = styled("ink_line,wash=0,shadow=0", &halves(0.02, 0.1, 0.0));
    let darkest = (50..70).map(|x| at(&deep, x, 50)).fold(1.0, f64::min);
    assert!(darkest < 0.5 * paper, "{darkest}");
}

#[test]
fn what_is_worn_keeps_its_colour_under_ink() {
    let mut before = picture(90, 90);
    let rect = middle(&before);
    before.wear = Some(Wear {
        rect,
        weight: vec![1.0; rect.area()],
    });
    let after = styled("ink_line", &before);
    let i = 45 * 90 + 45;
    for c in 0..3 {
        assert!((after.pixels[i][c] - before.pixels[i][c]).abs() < 1e-4);
    }
}

#[test]
fn watercolour_has_a_seed_and_leaves_no_black() {
    let black = halves(0.0, 0.3, 0.0);
    let one = styled("watercolour", &black);
    assert!(at(&one, 20, 50) > 0.08, "{}", at(&one, 20, 50));
    assert!(one != styled("watercolour,seed=2", &black));
}
