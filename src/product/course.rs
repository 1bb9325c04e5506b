//! Course: where a chain runs in its artwork, from its lowest point to either end.
//!
//! Takes the artwork and the attachment points; gives, every millimetre from the lowest point on, the middle of what is
//! drawn there above it, and how much that is. Between two pearls that is nothing.

use super::{Art, Attach};
use glam::DVec2;

/// Length of one step along a side, mm.
const STEP: f64 = 1.0;
/// The artwork is read about this finely, mm.
const GRAIN: f64 = 0.2;

/// The sides of a chain, the picture's left one first. All places are in millimetres from the lowest point, y down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    sides: [Vec<Step>; 2],
}

/// What is drawn at one distance from the lowest point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Step {
    /// Its middle, a unit vector; that of the nearest step inwards where nothing is drawn.
    way: DVec2,
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
            [end_r, end_l].map(|end| vec![(DVec2::ZERO, 0.0); 1 + (end.distance(lowest) / STEP) as usize]);
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
        let sides = sums.map(|side| {
            let mut way = DVec2::NEG_Y;
            side.into_iter()
                .map(|(sum, thickness)| {
                    way = sum.try_normalize().unwrap_or(way);
                    Step { way, thickness }
                })
                .collect()
        });
        Self { sides }
    }

    /// Where in `least..=most` mm from the lowest point a side is thinnest, of equals nearest to the range's middle:
    /// the gap between two pearls. `None` where the side does not reach.
    pub fn thinnest(&self, side: usize, (least, most): (f64, f64)) -> Option<DVec2> {
        let middle = (least + most) / 2.0;
        let steps = self.sides[side].iter().enumerate();
        steps
            .map(|(i, step)| ((i as f64 + 0.5) * STEP, step))
            .filter(|(distance, _)| (least..=most).contains(distance))
            .min_by(|(a, s), (b, t)| {
                let from = |d: f64| (d - middle).abs();
                s.thickness
                    .total_cmp(&t.thickness)
                    .then(from(*a).total_cmp(&from(*b)))
            })
            .map(|(distance, step)| step.way * distance)
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
    fn a_strand_is_thinnest_between_its_pearls() {
        let (art, attach) = strand();
        let course = Course::of(&art, attach, DVec2::splat(0.25));
        for (side, sign) in [(0, -1.0), (1, 1.0)] {
            for range in [(17.0, 23.0), (23.0, 31.0)] {
                let place = course.thinnest(side, range).unwrap();
                let gap = if range.0 < 20.0 { 20.0 } else { 28.0 };
                assert!((place.length() - gap).abs() < 2.0, "{place}");
                assert!(
                    place.normalize().distance(DVec2::new(sign, -1.0).normalize()) < 0.1,
                    "{place}"
                );
            }
            assert_eq!(course.thinnest(side, (40.0, 50.0)), None);
        }
    }

    #[test]
    fn only_a_chain_has_a_course() {
        let (art, _) = strand();
        let course = Course::of(&art, Attach::Hook(DVec2::ZERO), DVec2::splat(0.25));
        assert_eq!(course.thinnest(0, (0.0, 50.0)), None);
    }
}
