//! What may change and what may not: composite and restore on random photos, products and placements.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bijou::anchors::{Anchors, Measure, Name, Part, PartMap, Point, Pose};
use bijou::composite::{ArtPyramid, Composite, compose};
use bijou::generator::Corrections;
use bijou::geometry::{Square, Warp};
use bijou::photo::{Photo, Samples};
use bijou::placement::{Adjustments, Piece, Placement, Strength, place};
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
        let art = ArtPyramid::new(&product.art);
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
        let art = ArtPyramid::new(&product.art);
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

/// What is seen of a piece over nothing but `part`, when the generator would hide all of it; the chin is at this height
/// and the head turned to her left by `yaw` degrees.
fn seen_over(id: &str, part: Part, chin: f64, yaw: f64) -> f32 {
    let product = catalogue(id);
    let mut head = anchors();
    head.pose.yaw = yaw;
    head.points[Name::LobeL as usize].visible = 1.0;
    for (name, y) in [
        (Name::EyeL, chin - 80.0),
        (Name::EyeR, chin - 80.0),
        (Name::Chin, chin),
    ] {
        head.points[name as usize].position = DVec2::new(100.0, y);
    }
    head.parts = everywhere(part);
    let place = placement(20.0, 40.0, 1.0, 0.0, false);
    let before = photo(200, 200, false, 7);
    let art = ArtPyramid::new(&product.art);
    let flat = compose(&before, &head, &product, &art, &place, SIZE).unwrap();
    restore(&before, &flat, &plain(&flat, 0.0), Strength::default()).visible
}

/// Nothing can lie over a chain where it lies on bare skin below the chin, or on a closed neckline.
#[test]
fn a_chain_on_bare_skin_is_seen_whatever_the_generator_doubts() {
    // The skin above the chin may be a jaw's, before the chain; cloth is not.
    for (part, chin) in [(Part::Skin, 10.0), (Part::Clothes, 10.0), (Part::Clothes, 190.0)] {
        let seen = seen_over("pearl-strand", part, chin, 0.0);
        assert!(seen > 0.9, "{part:?}, {chin}: {seen}");
    }
    for (part, chin) in [(Part::Skin, 190.0), (Part::Hair, 10.0)] {
        let seen = seen_over("pearl-strand", part, chin, 0.0);
        assert!(seen < 0.02, "{part:?}, {chin}: {seen}");
    }
    // Half way up there must be a neck.
    let seen = seen_over("pearl-strand", Part::Background, 10.0, 0.0);
    assert!((0.3..0.7).contains(&seen), "{seen}");
}

/// Clothes on the picture's left, skin on its right.
fn half_dressed(place: DVec2) -> Part {
    if place.x < 500.0 {
        Part::Clothes
    } else {
        Part::Skin
    }
}

/// A strand on a body turned aside, its throat `aside` mm off the neck's middle, which wears what `dressed` says. Two
/// pixels a millimetre, the neck's sides at x = 385 and 615.
fn turned(aside: f64, wrapped: bool, dressed: impl Fn(DVec2) -> Part) -> (Composite, Square) {
    let product = catalogue("pearl-strand");
    let mut head = anchors();
    head.mm_per_px.value = 0.5;
    for (name, x, y) in [
        (Name::EyeL, 530.0, 380.0),
        (Name::EyeR, 470.0, 380.0),
        (Name::Chin, 500.0, 540.0),
        (Name::NeckL, 615.0, 600.0),
        (Name::NeckR, 385.0, 600.0),
        (Name::Notch, 500.0 + 2.0 * aside, 720.0),
    ] {
        head.points[name as usize].position = DVec2::new(x, y);
    }
    let everywhere = Square {
        center: DVec2::splat(500.0),
        side: 1000.0,
    };
    let part = |i: usize| dressed(DVec2::new((i % 20) as f64 + 0.5, (i / 20) as f64 + 0.5) * 50.0);
    let planes = (0..1600).map(|i| f32::from(u8::from(i / 400 == part(i % 400) as usize)));
    head.parts = PartMap::new(20, 20, planes.collect(), everywhere);
    let mut placed = place(&head, &product, &Adjustments::default(), DVec2::splat(1000.0)).remove(0);
    if !wrapped {
        placed.wrap = None;
    }
    let before = Photo::from_rgb8(1000, 1000, vec![128; 3_000_000]);
    let art = ArtPyramid::new(&product.art);
    let flat = compose(&before, &head, &product, &art, &placed, 256).unwrap();
    let square = flat.square;
    (flat, square)
}

/// Sum of a plane over the raster's pixels that lie where asked in the photo.
fn sum(plane: &[f32], square: Square, at: impl Fn(DVec2) -> bool) -> f32 {
    let to_photo = square.from_raster(256);
    let place = |i: usize| DVec2::new((i % 256) as f64 + 0.5, (i / 256) as f64 + 0.5);
    let here = |(i, _): &(usize, &f32)| at(to_photo.transform_point2(place(*i)));
    plane.iter().enumerate().filter(here).map(|(_, v)| v).sum()
}

/// Of a chain on a turned body nothing hangs in the air above the farther side of the neck, and both sides reach it.
#[test]
fn a_chain_goes_behind_the_turned_neck() {
    for (aside, far) in [(-45.0, 385.0), (45.0, 615.0)] {
        let beyond = |p: DVec2| (p.x < 500.0) == (far < 500.0) && p.y < 580.0;
        let (flat, square) = turned(aside, true, half_dressed);
        assert_eq!(sum(&flat.coverage, square, beyond), 0.0, "{aside}");
        for side in [385.0, 615.0] {
            let near = |p: DVec2| p.distance(DVec2::new(side, 603.0)) < 14.0;
            assert!(sum(&flat.coverage, square, near) > 5.0, "{aside}, at {side}");
        }
        let (loose, square) = turned(aside, false, half_dressed);
        assert!(sum(&loose.coverage, square, beyond) > 5.0, "{aside}");
    }
}

/// A chain's sides go to where the part map shows the neck's outline, wherever the points have it, and no pearl hangs
/// beside it.
#[test]
fn a_chain_reaches_the_outline_and_ends_there() {
    for outline in [96.0, 130.0] {
        let dressed = |p: DVec2| {
            let neck = (p.x - 500.0).abs() < outline;
            if neck || p.y > 700.0 {
                Part::Skin
            } else {
                Part::Background
            }
        };
        let (flat, square) = turned(0.0, true, dressed);
        let shown: Vec<f32> = flat
            .coverage
            .iter()
            .zip(&flat.covered)
            .map(|(a, b)| a * (1.0 - b))
            .collect();
        for side in [-1.0, 1.0] {
            let beyond = |p: DVec2| (p.x - 500.0) * side > outline + 14.0 && p.y < 690.0;
            assert!(sum(&shown, square, beyond) < 1.0, "{outline}, {side}");
            let at = |p: DVec2| (0.0..50.0).contains(&(outline - (p.x - 500.0) * side)) && p.y < 690.0;
            assert!(sum(&shown, square, at) > 5.0, "{outline}, {side}");
        }
    }
}

/// What of a piece lies outside the picture is told, and of a chain what hangs lowest counts.
#[test]
fn the_share_inside_the_picture_is_told() {
    let framed = |id: &str, height: u32| {
        let product = catalogue(id);
        let art = ArtPyramid::new(&product.art);
        let before = photo(200, height, false, 7);
        let place = placement(20.0, 20.0, 1.0, 0.0, false);
        compose(&before, &anchors(), &product, &art, &place, SIZE)
            .unwrap()
            .framed
    };
    assert!(framed("pearl-strand", 200) > 0.999);
    let lowest = catalogue("pearl-strand").attach.points()[2].1.y;
    assert!(framed("pearl-strand", (20.0 + lowest - 12.0) as u32) < 0.05);
    let half = framed(
        "pearl-drop-gold",
        20 + catalogue("pearl-drop-gold").size_mm.y as u32 / 2,
    );
    assert!((0.1..0.9).contains(&half), "{half}");
}

/// On an open neckline only the side that ends on a collar goes under it, also where hair hides its very end.
#[test]
fn a_chain_goes_under_the_collar_it_ends_on() {
    let below = |p: DVec2| p.x < 480.0 && p.y > 660.0;
    for hair in [0.0, 650.0] {
        let dressed = |p: DVec2| if p.y < hair { Part::Hair } else { half_dressed(p) };
        let (flat, square) = turned(45.0, true, dressed);
        assert!(sum(&flat.covered, square, below) > 5.0);
        assert_eq!(sum(&flat.covered, square, |p| p.x > 600.0 && p.y > 700.0), 0.0);
    }
}

/// What hangs from a visible lobe is whole, but before the farther ear is the cheek.
#[test]
fn an_earring_is_whole_but_for_the_cheek() {
    for part in [Part::Skin, Part::Hair, Part::Background] {
        let seen = seen_over("pearl-drop-gold", part, 10.0, -20.0);
        assert!(seen > 0.9, "{part:?}: {seen}");
    }
    let seen = seen_over("pearl-drop-gold", Part::Skin, 10.0, 20.0);
    assert!((0.02..0.3).contains(&seen), "{seen}");
    let other = seen_over("pearl-drop-gold", Part::Hair, 10.0, 20.0);
    assert!(other > 0.9, "{other}");
}

/// A hoop goes through the lobe: on the face's side it comes out behind it, on the other and below it is seen.
#[test]
fn half_a_hoop_is_behind_the_lobe() {
    for id in ["thin-hoop-gold", "wide-hoop-silver"] {
        let seen = seen_over(id, Part::Skin, 10.0, -20.0);
        assert!((0.75..0.97).contains(&seen), "{id}: {seen}");
        let seen = seen_over(id, Part::Background, 10.0, -20.0);
        assert!(seen > 0.99, "{id} beside the head: {seen}");
    }
}

/// Only in hair do a tiara's ends sink; what there is of it before the background is the generator's to say.
#[test]
fn a_tiara_is_worn_on_the_head() {
    for part in [Part::Skin, Part::Clothes] {
        let seen = seen_over("diamond-scroll-tiara-silver", part, 190.0, 0.0);
        assert!(seen > 0.998, "{part:?}: {seen}");
    }
    let seen = seen_over("diamond-scroll-tiara-silver", Part::Hair, 190.0, 0.0);
    assert!((0.75..0.995).contains(&seen), "{seen}");
    let seen = seen_over("diamond-scroll-tiara-silver", Part::Background, 190.0, 0.0);
    assert!(seen < 0.02, "{seen}");
}

/// Without corrections a piece is its artwork: opaque art on grey comes out with the art's own colour.
#[test]
fn the_products_own_pixels_are_sacred() {
    let product = product();
    let art = ArtPyramid::new(&product.art);
    let (w, h) = (product.art.width as u32, product.art.height as u32);
    // One art pixel to one photo pixel.
    let scale = f64::from(w) / product.size_mm.x;
    let before = Photo::from_rgb8(w + 40, h + 40, vec![128; ((w + 40) * (h + 40) * 3) as usize]);
    let place = placement(20.0, 20.0, scale, 0.0, false);
    let flat = compose(&before, &anchors(), &product, &art, &place, 256).unwrap();
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
