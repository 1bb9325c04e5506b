//! Neckline: what a necklace is worn over, and where its sides go out of sight.
//!
//! On an open neckline they reach the neck's outline, or the hair or the collar that comes first. Over a closed one they lie
//! on the clothes and go behind the neck where the collar's upper edge meets it.

use super::Wrap;
use super::necklace::OUT_MM;
use crate::anchors::{Anchors, Name, Part};
use crate::geometry::Warp;
use crate::product::{Course, Spot};
use glam::DVec2;

/// Along this part of the way from the lowest point to where a side should leave the neck the picture is asked where it
/// does…
const SEARCH: (f64, f64) = (0.75, 1.25);
/// …in steps of so many mm…
const STEP_MM: f64 = 0.5;
/// …but no more often than this…
const MOST_STEPS: f64 = 500.0;
/// …and under hair or a collar it goes on for so many mm.
const UNDER_MM: f64 = 5.0;
/// Every so many mm along a chain it is looked what it lies on.
const WAY_MM: f64 = 4.0;
/// Over a closed neckline a short chain lies on the skin of the throat if more than this share of either side does.
const BARE: f32 = 0.4;
/// It is worn over clothes if less than this share of its sides lies on skin, and more than this one on cloth.
const DRESSED: (f32, f32) = (0.15, 0.6);
/// Over a closed neckline a side is looked for from so far below to so far above where it should end…
const HEIGHT_MM: (f64, f64) = (-35.0, 20.0);
/// …and between these places inwards and outwards of it, mm…
const ASIDE_MM: (f64, f64) = (-35.0, 20.0);
/// …where above that end and more than so many inwards skin is a jaw's over a roll-neck if it is so near beside the chin…
const JAW_MM: (f64, f64) = (12.0, 42.0);
/// …in such steps…
const LOOK_MM: f64 = 1.0;
/// …for cloth at one of these distances beside the skin…
const BESIDE_MM: [f64; 2] = [2.5, 8.0];
/// …which other things interrupt for no more than so many mm…
const MISSING_MM: f64 = 8.0;
/// …and it goes on behind the skin for so many mm.
const IN_MM: f64 = 3.0;

/// Is a chain worn over clothes? `lowest` is where it hangs lowest in its artwork and `whole` what of that is worn, `warp` how
/// it hangs as far as is known, `down` the body's way down.
///
/// It is where there is cloth at the notch, unless it is so short that it hangs on bare skin above that and both its sides
/// lie on skin; and wherever hardly any of it does and most lies on cloth.
pub(super) fn outside(
    anchors: &Anchors,
    course: &Course,
    (lowest, whole): (DVec2, &Wrap),
    warp: &Warp,
    down: DVec2,
) -> bool {
    let [left, right] = [0, 1].map(|side| {
        let mut spots = course.spots(side, WAY_MM);
        spots.retain(|spot| whole.front(lowest + spot.place) > 0.5);
        let middle = &spots[spots.len() / 5..spots.len() * 4 / 5];
        let share = |part| {
            let at = |spot: &Spot| anchors.parts.at(part, warp.apply(lowest + spot.place));
            middle.iter().map(at).sum::<f32>() / middle.len().max(1) as f32
        };
        [Part::Skin, Part::Clothes].map(share)
    });
    let place = warp.apply(lowest);
    let above =
        (anchors.at(Name::Notch) - place).dot(down) > 0.0 && anchors.parts.at(Part::Skin, place) > 0.5;
    let bare = above && left[0].min(right[0]) > BARE;
    let dressed = left[0] + right[0] < 2.0 * DRESSED.0 && left[1] + right[1] > 2.0 * DRESSED.1;
    dressed || !(bare || anchors.open_neckline())
}

/// Where a side of a chain that should reach from `lowest` to `end` leaves what is seen of the body, as the part map has
/// it: at the neck's outline, or far enough under the hair or the collar that comes first. `end` where that is not told.
pub(super) fn outline(anchors: &Anchors, lowest: DVec2, end: DVec2, px_per_mm: f64, outside: bool) -> DVec2 {
    let length = end.distance(lowest) / px_per_mm;
    let place = |mm: f64| lowest.lerp(end, mm / length.max(1.0));
    let seen = |mm: f64| {
        let part = |part| f64::from(anchors.parts.at(part, place(mm)));
        part(Part::Skin) + if outside { part(Part::Clothes) } else { 0.0 } - 0.5
    };
    let (from, until) = (SEARCH.0 * length, SEARCH.1 * length);
    let (mut mm, mut before) = (from, seen(from));
    if before <= 0.0 {
        return end;
    }
    // Points from a file may be anywhere; a search has an end.
    let step = STEP_MM.max((until - from) / MOST_STEPS);
    while mm < until {
        mm += step;
        let here = seen(mm);
        if here <= 0.0 {
            let edge = mm - step * (1.0 - before / (before - here));
            let beyond = |part| anchors.parts.at(part, place(edge + UNDER_MM));
            let air = beyond(Part::Background) > beyond(Part::Hair) + beyond(Part::Clothes);
            return place(if air {
                edge + OUT_MM
            } else {
                length.max(edge + UNDER_MM)
            });
        }
        before = here;
    }
    end
}

/// Where a side of a chain that is worn over a closed neckline goes behind the neck: a little within the skin's edge at the
/// highest place at which, from the neck `out`wards, cloth comes after skin. `None` where the part map shows none near
/// `end`.
pub(super) fn behind(
    anchors: &Anchors,
    end: DVec2,
    out: DVec2,
    down: DVec2,
    px_per_mm: f64,
) -> Option<DVec2> {
    let chin = anchors.at(Name::Chin);
    let place = |out_mm: f64, down_mm: f64| end + (out * out_mm + down * down_mm) * px_per_mm;
    let part = |part, p| anchors.parts.at(part, p);
    let steps = |(from, to): (f64, f64)| {
        let count = ((to - from) / LOOK_MM) as usize;
        (0..=count).map(move |i| from + i as f64 * LOOK_MM)
    };
    let edge = |down_mm: f64| {
        let skin = |out_mm: f64| part(Part::Skin, place(out_mm, down_mm)) > 0.5;
        let edge = steps(ASIDE_MM)
            .skip_while(|&mm| !skin(mm))
            .find(|&mm| !skin(mm))?;
        let aside = (place(edge, down_mm) - chin).dot(out).abs() / px_per_mm;
        if down_mm < 0.0 && -edge > JAW_MM.0 && aside < JAW_MM.1 {
            return None;
        }
        let cloth = BESIDE_MM.into_iter().any(|mm| {
            let beside = place(edge + mm, down_mm);
            part(Part::Clothes, beside) > part(Part::Hair, beside) + part(Part::Background, beside)
        });
        cloth.then(|| place(edge - IN_MM, down_mm))
    };
    let (mut highest, mut missing) = (None, 0.0);
    for up in steps(HEIGHT_MM) {
        let here = edge(-up);
        missing = if here.is_some() { 0.0 } else { missing + LOOK_MM };
        if highest.is_some() && missing > MISSING_MM {
            break;
        }
        highest = here.or(highest);
    }
    highest
}
