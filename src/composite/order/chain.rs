//! What covers a chain on its way up from its lowest point: hair, a collar, the neck it goes behind.

use super::{BARE, Place, SURE, ramp};
use crate::anchors::{Anchors, Name, Part};
use crate::composite::parts::Parts;
use crate::placement::Wrap;
use crate::product::Course;
use glam::DVec2;

/// Where no bare skin is seen below a collar, it can begin from this share of the way to the end; nothing is beside a
/// neck from there on only.
const RISE: f64 = 0.5;
/// From this share on it is a side's end.
const TOP: f64 = 0.8;
/// Its foot is this part of a side.
const FOOT: usize = 5;
/// So many mm before a collar is all there is, its edge may already cover.
const EDGE_MM: f64 = 8.0;
/// A chain goes on over less nothing than this, mm.
const GULF: usize = 4;
/// So far beside the chin a jaw reaches, and beyond that it begins so far above it, mm.
const JAW: (f64, f64) = (42.0, 20.0);
/// What is cut is cut within so many mm.
const CUT_MM: f64 = 0.2;

/// A chain on a body. Of either side, the picture's left one first, is known where it goes out of sight.
pub struct Chain<'a> {
    parts: &'a Parts<'a>,
    lowest: DVec2,
    /// At what distance (mm) from the lowest point it is under a collar, infinite where it nowhere is.
    collar: [f64; 2],
    /// At what distance it leaves the body.
    air: [f64; 2],
    /// Where the chin is, photo pixels, and a millimetre's way down from the eyes to it.
    chin: (DVec2, DVec2),
}

/// What lies under one millimetre of a chain's side.
#[derive(Clone, Copy, Default)]
struct Ground {
    pixels: f32,
    background: f32,
    skin: f32,
    clothes: f32,
    /// Skin at the same height in the chain's middle.
    skin_within: f32,
}

impl<'a> Chain<'a> {
    /// A chain that covers these `places`; `within` gives the pixel so many mm nearer to its middle.
    pub fn new(
        anchors: &Anchors,
        parts: &'a Parts<'a>,
        wrap: &Wrap,
        course: &Course,
        places: &[Option<Place>],
        within: impl Fn(&Place, f64) -> usize,
    ) -> Self {
        let middle = |place: &Place| within(place, f64::INFINITY);
        let sides = grounds(parts, wrap.lowest, places, middle);
        let open = anchors.open_neckline();
        let chin = anchors.at(Name::Chin);
        let eyes = (anchors.at(Name::EyeL) + anchors.at(Name::EyeR)) / 2.0;
        Self {
            parts,
            lowest: wrap.lowest,
            collar: [0, 1].map(|i| if open { collar(&sides[i]) } else { f64::INFINITY }),
            air: [0, 1].map(|i| between_pearls(course, i, leaves(&sides[i]))),
            chin: (
                chin,
                (chin - eyes).normalize_or(DVec2::Y) / anchors.mm_per_px.value,
            ),
        }
    }

    /// How far it is covered and how far it is certainly seen at a place, 0..1; `inner` tells the pixel at its inner edge.
    pub fn at(&self, place: &Place, inner: impl Fn() -> usize) -> (f32, f32) {
        let part = |part: Part, i: usize| f64::from(self.parts.at(part, i));
        let side = side(self.lowest, place.mm);
        let from = |mm: f64, soft: f64| {
            let up = place.mm.y < self.lowest.y && mm.is_finite();
            if up {
                ramp(place.mm.distance(self.lowest) - mm, (-soft, soft))
            } else {
                0.0
            }
        };
        // Hair falls on collars, and where the two meet the map is sure of neither.
        let bare = ramp(part(Part::Skin, place.i), SURE);
        let edge = from(self.collar[side] - EDGE_MM, CUT_MM) * (1.0 - bare);
        let hair = ramp(part(Part::Hair, place.i), SURE);
        let covered = [
            edge,
            from(self.collar[side], CUT_MM),
            from(self.air[side], CUT_MM),
            hair,
        ];
        // Jaw and chin are skin too, and in front of what lies behind them.
        let (chin, down) = self.chin;
        let from_chin = (place.photo - chin) / down.length_squared();
        let (up, aside) = (-from_chin.dot(down), from_chin.perp_dot(down).abs());
        let jaw = up > 0.0 && (aside < JAW.0 || up > JAW.1);
        let hiding = |i: usize| part(Part::Hair, i) + if jaw { part(Part::Skin, i) } else { 0.0 };
        let mut hidden = hiding(place.i);
        if jaw && hidden > 0.0 {
            // At a jaw's outline a pearl reaches half its width over it.
            hidden = hidden.min(hiding(inner()));
        }
        let seen = ramp(1.0 - hidden, BARE);
        (covered.into_iter().fold(0.0, f32::max), seen)
    }
}

/// The picture's left side is the first.
fn side(lowest: DVec2, mm: DVec2) -> usize {
    usize::from(mm.x >= lowest.x)
}

/// What lies under either side, millimetre by millimetre from the lowest point.
fn grounds(
    parts: &Parts,
    lowest: DVec2,
    places: &[Option<Place>],
    middle: impl Fn(&Place) -> usize,
) -> [Vec<Ground>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for place in places.iter().flatten().filter(|place| place.mm.y < lowest.y) {
        let (rings, ring) = (
            &mut sides[side(lowest, place.mm)],
            place.mm.distance(lowest) as usize,
        );
        if rings.len() <= ring {
            rings.resize(ring + 1, Ground::default());
        }
        let part = |part| parts.at(part, place.i);
        rings[ring].pixels += 1.0;
        rings[ring].background += part(Part::Background);
        rings[ring].skin += part(Part::Skin);
        rings[ring].clothes += part(Part::Clothes);
        // Asked where it matters only: a bent artwork is dear to find one's way in.
        if part(Part::Clothes) > part(Part::Skin) {
            rings[ring].skin_within += parts.at(Part::Skin, middle(place));
        }
    }
    sides
}

/// At what distance a side is under a collar. One whose end is on cloth, as far as no hair hides it, has come there from
/// bare skin at the collar's edge; or, where its foot is not seen, it lies wholly outside a neckline whose skin is seen
/// between the sides; or else it goes under from [`RISE`] on. It does not come out again higher up. One that ends on skin
/// is not covered at all: what it crosses is a strap; nor is one that has risen over cloth alone.
fn collar(side: &[Ground]) -> f64 {
    let top = (side.len() as f64 * TOP) as usize;
    let total = |of: fn(&Ground) -> f32| f64::from(side[top..].iter().map(of).sum::<f32>());
    let clothes = total(|ground| ground.clothes);
    if clothes <= SURE.0 * (clothes + total(|ground| ground.skin)) {
        return f64::INFINITY;
    }
    let bare = |ground: &Ground| ground.skin > ground.clothes;
    let outside = |ground: &Ground| ground.skin_within > 0.5 * ground.pixels;
    if let Some(ring) = side[..top].iter().rposition(bare) {
        return ring as f64 + 1.0;
    }
    let (clothes, pixels) = side[..side.len() / FOOT]
        .iter()
        .fold((0.0, 0.0), |(a, b), ground| {
            (a + ground.clothes, b + ground.pixels)
        });
    if clothes > 0.5 * pixels {
        return f64::INFINITY;
    }
    let first = side[..top].iter().position(outside);
    first.map_or(RISE * side.len() as f64, |ring| ring as f64)
}

/// At what distance a side leaves the body and has nothing under it.
fn leaves(side: &[Ground]) -> f64 {
    let nothing = |ground: &Ground| ground.background > 0.5 * ground.pixels;
    let from = (side.len() as f64 * RISE) as usize;
    let gulf = |ring: &usize| side[*ring..].iter().take(GULF).all(nothing);
    (from..side.len())
        .find(gulf)
        .map_or(f64::INFINITY, |ring| ring as f64)
}

/// The gap before the pearl that is at a distance from the lowest point; that distance on a chain of one thickness.
fn between_pearls(course: &Course, side: usize, distance: f64) -> f64 {
    let gap = course.gap(side, (distance - course.thickest(), distance));
    gap.map_or(distance, DVec2::length)
}
