//! A plain background as a smooth surface through the picture's border.
//!
//! Takes sRGB-encoded pixels; gives the colour the background would have everywhere, and the noise. Fails when
//! the border is no smooth surface.

use super::Error;
use super::background::apart;

/// Robust deviation of the border from a smooth surface that still counts as plain (sRGB-encoded).
const PLAIN: f32 = 0.045;
/// Part of the border that may be something else (a chain that leaves the picture).
const OUTLIERS: f32 = 0.35;

/// A quadratic surface for each channel, sRGB-encoded.
pub(super) struct Surface {
    size: [f64; 2],
    coefficients: [[f64; TERMS]; 3],
}

const TERMS: usize = 6;

impl Surface {
    /// Least squares to the border, reweighted by Cauchy's rule so that what is not background hardly counts.
    pub(super) fn fit(encoded: &[[f32; 3]], width: usize) -> Result<Self, Error> {
        let height = encoded.len() / width;
        let samples: Vec<usize> = border(width, height).collect();
        let mut surface = Self {
            size: [width as f64, height as f64],
            coefficients: [[0.0; TERMS]; 3],
        };
        for (c, coefficients) in surface.coefficients.iter_mut().enumerate() {
            let mut values: Vec<f32> = samples.iter().map(|&i| encoded[i][c]).collect();
            coefficients[0] = f64::from(median(&mut values));
        }
        let mut spread = 0.0;
        for _ in 0..12 {
            let errors: Vec<f32> = samples
                .iter()
                .map(|&i| apart(encoded[i], surface.at(i, width)))
                .collect();
            spread = median(&mut errors.clone());
            let scale = f64::from(spread.max(0.004));
            let weights = errors
                .iter()
                .map(|&e| 1.0 / (1.0 + (f64::from(e) / scale).powi(2)));
            surface.solve(encoded, width, &samples, weights);
        }
        let off = |&&i: &&usize| apart(encoded[i], surface.at(i, width)) > 0.15;
        let outliers = samples.iter().filter(off).count() as f32 / samples.len().max(1) as f32;
        if spread > PLAIN || outliers > OUTLIERS {
            return Err(Error::NotPlain {
                percent: 100.0 * spread.max(outliers),
            });
        }
        Ok(surface)
    }

    fn solve(
        &mut self,
        encoded: &[[f32; 3]],
        width: usize,
        samples: &[usize],
        weights: impl Iterator<Item = f64>,
    ) {
        let mut matrix = [[0.0; TERMS + 3]; TERMS];
        for (&i, w) in samples.iter().zip(weights) {
            let t = self.terms(i, width);
            for (row, &a) in matrix.iter_mut().zip(&t) {
                (0..TERMS).for_each(|k| row[k] += w * a * t[k]);
                (0..3).for_each(|c| row[TERMS + c] += w * a * f64::from(encoded[i][c]));
            }
        }
        if let Some(solution) = eliminate(matrix) {
            self.coefficients = solution;
        }
    }

    fn terms(&self, i: usize, width: usize) -> [f64; TERMS] {
        let x = 2.0 * (i % width) as f64 / self.size[0] - 1.0;
        let y = 2.0 * (i / width) as f64 / self.size[1] - 1.0;
        [1.0, x, y, x * x, x * y, y * y]
    }

    /// The background's colour at pixel `i`.
    pub(super) fn at(&self, i: usize, width: usize) -> [f32; 3] {
        let t = self.terms(i, width);
        self.coefficients
            .map(|k| k.iter().zip(t).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0) as f32)
    }
}

/// Gauss elimination with pivots for three right-hand sides; `None` when singular.
fn eliminate(mut m: [[f64; TERMS + 3]; TERMS]) -> Option<[[f64; TERMS]; 3]> {
    for k in 0..TERMS {
        let pivot = (k..TERMS).max_by(|&a, &b| m[a][k].abs().total_cmp(&m[b][k].abs()))?;
        m.swap(k, pivot);
        let head = m[k];
        if head[k].abs() < 1e-9 {
            return None;
        }
        for (_, row) in m.iter_mut().enumerate().filter(|(r, _)| *r != k) {
            let factor = row[k] / head[k];
            row.iter_mut().zip(head).for_each(|(v, h)| *v -= factor * h);
        }
    }
    Some(std::array::from_fn(|c| {
        std::array::from_fn(|k| m[k][TERMS + c] / m[k][k])
    }))
}

/// Standard deviation of pixel noise along the border, from differences of neighbours.
pub(super) fn noise(encoded: &[[f32; 3]], width: usize, surface: &Surface) -> f32 {
    let mut steps: Vec<f32> = border(width, encoded.len() / width)
        .filter(|&i| i % width + 1 < width && apart(encoded[i], surface.at(i, width)) < 0.1)
        .map(|i| (encoded[i][1] - encoded[i + 1][1]).abs())
        .collect();
    (median(&mut steps) * 1.4826 * std::f32::consts::FRAC_1_SQRT_2).clamp(0.002, 0.05)
}

/// Pixels of a frame 2 % wide, thinned out to some ten thousand.
fn border(width: usize, height: usize) -> impl Iterator<Item = usize> {
    let frame = (width.min(height) / 50).max(2);
    let inside =
        move |x: usize, y: usize| x < frame || y < frame || x + frame >= width || y + frame >= height;
    let count = 2 * frame * (width + height);
    let step = (count / 20_000).max(1);
    (0..width * height)
        .filter(move |i| inside(i % width, i / width))
        .step_by(step)
}

fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() {
        0.0
    } else {
        *values.select_nth_unstable_by(middle, f32::total_cmp).1
    }
}
