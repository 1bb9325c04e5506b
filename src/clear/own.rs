//! What is taken off, and how far around it is looked: an earring hangs in one place, a necklace lies along the skin.
//!
//! Takes what the anchors found; gives lengths in pixels of the photo.

use crate::anchors::{Trinket, WornMap};
use crate::geometry::{Rect, Square};
use glam::DVec2;

/// The edge of what is worn is known to about so many millimetres, and its glow and its shadow are beside it.
const EDGE_MM: f64 = 0.9;
/// The same of a necklace, whose shadow lies all along it.
const STRAND_EDGE_MM: f64 = 1.6;
/// Side of the square in which it is guessed what is behind an earring, in its hole's longer side, and no less than so many
/// millimetres; as in training (`behind_net.py`).
const GUESSED: (f64, f64) = (2.3, 26.0);
/// The same of a necklace, which is large itself.
const STRAND_GUESSED: (f64, f64) = (1.4, 60.0);
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
    Necklace(&'a WornMap),
}

impl<'a> Own<'a> {
    /// Where it is seen.
    pub fn map(self) -> &'a WornMap {
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

    /// The square of the photo in which it is guessed what is behind such a hole.
    pub(super) fn guessed(self, hole: Rect, mm_per_px: f64) -> Square {
        let (side, least) = match self {
            Self::Earring(_) => GUESSED,
            Self::Necklace(_) => STRAND_GUESSED,
        };
        let size = DVec2::new(f64::from(hole.width), f64::from(hole.height));
        Square {
            center: DVec2::new(f64::from(hole.x), f64::from(hole.y)) + size / 2.0,
            side: (side * size.max_element()).max(least / mm_per_px),
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

    /// A patch so many pixels away counts as unlike by twice as much, where so much is looked through.
    pub(super) fn beside(self, rect: Rect, mm_per_px: f64) -> f64 {
        match self {
            Self::Earring(_) => f64::from(rect.width.max(rect.height)) / 2.0,
            Self::Necklace(_) => (BESIDE_MM / mm_per_px).max(BESIDE),
        }
    }
}
