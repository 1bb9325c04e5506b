//! What is taken off, and how far around it is looked: an earring hangs in one place, a necklace lies along the skin.
//!
//! Takes what the anchors found; gives lengths in pixels of the photo.

use super::hole::{Hole, center};
use crate::anchors::{Cover, Trinket};
use crate::geometry::{Rect, Square};
use glam::DVec2;
use std::collections::BTreeMap;

/// The edge of what is worn is known to about so many millimetres, and its glow and its shadow are beside it.
const EDGE_MM: f64 = 0.9;
/// The same of a necklace, whose shadow lies all along it.
const STRAND_EDGE_MM: f64 = 1.2;
/// Side of the square in which it is guessed what is behind an earring, in its hole's longer side, and no less than so many
/// millimetres; as in training (`behind_net.py`).
const GUESSED: (f64, f64) = (2.3, 26.0);
/// The same of squares along a necklace, in the depth of its hole.
const STRAND_GUESSED: (f64, f64) = (4.0, 80.0);
/// Those are apart by so much of their side.
const APART: f64 = 0.4;
/// Of an ear there are not always patches that fit: what is made of them is moved so far to what is guessed. Along a
/// necklace there are, and an edge that is guessed a pixel aside would become a bright line.
const LEAN: (f32, f32) = (0.7, 0.0);
/// So many millimetres around are looked through for what may be behind, and at least as far as an earring is large.
const AROUND_MM: f64 = 14.0;
/// The same, pixels at least: of fewer no patch can be taken.
const AROUND: f64 = 24.0;
/// What is so many millimetres away along a necklace is as like as what is twice as unlike beside it.
const BESIDE_MM: f64 = 15.0;
/// The same, pixels at least.
const BESIDE: f64 = 6.0;

/// What is worn already.
#[derive(Clone, Copy, Debug)]
pub enum Own<'a> {
    /// At an ear.
    Earring(&'a Trinket),
    /// Around the neck.
    Necklace(&'a Cover),
}

impl<'a> Own<'a> {
    /// Where it is seen.
    pub fn map(self) -> &'a Cover {
        match self {
            Self::Earring(trinket) => &trinket.map,
            Self::Necklace(map) => map,
        }
    }

    /// How far its edge is widened, pixels.
    pub(super) fn edge(self, mm_per_px: f64) -> usize {
        let mm = match self {
            Self::Earring(_) => EDGE_MM,
            Self::Necklace(_) => STRAND_EDGE_MM,
        };
        (mm / mm_per_px).ceil().clamp(1.0, 1e3) as usize
    }

    /// The squares of the photo in which it is guessed what is behind such a hole, as far as `inner` holds it.
    pub(super) fn guessed(self, hole: &Hole, inner: Rect, mm_per_px: f64) -> Vec<Square> {
        let side = |large: f64, (most, least): (f64, f64)| (most * large).max(least / mm_per_px);
        match self {
            Self::Earring(_) => {
                let size = DVec2::new(f64::from(inner.width), f64::from(inner.height));
                vec![Square {
                    center: DVec2::new(f64::from(inner.x), f64::from(inner.y)) + size / 2.0,
                    side: side(size.max_element(), GUESSED),
                }]
            }
            Self::Necklace(_) => {
                let most = f64::from(inner.width.min(inner.height)) / 2.0;
                along(hole, side(f64::from(hole.deepest()).min(most), STRAND_GUESSED))
            }
        }
    }

    /// How far around a hole so large is looked through, pixels: around an earring as far as it is guessed.
    pub(super) fn around(self, hole: Rect, mm_per_px: f64) -> f64 {
        let least = (AROUND_MM / mm_per_px).max(AROUND);
        let large = f64::from(hole.width.max(hole.height));
        match self {
            Self::Earring(_) => least.max(large * GUESSED.0 / 2.0),
            Self::Necklace(_) => least,
        }
    }

    /// How far what is made is moved to what is guessed, 0..1.
    pub(super) fn lean(self) -> f32 {
        match self {
            Self::Earring(_) => LEAN.0,
            Self::Necklace(_) => LEAN.1,
        }
    }

    /// A patch so many pixels away counts as unlike by twice as much, where so much is looked through.
    pub(super) fn beside(self, rect: Rect, mm_per_px: f64) -> f64 {
        match self {
            Self::Earring(_) => f64::from(rect.width.max(rect.height)) / 2.0,
            Self::Necklace(_) => (BESIDE_MM / mm_per_px).max(BESIDE),
        }
    }
}

/// Squares so large that every pixel of a hole lies in one.
fn along(hole: &Hole, side: f64) -> Vec<Square> {
    let mut cells: BTreeMap<(i64, i64), (DVec2, f64)> = BTreeMap::new();
    for i in (0..hole.inside.len()).filter(|&i| hole.inside[i]) {
        let place = center(i as u32, hole.rect);
        let cell = (place / (APART * side)).floor();
        let (sum, count) = cells.entry((cell.y as i64, cell.x as i64)).or_default();
        *sum += place;
        *count += 1.0;
    }
    let middle = |(sum, count): (DVec2, f64)| Square {
        center: sum / count,
        side,
    };
    cells.into_values().map(middle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_along_a_necklace_it_is_guessed() {
        let rect = Rect {
            x: 40,
            y: 70,
            width: 300,
            height: 120,
        };
        let off = |i: usize| (center(i as u32, rect) - DVec2::new(190.0, 30.0)).length() - 145.0;
        let hole = Hole {
            rect,
            inside: (0..rect.area()).map(|i| off(i).abs() < 6.0).collect(),
        };
        let squares = along(&hole, 80.0);
        assert!(squares.len() < 24, "{}", squares.len());
        for i in (0..rect.area()).filter(|&i| hole.inside[i]) {
            let place = center(i as u32, rect);
            let near = |s: &Square| (place - s.center).abs().max_element() < 0.4 * s.side;
            assert!(squares.iter().any(near), "{place} is in the middle of none");
        }
    }
}
