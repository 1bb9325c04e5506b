//! Course: where a chain runs in its artwork, from its lowest point to either end.
//!
//! Takes the artwork and the attachment points; gives, every millimetre from the lowest point on, the middle of what is
//! drawn there above it, and how much that is. Between two pearls that is little more than the thread.

use super::{Art, Attach};
use glam::DVec2;

/// Length of one step along a side, mm.
const STEP: f64 = 1.0;
/// The artwork is read about this finely, mm.
const GRAIN: f64 = 0.2;
/// So many steps from the lowest point are its pendant's.
const PENDANT: usize = 10;
/// So many steps before an end the chain itself grows thin.
const END: usize = 2;
/// Steps that are at most this much thicker than the thinnest are as good a gap.
const ALIKE: f64 = 1.25;

/// The sides of a chain, the picture's left one first. All places are in millimetres from the lowest point, y down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// How far the artwork goes on below the lowest point, mm.
    hangs: f64,
    sides: [Vec<Step>; 2],
}

/// What is drawn at one distance from the lowest point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Step {
    /// Its middle, a unit vector; that of the nearest step inwards where nothing is drawn, `None` before anything is.
    way: Option<DVec2>,
    /// How much of the step's ring is drawn: the chain's thickness, mm.
    thickness: f64,
}

impl Course {
    /// Follows a chain; anything else has no course.
    pub(super) fn of(art: &Art, attach: Attach, mm_per_px: DVec2) -> Self {
        let Attach::Chain { end_l, end_r, lowest } = attach else {
            return Self::default();
        };
        let every = (GRAIN / mm_per_px.max_element()).max(1.0) as usize;
        let area = mm_per_px.x * mm_per_px.y * (every * every) as f64 / 255.0;
        let mut sums =
            [end_r, end_l].map(|end| vec![(DVec2::ZERO, 0.0); (end.distance(lowest) / STEP) as usize]);
        for y in (0..art.height).step_by(every) {
            for x in (0..art.width).step_by(every) {
                let alpha = art.rgba[(y * art.width + x) * 4 + 3];
                let p = DVec2::new(x as f64 + 0.5, y as f64 + 0.5) * mm_per_px - lowest;
                let side = &mut sums[usize::from(p.x >= 0.0)];
                if alpha > 0
                    && p.y < 0.0
                    && let Some(sum) = side.get_mut((p.length() / STEP) as usize)
                {
                    sum.0 += p * f64::from(alpha);
                    sum.1 += f64::from(alpha) * area / STEP;
                }
            }
        }
        let sides = sums.map(|mut side| {
            side.truncate(side.len().saturating_sub(END));
            let mut way = None;
            side.into_iter()
                .map(|(sum, thickness)| {
                    way = sum.try_normalize().or(way);
                    Step { way, thickness }
                })
                .collect()
        });
        Self {
            hangs: art.bounds().3 as f64 * mm_per_px.y - lowest.y,
            sides,
        }
    }

    /// How far a pendant hangs below the chain's lowest point, mm; 0 of a chain without one.
    pub fn pendant(&self) -> f64 {
        if self.hangs > self.thickest() {
            self.hangs
        } else {
            0.0
        }
    }

    /// How thick the chain is at its thickest, mm; what hangs at its lowest point aside.
    pub fn thickest(&self) -> f64 {
        let steps = self.sides.iter().flat_map(|side| side.iter().skip(PENDANT));
        steps.map(|step| step.thickness).fold(0.0, f64::max)
    }

    /// The gap between two pearls in `least..=most` mm from the lowest point of a side that is nearest to the range's
    /// middle; anywhere on a chain that is of one thickness. `None` where the side does not reach.
    pub fn gap(&self, side: usize, (least, most): (f64, f64)) -> Option<DVec2> {
        let inside = || {
            let steps = self.sides[side].iter().enumerate();
            steps
                .filter_map(|(i, step)| Some(((i as f64 + 0.5) * STEP, step.way?, step.thickness)))
                .filter(|(distance, ..)| (least..=most).contains(distance))
        };
        let thin = inside().map(|(.., thickness)| thickness).fold(f64::MAX, f64::min) * ALIKE;
        let off = |distance: f64| (distance - (least + most) / 2.0).abs();
        inside()
            .filter(|(.., thickness)| *thickness <= thin)
            .min_by(|(a, ..), (b, ..)| off(*a).total_cmp(&off(*b)))
            .map(|(distance, way, _)| way * distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four pearls of 4 mm on each side, 8 mm apart, on two straight lines; 0.25 mm a pixel.
    fn strand() -> (Art, Attach) {
        let (width, height) = (400, 200);
        let lowest = DVec2::new(50.0, 48.0);
        let way = |side: f64| DVec2::new(side, -1.0).normalize();
        let mut rgba = vec![0; width * height * 4];
        for (i, px) in rgba.chunks_exact_mut(4).enumerate() {
            let p = DVec2::new((i % width) as f64 + 0.5, (i / width) as f64 + 0.5) * 0.25 - lowest;
            let on = |side| (1..5).any(|n| p.distance(way(side) * f64::from(n) * 8.0) < 2.0);
            px.fill(if on(-1.0) || on(1.0) { 255 } else { 0 });
        }
        let attach = Attach::Chain {
            end_l: lowest + way(1.0) * 34.0,
            end_r: lowest + way(-1.0) * 34.0,
            lowest,
        };
        (Art { width, height, rgba }, attach)
    }

    #[test]
    fn a_strand_has_gaps_between_its_pearls() {
        let (art, attach) = strand();
        let course = Course::of(&art, attach, DVec2::splat(0.25));
        for (side, sign) in [(0, -1.0), (1, 1.0)] {
            for range in [(17.0, 23.0), (23.0, 31.0)] {
                let place = course.gap(side, range).unwrap();
                let gap = if range.0 < 20.0 { 20.0 } else { 28.0 };
                assert!((place.length() - gap).abs() < 2.0, "{place}");
                assert!(
                    place.normalize().distance(DVec2::new(sign, -1.0).normalize()) < 0.1,
                    "{place}"
                );
            }
            // The last pearl's end is no gap.
            assert_eq!(course.gap(side, (33.0, 50.0)), None);
        }
    }

    #[test]
    fn only_a_chain_has_a_course() {
        let (art, _) = strand();
        let course = Course::of(&art, Attach::Hook(DVec2::ZERO), DVec2::splat(0.25));
        assert_eq!(course.gap(0, (0.0, 50.0)), None);
    }
}
