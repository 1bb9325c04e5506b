//! What at the rim of a necklace's hole is nothing of it: the map's cells are larger than beads, and a hole as wide as
//! they are swallows necklines and hair.
//!
//! Takes the hole and the picture's colours; leaves of it what is not reached from outside by going on in the same colour,
//! and all that is likely to be worn.

use super::fill::Pixel;
use super::hole::{Hole, center};
use crate::anchors::{Cover, LIKELY};
use crate::geometry::Rect;
use std::collections::VecDeque;

/// A colour goes on as long as it is not farther off than this (encoded, all channels together)…
const ALIKE: f32 = 0.08;
/// …from that of before, of which so much is left after a millimetre on the way: skin is lighter here than there.
const KEPT: f64 = 0.62;

/// Takes what goes on from outside out of the hole, but for the pixels next to what stays in it. `colours` of a rectangle
/// that holds the hole, `unknown` of its pixels.
pub fn spare(
    hole: &mut Hole,
    map: &Cover,
    (colours, unknown): (&[Pixel], &[bool]),
    rect: Rect,
    (thin, mm_per_px): (usize, f64),
) {
    let (wide, high) = (rect.width as usize, rect.height as usize);
    let around = |i: usize| {
        let (x, y) = (i % wide, i / wide);
        let beside = (x > 0)
            .then(|| i - 1)
            .into_iter()
            .chain((x + 1 < wide).then_some(i + 1));
        beside
            .chain(i.checked_sub(wide))
            .chain((y + 1 < high).then_some(i + wide))
    };
    let most = hole.inside.clone();
    let followed = 1.0 - KEPT.powf(mm_per_px) as f32;
    let mut next: VecDeque<(usize, Pixel)> = (0..colours.len())
        .filter(|&i| !unknown[i] && around(i).any(|j| unknown[j]))
        .map(|i| (i, colours[i]))
        .collect();
    while let Some((i, colour)) = next.pop_front() {
        for j in around(i) {
            let Some(k) = hole.place(j, rect).filter(|&k| hole.inside[k]) else {
                continue;
            };
            let here = colours[j];
            let off: f32 = (0..3).map(|c| (here[c] - colour[c]).powi(2)).sum();
            if off < ALIKE * ALIKE && map.at(center(j as u32, rect)) <= LIKELY {
                hole.inside[k] = false;
                next.push_back((
                    j,
                    std::array::from_fn(|c| colour[c] + followed * (here[c] - colour[c])),
                ));
            }
        }
    }
    hole.narrowed(&most, thin);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Square;
    use glam::DVec2;

    #[test]
    fn a_neckline_beside_a_necklace_stays() {
        // A dark chain where skin ends and cloth begins; the hole is wider than it.
        let rect = Rect {
            x: 0,
            y: 0,
            width: 96,
            height: 96,
        };
        let colour = |x: usize| match x {
            40..46 => [0.2, 0.15, 0.1],
            0..40 => [0.8, 0.6 - x as f32 * 0.002, 0.5],
            _ => [0.1, 0.2, 0.5],
        };
        let colours: Vec<Pixel> = (0..96 * 96).map(|i| colour(i % 96)).collect();
        let map = (0..96 * 96).map(|i| match i % 96 {
            40..46 => 0.9,
            30..58 => 0.25,
            _ => 0.0,
        });
        let square = Square {
            center: DVec2::splat(48.0),
            side: 96.0,
        };
        let map = Cover::whole(map.collect(), square);
        let mut hole = Hole::likely(&map, (96, 96), 9);
        let unknown: Vec<bool> = (0..96 * 96).map(|i| hole.holds(i, rect)).collect();
        assert!(unknown[48 * 96 + 32] && unknown[48 * 96 + 53]);
        spare(&mut hole, &map, (&colours, &unknown), rect, (1, 0.35));
        for x in 0..96 {
            let chain = (39..47).contains(&x);
            assert_eq!(hole.holds(48 * 96 + x, rect), chain, "column {x}");
        }
    }
}
