//! How far a piece is seen, at the model's size, and as lines over the photo's luma that carry it up.
//!
//! Takes a [`Composite`] and what the generator answered; gives planes of visibility 0..1 and the guided filter's fits.

use crate::composite::Composite;
use crate::photo::boxed;

/// Radius of the guided filter's windows, model pixels.
pub const RADIUS: usize = 3;
/// Its regularisation: variance of the (0..1, encoded) luma below which a window counts as flat.
const FLAT: f32 = 0.004;
/// The generator's visibility below which a piece is hidden and above which it is seen, where least of what is uncertain
/// about it is seen, and where most is. On 76 rendered earrings at visible lobes of nearer ears, hair that lies in their
/// place hides 3 %; torn pieces are the generator's doubts.
const DOUBT: [[f32; 2]; 2] = [[0.1, 0.9], [0.05, 0.3]];
/// Of that least and most, as means of the visibility.
const MOST: (f32, f32) = (0.4, 0.65);

/// How far the product is seen at every pixel of the raster: what is certain, and elsewhere what the generator's
/// `coverage` says. Where most of what is uncertain is seen, all but what the generator is sure of hiding is.
pub fn visibility(composite: &Composite, coverage: &[f32], weight: &[f32]) -> Vec<f32> {
    let certain = |plane: &[f32], i: usize| plane.get(i).copied().unwrap_or(0.0);
    let told = |i: usize| (coverage[i] / composite.coverage[i]).clamp(0.0, 1.0);
    let (mut sum, mut total) = (0.0, 0.0);
    for i in (0..weight.len()).filter(|&i| weight[i] > 0.0) {
        let open = (1.0 - certain(&composite.seen, i)) * (1.0 - certain(&composite.covered, i));
        sum += told(i) * weight[i] * open;
        total += weight[i] * open;
    }
    let mostly = ((sum / total.max(1e-6) - MOST.0) / (MOST.1 - MOST.0)).clamp(0.0, 1.0);
    let doubt = [0, 1].map(|end| DOUBT[0][end] + (DOUBT[1][end] - DOUBT[0][end]) * mostly);
    let at = |i: usize| {
        if weight[i] <= 0.0 {
            return 0.0;
        }
        let told = ((told(i) - doubt[0]) / (doubt[1] - doubt[0])).clamp(0.0, 1.0);
        told.max(certain(&composite.seen, i)) * (1.0 - certain(&composite.covered, i))
    };
    (0..weight.len()).map(at).collect()
}

/// Weighted guided filter: slope and offset of `value` over `guide`, planes in rows of `width`, smoothed once more. Where no weight is near, the line is `none`.
pub fn fit(
    guide: &[f32],
    value: &[f32],
    weight: &[f32],
    width: usize,
    none: [f32; 2],
) -> (Vec<f32>, Vec<f32>) {
    let n = guide.len();
    let mean = |f: &dyn Fn(usize) -> f32| {
        let plane: Vec<f32> = (0..n).map(|i| f(i) * weight[i]).collect();
        boxed(&plane, width, RADIUS)
    };
    let total = boxed(weight, width, RADIUS);
    let (g, v) = (mean(&|i| guide[i]), mean(&|i| value[i]));
    let (gg, gv) = (mean(&|i| guide[i] * guide[i]), mean(&|i| guide[i] * value[i]));
    let (mut slope, mut offset) = (vec![0.0; n], vec![0.0; n]);
    for i in 0..n {
        let t = total[i];
        if t < 1e-6 {
            continue;
        }
        let (g, v) = (g[i] / t, v[i] / t);
        let variance = (gg[i] / t - g * g).max(0.0);
        slope[i] = (gv[i] / t - g * v) / (variance + FLAT);
        offset[i] = v - slope[i] * g;
    }
    let known: Vec<f32> = total.iter().map(|&t| if t > 1e-6 { 1.0 } else { 0.0 }).collect();
    let [slope, offset] = spread_mean([&slope, &offset], &known, width, none);
    (slope, offset)
}

/// Mean of the known neighbours of two planes; `none` where there are none.
fn spread_mean(planes: [&[f32]; 2], known: &[f32], width: usize, none: [f32; 2]) -> [Vec<f32>; 2] {
    let bottom = boxed(known, width, RADIUS);
    std::array::from_fn(|p| {
        let weighted: Vec<f32> = planes[p].iter().zip(known).map(|(v, w)| v * w).collect();
        let top = boxed(&weighted, width, RADIUS);
        let mean = |(t, b): (&f32, &f32)| if *b > 1e-6 { t / b } else { none[p] };
        top.iter().zip(&bottom).map(mean).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_follows_an_edge_in_the_guide() {
        let size = 32;
        let guide: Vec<f32> = (0..size * size)
            .map(|i| if i % size < 16 { 0.1 } else { 0.8 })
            .collect();
        let value: Vec<f32> = guide.iter().map(|g| if *g < 0.5 { 0.0 } else { 1.0 }).collect();
        let (a, b) = fit(&guide, &value, &vec![1.0; size * size], size, [0.0, 1.0]);
        let i = 16 * size + 16;
        // One of the seven windows averaged here lies wholly on the bright side.
        assert!(a[i] * 0.1 + b[i] < 0.3 && a[i] * 0.8 + b[i] > 0.85);
    }
}
