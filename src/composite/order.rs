//! Order: what certainly lies over a piece, and where nothing does.
//!
//! A chain lies on the body, so hair seen in its place is in front of it, and bare skin below the chin is behind it.
//! A chain worn on an open neckline lies on whatever covers the chest, but where it would end on a collar it
//! goes under it. Over a closed neckline the whole chain is worn outside, and seen on cloth as on skin. A tiara is worn
//! on the head and all that covers it; only its ends may sink into hair. An earring is seen at a lobe that is seen, and
//! before skin where the ear is turned to us; the other one's cheek may hide it.

use super::parts::Parts;
use crate::anchors::{Anchors, Name, Part};
use crate::geometry::Square;
use crate::placement::{Piece, Placement, Wrap};
use crate::product::{Attach, Course, Product};
use glam::DVec2;

/// Where no bare skin is seen below a collar, it can begin from this share of the height from the lowest point to the
/// ends.
const RISE: f64 = 0.5;
/// Between these probabilities a chain is over a collar or under it, never half. The same for hair, and for a head under
/// a tiara.
const SURE: (f64, f64) = (0.4, 0.6);
/// Between these probabilities of what nothing is in front of, a piece is certainly seen.
const BARE: (f64, f64) = (0.6, 0.8);
/// In so many steps a chain rises to its ends…
const STEPS: usize = 20;
/// …of which so many are its end…
const END: usize = 4;
/// …and so many before a collar's first one its edge may already cover.
const EDGE: usize = 2;
/// A chain that is so far (mm) outside the body has nothing to lie on…
const AIR_MM: f64 = 4.0;
/// …and is cut off within so many mm.
const EDGE_MM: f64 = 0.2;
/// Between these distances (mm) from a visible lobe an earring may begin to be hidden. On 373 rendered earrings at
/// visible lobes skin hides 0.7 % of the nearer ears' pixels; of the farther ones' 6 % within 3 mm, 18 % from there to
/// 6 mm and 90 % beyond 9 mm.
const STUD: (f64, f64) = (2.0, 4.0);
/// Between these distances (mm) from the hole a lobe ends.
const LOBE: (f64, f64) = (6.0, 7.0);
/// Between these visibilities a lobe is certainly seen.
const VISIBLE: (f64, f64) = (0.6, 0.9);
/// From this share of a tiara's half width to this one it may sink into hair.
const ENDS: (f64, f64) = (0.7, 0.95);

/// How far each pixel of a raster of as many pixels as `coverage` has over a `square` of the photo is certainly under
/// something, and how far certainly over everything but that, 0..1, both 0 where there is no coverage. Empty where
/// nothing is certain.
pub fn order(
    anchors: &Anchors,
    product: &Product,
    placement: &Placement,
    square: Square,
    parts: &Parts,
    coverage: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let Some(inverse) = placement.warp.inverse() else {
        return Default::default();
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
    match product.attach {
        Attach::Hook(hook) => {
            let at = earring(anchors, hook, product.hoop, placement, parts);
            each.map(|place| place.map_or((0.0, 0.0), &at)).unzip()
        }
        Attach::Chain { end_l, end_r, lowest } => {
            let wrap = placement.wrap.unwrap_or(Wrap::whole([end_r, end_l], lowest));
            let places: Vec<_> = each.collect();
            let raster = |mm: DVec2| {
                let p = to_photo.inverse().transform_point2(placement.warp.apply(mm));
                let p = p.clamp(DVec2::ZERO, DVec2::splat(size as f64 - 1.0));
                p.y as usize * size + p.x as usize
            };
            let within = |place: &Place, by: f64| {
                let way = wrap.lowest.x - place.mm.x;
                raster(place.mm + DVec2::X * way.signum() * by.min(way.abs()))
            };
            let half = product.course.thickest() / 2.0;
            let middle = |place: &Place| within(place, f64::INFINITY);
            let under = anchors
                .open_neckline()
                .then(|| collars(&wrap, parts, middle, &places));
            let far = |place: &Place| within(place, half + AIR_MM);
            let air = in_air(&wrap, &product.course, parts, far, &places);
            let at = chain(anchors, wrap, under, air, |place, by| within(place, half + by), parts);
            places
                .iter()
                .map(|place| place.as_ref().map_or((0.0, 0.0), &at))
                .unzip()
        }
        Attach::Band { end_l, end_r, .. } => {
            let at = |place: Place| band([end_l, end_r], parts, &place);
            (Vec::new(), each.map(|place| place.map_or(0.0, at)).collect())
        }
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
    let face = (anchors.at(Name::Chin) - placement.pivot).x.signum();
    move |place| {
        let part = |part| f64::from(parts.at(part, place.i));
        // Hair may be in front of it, and before the farther ear the cheek.
        let hidden = part(Part::Hair) + if near { 0.0 } else { part(Part::Skin) };
        let away = place.mm - hook;
        // What hangs straight down from the nearer lobe is as sure as what sits on it.
        let down = if near { away.with_y(away.y.min(0.0)) } else { away };
        let stud = visible * (1.0 - ramp(down.length(), STUD));
        // The lobe's outer side is turned to us, and there a hoop goes in; on the face's side it comes out behind.
        let behind = hoop && (place.photo - placement.pivot).x * face > 0.0;
        let lobe = if behind { 1.0 - ramp(away.length(), LOBE) } else { 0.0 };
        (
            lobe * ramp(part(Part::Skin), SURE),
            ramp(1.0 - hidden, BARE).max(stud),
        )
    }
}

/// Whether what a hook goes through is turned to us, and how certainly it is seen itself.
fn ear(anchors: &Anchors, piece: Piece) -> (bool, f32) {
    let (lobe, near) = match piece {
        Piece::EarringL => (Name::LobeL, anchors.pose.yaw <= 0.0),
        Piece::EarringR => (Name::LobeR, anchors.pose.yaw >= 0.0),
        Piece::NoseStud | Piece::Necklace | Piece::Tiara => return (true, 0.0),
    };
    (near, ramp(anchors.point(lobe).visible, VISIBLE))
}

/// How far up its side of a chain a place of the artwork is, and which side, the picture's left one first.
fn risen(wrap: &Wrap, mm: DVec2) -> (usize, f64) {
    let side = usize::from(mm.x >= wrap.lowest.x);
    let height = (wrap.lowest.y - wrap.ends[side].y).max(1.0);
    (side, (wrap.lowest.y - mm.y) / height)
}

/// From which step of its rise on each side of a chain is under a collar, [`STEPS`] and more where it nowhere is. A side
/// whose end is on cloth, as far as no hair hides it, has come there from bare skin at the collar's edge; or it lies
/// wholly outside a neckline whose skin is seen `within` its sides; or else it has risen over cloth and goes under from
/// [`RISE`] on. It does not come out again higher up. One that ends on skin is not covered at all: what it crosses is a
/// strap.
fn collars(
    wrap: &Wrap,
    parts: &Parts,
    within: impl Fn(&Place) -> usize,
    places: &[Option<Place>],
) -> [usize; 2] {
    let mut sums = [[Ground::default(); STEPS]; 2];
    for place in places.iter().flatten() {
        let (side, risen) = risen(wrap, place.mm);
        let sum = &mut sums[side][((risen * STEPS as f64) as usize).min(STEPS - 1)];
        let inner = within(place);
        sum.pixels += 1.0;
        sum.skin += parts.at(Part::Skin, place.i);
        sum.clothes += parts.at(Part::Clothes, place.i);
        sum.skin_within += parts.at(Part::Skin, inner);
    }
    sums.map(|side| {
        let end = &side[STEPS - END..];
        let total = |of: fn(&Ground) -> f32| f64::from(end.iter().map(of).sum::<f32>());
        let clothes = total(|step| step.clothes);
        if clothes <= SURE.0 * (clothes + total(|step| step.skin)) {
            return 2 * STEPS;
        }
        let bare = |step: &usize| side[*step].skin > side[*step].clothes;
        let outside = |step: &usize| side[*step].skin_within > 0.5 * side[*step].pixels;
        (0..STEPS - END)
            .rev()
            .find(bare)
            .map(|step| step + 1)
            .or_else(|| (0..STEPS - END).find(outside))
            .unwrap_or((RISE * STEPS as f64) as usize)
    })
}

/// What lies under one step of a chain's side.
#[derive(Clone, Copy, Default)]
struct Ground {
    pixels: f32,
    skin: f32,
    clothes: f32,
    /// Skin at the same height in the chain's middle.
    skin_within: f32,
}

/// At what distance (mm) from a chain's lowest point either side leaves the body, infinite where it does not: from there
/// on most of it has nothing under it, nor has what is `far` within it. It is cut between two pearls, if it has pearls.
fn in_air(
    wrap: &Wrap,
    course: &Course,
    parts: &Parts,
    far: impl Fn(&Place) -> usize,
    places: &[Option<Place>],
) -> [f64; 2] {
    let mut rings = [Vec::new(), Vec::new()];
    for place in places.iter().flatten().filter(|place| place.mm.y < wrap.lowest.y) {
        let (side, ring) = (
            usize::from(place.mm.x >= wrap.lowest.x),
            place.mm.distance(wrap.lowest) as usize,
        );
        if rings[side].len() <= ring {
            rings[side].resize(ring + 1, (0.0, 0.0));
        }
        let nothing = [place.i, far(place)].map(|i| parts.at(Part::Background, i));
        rings[side][ring].0 += nothing[0].min(nothing[1]);
        rings[side][ring].1 += 1.0;
    }
    [0, 1].map(|side| {
        let on_body = |(nothing, all): &(f32, f32)| *all > 0.0 && *nothing <= 0.5 * *all;
        let last = rings[side].iter().rposition(on_body).map_or(0, |ring| ring + 1);
        if last == rings[side].len() || (last as f64) < RISE * rings[side].len() as f64 {
            return f64::INFINITY;
        }
        let cut = last as f64;
        let gap = course.gap(side, (cut - course.thickest(), cut));
        gap.map_or(cut, DVec2::length)
    })
}

/// A chain: how far it is covered and how far it is seen at a place. `under` tells from which step of either side on it
/// is under a collar, `air` at what distance from its lowest point it leaves the body, `within` the pixel so many mm
/// nearer to its middle than its own inner edge.
fn chain(
    anchors: &Anchors,
    wrap: Wrap,
    under: Option<[usize; 2]>,
    air: [f64; 2],
    within: impl Fn(&Place, f64) -> usize,
    parts: &Parts,
) -> impl Fn(&Place) -> (f32, f32) {
    let chin = anchors.at(Name::Chin);
    let down = chin - (anchors.at(Name::EyeL) + anchors.at(Name::EyeR)) / 2.0;
    let under = under.unwrap_or([2 * STEPS; 2]);
    move |place| {
        let (side, risen) = risen(&wrap, place.mm);
        let part = |part: Part, i: usize| f64::from(parts.at(part, i));
        let above = |step: usize| ramp(risen * STEPS as f64, (step as f64, step as f64 + 1.0));
        // Hair falls on collars, and where the two meet the map is sure of neither.
        let edge = above(under[side].saturating_sub(EDGE)) * (1.0 - ramp(part(Part::Skin, place.i), SURE));
        let collar = edge.max(above(under[side]));
        let air = ramp(place.mm.distance(wrap.lowest) - air[side], (-EDGE_MM, EDGE_MM));
        let hair = ramp(part(Part::Hair, place.i), SURE);
        // Jaw and chin are skin too, and in front of what lies behind them.
        let below = (place.photo - chin).dot(down) > 0.0;
        let body = |i: usize| part(Part::Clothes, i) + if below { part(Part::Skin, i) } else { 0.0 };
        let seen = ramp(body(place.i).max(body(within(place, 0.0))), BARE);
        (collar.max(hair).max(air), seen)
    }
}

/// A tiara: whether it is seen at a place. Whatever covers the head, a veil, a scarf or a hat, it is worn outside; and a
/// bald crown may pass for cloth.
fn band([end_l, end_r]: [DVec2; 2], parts: &Parts, place: &Place) -> f32 {
    let half = (end_l - end_r) / 2.0;
    let aside = (place.mm - (end_l + end_r) / 2.0).dot(half).abs() / half.length_squared().max(1.0);
    let head = 1.0 - f64::from(parts.at(Part::Background, place.i));
    (1.0 - ramp(aside, ENDS)) * ramp(head, SURE)
}

/// 0 below the range, 1 above it, a straight line between.
fn ramp(v: f64, (low, high): (f64, f64)) -> f32 {
    ((v - low) / (high - low)).clamp(0.0, 1.0) as f32
}
