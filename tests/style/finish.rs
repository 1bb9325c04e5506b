//! Photo finish: off by default; each amount does what it says and spares what it must.

use super::*;

/// A plain surface with Gaussian noise of `sigma` (encoded); the middle third is smooth, as artwork is, and worn.
fn noisy(sigma: f64, light: f64) -> StylePicture {
    let mut state = 9_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    let (width, height) = (240, 240);
    let inside = |i: u32| (80..160).contains(&(i % width)) && (80..160).contains(&(i / width));
    let pixels = (0..width * height)
        .map(|i| {
            let noise: f64 = (0..12).map(|_| random()).sum::<f64>() - 6.0;
            let v = light + if inside(i) { 0.0 } else { sigma * noise };
            [reference::decode(v) as f32; 3]
        })
        .collect();
    let rect = Rect {
        x: 80,
        y: 80,
        width: 80,
        height: 80,
    };
    StylePicture {
        width,
        height,
        pixels,
        wear: Some(Wear {
            rect,
            weight: vec![1.0; rect.area()],
        }),
    }
}

/// Standard deviation of encoded values in a square.
fn deviation(picture: &StylePicture, from: u32, to: u32) -> f64 {
    let values: Vec<f64> = (from..to)
        .flat_map(|y| (from..to).map(move |x| (x, y)))
        .map(|(x, y)| reference::encode(f64::from(picture.pixels[(y * picture.width + x) as usize][1])))
        .collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

fn finished(text: &str, before: &StylePicture) -> StylePicture {
    styler().apply(&Style::parse(text).unwrap(), before).unwrap()
}

#[test]
fn it_is_off_until_asked_for() {
    let before = noisy(0.02, 0.5);
    assert!(finished("finish", &before) == before);
    assert!(finished("finish,seed=7", &before) == before);
}

#[test]
fn grain_is_as_strong_on_the_jewel_as_in_the_photo_and_only_there() {
    for (sigma, light) in [(0.01, 0.5), (0.02, 0.35), (0.03, 0.65)] {
        let before = noisy(sigma, light);
        let after = finished("finish,grain=1", &before);
        let (added, photo) = (deviation(&after, 90, 150), deviation(&before, 5, 75));
        assert!((added / photo - 1.0).abs() < 0.2, "{sigma}: {added}, not {photo}");
        assert!(
            (deviation(&after, 5, 75) - photo).abs() < 1e-6,
            "the photo itself changes"
        );
        // What is there already is not doubled.
        let mut all = noisy(sigma, light);
        let rect = all.wear.as_ref().map(|w| w.rect).unwrap();
        for y in rect.y..rect.y + rect.height {
            for x in rect.x..rect.x + rect.width {
                let (to, from) = ((y * 240 + x) as usize, ((y - 80) * 240 + x - 80) as usize);
                all.pixels[to] = all.pixels[from];
            }
        }
        let again = deviation(&finished("finish,grain=1", &all), 90, 150);
        assert!(again < 1.25 * photo, "{sigma}: {again} on {photo}");
    }
    // A clean photo gets none.
    assert!(deviation(&finished("finish,grain=1", &noisy(0.0, 0.5)), 90, 150) < 0.001);
}

#[test]
fn denoising_sharpening_and_glow_do_what_they_say() {
    let before = noisy(0.02, 0.5);
    let calm = finished("finish,denoise=1", &before);
    assert!(deviation(&calm, 5, 75) < 0.5 * deviation(&before, 5, 75));
    // An edge becomes steeper, noise does not become stronger.
    let edge = |picture: &StylePicture| {
        let at = |x: usize| reference::encode(f64::from(picture.pixels[120 * 240 + x][1]));
        at(122) - at(118)
    };
    let mut step = noisy(0.0, 0.4);
    for (i, p) in step.pixels.iter_mut().enumerate() {
        let rise = ((i % 240) as f64 - 117.0).clamp(0.0, 6.0) / 6.0;
        *p = [reference::decode(0.35 + 0.2 * rise) as f32; 3];
    }
    step.wear = None;
    for text in ["finish,sharpen=1", "finish,contrast=1"] {
        assert!(
            edge(&finished(text, &step)) > 1.02 * edge(&step) || text.contains("sharpen"),
            "{text}"
        );
    }
    let sharp = finished("finish,sharpen=1", &before);
    assert!(deviation(&sharp, 5, 75) < 1.6 * deviation(&before, 5, 75));
    // A light glows onto grey, less onto skin.
    let glow = |around: [f32; 3]| {
        let mut picture = noisy(0.0, 0.5);
        picture.wear = None;
        picture.pixels.fill(around);
        for y in 110..130 {
            for x in 110..130 {
                picture.pixels[y * 240 + x] = [1.0; 3];
            }
        }
        let after = finished("finish,glow=1", &picture);
        reference::encode(f64::from(after.pixels[120 * 240 + 106][1]))
            - reference::encode(f64::from(around[1]))
    };
    let (grey, skin) = (glow([0.3, 0.3, 0.3]), glow([0.5, 0.3, 0.2]));
    assert!(grey > 0.01 && skin < 0.6 * grey, "{grey} {skin}");
}

#[test]
fn tiles_equal_the_whole() {
    let before = noisy(0.015, 0.5);
    let style = Style::parse("finish,contrast=0.6,denoise=0.5,sharpen=0.5,glow=0.5,grain=1").unwrap();
    let (mut whole, mut tiled) = (styler(), styler().with_tile(64));
    let after = whole.apply(&style, &before).unwrap();
    assert!(after != before);
    assert!(after == tiled.apply(&style, &before).unwrap());
}
