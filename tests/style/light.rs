//! Looks that spread light or paint: what they touch and what they leave alone.

use super::*;

#[test]
fn the_glow_comes_from_bright_worn_pixels_only() {
    let mut styler = styler();
    let style = Style::parse("jewel_glow,amount=4,radius=2").unwrap();
    let mut dark = StylePicture {
        width: 200,
        height: 160,
        pixels: vec![[0.02, 0.015, 0.01]; 200 * 160],
        wear: None,
    };
    let rect = Rect {
        x: 80,
        y: 60,
        width: 40,
        height: 40,
    };
    let spark = |x: usize, y: usize| y * 200 + x;
    // A spark nobody wears.
    dark.pixels[spark(20, 20)] = [1.0; 3];
    assert_eq!(styler.apply(&style, &dark).unwrap(), dark);
    dark.wear = Some(Wear {
        rect,
        weight: vec![1.0; rect.area()],
    });
    assert_eq!(
        styler.apply(&style, &dark).unwrap().pixels,
        dark.pixels,
        "nothing worn is bright"
    );

    let mut lit = dark.clone();
    for y in 78..82 {
        for x in 98..102 {
            lit.pixels[spark(x, y)] = [1.0, 0.9, 0.6];
        }
    }
    let after = styler.apply(&style, &lit).unwrap();
    let gain = |x: usize, y: usize| after.pixels[spark(x, y)][0] - lit.pixels[spark(x, y)][0];
    assert!(gain(103, 80) > 0.02, "{}", gain(103, 80));
    assert!(
        gain(103, 80) > gain(106, 80) && gain(106, 80) > gain(109, 80),
        "falls off"
    );
    assert!(
        (gain(95, 79) - gain(104, 79)).abs() < 1e-5,
        "{} {}",
        gain(95, 79),
        gain(104, 79)
    );
    assert!(
        lit.pixels
            .iter()
            .zip(&after.pixels)
            .all(|(old, new)| (0..3).all(|c| new[c] >= old[c]))
    );
    assert_eq!(gain(20, 21), 0.0, "what is far keeps its bits");
}

/// A dark picture with one lit worn spot in its middle, and its wear over the middle third.
fn spark() -> StylePicture {
    let mut dark = StylePicture {
        width: 181,
        height: 181,
        pixels: vec![[0.02, 0.015, 0.01]; 181 * 181],
        wear: None,
    };
    dark.pixels[90 * 181 + 90] = [1.0, 0.9, 0.6];
    let rect = middle(&dark);
    dark.wear = Some(Wear {
        rect,
        weight: vec![1.0; rect.area()],
    });
    dark
}

#[test]
fn a_glint_has_four_alike_points_and_stays_small() {
    let mut styler = styler();
    let before = spark();
    let after = styler
        .apply(&Style::parse("sparkle,size=8").unwrap(), &before)
        .unwrap();
    let gain = |x: usize, y: usize| after.pixels[y * 181 + x][0] - before.pixels[y * 181 + x][0];
    let arms = [gain(94, 90), gain(86, 90), gain(90, 94), gain(90, 86)];
    assert!(arms.iter().all(|arm| *arm > 0.05), "{arms:?}");
    assert!(arms.iter().all(|arm| (arm - arms[0]).abs() < 1e-4), "{arms:?}");
    assert!(gain(94, 94) < 0.2 * arms[0], "dark between the points");
    assert_eq!(gain(110, 90), 0.0, "ends with its arm");
    let unworn = StylePicture { wear: None, ..before };
    let same = styler
        .apply(&Style::parse("sparkle,size=8").unwrap(), &unworn)
        .unwrap();
    assert_eq!(same, unworn, "nobody wears it");
}

#[test]
fn soft_focus_veils_what_is_not_worn() {
    let mut styler = styler();
    let mut before = picture(120, 90);
    let rect = middle(&before);
    before.wear = Some(Wear {
        rect,
        weight: vec![1.0; rect.area()],
    });
    let after = styler
        .apply(&Style::parse("soft_focus,radius=3").unwrap(), &before)
        .unwrap();
    let mut veiled = 0;
    for (i, (old, new)) in before.pixels.iter().zip(&after.pixels).enumerate() {
        let (x, y) = (i as u32 % 120, i as u32 / 120);
        let inside =
            (rect.x..rect.x + rect.width).contains(&x) && (rect.y..rect.y + rect.height).contains(&y);
        let off = (0..3).map(|c| (old[c] - new[c]).abs()).fold(0.0, f32::max);
        if inside {
            assert!(off < 1e-4, "the jewel changed by {off} at {x}, {y}");
        } else if off > 0.01 {
            veiled += 1;
        }
    }
    assert!(veiled > 4000, "{veiled}");
}
