//! Standing a tiara on a head: above the hairline, and never above the head itself.

use super::{Wrap, pinned, shortened};
use crate::anchors::{Anchors, Name, Part};
use crate::geometry::{Bend, Warp};
use glam::{DAffine2, DVec2};

/// A tiara's lower edge sits this far above the hairline, mm, and leans back by so many degrees.
const RISE: f64 = 15.0;
const LEAN: f64 = 28.0;
/// Radius of the head where a tiara sits, mm.
const HEAD_RADIUS: f64 = 75.0;
/// A head's outline is where a band has gone round it by so many degrees.
const OUTLINE: f64 = 84.0;
/// So much of the head is seen above a tiara's lower edge, mm; where hair is short or missing it sits lower for it…
const CROWN: f64 = 22.0;
/// …but by no more than this, mm.
const LOWEST: f64 = 45.0;

/// A tiara stands on the hairline, tilted with the head, bent over the forehead by its pitch and round the
/// head by its yaw; what of it is behind the head is not seen. Takes the middle of its lower edge and its two ends, mm;
/// gives the place of that middle as well.
pub fn stand(anchors: &Anchors, [base, end_l, end_r]: [DVec2; 3], px_per_mm: f64) -> (Warp, DVec2, Wrap) {
    let up = (anchors.at(Name::EyeL) + anchors.at(Name::EyeR)) / 2.0 - anchors.at(Name::Chin);
    let up = up.normalize_or(DVec2::NEG_Y);
    let seat = seat(anchors, up, px_per_mm);
    let turn = up.x.atan2(-up.y).to_degrees();
    let scale = DVec2::new(px_per_mm * shortened(anchors.pose.yaw), px_per_mm);
    // A band on a head of radius r falls back by u²/2r: leaning back or looking up shows its ends lower than
    // its middle.
    let lean = (anchors.pose.pitch + LEAN).to_radians();
    let fall = lean.sin().clamp(-0.5, 0.7) / (2.0 * HEAD_RADIUS);
    let yaw = anchors.pose.yaw.clamp(-50.0, 50.0).to_radians();
    let mut wrap = Wrap::whole([end_r, end_l], base);
    wrap.ways = [DVec2::NEG_X, DVec2::X];
    // Seen from the front u is r·sin φ; turned by the yaw that is r·sin(φ + yaw), less what the scale has done, as far as
    // the head's outline.
    let sides: [(DVec2, DVec2); 2] = std::array::from_fn(|i| {
        let mut flat = wrap.ends[i] - base;
        let angle = (flat.x / HEAD_RADIUS).clamp(-1.0, 1.0).asin();
        let outline = OUTLINE.to_radians();
        let shown = (angle + yaw).clamp(-outline, outline) - yaw;
        if (shown - angle).abs() > 1e-9 {
            flat.x = HEAD_RADIUS * shown.sin();
            wrap.ends[i].x = base.x + flat.x;
            wrap.behind[i] = true;
        }
        let across = HEAD_RADIUS * ((shown + yaw).sin() - yaw.sin()) / yaw.cos();
        (flat, DVec2::new(across, flat.y + fall * flat.x * flat.x))
    });
    let warp = Warp {
        to_local: DAffine2::from_translation(-base),
        bend: Bend::stretched(sides.map(|side| side.0), sides.map(|side| side.1)),
        to_photo: pinned(DVec2::ZERO, seat, scale, turn),
    };
    (warp, seat, wrap)
}

/// Where the middle of the lower edge goes: above the hairline, or lower where the head ends too soon above it.
fn seat(anchors: &Anchors, up: DVec2, px_per_mm: f64) -> DVec2 {
    let wanted = anchors.at(Name::Hairline) + up * RISE * px_per_mm;
    let background = |lower: f64| {
        let crown = wanted + up * (CROWN - lower) * px_per_mm;
        // Of what lies above the picture its upper edge tells.
        let seen = DVec2::new(crown.x, crown.y.max(1.0));
        f64::from(anchors.parts.at(Part::Background, seen))
    };
    let mut before = background(0.0);
    if before <= 0.5 {
        return wanted;
    }
    for step in 1..=LOWEST as u32 {
        let here = background(f64::from(step));
        if here <= 0.5 {
            // Between two steps, or a live tiara would jump by millimetres.
            let lower = f64::from(step) - (0.5 - here) / (before - here);
            return wanted - up * lower * px_per_mm;
        }
        before = here;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::PartMap;
    use crate::geometry::Square;
    use crate::placement::head;

    /// A head at 2 px per millimetre with its hairline at y = 300, which the background meets at `top`.
    fn anchors(top: usize) -> Anchors {
        let place = |name| match name {
            Name::Hairline => DVec2::new(300.0, 300.0),
            Name::Chin => DVec2::new(300.0, 600.0),
            _ => DVec2::new(300.0, 400.0),
        };
        let square = Square {
            center: DVec2::splat(300.0),
            side: 600.0,
        };
        let planes = (0..4 * 600)
            .map(|i| {
                let (part, y) = (i / 600, i % 600);
                let inside = y >= top;
                f32::from(u8::from(if part == Part::Background as usize {
                    !inside
                } else {
                    inside && part == Part::Skin as usize
                }))
            })
            .collect();
        head::with(place, PartMap::new(1, 600, planes, square))
    }

    const BAND: [DVec2; 3] = [
        DVec2::new(60.0, 30.0),
        DVec2::new(118.0, 36.0),
        DVec2::new(2.0, 36.0),
    ];

    /// As a head turns, its farther side goes behind it and nothing of a tiara lies outside its outline.
    #[test]
    fn of_a_turned_head_less_is_seen() {
        let mut before = BAND[1].x - BAND[0].x;
        for yaw in [0.0, 20.0, 35.0, 50.0] {
            let mut anchors = anchors(100);
            anchors.pose.yaw = yaw;
            let (warp, place, wrap) = stand(&anchors, BAND, 2.0);
            assert!(!wrap.behind[0] && wrap.behind[1] == (yaw > 25.0), "{yaw}");
            let left = wrap.ends[1].x - BAND[0].x;
            assert!(left <= before, "{yaw}: {left} after {before}");
            before = left;
            let reach = (warp.apply(wrap.ends[1]) - place).x / 2.0;
            let outline = HEAD_RADIUS * (1.0 - f64::to_radians(yaw).sin());
            assert!(reach > 0.0 && reach < outline, "{yaw}: {reach} of {outline}");
            assert_eq!(wrap.front(BAND[0] + DVec2::new(0.0, 4.0)), 1.0);
            assert_eq!(wrap.front(BAND[1]) < 1.0, wrap.behind[1]);
        }
    }

    #[test]
    fn a_tiara_is_on_the_head() {
        let height = |top| stand(&anchors(top), BAND, 2.0).1.y;
        // Hair enough above it: where it always sits.
        assert!((height(100) - 270.0).abs() < 1e-9);
        // A bald head that ends at its hairline: as far below as is asked.
        assert!((height(280) - 280.0 - 2.0 * CROWN).abs() < 2.0, "{}", height(280));
        // The part map knows of no head at all: the points alone count.
        assert!((height(600) - 270.0).abs() < 1e-9);
    }
}
