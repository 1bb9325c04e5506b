//! What covers a chain on its way up from its lowest point: hair, a collar, the neck it goes behind.

use super::links::{self, Link};
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
/// What is not certainly seen counts as covered by this much.
const UNSURE: f32 = 0.7;
/// A chain that is no row of links may end every so many mm.
const STEP_MM: f64 = 2.0;
/// What is cut is cut within so many mm.
const CUT_MM: f64 = 0.2;

/// A chain on a body. Of either side, the picture's left one first, is known where it goes out of sight.
pub struct Chain<'a> {
    parts: &'a Parts<'a>,
    course: &'a Course,
    wrap: Wrap,
    bits: Vec<Bit>,
    /// How far along it (mm) from the lowest point it is under a collar, infinite where it nowhere is.
    collar: [f64; 2],
    /// How far along it leaves the body.
    air: [f64; 2],
    /// How far along a neck begins to be in front of it.
    neck: [f64; 2],
    /// Where the chin is, photo pixels, and a millimetre's way down from the eyes to it.
    chin: (DVec2, DVec2),
}

/// A pixel of it.
struct Bit {
    place: Place,
    /// On which side.
    side: usize,
    /// How far along it from the lowest point, mm; 0 below that.
    along: f64,
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
        course: &'a Course,
        places: impl Iterator<Item = Place>,
        within: impl Fn(&Place, f64) -> usize,
    ) -> Self {
        let bit = |place: Place| Bit {
            side: usize::from(place.mm.x >= wrap.lowest.x),
            along: if place.mm.y < wrap.lowest.y {
                course.along(place.mm - wrap.lowest)
            } else {
                0.0
            },
            place,
        };
        let bits: Vec<Bit> = places.map(bit).collect();
        let sides = grounds(parts, &bits, |place| within(place, f64::INFINITY));
        let chin = anchors.at(Name::Chin);
        let eyes = (anchors.at(Name::EyeL) + anchors.at(Name::EyeR)) / 2.0;
        Self {
            parts,
            course,
            wrap: *wrap,
            bits,
            collar: match wrap.outside {
                true => [f64::INFINITY; 2],
                false => [0, 1].map(|i| collar(&sides[i])),
            },
            air: [0, 1].map(|i| course.gap_before(i, leaves(&sides[i]))),
            neck: match wrap.outside {
                true => [0, 1].map(|i| neck(&sides[i])),
                false => [f64::INFINITY; 2],
            },
            chin: (
                chin,
                (chin - eyes).normalize_or(DVec2::Y) / anchors.mm_per_px.value,
            ),
        }
    }

    /// How far each pixel of a raster is covered, how far it is certainly seen, and what is left of the chain: it ends
    /// between two links, and the last ones are seen whole. `coverage` tells how much of the product is there, `inner` the
    /// pixel at its inner edge.
    pub fn order(&self, coverage: &[f32], inner: impl Fn(&Place) -> usize) -> (Vec<f32>, Vec<f32>, Wrap) {
        let (mut covered, mut seen) = (vec![0.0; coverage.len()], vec![0.0; coverage.len()]);
        for bit in &self.bits {
            (covered[bit.place.i], seen[bit.place.i]) = self.at(bit, &inner);
        }
        let mut wrap = self.wrap;
        for i in 0..2 {
            let gaps = self.course.gaps(i, STEP_MM);
            // Of each pixel the number of its link.
            let pixels: Vec<(usize, usize)> = self
                .bits
                .iter()
                .filter(|bit| bit.side == i && bit.along > 0.0)
                .map(|bit| (bit.place.i, gaps.partition_point(|gap| gap.along <= bit.along)))
                .collect();
            // How much of every link is covered, or may be, and how much by what is no jaw.
            let mut each = vec![Link::default(); gaps.len() + 1];
            for &(pixel, link) in &pixels {
                let here = covered[pixel].max(UNSURE * (1.0 - seen[pixel]));
                let Link { hidden, over, all } = &mut each[link];
                *hidden += here * coverage[pixel];
                *over += covered[pixel].max(self.maybe_hair(pixel)) * coverage[pixel];
                *all += coverage[pixel];
            }
            let end = links::left(&each);
            if let Some(gap) = gaps.get(end - 1) {
                wrap = wrap.cut(i, *gap);
            }
            if self.course.is_linked(i) {
                let whole = links::whole(&each[..end]);
                for (pixel, _) in pixels
                    .into_iter()
                    .filter(|(_, link)| whole.get(*link) == Some(&true))
                {
                    (covered[pixel], seen[pixel]) = (0.0, 1.0);
                }
            }
        }
        (covered, seen, wrap)
    }

    /// How far there may be hair at a pixel, 0..1.
    fn maybe_hair(&self, i: usize) -> f32 {
        1.0 - ramp(1.0 - f64::from(self.parts.at(Part::Hair, i)), BARE)
    }

    /// How far it is covered and how far it is certainly seen at one pixel, 0..1.
    fn at(&self, bit: &Bit, inner: impl Fn(&Place) -> usize) -> (f32, f32) {
        let &Bit {
            ref place,
            side,
            along,
        } = bit;
        let part = |part: Part, i: usize| f64::from(self.parts.at(part, i));
        let from = |mm: f64, soft: f64| {
            if mm.is_finite() {
                ramp(along - mm, (-soft, soft))
            } else {
                0.0
            }
        };
        // Hair falls on collars, and where the two meet the map is sure of neither.
        let bare = ramp(part(Part::Skin, place.i), SURE);
        let edge = from(self.collar[side] - EDGE_MM, CUT_MM) * (1.0 - bare);
        let covered = [
            edge,
            from(self.collar[side], CUT_MM),
            from(self.air[side], CUT_MM),
            from(self.neck[side], CUT_MM) * bare,
            ramp(part(Part::Hair, place.i), SURE),
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
            hidden = hidden.min(hiding(inner(place)));
        }
        let seen = ramp(1.0 - hidden, BARE);
        (covered.into_iter().fold(0.0, f32::max), seen)
    }
}

/// What lies under either side, millimetre by millimetre from the lowest point.
fn grounds(parts: &Parts, bits: &[Bit], middle: impl Fn(&Place) -> usize) -> [Vec<Ground>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for Bit { place, side, along } in bits.iter().filter(|bit| bit.along > 0.0) {
        let (rings, ring) = (&mut sides[*side], *along as usize);
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

/// How far along a side is under a collar. One whose end is on cloth, as far as no hair hides it, has come there from
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

/// How far along a side that is worn over a collar the neck's or the jaw's skin may be in front of it: from shortly before
/// its last cloth on.
fn neck(side: &[Ground]) -> f64 {
    let cloth = side.iter().rposition(|ground| ground.clothes > ground.skin);
    let last = cloth.map_or(0.0, |ring| ring as f64 - EDGE_MM);
    last.max(RISE * side.len() as f64)
}

/// How far along a side leaves the body and has nothing under it.
fn leaves(side: &[Ground]) -> f64 {
    let nothing = |ground: &Ground| ground.background > 0.5 * ground.pixels;
    let from = (side.len() as f64 * RISE) as usize;
    let gulf = |ring: &usize| side[*ring..].iter().take(GULF).all(nothing);
    (from..side.len())
        .find(gulf)
        .map_or(f64::INFINITY, |ring| ring as f64)
}
