//! Draping a necklace: its chain leaves the sides of the neck and its lowest point hangs below the throat.

use super::{Wrap, neckline};
use crate::anchors::{Anchors, Name};
use crate::geometry::{Bend, Warp};
use crate::product::Course;
use glam::{DAffine2, DVec2};

/// A chain's ends are about this far apart where they go behind the neck (mm), whatever the model says.
const WIDTH_MM: (f64, f64) = (95.0, 160.0);
/// The chain leaves the neck so far outside its side points (mm; the chain must pass the outline)…
pub(super) const OUT_MM: f64 = 1.0;
/// …and this share of the way from them down to the notch: where the outline is still the neck's own, or the
/// ends are seen to lie on the shoulders.
const REST: f64 = 0.04;
/// The lowest point hangs at most this share of the chain's width off its middle: a chain is no rubber band.
const ASIDE: f64 = 0.16;
/// The chest leans back: how far down it a chain hangs is seen shortened by this factor, its pearls are not.
const CHEST: f64 = 0.87;
/// A side seen at less than this size beside the other's is not made smaller: what is too much of it goes behind the
/// neck…
const EVEN: f64 = 0.85;
/// …at a size between these shares of the other's, where there is a gap between two pearls.
const GAP: (f64, f64) = (0.82, 1.0);
/// A chain whose pendant would hang out of the picture is worn shorter: so far above its lower edge, mm…
const FRAME_MM: f64 = 3.0;
/// …unless it would have to end less far below the neck's side points than a chain round a neck can, mm.
const SHORTEST_MM: f64 = 28.0;
/// A chain hung lower than its own length is enlarged, to no more than this.
const LONGER: f64 = 1.25;
/// The links of a chain worn shorter are as large as at its own length, between these bounds.
const LINKS: (f64, f64) = (0.85, 1.15);
/// …and it ends at a gap between two of them that makes them no smaller or larger than this.
const NEARLY: (f64, f64) = (0.92, 1.08);

/// The warp that drapes a chain with ends and lowest point (`[end_l, end_r, lowest]`, mm) round a neck,
/// the lowest point's place in the photo, and what of the chain is seen.
///
/// What hangs lowest keeps its millimetres and hangs below the notch; the chain's two sides are swung and evenly
/// enlarged or reduced until it leaves the neck at its sides. Of a body turned aside less of the farther side is seen,
/// not the same in small. Where the pendant would hang below a picture `height` px high, the chain is worn shorter.
/// `lower` px it hangs lower or higher than by itself: by more or less of the chain as far as that goes, and beyond with
/// all of it.
pub fn drape(
    anchors: &Anchors,
    [end_l, end_r, lowest]: [DVec2; 3],
    course: &Course,
    (px_per_mm, factor): (f64, f64),
    (height, lower): (f64, f64),
) -> (Warp, DVec2, Wrap) {
    // The neck keeps its size, whatever factor the user puts on the piece.
    let (left, right) = sides(anchors, px_per_mm / factor);
    let middle = (left + right) / 2.0;
    let across = (left - right).normalize_or(DVec2::X);
    let down = hang(anchors, middle, across);
    let ends = (end_l + end_r) / 2.0;
    let drop = (lowest.y - ends.y).max(1.0) * px_per_mm * CHEST;
    let share = (lowest.x - ends.x) / (end_l.x - end_r.x).abs().max(1.0);
    // Below the notch, not below the neck's middle: a turned head moves the neck's outline, not the chest.
    let aside = (anchors.at(Name::Notch) - middle).dot(across);
    let limit = ASIDE * left.distance(right);
    let aside = aside.clamp(-limit, limit);
    let start = middle + across * (aside + share * left.distance(right));
    let room = (height - (FRAME_MM + course.pendant()) * px_per_mm - start.y) / down.y;
    let shortest = SHORTEST_MM * px_per_mm / factor;
    let framed = course.pendant() > 0.0 && room < drop;
    let by_itself = if framed {
        room.max(shortest).min(drop)
    } else {
        drop
    };
    // Not `clamp`: a scale from a file may be no number.
    let least = (by_itself + lower / down.y).max(shortest.min(by_itself));
    let hung = least.min((drop * LONGER).max(by_itself));
    let shorter = hung < drop;
    let by_hand = (hung - by_itself) * down.y;
    let (place, rest) = (start + down * by_itself + DVec2::Y * by_hand, lower - by_hand);
    let reach = |drop: f64| [left, right].map(|side| side.distance(start + down * drop) / px_per_mm);
    let natural: [f64; 2] =
        std::array::from_fn(|i| reach(drop)[i] / [end_l, end_r][i].distance(lowest).max(1.0));
    let links = natural[0].max(natural[1]).clamp(LINKS.0, LINKS.1);
    let scale = DVec2::splat(px_per_mm);
    let to_photo = DAffine2::from_scale_angle_translation(scale, (-down.x).atan2(down.y), place);
    let to_local = DAffine2::from_translation(-lowest);
    let back = to_photo.inverse();
    let draped = |wrap: &Wrap, sides: [DVec2; 2]| Warp {
        to_local,
        bend: Bend::swung(wrap.ends.map(|end| end - lowest), sides),
        to_photo,
    };
    let plain = [right, left].map(|p| back.transform_point2(p));
    let whole = if shorter {
        shortened([end_r, end_l], lowest, course, plain.map(|p| p.length() / links))
    } else {
        Wrap::whole([end_r, end_l], lowest)
    };
    let plain = draped(&whole, plain);
    let outside = neckline::outside(anchors, course, (lowest, &whole), &plain, down);
    let side = |end: DVec2, out: DVec2| {
        let behind = || neckline::behind(anchors, end, out, down, px_per_mm / factor);
        let behind = outside.then(behind).flatten();
        let end = behind.unwrap_or_else(|| neckline::outline(anchors, place, end, px_per_mm, outside));
        back.transform_point2(end)
    };
    let sides = [side(right, -across), side(left, across)];
    let room = sides.map(DVec2::length);
    let mut wrap = if shorter {
        shortened([end_r, end_l], lowest, course, room.map(|room| room / links))
    } else {
        wrap([end_r, end_l], lowest, course, room)
    };
    wrap.outside = outside;
    if framed {
        wrap.shorter_mm = (reach(drop).iter().sum::<f64>() - reach(by_itself).iter().sum::<f64>()).max(0.0);
    }
    let mut warp = draped(&wrap, sides);
    warp.to_photo = DAffine2::from_translation(DVec2::Y * rest) * warp.to_photo;
    (warp, place + DVec2::Y * rest, wrap)
}

/// Where either side leaves the neck, `room` mm from the lowest point; the picture's left one first.
fn wrap(whole: [DVec2; 2], lowest: DVec2, course: &Course, room: [f64; 2]) -> Wrap {
    let size = [0, 1].map(|side| room[side] / whole[side].distance(lowest).max(1.0));
    let larger = size[0].max(size[1]).min(Bend::LONGEST);
    let mut wrap = Wrap::whole(whole, lowest);
    for side in 0..2 {
        let range = (room[side] / (larger * GAP.1), room[side] / (larger * GAP.0));
        if size[side] < EVEN * larger
            && let Some(spot) = course.gap(side, range)
        {
            wrap = wrap.cut(side, spot);
        }
    }
    wrap
}

/// A chain of which what there is no `room` for (mm from the lowest point) is missing.
fn shortened(whole: [DVec2; 2], lowest: DVec2, course: &Course, room: [f64; 2]) -> Wrap {
    let mut wrap = Wrap::whole(whole, lowest);
    for (side, room) in room.into_iter().enumerate() {
        let range = (room / NEARLY.1, room / NEARLY.0);
        if let Some(spot) = course.gap(side, range) {
            wrap = wrap.cut(side, spot);
        }
    }
    wrap
}

/// Where the chain leaves the neck: the model's points, made plausible about the throat's middle.
fn sides(anchors: &Anchors, px_per_mm: f64) -> (DVec2, DVec2) {
    let (l, r) = (anchors.at(Name::NeckL), anchors.at(Name::NeckR));
    let middle = (l + r) / 2.0;
    let width = l.distance(r) + 2.0 * OUT_MM * px_per_mm;
    let half =
        (l - r).normalize_or(DVec2::X) * width.clamp(WIDTH_MM.0 * px_per_mm, WIDTH_MM.1 * px_per_mm) / 2.0;
    // The points lie half way down the neck.
    let down = DVec2::new(0.0, (anchors.at(Name::Notch) - middle).length() * REST);
    (middle + half + down, middle - half + down)
}

/// The way the pendant hangs, a unit vector: down the picture, drawn a little towards the notch.
fn hang(anchors: &Anchors, middle: DVec2, across: DVec2) -> DVec2 {
    let body = (anchors.at(Name::Notch) - middle).normalize_or(DVec2::Y);
    let square = DVec2::new(-across.y, across.x);
    let square = if square.y < 0.0 { -square } else { square };
    (DVec2::Y + 0.5 * body + 0.5 * square).normalize_or(DVec2::Y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::PartMap;
    use crate::placement::head;
    use crate::product::{Attach, Product};

    /// A head at 2 px per millimetre whose neck is `width` mm wide and whose notch is `aside` mm off its middle.
    fn anchors(width: f64, aside: f64) -> Anchors {
        let place = |name| match name {
            Name::NeckL => DVec2::new(500.0 + width, 600.0),
            Name::NeckR => DVec2::new(500.0 - width, 610.0),
            Name::Notch => DVec2::new(500.0 + 2.0 * aside, 720.0),
            _ => DVec2::new(500.0, 400.0),
        };
        head::with(place, PartMap::default())
    }

    const CHAIN: [DVec2; 3] = [
        DVec2::new(125.0, 2.0),
        DVec2::new(3.0, 3.0),
        DVec2::new(64.0, 88.0),
    ];

    #[test]
    fn ends_meet_the_neck_and_the_pendant_keeps_its_shape() {
        for (width, aside) in [(100.0, 0.0), (120.0, 12.0), (140.0, -9.0)] {
            let anchors = anchors(width, aside);
            let (warp, place, _) = drape(&anchors, CHAIN, &Course::default(), (2.0, 1.0), (1e4, 0.0));
            let (left, right) = sides(&anchors, 2.0);
            assert!(warp.apply(CHAIN[0]).distance(left) < 1e-6);
            assert!(warp.apply(CHAIN[1]).distance(right) < 1e-6);
            assert!(warp.apply(CHAIN[2]).distance(place) < 1e-6);
            // A pendant of 6 mm is as wide as on a flat table, within 5 %.
            let half = DVec2::new(3.0, 0.0);
            let seen = warp.apply(CHAIN[2] + half).distance(warp.apply(CHAIN[2] - half));
            assert!((seen / 12.0 - 1.0).abs() < 0.05, "{seen}");
        }
    }

    #[test]
    fn a_larger_piece_hangs_on_the_same_neck() {
        let anchors = anchors(115.0, 4.0);
        let (one, ..) = drape(&anchors, CHAIN, &Course::default(), (2.0, 1.0), (1e4, 0.0));
        let (two, ..) = drape(&anchors, CHAIN, &Course::default(), (2.6, 1.3), (1e4, 0.0));
        assert!(one.apply(CHAIN[0]).distance(two.apply(CHAIN[0])) < 1e-6);
        let pendant = |warp: Warp| {
            let half = DVec2::new(3.0, 0.0);
            warp.apply(CHAIN[2] + half).distance(warp.apply(CHAIN[2] - half))
        };
        assert!((pendant(two) / pendant(one) - 1.3).abs() < 0.05);
    }

    /// A strand on a body turned aside: both sides leave the neck with pearls alike, and the rest is behind it.
    #[test]
    fn of_a_turned_neck_less_is_seen_not_the_same_in_small() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/products/pearl-strand");
        let product = Product::load(&folder).unwrap();
        let Attach::Chain { end_l, end_r, lowest } = product.attach else {
            panic!("a strand is a chain")
        };
        for (aside, behind) in [(-45.0, [true, false]), (0.0, [false; 2]), (45.0, [false, true])] {
            let anchors = anchors(115.0, aside);
            let (warp, _, wrap) = drape(
                &anchors,
                [end_l, end_r, lowest],
                &product.course,
                (2.0, 1.0),
                (1e4, 0.0),
            );
            let (left, right) = sides(&anchors, 2.0);
            assert_eq!(wrap.behind, behind);
            let pearls = [0, 1].map(|side| {
                let end = wrap.ends[side];
                assert!(warp.apply(end).distance([right, left][side]) < 1e-6);
                let at = lowest.lerp(end, 0.8);
                assert_eq!(wrap.front(at), 1.0);
                assert_eq!(
                    wrap.front([end_r, end_l][side]),
                    f64::from(u8::from(!behind[side]))
                );
                warp.apply(at + DVec2::X).distance(warp.apply(at - DVec2::X))
            });
            let ratio = pearls[0] / pearls[1];
            assert!((0.8..1.25).contains(&ratio), "{pearls:?}");
            assert_eq!(wrap.front(lowest + DVec2::new(-2.0, 5.0)), 1.0);
        }
    }

    /// The less of a body the picture shows, the shorter a pendant's chain is worn, until none is that short.
    #[test]
    fn a_pendant_stays_in_the_picture_on_a_shorter_chain() {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/products/emerald-pendant-gold");
        let product = Product::load(&folder).unwrap();
        let Attach::Chain { end_l, end_r, lowest } = product.attach else {
            panic!("a pendant hangs from a chain")
        };
        let (anchors, ends) = (anchors(115.0, 0.0), [end_l, end_r, lowest]);
        let drape = |height| drape(&anchors, ends, &product.course, (2.0, 1.0), (height, 0.0));
        let own = drape(1e4).1.y;
        let bottom = 2.0 * product.course.pendant();
        assert_eq!(drape(own + bottom + 8.0).2.shorter_mm, 0.0);
        let mut before = 0.0;
        for step in 1..20 {
            let height = own + bottom - 4.0 * f64::from(step);
            let (warp, place, wrap) = drape(height);
            assert!(place.y + bottom < height && wrap.shorter_mm > before);
            before = wrap.shorter_mm;
            for side in 0..2 {
                let (end, way) = (wrap.ends[side], wrap.ways[side]);
                let seen = warp.apply(end).distance(warp.apply(end - way)) / 2.0;
                assert!(
                    (0.78..1.1).contains(&seen),
                    "{step}: links of {seen} of their size"
                );
            }
        }
        assert!(before > 50.0, "{before}");
        // A chain does not go round the chin.
        assert!((drape(own - 110.0).1.y - drape(own - 200.0).1.y).abs() < 1e-9);
    }

    /// Drawn up or down, a chain is shorter or longer and its ends stay where they leave the neck.
    #[test]
    fn a_chain_drawn_down_stays_on_the_neck() {
        let anchors = anchors(115.0, 0.0);
        let (left, right) = sides(&anchors, 2.0);
        let drape = |lower| drape(&anchors, CHAIN, &Course::default(), (2.0, 1.0), (1e4, lower));
        let (_, own, _) = drape(0.0);
        for lower in [-70.0, -20.0, 15.0, 35.0] {
            let (warp, place, wrap) = drape(lower);
            assert!((place - own - DVec2::Y * lower).length() < 2.0, "{place}");
            assert!(warp.apply(CHAIN[2]).distance(place) < 1e-6);
            for (side, end) in [(right, wrap.ends[0]), (left, wrap.ends[1])] {
                assert!(warp.apply(end).distance(side) < 1e-6, "{lower}");
            }
        }
        // Beyond what a neck allows all of it follows the hand.
        let (warp, place, wrap) = drape(-300.0);
        assert!((place.y - own.y + 300.0).abs() < 1e-6);
        assert!(warp.apply(wrap.ends[0]).y < right.y - 50.0);
    }

    /// As a body turns, the end of a chain's farther side walks from one pearl to the next and its size stays believable.
    #[test]
    fn a_turning_neck_hides_one_pearl_after_the_other() {
        let products = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/products");
        for id in [
            "pearl-strand",
            "sapphire-choker-silver",
            "cable-chain-silver",
            "emerald-pendant-gold",
        ] {
            let product = Product::load(&products.join(id)).unwrap();
            let Attach::Chain { end_l, end_r, lowest } = product.attach else {
                panic!("{id} is a chain")
            };
            let whole = end_r.distance(lowest);
            let mut before = None;
            for step in 0..60 {
                let room = [whole * (0.84 - 0.005 * f64::from(step)), whole];
                let wrap = wrap([end_r, end_l], lowest, &product.course, room);
                let end = wrap.ends[0].distance(lowest);
                assert!(
                    wrap.behind[0] && end < whole - 1.0,
                    "{id}, {step}: {end} of {whole}"
                );
                let size = room[0] / end;
                assert!((0.8..1.02).contains(&size), "{id}, {step}: {size}");
                assert!(
                    before.is_none_or(|b: f64| (b - end).abs() < 9.0),
                    "{id}, {step}: {before:?} to {end}"
                );
                before = Some(end);
            }
        }
    }
}
