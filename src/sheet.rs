//! Contact sheets: pictures in a grid with captions, on paper of a real size.
//!
//! Takes [`Cell`]s (one picture, or before and after) and a [`Look`]; gives pages as sRGB photos and all of them as
//! one PDF. Measures are millimetres of the paper.

mod page;
mod pdf;
mod text;

pub use page::{Cell, Mark, Sheets};
pub use pdf::{Page, document};

use serde::{Deserialize, Serialize};

/// Paper sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width and height, millimetres.
    pub fn mm(self) -> (f32, f32) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::Letter => (215.9, 279.4),
        }
    }

    /// Width and height, PDF points.
    pub fn points(self) -> (f32, f32) {
        let (width, height) = self.mm();
        (width / 25.4 * 72.0, height / 25.4 * 72.0)
    }
}

/// How sheets look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Paper.
    pub paper: Paper,
    /// Dots an inch.
    pub dpi: u32,
    /// Cells across.
    pub columns: u32,
    /// A cell's picture is this many times as high as wide.
    pub shape: f32,
    /// Head of every page, at its left and at its right.
    pub title: [String; 2],
}
