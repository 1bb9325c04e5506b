//! Course: where a chain runs in its artwork, from its lowest point to either end, and what it is strung of.
//!
//! Takes the artwork and the attachment points; gives the line through the middle of what is drawn above the lowest
//! point, how thick that is along it, and the gaps between its links, where little more than a thread is drawn.

use super::{Art, Attach};
use glam::DVec2;

/// The line has a place for every ring of this width about the lowest point, mm.
const RING: f64 = 1.0;
/// It is smoothed over so many rings to either side.
const SMOOTH: usize = 4;
/// A place of the artwork is looked for on the line among so many rings about its own.
const NEAR: usize = 7;
/// The artwork is read about this finely, mm.
const GRAIN: f64 = 0.2;
/// Thickness is known for every step of this length along the line, mm.
const STEP: f64 = 0.25;
/// So far from the lowest point along the line (mm) it is its pendant's.
const PENDANT_MM: f64 = 10.0;
/// So many rings before an end the chain itself grows thin.
const END: usize = 2;
/// A gap is thinner than anything so near (mm)…
const ALONE_MM: f64 = 1.5;
/// …and than this share of what is thickest within so many mm on either side.
const DEEP: (f64, f64) = (0.8, 4.0);
/// What has no gap for longer than this is no link, mm.
const LONGEST_LINK_MM: f64 = 16.0;

/// The sides of a chain, the picture's left one first. All places are in millimetres from the lowest point, y down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// How far the artwork goes on below the lowest point, mm.
    hangs: f64,
    sides: [Side; 2],
}

/// A place on the line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// Where, mm from the lowest point.
    pub place: DVec2,
    /// The way the chain goes on there, outwards; a unit vector.
    pub way: DVec2,
    /// How far along the line, mm.
    pub along: f64,
}

/// One side of a chain.
#[derive(Clone, Debug, Default, PartialEq)]
struct Side {
    line: Vec<Spot>,
    /// How thick it is at every [`STEP`] along the line, mm.
    thickness: Vec<f64>,
    /// Where a link ends and the next begins, mm along the line.
    gaps: Vec<f64>,
}

impl Course {
    /// Follows a chain; anything else has no course.
    pub(super) fn of(art: &Art, attach: Attach, mm_per_px: DVec2) -> Self {
        let Attach::Chain { end_l, end_r, lowest } = attach else {
            return Self::default();
        };
        let every = (GRAIN / mm_per_px.max_element()).max(1.0) as usize;
        let area = mm_per_px.x * mm_per_px.y * (every * every) as f64 / 255.0;
        let mut drawn = [Vec::new(), Vec::new()];
        for y in (0..art.height).step_by(every) {
            for x in (0..art.width).step_by(every) {
                let alpha = art.rgba[(y * art.width + x) * 4 + 3];
                let p = DVec2::new(x as f64 + 0.5, y as f64 + 0.5) * mm_per_px - lowest;
                if alpha > 0 && p.y < 0.0 {
                    drawn[usize::from(p.x >= 0.0)].push((p, f64::from(alpha) * area));
                }
            }
        }
        let reach = [end_r, end_l].map(|end| (end.distance(lowest) / RING) as usize);
        Self {
            hangs: art.bounds().3 as f64 * mm_per_px.y - lowest.y,
            sides: [0, 1].map(|i| Side::of(&drawn[i], reach[i])),
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
        let steps = self
            .sides
            .iter()
            .flat_map(|side| side.thickness.iter().skip((PENDANT_MM / STEP) as usize));
        steps.copied().fold(0.0, f64::max)
    }

    /// How far along its side's line a place is, mm.
    pub fn along(&self, p: DVec2) -> f64 {
        self.sides[usize::from(p.x >= 0.0)].along(p)
    }

    /// Places on a side's line, one every so many mm.
    pub fn spots(&self, side: usize, every: f64) -> Vec<Spot> {
        let side = &self.sides[side];
        let steps = (side.length() / every) as usize;
        (1..=steps).map(|i| side.spot(i as f64 * every)).collect()
    }

    /// Is a side a row of links with gaps between them?
    pub fn is_linked(&self, side: usize) -> bool {
        !self.sides[side].gaps.is_empty()
    }

    /// The gaps of a side; where a chain is no row of links, or is longer than a link between two gaps, every place `every`
    /// mm on is as good.
    pub fn gaps(&self, side: usize, every: f64) -> Vec<Spot> {
        let Side { gaps, .. } = &self.sides[side];
        if gaps.is_empty() {
            return self.spots(side, every);
        }
        let ends = gaps.iter().skip(1).copied().chain([self.sides[side].length()]);
        let between = gaps.iter().zip(ends).flat_map(|(&gap, end)| {
            let steps = if end - gap > LONGEST_LINK_MM {
                ((end - gap) / every).ceil() as usize - 1
            } else {
                0
            };
            (0..=steps).map(move |i| gap + i as f64 * every)
        });
        between.map(|along| self.sides[side].spot(along)).collect()
    }

    /// The gap of a side in `least..=most` mm from the lowest point that is nearest to the range's middle; of a chain that
    /// is no row of links, or where none is, the thinnest place. `None` where the side does not reach.
    pub fn gap(&self, side: usize, (least, most): (f64, f64)) -> Option<Spot> {
        let side = &self.sides[side];
        let inside = |spot: &Spot| (least..=most).contains(&spot.place.length());
        let off = |spot: &Spot| (spot.place.length() - (least + most) / 2.0).abs();
        let gaps = side.gaps.iter().map(|&along| side.spot(along));
        let nearest = gaps.filter(inside).min_by(|a, b| off(a).total_cmp(&off(b)));
        let thinnest = || {
            let steps = side.thickness.iter().enumerate();
            let places = steps.map(|(i, thickness)| (side.spot((i as f64 + 0.5) * STEP), thickness));
            let places: Vec<_> = places.filter(|(spot, _)| inside(spot)).collect();
            let thin = |thickness: f64| if side.gaps.is_empty() { 0.0 } else { thickness };
            let by = |(spot, thickness): &(Spot, &f64)| (thin(**thickness), off(spot));
            let least = places.iter().min_by(|a, b| {
                let (a, b) = (by(a), by(b));
                a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
            least.map(|(spot, _)| *spot)
        };
        nearest.or_else(thinnest)
    }

    /// The last gap within a link's length before a place along a side's line; that place of a chain that is no row of
    /// links.
    pub fn gap_before(&self, side: usize, along: f64) -> f64 {
        let gaps = &self.sides[side].gaps;
        let before = gaps.iter().rfind(|&&gap| gap <= along);
        before
            .copied()
            .filter(|gap| along - gap < LONGEST_LINK_MM)
            .unwrap_or(along)
    }
}

impl Side {
    /// Follows what is drawn, places with their areas in mm²; `reach` rings of it.
    fn of(drawn: &[(DVec2, f64)], reach: usize) -> Self {
        let mut rings = vec![(DVec2::ZERO, 0.0); reach];
        for &(p, area) in drawn {
            if let Some(ring) = rings.get_mut((p.length() / RING) as usize) {
                ring.0 += p * area;
                ring.1 += area;
            }
        }
        rings.truncate(reach.saturating_sub(END));
        let mut side = Self::line(&rings);
        let mut thickness = vec![0.0; (side.length() / STEP).ceil() as usize];
        for &(p, area) in drawn {
            if let Some(step) = thickness.get_mut((side.along(p) / STEP) as usize) {
                *step += area / STEP;
            }
        }
        side.thickness = (0..thickness.len())
            .map(|i| {
                let near = &thickness[i.saturating_sub(1)..(i + 2).min(thickness.len())];
                near.iter().sum::<f64>() / near.len() as f64
            })
            .collect();
        side.find_gaps();
        side
    }

    /// The line through the middles of rings, each the sum of what is drawn there and its area; a ring without anything
    /// goes on in the way of the last.
    fn line(rings: &[(DVec2, f64)]) -> Self {
        let mut way = DVec2::ZERO;
        let middles: Vec<DVec2> = rings
            .iter()
            .enumerate()
            .map(|(i, &(sum, area))| {
                if area > 0.0 {
                    way = sum.normalize_or(way);
                    sum / area
                } else {
                    way * (i as f64 + 0.5) * RING
                }
            })
            .collect();
        let smooth = |i: usize| {
            let reach = SMOOTH.min(i).min(middles.len() - 1 - i);
            let near = &middles[i - reach..=i + reach];
            near.iter().sum::<DVec2>() / near.len() as f64
        };
        let places: Vec<DVec2> = (0..middles.len()).map(smooth).collect();
        let mut line: Vec<Spot> = Vec::with_capacity(places.len());
        for (i, &place) in places.iter().enumerate() {
            let (before, next) = (places[i.saturating_sub(1)], places[(i + 1).min(places.len() - 1)]);
            let along = line
                .last()
                .map_or(place.length(), |last| last.along + last.place.distance(place));
            let way = (next - before).normalize_or(place.normalize_or(DVec2::NEG_Y));
            line.push(Spot { place, way, along });
        }
        Self {
            line,
            ..Self::default()
        }
    }

    /// Its length, mm.
    fn length(&self) -> f64 {
        self.line.last().map_or(0.0, |spot| spot.along)
    }

    /// See [`Course::along`].
    fn along(&self, p: DVec2) -> f64 {
        let ring = (p.length() / RING) as usize;
        let last = self.line.len().saturating_sub(1);
        let near = ring.saturating_sub(NEAR).min(last)..(ring + NEAR).min(self.line.len());
        let mut nearest = (f64::INFINITY, 0.0);
        for pair in self.line[near].windows(2) {
            let (from, way) = (pair[0], pair[1].place - pair[0].place);
            let share = (p - from.place).dot(way) / way.length_squared().max(1e-9);
            // Beyond the line's end it goes straight on.
            let most = if pair[1].along < self.length() {
                1.0
            } else {
                f64::INFINITY
            };
            let share = share.clamp(0.0, most);
            let off = (from.place + way * share).distance_squared(p);
            if off < nearest.0 {
                nearest = (off, from.along + (pair[1].along - from.along) * share);
            }
        }
        nearest.1
    }

    /// The place so far along the line; beyond its end straight on.
    fn spot(&self, along: f64) -> Spot {
        let next = self.line.partition_point(|spot| spot.along <= along);
        let from = self.line.get(next.saturating_sub(1)).copied().unwrap_or_default();
        let place = match self.line.get(next) {
            Some(to) if next > 0 => {
                let share = (along - from.along) / (to.along - from.along).max(1e-9);
                from.place.lerp(to.place, share)
            }
            _ => from.place + from.way * (along - from.along),
        };
        Spot { place, along, ..from }
    }

    /// Where it is much thinner than before and after.
    fn find_gaps(&mut self) {
        let thick = &self.thickness;
        let steps = |mm: f64| (mm / STEP) as usize;
        let most = |range: &[f64]| range.iter().copied().fold(0.0, f64::max);
        for i in steps(PENDANT_MM)..thick.len().saturating_sub(steps(DEEP.1) + 1) {
            let (low, high) = (i - steps(DEEP.1), i + 1 + steps(DEEP.1));
            let (before, after) = (&thick[i - steps(ALONE_MM)..i], &thick[i + 1..high]);
            let alone = before.iter().all(|&v| v > thick[i])
                && after.iter().take(steps(ALONE_MM)).all(|&v| v >= thick[i]);
            if alone && thick[i] < DEEP.0 * most(&thick[low..i]).min(most(after)) {
                let alike = thick[i..high].iter().take_while(|&&v| v <= thick[i]).count();
                self.gaps.push((i as f64 + 0.5 * alike as f64) * STEP);
            }
        }
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
                let place = course.gap(side, range).unwrap().place;
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
    fn its_line_is_known_by_its_length() {
        let (art, attach) = strand();
        let course = Course::of(&art, attach, DVec2::splat(0.25));
        for (side, sign) in [(0, -1.0), (1, 1.0)] {
            let way = DVec2::new(sign, -1.0).normalize();
            for mm in [9.0, 15.5, 26.0] {
                let beside = way.perp() * 1.5;
                assert!((course.along(way * mm + beside) - mm).abs() < 0.5, "{mm}");
                let before = course.gap_before(side, mm);
                assert!(before <= mm && mm - before < 8.5, "{mm}: {before}");
            }
            let gaps: Vec<f64> = course.gaps(side, 1.0).iter().map(|gap| gap.along).collect();
            // Before 10 mm all belongs to what hangs in the middle.
            for (gap, place) in gaps.iter().zip([12.0, 20.0, 28.0]) {
                assert!((gap - place).abs() < 0.5, "{gaps:?}");
            }
        }
    }

    /// A chain with a pearl here and there may end anywhere between two of them.
    #[test]
    fn a_long_thread_is_no_link() {
        let side = Side {
            gaps: vec![12.0, 20.0, 50.0],
            ..Side::line(&vec![(DVec2::new(0.0, -1.0), 0.0); 60])
        };
        let course = Course {
            sides: [side.clone(), side],
            ..Course::default()
        };
        let gaps: Vec<f64> = course.gaps(0, 10.0).iter().map(|gap| gap.along).collect();
        assert_eq!(gaps, [12.0, 20.0, 30.0, 40.0, 50.0]);
    }

    #[test]
    fn only_a_chain_has_a_course() {
        let (art, _) = strand();
        let course = Course::of(&art, Attach::Hook(DVec2::ZERO), DVec2::splat(0.25));
        assert_eq!(course.gap(0, (0.0, 50.0)), None);
    }
}
