//! Collars: where clothes lie over a chain.
//!
//! A chain worn on an open neckline lies on whatever covers the chest, but goes under the collar at the
//! sides of the neck. Over a closed neckline the whole chain is worn outside.

use crate::anchors::{Anchors, Name, Part};
use crate::geometry::InverseWarp;
use crate::product::Attach;
use glam::{DAffine2, DVec2};

/// Between these shares of the height from the lowest point to the ends, clothes begin to win.
const RISE: (f64, f64) = (0.4, 0.65);
/// Skin at the throat from which a neckline is open.
const OPEN: f32 = 0.5;

/// How far each pixel of a `size`×`size` raster is under a collar, 0..1; `to_photo` carries the raster into
/// the photo and `warp` the photo into product millimetres. Empty for what is no chain or worn outside.
pub fn cover(
    anchors: &Anchors,
    attach: Attach,
    warp: InverseWarp,
    to_photo: DAffine2,
    size: usize,
) -> Vec<f32> {
    let Attach::Chain { end_l, end_r, lowest } = attach else {
        return Vec::new();
    };
    if !open(anchors) {
        return Vec::new();
    }
    let height = (lowest.y - (end_l.y + end_r.y) / 2.0).max(1.0);
    let at = |i: usize| {
        let p = DVec2::new((i % size) as f64 + 0.5, (i / size) as f64 + 0.5);
        let photo = to_photo.transform_point2(p);
        let rise = (lowest.y - warp.apply(photo).y) / height;
        let t = ((rise - RISE.0) / (RISE.1 - RISE.0)).clamp(0.0, 1.0) as f32;
        if t > 0.0 {
            t * anchors.parts.at(Part::Clothes, photo)
        } else {
            0.0
        }
    };
    (0..size * size).map(at).collect()
}

/// Is there skin at the throat, at the notch or a little above?
fn open(anchors: &Anchors) -> bool {
    let notch = anchors.at(Name::Notch);
    let neck = (anchors.at(Name::NeckL) + anchors.at(Name::NeckR)) / 2.0;
    let skin = |share: f64| anchors.parts.at(Part::Skin, notch.lerp(neck, share));
    skin(0.0).max(skin(0.3)) > OPEN
}
