//! Draping a necklace: its chain leaves the sides of the neck and its lowest point hangs below the throat.

use crate::anchors::{Anchors, Name};
use crate::geometry::{Warp, affine_through};
use glam::{DAffine2, DVec2};

/// A neck is about this wide where a chain leaves it (mm), whatever the model says.
const NECK_MM: (f64, f64) = (95.0, 175.0);

/// The warp that drapes a chain with ends and lowest point (`[end_l, end_r, lowest]`, mm) round a neck,
/// and the lowest point's place in the photo.
///
/// Across, the chain is as wide as the neck; down, it keeps its millimetres: gravity does not know
/// how thick a neck is.
pub fn drape(anchors: &Anchors, [end_l, end_r, lowest]: [DVec2; 3], px_per_mm: f64) -> (Warp, DVec2) {
    let (neck_l, neck_r) = sides(anchors, px_per_mm);
    let middle = (neck_l + neck_r) / 2.0;
    let across = (neck_l - neck_r).normalize_or(DVec2::X);
    let down = hang(anchors, middle, across);
    let ends = (end_l + end_r) / 2.0;
    // How far the lowest point is below the chain's ends, and where between them.
    let drop = (lowest.y - ends.y).max(1.0) * px_per_mm;
    let share = (lowest.x - ends.x) / (end_l.x - end_r.x).abs().max(1.0);
    let place = middle + down * drop + across * share * neck_l.distance(neck_r);
    let map = affine_through([end_r, end_l, lowest], [neck_r, neck_l, place]).unwrap_or_else(|| {
        let scale = DVec2::splat(px_per_mm);
        DAffine2::from_scale_angle_translation(scale, 0.0, place) * DAffine2::from_translation(-lowest)
    });
    (Warp::rigid(map), place)
}

/// Where the chain leaves the neck: the model's points, made plausible about the throat's middle.
fn sides(anchors: &Anchors, px_per_mm: f64) -> (DVec2, DVec2) {
    let (l, r) = (anchors.at(Name::NeckL), anchors.at(Name::NeckR));
    let middle = (l + r) / 2.0;
    let half = (l - r) / 2.0;
    let width = half.length() * 2.0;
    let wanted = width.clamp(NECK_MM.0 * px_per_mm, NECK_MM.1 * px_per_mm);
    let half = half.normalize_or(DVec2::X) * wanted / 2.0;
    // The points lie half way down the neck; a chain rests where the neck meets the shoulders.
    let rest = (anchors.at(Name::Notch) - middle) * 0.45;
    (middle + half + rest, middle - half + rest)
}

/// The way the pendant hangs, a unit vector: down the picture, drawn a little towards the notch.
fn hang(anchors: &Anchors, middle: DVec2, across: DVec2) -> DVec2 {
    let body = (anchors.at(Name::Notch) - middle).normalize_or(DVec2::Y);
    let square = DVec2::new(-across.y, across.x);
    let square = if square.y < 0.0 { -square } else { square };
    (DVec2::Y + 0.5 * body + 0.5 * square).normalize_or(DVec2::Y)
}
