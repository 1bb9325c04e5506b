//! Collars and locks: where clothes and hair lie over a chain, and where nothing can.
//!
//! A chain lies on the body, so hair seen in its place is in front of it, and bare skin below the chin is behind it.
//! A chain worn on an open neckline lies on whatever covers the chest, but where it would end on a collar it
//! goes under it. Over a closed neckline the whole chain is worn outside.

use crate::anchors::{Anchors, Name, Part};
use crate::geometry::Warp;
use crate::product::Attach;
use glam::{DAffine2, DVec2};

/// Between these shares of the height from the lowest point to the ends, clothes begin to win…
const RISE: (f64, f64) = (0.44, 0.52);
/// …and between these probabilities of clothes they do: a chain is over a collar or under it, never half.
const SURE: (f64, f64) = (0.4, 0.6);
/// Between these probabilities of skin a chain is certainly seen.
const BARE: (f64, f64) = (0.6, 0.8);
/// Skin at the throat from which a neckline is open.
const OPEN: f32 = 0.5;

/// How far each pixel of a `size`×`size` raster is under a collar or hair, and how far over bare skin below the chin,
/// 0..1; `to_photo` carries the raster into the photo and `warp` the product's millimetres. Empty for what is no chain.
pub fn cover(
    anchors: &Anchors,
    attach: Attach,
    warp: &Warp,
    to_photo: DAffine2,
    size: usize,
) -> (Vec<f32>, Vec<f32>) {
    let (Attach::Chain { end_l, end_r, lowest }, Some(inverse)) = (attach, warp.inverse()) else {
        return Default::default();
    };
    let clothes = |photo: DVec2| f64::from(anchors.parts.at(Part::Clothes, photo));
    // A side whose end lies on skin is not covered at all, or the chain would be broken in its middle.
    let open = is_open(anchors);
    let [right, left] = [end_r, end_l].map(|end| open && clothes(warp.apply(end)) > SURE.0);
    // Jaw and chin are skin too, and in front of what lies behind them.
    let chin = anchors.at(Name::Chin);
    let down = chin - (anchors.at(Name::EyeL) + anchors.at(Name::EyeR)) / 2.0;
    let height = (lowest.y - (end_l.y + end_r.y) / 2.0).max(1.0);
    let at = |i: usize| {
        let p = DVec2::new((i % size) as f64 + 0.5, (i / size) as f64 + 0.5);
        let photo = to_photo.transform_point2(p);
        let mm = inverse.apply(photo);
        let collared = if mm.x > lowest.x { left } else { right };
        let collar = if collared {
            ramp((lowest.y - mm.y) / height, RISE) * ramp(clothes(photo), SURE)
        } else {
            0.0
        };
        let hair = ramp(f64::from(anchors.parts.at(Part::Hair, photo)), SURE);
        let skin = ramp(f64::from(anchors.parts.at(Part::Skin, photo)), BARE);
        let throat = if (photo - chin).dot(down) > 0.0 { skin } else { 0.0 };
        (collar.max(hair), throat)
    };
    (0..size * size).map(at).unzip()
}

/// 0 below the range, 1 above it, a straight line between.
fn ramp(v: f64, (low, high): (f64, f64)) -> f32 {
    ((v - low) / (high - low)).clamp(0.0, 1.0) as f32
}

/// Is there skin at the throat, at the notch or a little above?
fn is_open(anchors: &Anchors) -> bool {
    let notch = anchors.at(Name::Notch);
    let neck = (anchors.at(Name::NeckL) + anchors.at(Name::NeckR)) / 2.0;
    let skin = |share: f64| anchors.parts.at(Part::Skin, notch.lerp(neck, share));
    skin(0.0).max(skin(0.3)) > OPEN
}
