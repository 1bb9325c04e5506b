//! Fidelity: is the worn product still the product?
//!
//! Takes the finished photo and the artwork that was laid on it; gives the mean colour difference CIEDE2000 between
//! them after the light is undone. Light is what changes slowly over a piece: the mean difference over small
//! neighbourhoods. What is left when it is taken away is drawing that was lost or added.

use super::Worn;
use crate::compare::delta_e2000;
use crate::composite::Composite;
use crate::photo::{Photo, to_srgb};

/// Only pixels of which this much is product count: an edge's colour is half the skin's.
const WHOLE: f32 = 0.92;
/// At most so many samples along the piece's longer side.
const SAMPLES: usize = 160;
/// Neighbourhoods reach this share of the piece's longer side.
const REACH: f64 = 0.06;
/// Fewer samples say nothing.
const LEAST: usize = 24;

/// Mean ΔE2000 between the product in `photo`, after light is undone, and its artwork; none where too little of it
/// is wholly covered to say.
pub fn colour_error(photo: &Photo, worn: &Worn, composite: &Composite) -> Option<f32> {
    let layer = &composite.full;
    let width = layer.rect.width as usize;
    let whole = |i: usize| layer.pixels[i][3] >= WHOLE && worn.coverage[i] >= WHOLE;
    let (mut low, mut high) = ([usize::MAX; 2], [0; 2]);
    for i in (0..layer.pixels.len()).filter(|i| whole(*i)) {
        for (axis, v) in [i % width, i / width].into_iter().enumerate() {
            (low[axis], high[axis]) = (low[axis].min(v), high[axis].max(v + 1));
        }
    }
    if high[0] == 0 {
        return None;
    }
    let long = (high[0] - low[0]).max(high[1] - low[1]);
    let step = long.div_ceil(SAMPLES).max(1);
    let size = [0, 1].map(|axis| (high[axis] - low[axis]).div_ceil(step));
    let after = photo.srgb(layer.rect);
    let mut field = Field::new(size);
    let mut own = vec![[0.0; 3]; size[0] * size[1]];
    for (n, own) in own.iter_mut().enumerate() {
        let i = (low[1] + n / size[0] * step) * width + low[0] + n % size[0] * step;
        if whole(i) {
            let [r, g, b, a] = layer.pixels[i];
            *own = [r, g, b].map(|v| f64::from(to_srgb((v / a).clamp(0.0, 1.0))));
            field.set(n, std::array::from_fn(|c| f64::from(after[i][c]) - own[c]));
        }
    }
    field.difference(
        &own,
        (REACH * long as f64 / step as f64).round().max(1.0) as usize,
    )
}

/// Differences on a grid: `[r, g, b, weight]`, weight 0 where there is none.
struct Field {
    size: [usize; 2],
    cells: Vec<[f64; 4]>,
}

impl Field {
    fn new(size: [usize; 2]) -> Self {
        let cells = vec![[0.0; 4]; size[0] * size[1]];
        Self { size, cells }
    }

    fn set(&mut self, n: usize, [r, g, b]: [f64; 3]) {
        self.cells[n] = [r, g, b, 1.0];
    }

    /// Mean ΔE2000 of what the light, the mean over windows of `reach` cells, does not explain.
    fn difference(&self, own: &[[f64; 3]], reach: usize) -> Option<f32> {
        let light = self.blurred(reach, 0).blurred(reach, 1);
        let (mut sum, mut count) = (0.0, 0);
        for ((cell, light), own) in self.cells.iter().zip(&light.cells).zip(own) {
            if cell[3] > 0.0 {
                let left = std::array::from_fn(|c| (own[c] + cell[c] - light[c] / light[3]).clamp(0.0, 1.0));
                sum += delta_e2000(left, *own);
                count += 1;
            }
        }
        (count >= LEAST).then(|| (sum / f64::from(count as u32)) as f32)
    }

    /// Sums over `2 * reach + 1` cells along an axis.
    fn blurred(&self, reach: usize, axis: usize) -> Self {
        let [width, height] = self.size;
        let (length, stride) = if axis == 0 { (width, 1) } else { (height, width) };
        let mut out = Self::new(self.size);
        for line in 0..width * height / length.max(1) {
            let start = if axis == 0 { line * width } else { line };
            let mut sums = vec![[0.0; 4]; length + 1];
            for k in 0..length {
                let cell = self.cells[start + k * stride];
                sums[k + 1] = std::array::from_fn(|c| sums[k][c] + cell[c]);
            }
            for k in 0..length {
                let (from, to) = (k.saturating_sub(reach), (k + reach + 1).min(length));
                out.cells[start + k * stride] = std::array::from_fn(|c| sums[to][c] - sums[from][c]);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(of: impl Fn(usize, usize) -> f64) -> f32 {
        let mut field = Field::new([60, 60]);
        for n in 0..3600 {
            field.set(n, [of(n % 60, n / 60); 3]);
        }
        field.difference(&[[0.4; 3]; 3600], 4).unwrap()
    }

    #[test]
    fn slow_light_is_undone_and_drawing_is_not() {
        assert!(difference(|_, _| 0.0) < 1e-6);
        assert!(difference(|_, _| 0.2) < 1e-6);
        assert!(difference(|x, _| 0.003 * x as f64) < 0.3);
        assert!(difference(|x, y| if (x / 2 + y / 2) % 2 == 0 { 0.1 } else { -0.1 }) > 5.0);
    }
}
