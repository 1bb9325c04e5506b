//! Wrap: what of a chain is seen in front of a neck, or of a band in front of a head.

use crate::product::Spot;
use glam::DVec2;
use serde::{Deserialize, Serialize};

/// Between two pearls is a thread; half of it, mm, is not left on the last one.
const STUB_MM: f64 = 0.4;
/// Behind the neck within so many mm.
const EDGE_MM: f64 = 0.4;

/// What of a chain is seen in front of the neck, or of a band in front of the head; places in the artwork, mm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wrap {
    /// The chain's lowest point, the middle of a band's lower edge.
    pub lowest: DVec2,
    /// Where its sides leave the neck, the picture's left one first.
    pub ends: [DVec2; 2],
    /// The way they go there, unit vectors.
    pub ways: [DVec2; 2],
    /// Whether there is more of that side, which lies behind the neck.
    pub behind: [bool; 2],
    /// Whether it is worn over a closed neckline.
    pub outside: bool,
    /// By how much of the whole chain it is worn shorter than it is so that its pendant is in the picture; mm.
    pub shorter_mm: f64,
}

impl Wrap {
    /// A chain of which nothing is hidden.
    pub const fn whole(ends: [DVec2; 2], lowest: DVec2) -> Self {
        Self {
            lowest,
            ends,
            ways: [DVec2::NEG_Y; 2],
            behind: [false; 2],
            outside: false,
            shorter_mm: 0.0,
        }
    }

    /// The same without what lies beyond a place of a side, given from the lowest point.
    #[must_use]
    pub fn cut(mut self, side: usize, spot: Spot) -> Self {
        self.ends[side] = self.lowest + spot.place - spot.way * STUB_MM;
        self.ways[side] = spot.way;
        self.behind[side] = true;
        self
    }

    /// How much of a place is in front of the neck, 0..1.
    pub fn front(&self, mm: DVec2) -> f64 {
        let side = usize::from(mm.x >= self.lowest.x);
        if !self.behind[side] {
            return 1.0;
        }
        let left = (self.ends[side] - mm).dot(self.ways[side]);
        (left / EDGE_MM + 0.5).clamp(0.0, 1.0)
    }
}
