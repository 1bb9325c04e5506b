//! The shadow a piece casts on what it lies on: a chain on skin and cloth, a tiara on hair, a stud on the nose.
//!
//! Takes a [`Composite`] and how far the piece is seen; gives how much darker the photo is beside it. Such pieces are too
//! thin for the generator's raster, which spreads their shadow until it is hardly there; `measure_shadow.py` says what
//! both leave unexplained on renders, and the shares below were fitted there.

use super::upsample::Spot;
use crate::composite::{Composite, Lies};
use crate::photo::boxed;

/// Side of the cells shadows are worked out on, as a share of how far their narrow part spreads, and how many there are in
/// a row at most.
const CELL: f64 = 0.5;
const CELLS: f64 = 400.0;
/// The shadow of a chain: the shares of the encoded value that its narrow and its wide part take…
const CHAIN: [f32; 2] = [0.19, 0.18];
/// …their standard deviations, and how far below the piece both fall.
const CHAIN_MM: [f64; 3] = [2.0, 7.0, 2.0];
/// The same of a tiara.
const BAND: [f32; 2] = [0.24, 0.08];
const BAND_MM: [f64; 3] = [2.0, 7.0, 4.0];
/// The same of a stud on the nose.
const STUD: [f32; 2] = [0.28, 0.0];
const STUD_MM: [f64; 3] = [1.2, 7.0, 0.5];
/// How far aside a chain's falls, mm, for each unit by which skin gets brighter in a mm, and at most (of 60 rendered chains
/// the best place of the shadow and what the skin says correlate by 0.7).
const LEAN: f64 = 250.0;
const ASIDE_MM: f64 = 4.0;

/// A shadow on a raster over the composite's square.
pub struct Contact {
    cells: Vec<f32>,
    size: usize,
    /// Where a place's shadow comes from: so many cells to the right and down.
    from: [f32; 2],
}

impl Contact {
    /// Of a piece of which `shown` is seen, 0..1 for every pixel of its full layer; none where it hangs free.
    pub fn new(composite: &Composite, shown: &[f32]) -> Option<Self> {
        let (shares, [near, wide, down], right) = match composite.lies {
            Lies::Free => return None,
            Lies::Chain { brighter } => (CHAIN, CHAIN_MM, (-LEAN * brighter).clamp(-ASIDE_MM, ASIDE_MM)),
            Lies::Band => (BAND, BAND_MM, 0.0),
            Lies::Stud => (STUD, STUD_MM, 0.0),
        };
        let side = composite.square.side;
        let most = (side / composite.px_per_mm / (CELL * near)).min(CELLS).min(side);
        let size = most.max(1.0) as usize;
        let per_mm = composite.px_per_mm * size as f64 / side;
        let plane = gathered(composite, shown, size);
        let [near, wide] = [near, wide].map(|mm| blurred(&plane, size, mm * per_mm));
        let share = |(near, wide): (f32, f32)| shares[0] * near + shares[1] * wide;
        Some(Self {
            cells: near.into_iter().zip(wide).map(share).collect(),
            size,
            from: [right, down].map(|mm| (-mm * per_mm) as f32),
        })
    }

    /// The share of the photo's encoded value that the shadow takes, 0..1.
    pub fn at(&self, spot: &Spot) -> f32 {
        let [x, y] = spot.on(self.size);
        let top = (self.size - 1) as f32;
        let [x, y] = [x + self.from[0], y + self.from[1]].map(|v| (v - 0.5).clamp(0.0, top));
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = (x - column as f32, y - row as f32);
        let last = self.size - 1;
        let at = |column: usize, row: usize| self.cells[row.min(last) * self.size + column.min(last)];
        let [upper, lower] =
            [row, row + 1].map(|row| at(column, row) * (1.0 - fx) + at(column + 1, row) * fx);
        upper * (1.0 - fy) + lower * fy
    }
}

/// How far each of `size`² cells over the composite's square is covered by what is seen of the piece.
fn gathered(composite: &Composite, shown: &[f32], size: usize) -> Vec<f32> {
    let width = composite.full.rect.width as usize;
    let scale = size as f64 / composite.square.side;
    let share = (scale * scale) as f32;
    let mut cells = vec![0.0; size * size];
    for (i, shown) in shown.iter().enumerate().filter(|(_, shown)| **shown > 0.0) {
        let spot = Spot::new(composite, (i % width) as f64 + 0.5, (i / width) as f64 + 0.5);
        let [x, y] = spot.on(size).map(|v| (v as usize).min(size - 1));
        cells[y * size + x] += shown * share;
    }
    cells
}

/// Blurred by two boxes that together have a standard deviation of `sigma` cells.
fn blurred(plane: &[f32], size: usize, sigma: f64) -> Vec<f32> {
    let radius = (((1.0 + 6.0 * sigma * sigma).sqrt() - 1.0) / 2.0)
        .round()
        .max(1.0) as usize;
    boxed(&boxed(plane, size, radius), size, radius)
}
