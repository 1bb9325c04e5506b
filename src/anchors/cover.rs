//! A network's map of what covers a body, a piece worn already or a hand: how probable it is at every place of a window.
//!
//! Takes cells and the square they cover; gives their probability between them, and what of them hangs together.

use crate::geometry::Window;
use glam::DVec2;

/// What is this probable belongs to a piece where it touches what is more so.
pub const LIKELY: f32 = 0.3;

/// Probability 0..1 of something that covers the body, over a window of the photo.
#[derive(Clone, Debug)]
pub struct Cover {
    /// Row by row; empty where there is nothing.
    map: Vec<f32>,
    /// Cells a row.
    cells: usize,
    /// What it shows, photo pixels.
    pub window: Window,
}

impl Cover {
    /// Of a map of `cells` a side, row by row, what lies in one of the `kept` parts; nothing is there where there is none.
    pub(super) fn new(map: &[f32], cells: usize, window: impl Into<Window>, kept: &[Vec<usize>]) -> Self {
        let mut own = vec![0.0; if kept.is_empty() { 0 } else { map.len() }];
        for i in kept.iter().flatten() {
            own[*i] = map[*i];
        }
        Self {
            map: own,
            cells,
            window: window.into(),
        }
    }

    /// A map of which everything likely belongs to it.
    #[cfg(test)]
    pub fn whole(map: Vec<f32>, window: impl Into<Window>) -> Self {
        let cells = map.len().isqrt();
        let kept: Vec<usize> = (0..map.len()).filter(|i| map[*i] > LIKELY).collect();
        let kept = if kept.is_empty() { vec![] } else { vec![kept] };
        Self::new(&map, cells, window, &kept)
    }

    /// Is something there?
    pub fn is_there(&self) -> bool {
        !self.map.is_empty()
    }

    /// The corners of what is likely, photo pixels; none where nothing is. Of an upright window.
    pub fn bounds(&self) -> Option<(DVec2, DVec2)> {
        let likely = || (0..self.map.len()).filter(|i| self.map[*i] > LIKELY);
        let place = |i: usize| DVec2::new((i % self.cells) as f64, (i / self.cells) as f64);
        let low = likely().map(place).reduce(DVec2::min)?;
        let high = likely().map(place).reduce(DVec2::max)?;
        // Between two cells it is likely up to the other one's middle.
        let corner = |cell: DVec2| self.window.place(cell / self.cells as f64);
        Some((corner(low - 1.0), corner(high + 2.0)))
    }

    /// Its probability 0..1 at a photo pixel, bilinear; 0 outside its window.
    pub fn at(&self, p: DVec2) -> f32 {
        let unit = self.window.unit(p);
        if !self.is_there() || unit.cmplt(DVec2::ZERO).any() || unit.cmpgt(DVec2::ONE).any() {
            return 0.0;
        }
        let last = (self.cells - 1) as f64;
        let spot = (unit * self.cells as f64 - 0.5).clamp(DVec2::ZERO, DVec2::splat(last));
        let (low, part) = (spot.floor(), (spot - spot.floor()).as_vec2());
        let at = |x: f64, y: f64| self.map[y.min(last) as usize * self.cells + x.min(last) as usize];
        let row = |y: f64| at(low.x, y) + (at(low.x + 1.0, y) - at(low.x, y)) * part.x;
        row(low.y) + (row(low.y + 1.0) - row(low.y)) * part.y
    }
}

/// The likely cells of a map of `cells` a side, by what hangs together, corners included.
pub(super) fn parts(map: &[f32], cells: usize) -> Vec<Vec<usize>> {
    let mut left: Vec<bool> = map.iter().map(|v| *v > LIKELY).collect();
    let mut parts = Vec::new();
    for first in 0..left.len() {
        if !std::mem::take(&mut left[first]) {
            continue;
        }
        let (mut part, mut next) = (vec![first], 0);
        while let Some(i) = part.get(next).copied() {
            let (x, y) = (i % cells, i / cells);
            for v in y.saturating_sub(1)..(y + 2).min(cells) {
                for u in x.saturating_sub(1)..(x + 2).min(cells) {
                    if std::mem::take(&mut left[v * cells + u]) {
                        part.push(v * cells + u);
                    }
                }
            }
            next += 1;
        }
        parts.push(part);
    }
    parts
}

/// How many of a part's cells are more probable than not.
pub(super) fn large(map: &[f32], part: &[usize]) -> usize {
    part.iter().filter(|i| map[**i] > 0.5).count()
}

/// How probable a part is in the mean.
pub(super) fn mean(map: &[f32], part: &[usize]) -> f32 {
    part.iter().map(|i| map[*i]).sum::<f32>() / part.len() as f32
}

/// How probable a part's surest cell is.
pub(super) fn peak(map: &[f32], part: &[usize]) -> f32 {
    part.iter().map(|i| map[*i]).fold(0.0, f32::max)
}
