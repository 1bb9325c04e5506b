//! Order: what certainly lies over a piece, and where nothing does.
//!
//! A chain lies on the body, so hair seen in its place is in front of it, and bare skin below the chin is behind it.
//! A chain worn on an open neckline lies on whatever covers the chest, but where it would end on a collar it
//! goes under it. Over a closed neckline the whole chain is worn outside, and seen on cloth as on skin. A tiara is worn
//! on the head and all that covers it, and seen above it; only its ends may sink into hair. An earring is seen at a lobe
//! that is seen, and before skin where the ear is turned to us; the other one's cheek may hide it. A hand is before all of
//! them.

mod chain;
mod links;

use super::parts::Parts;
use crate::anchors::{Anchors, Name, Part};
use crate::geometry::Square;
use crate::photo::boxed;
use crate::placement::{Piece, Placement, Wrap};
use crate::product::{Attach, Product};
use chain::Chain;
use glam::DVec2;

/// Between these probabilities a chain is over a collar or under it, never half. The same for hair, and for a head under
/// a tiara.
const SURE: (f64, f64) = (0.4, 0.6);
/// Between these probabilities of what nothing is in front of, a piece is certainly seen.
const BARE: (f64, f64) = (0.6, 0.8);
/// Both ears of a head that is turned no further (degrees) are as near: of rendered earrings at the farther one that is so
/// little away, skin hides 4 % of the pixels.
const FACING: f64 = 5.0;
/// Between these distances (mm) from a visible lobe an earring may begin to be hidden. On 373 rendered earrings at
/// visible lobes skin hides 0.7 % of the nearer ears' pixels; of the farther ones' 6 % within 3 mm, 18 % from there to
/// 6 mm and 90 % beyond 9 mm.
const STUD: (f64, f64) = (5.0, 7.0);
/// What hangs from it begins to be hidden between these distances (mm) to either side. On 264 rendered earrings at visible
/// lobes hair hides 3 % of the pixels in its place, most of them near the lobe.
const DROP: (f64, f64) = (14.0, 18.0);
/// A head turned by less (degrees) is seen from the front.
const FRONTAL: f64 = 15.0;
/// Between these distances (mm) from the hole a lobe ends.
const LOBE: (f64, f64) = (7.5, 8.5);
/// Between these visibilities a lobe is certainly seen; below the first nothing is hung on it.
const VISIBLE: (f64, f64) = (0.5, 0.65);
/// From this share of a tiara's half width to this one it sinks into hair, the brightest strands first.
const ENDS: (f64, f64) = (0.8, 1.0);
/// Between these shares of that it goes out of sight.
const SINK: (f64, f64) = (0.2, 0.8);
/// How much sooner a strand lies over it that is so many standard deviations brighter than those beside it.
const STRAND: f64 = 0.15;
/// Radius in pixels of what is beside a strand.
const BESIDE: usize = 3;

/// What is certain of a piece on a raster.
#[derive(Default)]
pub struct Order {
    /// How far each pixel is certainly under something, 0..1; 0 where there is no coverage.
    pub covered: Vec<f32>,
    /// How far it is certainly over everything but that, the same.
    pub seen: Vec<f32>,
    /// What is left of a chain whose ends go out of sight.
    pub wrap: Option<Wrap>,
    /// Share of the coverage that is behind a hand, 0..1.
    pub behind_hand: f32,
}

/// What is certain on a raster of as many pixels as `coverage` has over a `square` of the photo. `photo` is what the raster
/// shows, planar and encoded. Empty where nothing is certain.
pub fn order(
    anchors: &Anchors,
    product: &Product,
    placement: &Placement,
    square: Square,
    parts: &Parts,
    photo: &[f32],
    coverage: &[f32],
) -> Order {
    let Some(inverse) = placement.warp.inverse() else {
        return Order::default();
    };
    let size = coverage.len().isqrt();
    let to_photo = square.from_raster(size);
    let place = |i: usize| {
        let p = DVec2::new((i % size) as f64 + 0.5, (i / size) as f64 + 0.5);
        let photo = to_photo.transform_point2(p);
        let mm = inverse.apply(photo);
        Place { i, photo, mm }
    };
    let each = coverage
        .iter()
        .enumerate()
        .map(|(i, &c)| (c > 0.0).then(|| place(i)));
    let mut wrap = placement.wrap;
    let (mut covered, mut seen): (Vec<f32>, Vec<f32>) = match product.attach {
        Attach::Hook(hook) => {
            let at = earring(anchors, hook, product.hoop, placement, parts);
            each.map(|place| place.map_or((0.0, 0.0), &at)).unzip()
        }
        Attach::Chain { end_l, end_r, lowest } => {
            let whole = placement.wrap.unwrap_or(Wrap::whole([end_r, end_l], lowest));
            let raster = |mm: DVec2| {
                let p = to_photo.inverse().transform_point2(placement.warp.apply(mm));
                let p = p.clamp(DVec2::ZERO, DVec2::splat(size as f64 - 1.0));
                p.y as usize * size + p.x as usize
            };
            let within = |place: &Place, by: f64| {
                let way = lowest.x - place.mm.x;
                raster(place.mm + DVec2::X * way.signum() * by.min(way.abs()))
            };
            let chain = Chain::new(anchors, parts, &whole, &product.course, each.flatten(), within);
            let half = product.course.thickest() / 2.0;
            let (covered, seen, left) = chain.order(coverage, |place| within(place, half));
            wrap = Some(left);
            (covered, seen)
        }
        Attach::Band { end_l, end_r, .. } => {
            let strands = strands(photo, size);
            let at = |place: Place| band([end_l, end_r], parts, &strands, &place);
            each.map(|place| place.map_or((0.0, 0.0), at)).unzip()
        }
    };
    let (mut behind, mut all) = (0.0, 0.0);
    for (i, &share) in coverage.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let hand = ramp(f64::from(parts.at(Part::Hand, i)), SURE);
        (covered[i], seen[i]) = (covered[i].max(hand), seen[i].min(1.0 - hand));
        behind += hand * share;
        all += share;
    }
    Order {
        covered,
        seen,
        wrap,
        behind_hand: if all > 0.0 { behind / all } else { 0.0 },
    }
}

/// A pixel of the raster, where it is in the photo and in the artwork.
struct Place {
    i: usize,
    photo: DVec2,
    mm: DVec2,
}

/// What hangs from or sits on a hook: how far it is covered and how far it is seen at a place.
fn earring(
    anchors: &Anchors,
    hook: DVec2,
    hoop: bool,
    placement: &Placement,
    parts: &Parts,
) -> impl Fn(Place) -> (f32, f32) {
    let (near, visible) = ear(anchors, placement.piece);
    // From the front the jaw is before what comes out behind the lobe.
    let frontal = anchors.pose.yaw.abs() < FRONTAL;
    let face = (anchors.at(Name::Chin) - placement.pivot).x.signum();
    move |place| {
        let part = |part| f64::from(parts.at(part, place.i));
        // Hair may be in front of it, and before the farther ear the cheek.
        let hidden = part(Part::Hair) + if near { 0.0 } else { part(Part::Skin) };
        let away = place.mm - hook;
        let stud = 1.0 - ramp(away.length(), STUD);
        // What hangs from a visible lobe is nearly as sure as what sits on it, but where the farther one's cheek is.
        let free = 1.0 - if near { 0.0 } else { ramp(part(Part::Skin), SURE) };
        let drop = if away.y > 0.0 {
            free - free * ramp(away.x.abs(), DROP)
        } else {
            0.0
        };
        let fixed = visible * stud.max(drop);
        // The lobe's outer side is turned to us, and there a hoop goes in; on the face's side it comes out behind.
        let behind = hoop && (place.photo - placement.pivot).x * face > 0.0;
        let lobe = match behind {
            true if frontal => 1.0,
            true => 1.0 - ramp(away.length(), LOBE),
            false => 0.0,
        };
        (
            lobe * ramp(part(Part::Skin), SURE),
            ramp(1.0 - hidden, BARE).max(fixed),
        )
    }
}

/// Whether what a hook goes through is turned to us, and how certainly it is seen itself.
fn ear(anchors: &Anchors, piece: Piece) -> (bool, f32) {
    let (lobe, near) = match piece {
        Piece::EarringL => (Name::LobeL, anchors.pose.yaw <= FACING),
        Piece::EarringR => (Name::LobeR, anchors.pose.yaw >= -FACING),
        Piece::NoseStud | Piece::Necklace | Piece::Tiara => return (true, 0.0),
    };
    (near, ramp(anchors.point(lobe).visible, VISIBLE))
}

/// A tiara: how far it is covered and how far it is seen at a place. Whatever covers the head, a veil, a scarf or a hat,
/// it is worn outside, and a bald crown may pass for cloth; but its ends are pushed into the hair.
fn band([end_l, end_r]: [DVec2; 2], parts: &Parts, strands: &[f32], place: &Place) -> (f32, f32) {
    let half = (end_l - end_r) / 2.0;
    let aside = (place.mm - (end_l + end_r) / 2.0).dot(half).abs() / half.length_squared().max(1.0);
    let sunk = (aside - ENDS.0) / (ENDS.1 - ENDS.0);
    let strand = f64::from(strands[place.i]).clamp(-1.5, 1.5) * STRAND;
    let hair = ramp(f64::from(parts.at(Part::Hair, place.i)), SURE);
    let covered = if sunk > 0.0 {
        hair * ramp(sunk + strand, SINK)
    } else {
        0.0
    };
    // Nothing but hair can be in front of it: neither where the head is seen nor where what is behind that is.
    let behind = f64::from(parts.at(Part::Background, place.i));
    let seen = ramp(behind.max(1.0 - behind), SURE);
    (covered, 1.0 - ramp(sunk, SINK) * (1.0 - seen))
}

/// How many standard deviations brighter each pixel is than those beside it.
fn strands(photo: &[f32], size: usize) -> Vec<f32> {
    let n = size * size;
    let light: Vec<f32> = (0..n)
        .map(|i| 0.2126 * photo[i] + 0.7152 * photo[n + i] + 0.0722 * photo[2 * n + i])
        .collect();
    let square: Vec<f32> = light.iter().map(|v| v * v).collect();
    let (mean, square) = (boxed(&light, size, BESIDE), boxed(&square, size, BESIDE));
    (0..n)
        .map(|i| (light[i] - mean[i]) / (square[i] - mean[i] * mean[i]).max(1e-5).sqrt())
        .collect()
}

/// 0 below the range, 1 above it, a straight line between.
fn ramp(v: f64, (low, high): (f64, f64)) -> f32 {
    ((v - low) / (high - low)).clamp(0.0, 1.0) as f32
}
