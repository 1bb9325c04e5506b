//! Order: what certainly lies over a piece, and where nothing does.
//!
//! A chain lies on the body, so hair seen in its place is in front of it, and bare skin below the chin is behind it.
//! A chain worn on an open neckline lies on whatever covers the chest, but where it would end on a collar it
//! goes under it. Over a closed neckline the whole chain is worn outside, and seen on cloth as on skin. A tiara is worn
//! on the head and all that covers it; only its ends may sink into hair. An earring is seen at a lobe that is seen, and
//! before skin where the ear is turned to us; the other one's cheek may hide it.

use crate::anchors::{Anchors, Name, Part};
use crate::placement::{Piece, Placement, Wrap};
use crate::product::Attach;
use glam::{DAffine2, DVec2};

/// Between these shares of the height from the lowest point to the ends, clothes begin to win…
const RISE: (f64, f64) = (0.44, 0.52);
/// …and between these probabilities they do: a chain is over a collar or under it, never half. The same for hair, and
/// for a head under a tiara.
const SURE: (f64, f64) = (0.4, 0.6);
/// Between these probabilities of skin (on a closed neckline, of skin or clothes) a chain or an earring is certainly seen.
const BARE: (f64, f64) = (0.6, 0.8);
/// Above this share a chain ends…
const TOP: f64 = 0.8;
/// …and in so many steps it gets there.
const STEPS: usize = 20;
/// Between these probabilities of background nothing is there.
const AIR: (f64, f64) = (0.7, 0.9);
/// Skin at the notch from which a neckline is open: of 140 photographs of people those with a tie have 0 to 0.28.
const OPEN: f32 = 0.5;
/// Between these distances (mm) from a visible lobe an earring may begin to be hidden. On 373 rendered earrings at
/// visible lobes skin hides 0.7 % of the nearer ears' pixels; of the farther ones' 6 % within 3 mm, 18 % from there to
/// 6 mm and 90 % beyond 9 mm.
const STUD: (f64, f64) = (2.0, 4.0);
/// Between these visibilities a lobe is certainly seen.
const VISIBLE: (f64, f64) = (0.6, 0.9);
/// From this share of a tiara's half width to this one it may sink into hair.
const ENDS: (f64, f64) = (0.7, 0.95);

/// How far each pixel of a `size`×`size` raster is certainly under something, and how far certainly over everything but
/// that, 0..1, both 0 where there is no `coverage`; `to_photo` carries the raster into the photo. Empty where nothing is
/// certain.
pub fn order(
    anchors: &Anchors,
    attach: Attach,
    placement: &Placement,
    to_photo: DAffine2,
    coverage: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let Some(inverse) = placement.warp.inverse() else {
        return Default::default();
    };
    let size = coverage.len().isqrt();
    let place = |i: usize| {
        let p = DVec2::new((i % size) as f64 + 0.5, (i / size) as f64 + 0.5);
        let photo = to_photo.transform_point2(p);
        (photo, inverse.apply(photo))
    };
    let each = coverage
        .iter()
        .enumerate()
        .map(|(i, &c)| (c > 0.0).then(|| place(i)));
    match attach {
        Attach::Hook(hook) => {
            let (near, visible) = ear(anchors, placement.piece);
            let at = |(photo, mm): (DVec2, DVec2)| {
                let skin = ramp(f64::from(anchors.parts.at(Part::Skin, photo)), BARE);
                let stud = visible * (1.0 - ramp(mm.distance(hook), STUD));
                if near { skin.max(stud) } else { stud }
            };
            (Vec::new(), each.map(|place| place.map_or(0.0, at)).collect())
        }
        Attach::Chain { end_l, end_r, lowest } => {
            let wrap = placement.wrap.unwrap_or(Wrap::whole([end_r, end_l], lowest));
            let places: Vec<_> = each.collect();
            let at = chain(anchors, wrap, &places);
            places
                .iter()
                .map(|place| place.map_or((0.0, 0.0), |(photo, mm)| at(photo, mm)))
                .unzip()
        }
        Attach::Band { end_l, end_r, .. } => {
            let at = |(photo, mm)| band(anchors, [end_l, end_r], photo, mm);
            (Vec::new(), each.map(|place| place.map_or(0.0, at)).collect())
        }
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

/// From which share of its height on each side of a chain stays under a collar, 2 where it does not. A side ends on a
/// collar where that is what lies there, as far as no hair hides it; one that ends on skin is not covered at all, or the
/// chain would be broken in its middle. Nor does it come out again higher up.
fn collars(anchors: &Anchors, wrap: &Wrap, places: &[Option<(DVec2, DVec2)>]) -> [f64; 2] {
    let mut sums = [[(0.0, 0.0); STEPS]; 2];
    for (photo, mm) in places.iter().flatten() {
        let (side, risen) = risen(wrap, *mm);
        let sum = &mut sums[side][((risen * STEPS as f64) as usize).min(STEPS - 1)];
        let [skin, clothes] =
            [Part::Skin, Part::Clothes].map(|part| f64::from(anchors.parts.at(part, *photo)));
        sum.0 += clothes;
        sum.1 += skin + clothes;
    }
    let share = |step: usize| step as f64 / STEPS as f64;
    sums.map(|side| {
        let end = &side[(TOP * STEPS as f64) as usize..];
        let (clothes, all) = end.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        let under = |&step: &usize| share(step) >= RISE.1 && side[step].0 > 0.5 * side[step].1;
        let first = (0..STEPS).find(under).filter(|_| clothes > SURE.0 * all);
        first.map_or(2.0, |step| share(step + 1))
    })
}

/// A chain that covers these places: whether it is covered and whether it is seen at a place of the photo and of the
/// artwork.
fn chain(
    anchors: &Anchors,
    wrap: Wrap,
    places: &[Option<(DVec2, DVec2)>],
) -> impl Fn(DVec2, DVec2) -> (f32, f32) {
    let open = is_open(anchors);
    let under = collars(anchors, &wrap, places).map(|from| if open { from } else { 2.0 });
    let chin = anchors.at(Name::Chin);
    let down = chin - (anchors.at(Name::EyeL) + anchors.at(Name::EyeR)) / 2.0;
    move |photo, mm| {
        let (side, risen) = risen(&wrap, mm);
        let part = |part: Part| f64::from(anchors.parts.at(part, photo));
        let high = ramp(risen, RISE);
        // Hair falls on collars, and where the two meet the map is sure of neither.
        let edge = if under[side] > 1.0 {
            0.0
        } else {
            high * (1.0 - ramp(part(Part::Skin), SURE))
        };
        let collar = edge.max(ramp(risen, (under[side], under[side] + 1.0 / STEPS as f64)));
        // There is nothing beside the neck that a chain could lie on.
        let air = high * ramp(part(Part::Background), AIR);
        let hair = ramp(part(Part::Hair), SURE);
        // Of a chain on rendered turtlenecks cloth hides 1 %, on open necklines a tenth.
        let cloth = if open { 0.0 } else { part(Part::Clothes) };
        // Jaw and chin are skin too, and in front of what lies behind them.
        let below = (photo - chin).dot(down) > 0.0;
        let bare = if below { part(Part::Skin) } else { 0.0 };
        (collar.max(hair).max(air), ramp(bare + cloth, BARE))
    }
}

/// A tiara: whether it is seen at a place of the photo and of the artwork. Whatever covers the head, a veil, a scarf or a
/// hat, it is worn outside; and a bald crown may pass for cloth.
fn band(anchors: &Anchors, [end_l, end_r]: [DVec2; 2], photo: DVec2, mm: DVec2) -> f32 {
    let half = (end_l - end_r) / 2.0;
    let aside = (mm - (end_l + end_r) / 2.0).dot(half).abs() / half.length_squared().max(1.0);
    let head = 1.0 - f64::from(anchors.parts.at(Part::Background, photo));
    (1.0 - ramp(aside, ENDS)) * ramp(head, SURE)
}

/// 0 below the range, 1 above it, a straight line between.
fn ramp(v: f64, (low, high): (f64, f64)) -> f32 {
    ((v - low) / (high - low)).clamp(0.0, 1.0) as f32
}

/// Is there skin at the notch? A tie's knot or a turtleneck's cloth lies there, though above it the throat may be bare.
fn is_open(anchors: &Anchors) -> bool {
    anchors.parts.at(Part::Skin, anchors.at(Name::Notch)) > OPEN
}
