//! What may change and what may not: composite and restore on random photos, products and placements.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod coloured;
mod order;
mod shade;

use bijou::anchors::{Anchors, Measure, Name, Part, PartMap, Point, Pose};
use bijou::composite::{ArtPyramid, Composite, compose};
use bijou::generator::Corrections;
use bijou::geometry::{Square, Warp};
use bijou::photo::{Photo, Samples};
use bijou::placement::{Piece, Placement, Strength};
use bijou::product::Product;
use bijou::restore::restore;
use glam::{DAffine2, DVec2};
use proptest::prelude::*;
use std::path::Path;

const SIZE: usize = 64;

/// A real product of the catalogue.
fn product() -> Product {
    catalogue("pearl-drop-gold")
}

fn catalogue(id: &str) -> Product {
    let products = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/products");
    Product::load(&products.join(id)).unwrap()
}

/// Anchors are only asked for parts and for the lobes' visibility here; there are none.
fn anchors() -> Anchors {
    let point = |name| Point {
        name,
        position: DVec2::ZERO,
        sigma: 1.0,
        visible: 0.0,
    };
    Anchors {
        points: Name::ALL.map(point).to_vec(),
        pose: Pose {
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
        },
        mm_per_px: Measure {
            value: 1.0,
            error: 0.1,
        },
        face: 1.0,
        crop: Square {
            center: DVec2::ZERO,
            side: 1.0,
        },
        other_head: false,
        parts: PartMap::default(),
        trinkets: Vec::new(),
        strand: None,
    }
}

/// Noise that repeats.
fn noise(seed: u64) -> impl FnMut() -> u32 {
    let mut state = seed
        .wrapping_mul(2_862_933_555_777_941_757)
        .wrapping_add(3_037_000_493);
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    }
}

/// A photo of noise, 8 or 16 bit.
fn photo(width: u32, height: u32, deep: bool, seed: u64) -> Photo {
    let mut next = noise(seed);
    let count = (width * height * 3) as usize;
    if deep {
        Photo::from_rgb16(width, height, (0..count).map(|_| next() as u16).collect())
    } else {
        Photo::from_rgb8(width, height, (0..count).map(|_| next() as u8).collect())
    }
}

/// A placement anywhere, even partly outside.
fn placement(x: f64, y: f64, scale: f64, degrees: f64, mirror: bool) -> Placement {
    let size = DVec2::new(if mirror { -scale } else { scale }, scale);
    let to_photo = DAffine2::from_scale_angle_translation(size, degrees.to_radians(), DVec2::new(x, y));
    Placement {
        piece: Piece::EarringL,
        warp: Warp::rigid(to_photo),
        wrap: None,
        px_per_mm: scale,
        pivot: DVec2::new(x, y),
        strength: Strength::default(),
        hidden: None,
    }
}

/// Random corrections of a composite's size.
fn corrections(flat: &Composite, seed: u64) -> Corrections {
    let mut next = noise(seed);
    let mut unit = || (next() % 10_000) as f32 / 1e4;
    let n = flat.size * flat.size;
    if seed.is_multiple_of(3) {
        return Corrections::Difference((0..3 * n).map(|_| unit() - 0.5).collect());
    }
    Corrections::Light {
        shadow: (0..n).map(|_| unit()).collect(),
        coverage: flat.coverage.iter().map(|c| c * unit()).collect(),
        residual: (0..3 * n).map(|_| unit() - 0.5).collect(),
    }
}

/// Corrections that say: nothing happens, all is seen (or nothing is).
fn plain(flat: &Composite, seen: f32) -> Corrections {
    let n = flat.size * flat.size;
    Corrections::Light {
        shadow: vec![1.0; n],
        coverage: flat.coverage.iter().map(|c| c * seen).collect(),
        residual: vec![0.0; 3 * n],
    }
}

/// Samples of pixel `i`, as 16 bit.
fn pixel(photo: &Photo, i: usize) -> [u16; 3] {
    match photo.samples() {
        Samples::U8(v) => [0, 1, 2].map(|c| u16::from(v[3 * i + c])),
        Samples::U16(v) => [0, 1, 2].map(|c| v[3 * i + c]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn outside_the_mask_every_bit_stays(
        (width, height) in (40u32..160, 40u32..160),
        (x, y) in (-30.0..150.0f64, -30.0..150.0f64),
        (scale, degrees, mirror) in (0.3..6.0f64, -180.0..180.0f64, any::<bool>()),
        (deep, seed) in (any::<bool>(), any::<u64>()),
    ) {
        let product = product();
        let art = ArtPyramid::new(&product);
        let before = photo(width, height, deep, seed);
        let place = placement(x, y, scale, degrees, mirror);
        let Some(flat) = compose(&before, &anchors(), &product, &art, &place, SIZE) else { return Ok(()) };
        let worn = restore(&before, &flat, &corrections(&flat, seed), Strength::default());
        let mut after = before.clone();
        after.apply(&worn.patch);
        let rect = worn.patch.rect;
        for i in 0..(width * height) as usize {
            let (px, py) = (i as u32 % width, i as u32 / width);
            let inside = px >= rect.x && py >= rect.y && px < rect.x + rect.width && py < rect.y + rect.height;
            let masked = inside && {
                let at = ((py - rect.y) * rect.width + px - rect.x) as usize;
                worn.patch.changed[at]
            };
            prop_assert!(masked || pixel(&before, i) == pixel(&after, i), "pixel {px},{py} changed outside the mask");
        }
    }

    #[test]
    fn a_piece_nothing_is_seen_of_changes_nothing(
        (x, y, scale) in (0.0..100.0f64, 0.0..100.0f64, 0.5..5.0f64),
        seed in any::<u64>(),
    ) {
        let product = product();
        let art = ArtPyramid::new(&product);
        let before = photo(120, 120, false, seed);
        let place = placement(x, y, scale, 0.0, false);
        let mut head = anchors();
        head.parts = everywhere(Part::Hair);
        let Some(flat) = compose(&before, &head, &product, &art, &place, SIZE) else { return Ok(()) };
        let worn = restore(&before, &flat, &plain(&flat, 0.0), Strength::default());
        prop_assert!(worn.visible < 0.02);
    }
}

/// A map that knows nothing but one part.
fn everywhere(part: Part) -> PartMap {
    let planes = (0..16)
        .map(|i| f32::from(u8::from(i / 4 == part as usize)))
        .collect();
    let square = Square {
        center: DVec2::splat(100.0),
        side: 400.0,
    };
    PartMap::new(2, 2, planes, square)
}

/// Without corrections a piece is its artwork: opaque art on grey comes out with the art's own colour.
#[test]
fn the_products_own_pixels_are_sacred() {
    let product = product();
    let art = ArtPyramid::new(&product);
    let (w, h) = (product.art.width as u32, product.art.height as u32);
    // One art pixel to one photo pixel.
    let scale = f64::from(w) / product.size_mm.x;
    // Beside it are colours, or it would be a photo in black and white.
    let (width, height) = (w + 40, h + 40);
    let colour = |i: u32| match (i % width < 18, i / width < height / 2) {
        (true, true) => [200, 90, 80],
        (true, false) => [70, 100, 200],
        (false, _) => [128; 3],
    };
    let samples = (0..width * height).flat_map(colour).collect();
    let before = Photo::from_rgb8(width, height, samples);
    let mut head = anchors();
    head.crop = Square {
        center: DVec2::new(f64::from(width), f64::from(height)) / 2.0,
        side: f64::from(width.max(height)),
    };
    let place = placement(20.0, 20.0, scale, 0.0, false);
    let flat = compose(&before, &head, &product, &art, &place, 256).unwrap();
    let worn = restore(&before, &flat, &plain(&flat, 1.0), Strength::default());
    let mut after = before;
    after.apply(&worn.patch);
    let (mut worst, mut opaque) = (0, 0);
    for (i, art) in product
        .art
        .rgba
        .chunks_exact(4)
        .enumerate()
        .filter(|(_, p)| p[3] == 255)
    {
        let (x, y) = (i as u32 % w + 20, i as u32 / w + 20);
        let got = pixel(&after, (y * (w + 40) + x) as usize);
        // The two taps of the resampler blend neighbours of half a pixel; flat places must be exact.
        let near = |k: usize| product.art.rgba.get(k * 4..k * 4 + 4).is_some_and(|p| p == art);
        let flat = i > w as usize
            && [i - 1, i + 1, i - w as usize, i + w as usize]
                .into_iter()
                .all(near)
            && [
                i - w as usize - 1,
                i - w as usize + 1,
                i + w as usize - 1,
                i + w as usize + 1,
            ]
            .into_iter()
            .all(near);
        if flat {
            opaque += 1;
            for c in 0..3 {
                worst = worst.max(got[c].abs_diff(u16::from(art[c])));
            }
        }
    }
    assert!(opaque > 20, "only {opaque} flat opaque pixels were found");
    assert!(worst <= 1, "the artwork's colour is off by {worst}/255");
}
