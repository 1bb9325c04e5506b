//! What is taken off, and how far around it is looked: an earring hangs in one place, a necklace lies along the skin.
//!
//! Takes what the anchors found; gives lengths in pixels of the photo.

use super::guess;
use crate::anchors::{Trinket, WornMap};
use crate::geometry::Rect;

/// The edge of what is worn is known to about so many millimetres, and its glow and its shadow are beside it.
const EDGE_MM: f64 = 0.9;
/// The same of a necklace, whose shadow lies all along it.
const STRAND_EDGE_MM: f64 = 1.6;
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

    /// How far around a hole so large is looked through, pixels: all that the guess of an earring looks at, too, where its
    /// hole is long and narrow.
    pub(super) fn around(self, hole: Rect, mm_per_px: f64) -> f64 {
        let least = (AROUND_MM / mm_per_px).max(AROUND);
        let large = f64::from(hole.width.max(hole.height));
        match self {
            Self::Earring(_) => least.max(large * (guess::SIDE / 2.0).max(1.0)),
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
