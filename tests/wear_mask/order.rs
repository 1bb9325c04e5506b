//! What lies over a piece and what it lies over, on heads that wear and are what the tests say.

use super::*;
use bijou::placement::{Adjustments, Placement, place};

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
    let art = ArtPyramid::new(&product);
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
fn turned(aside: f64, wrapped: bool, dressed: impl Fn(DVec2) -> Part) -> (Composite, Square, Placement) {
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
    let art = ArtPyramid::new(&product);
    let flat = compose(&before, &head, &product, &art, &placed, 256).unwrap();
    let square = flat.square;
    (flat, square, placed)
}

/// Sum of a plane over the raster's pixels that lie where asked in the photo.
fn sum(plane: &[f32], square: Square, at: impl Fn(DVec2) -> bool) -> f32 {
    let to_photo = square.from_raster(256);
    let place = |i: usize| DVec2::new((i % 256) as f64 + 0.5, (i / 256) as f64 + 0.5);
    let here = |(i, _): &(usize, &f32)| at(to_photo.transform_point2(place(*i)));
    plane.iter().enumerate().filter(here).map(|(_, v)| v).sum()
}

/// What of a piece nothing covers.
fn shown(flat: &Composite) -> Vec<f32> {
    let planes = flat.coverage.iter().zip(&flat.covered);
    planes.map(|(all, covered)| all * (1.0 - covered)).collect()
}

/// Of a chain on a turned body nothing hangs in the air above the farther side of the neck, and both sides reach it.
#[test]
fn a_chain_goes_behind_the_turned_neck() {
    for (aside, far) in [(-45.0, 385.0), (45.0, 615.0)] {
        let beyond = |p: DVec2| (p.x < 500.0) == (far < 500.0) && p.y < 580.0;
        let (flat, square, _) = turned(aside, true, |_| Part::Skin);
        assert_eq!(sum(&flat.coverage, square, beyond), 0.0, "{aside}");
        for side in [385.0, 615.0] {
            let near = |p: DVec2| p.distance(DVec2::new(side, 603.0)) < 14.0;
            assert!(sum(&flat.coverage, square, near) > 5.0, "{aside}, at {side}");
        }
        let (loose, square, _) = turned(aside, false, |_| Part::Skin);
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
        let (flat, square, _) = turned(0.0, true, dressed);
        let shown = shown(&flat);
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
        let art = ArtPyramid::new(&product);
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
        let (flat, square, _) = turned(45.0, true, dressed);
        assert!(sum(&flat.covered, square, below) > 5.0);
        assert_eq!(sum(&flat.covered, square, |p| p.x > 600.0 && p.y > 700.0), 0.0);
    }
}

/// A strand that goes out of sight ends between two pearls: of each all is seen or nothing.
#[test]
fn a_strand_ends_between_two_pearls() {
    let course = catalogue("pearl-strand").course;
    for edge in [400.0, 450.0, 500.0] {
        let dressed = |p: DVec2| if p.x < edge { Part::Clothes } else { Part::Skin };
        let (flat, square, placed) = turned(45.0, true, dressed);
        let (back, lowest) = (placed.warp.inverse().unwrap(), placed.wrap.unwrap().lowest);
        let gaps = course.gaps(0, 1.0);
        let mut pearls = vec![0.0_f32; gaps.len() + 1];
        let to_photo = square.from_raster(256);
        for (i, seen) in shown(&flat).into_iter().enumerate() {
            let p = DVec2::new((i % 256) as f64 + 0.5, (i / 256) as f64 + 0.5);
            let mm = back.apply(to_photo.transform_point2(p)) - lowest;
            if mm.x < 0.0 && mm.y < 0.0 {
                let along = course.along(mm);
                pearls[gaps.partition_point(|gap| gap.along <= along)] += seen;
            }
        }
        let whole = pearls[1..].iter().copied().fold(0.0, f32::max);
        let end = pearls.iter().skip(1).position(|&p| p < 0.1 * whole).unwrap();
        assert!(end < gaps.len() - 2, "{edge}: nothing is covered");
        for pearl in &pearls[1..=end] {
            assert!(*pearl > 0.6 * whole, "{edge}: {pearls:?}");
        }
        for pearl in &pearls[end + 1..] {
            assert!(*pearl < 0.1 * whole, "{edge}: {pearls:?}");
        }
    }
}

/// Over a closed neckline a chain goes behind the neck where the collar ends, not beside it.
#[test]
fn over_a_closed_neckline_a_chain_ends_on_the_collar() {
    let dressed = |p: DVec2| match (p.x - 500.0).abs() {
        aside if aside < 100.0 && p.y < 650.0 => Part::Skin,
        aside if aside < 150.0 && p.y > 550.0 || p.y > 650.0 => {
            if aside < 300.0 {
                Part::Clothes
            } else {
                Part::Background
            }
        }
        _ => Part::Background,
    };
    let (flat, square, placed) = turned(0.0, true, dressed);
    assert!(placed.wrap.unwrap().outside);
    let shown = shown(&flat);
    for side in [-1.0, 1.0] {
        let top = DVec2::new(500.0 + 100.0 * side, 560.0);
        assert!(sum(&shown, square, |p| p.distance(top) < 30.0) > 5.0, "{side}");
        let above = |p: DVec2| (p.x - 500.0) * side > 0.0 && p.y < 530.0;
        assert_eq!(sum(&shown, square, above), 0.0, "{side}");
        let beside = |p: DVec2| (p.x - 500.0) * side > 160.0 && p.y < 640.0;
        assert_eq!(sum(&shown, square, beside), 0.0, "{side}");
    }
}

/// A roll-neck has no edge that skin comes out of but the jaw's: the chain goes round all of it.
#[test]
fn over_a_roll_neck_a_chain_goes_round_the_neck() {
    let dressed = |p: DVec2| match (p.x - 500.0).abs() {
        aside if aside < 60.0 && p.y < 600.0 => Part::Skin,
        aside if aside < 150.0 && p.y > 500.0 || aside < 300.0 && p.y > 650.0 => Part::Clothes,
        _ => Part::Background,
    };
    let (flat, square, placed) = turned(0.0, true, dressed);
    assert!(placed.wrap.unwrap().outside);
    let shown = shown(&flat);
    for side in [-1.0, 1.0] {
        let neck = DVec2::new(500.0 + 110.0 * side, 610.0);
        assert!(sum(&shown, square, |p| p.distance(neck) < 25.0) > 5.0, "{side}");
        let jaw = |p: DVec2| (0.0..75.0).contains(&((p.x - 500.0) * side)) && p.y < 620.0;
        assert_eq!(sum(&shown, square, jaw), 0.0, "{side}");
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
        assert!((0.7..0.97).contains(&seen), "{id}: {seen}");
        let seen = seen_over(id, Part::Background, 10.0, -20.0);
        assert!(seen > 0.99, "{id} beside the head: {seen}");
    }
}

/// Only in hair do a tiara's ends sink; nothing is in front of it elsewhere, be it before a hat or before the background,
/// whatever the generator says.
#[test]
fn a_tiara_is_worn_on_the_head() {
    for part in [Part::Skin, Part::Clothes, Part::Background] {
        let seen = seen_over("diamond-scroll-tiara-silver", part, 190.0, 0.0);
        assert!(seen > 0.998, "{part:?}: {seen}");
    }
    let seen = seen_over("diamond-scroll-tiara-silver", Part::Hair, 190.0, 0.0);
    assert!((0.75..0.995).contains(&seen), "{seen}");
}
