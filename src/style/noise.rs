//! How noisy a photo is, so that what is laid on it can be as noisy. Takes a photo and where jewellery is worn;
//! gives the noise of its plain surfaces by lightness.
//!
//! The Laplacian difference of Immerkær 1996 ("Fast noise variance estimation") on small blocks; of the blocks of
//! a lightness the plainest fifth counts, because everything else also holds detail.

use super::picture::Wear;
use super::{like::luma, tiles};
use crate::geometry::Rect;
use crate::photo::Photo;
use rayon::prelude::*;

/// Steps of lightness the noise is told for.
pub(super) const STEPS: usize = 8;
/// Side of a block, pixels.
const BLOCK: u32 = 18;
/// Blocks looked at along each side of the photo, at most.
const BLOCKS: u32 = 56;
/// A step needs this many blocks to have a say.
const ENOUGH: usize = 8;
/// Share of the blocks of a step that are plain.
const PLAIN: f64 = 0.2;
/// Median block to true noise when only the plainest fifth is read: the estimate of 256 samples scatters.
const SELECTION: f32 = 1.05;
/// Standard deviation of rounding to 8 bits.
const ROUNDING: f32 = 0.29 / 255.0;

/// A photo's noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Noise {
    /// Standard deviation of luma (encoded) at each of [`STEPS`] lightnesses, dark first.
    pub sigma: [f32; STEPS],
    /// How far neighbours share their noise: 0 for a sensor's own grain, 1 where it is clotted.
    pub clotted: f32,
}

/// One block: lightness, noise at full and at half size.
struct Block {
    light: f32,
    fine: f32,
    coarse: f32,
}

/// Measures a photo outside what is worn.
pub(super) fn measure(photo: &Photo, wear: Option<&Wear>) -> Noise {
    let (width, height) = (photo.width(), photo.height());
    let starts = |length: u32| {
        let count = (length / BLOCK).min(BLOCKS);
        (0..count)
            .map(move |i| (u64::from(i) * u64::from(length - BLOCK) / u64::from(count.max(2) - 1)) as u32)
    };
    let places: Vec<Rect> = starts(height)
        .flat_map(|y| {
            starts(width).map(move |x| Rect {
                x: x.min(width - BLOCK),
                y: y.min(height - BLOCK),
                width: BLOCK,
                height: BLOCK,
            })
        })
        .filter(|rect| {
            !wear.is_some_and(|wear| tiles::shared(*rect, wear.rect).area() > 0 && worn(wear, *rect))
        })
        .collect();
    let blocks: Vec<Block> = places.par_iter().filter_map(|rect| block(photo, *rect)).collect();
    summary(&blocks)
}

/// Is anything worn in a rectangle?
fn worn(wear: &Wear, rect: Rect) -> bool {
    let part = tiles::shared(rect, wear.rect);
    (part.y..part.y + part.height).any(|y| {
        let start = (y - wear.rect.y) as usize * wear.rect.width as usize + (part.x - wear.rect.x) as usize;
        wear.weight
            .get(start..start + part.width as usize)
            .is_some_and(|row| row.iter().any(|w| *w > 0.02))
    })
}

/// Nothing where the block is black, burnt out or partly so.
fn block(photo: &Photo, rect: Rect) -> Option<Block> {
    let side = BLOCK as usize;
    let values: Vec<f32> = photo.srgb(rect).into_iter().map(luma).collect();
    if values.len() != side * side || values.iter().any(|v| !(0.015..=0.985).contains(v)) {
        return None;
    }
    let light = values.iter().sum::<f32>() / values.len() as f32;
    let half: Vec<f32> = (0..side / 2 * (side / 2))
        .map(|i| {
            let (x, y) = (i % (side / 2) * 2, i / (side / 2) * 2);
            let at = y * side + x;
            0.25 * (values[at] + values[at + 1] + values[at + side] + values[at + side + 1])
        })
        .collect();
    Some(Block {
        light,
        fine: laplacian(&values, side),
        coarse: laplacian(&half, side / 2),
    })
}

/// Standard deviation of white noise with this mean absolute Laplacian difference.
fn laplacian(values: &[f32], side: usize) -> f32 {
    let mut sum = 0.0;
    for y in 1..side - 1 {
        for x in 1..side - 1 {
            let v = |dx: usize, dy: usize| values[(y + dy - 1) * side + x + dx - 1];
            let edges = v(1, 0) + v(0, 1) + v(2, 1) + v(1, 2);
            let corners = v(0, 0) + v(2, 0) + v(0, 2) + v(2, 2);
            sum += (corners - 2.0 * edges + 4.0 * v(1, 1)).abs();
        }
    }
    let count = ((side - 2) * (side - 2)) as f32;
    (std::f32::consts::PI / 2.0).sqrt() / 6.0 * sum / count
}

/// The plainest blocks of every step; steps without enough take after their neighbours.
fn summary(blocks: &[Block]) -> Noise {
    let mut known: [Option<f32>; STEPS] = [None; STEPS];
    let (mut fine, mut coarse) = (0.0, 0.0);
    for (step, known) in known.iter_mut().enumerate() {
        let inside = |b: &&Block| (b.light * STEPS as f32) as usize == step;
        let mut own: Vec<&Block> = blocks.iter().filter(inside).collect();
        if own.len() < ENOUGH {
            continue;
        }
        own.sort_by(|a, b| a.fine.total_cmp(&b.fine));
        let plain = &own[(own.len() as f64 * PLAIN * 0.5) as usize..=(own.len() as f64 * PLAIN) as usize];
        let mean = |f: fn(&Block) -> f32| plain.iter().map(|b| f(b)).sum::<f32>() / plain.len() as f32;
        let sigma = mean(|b| b.fine) * SELECTION;
        (fine, coarse) = (fine + sigma, coarse + mean(|b| b.coarse) * SELECTION);
        *known = Some((sigma * sigma - ROUNDING * ROUNDING).max(0.0).sqrt());
    }
    let mut sigma = [0.0; STEPS];
    for (step, value) in sigma.iter_mut().enumerate() {
        let nearest = (0..STEPS)
            .filter(|s| known[*s].is_some())
            .min_by_key(|s| s.abs_diff(step));
        *value = nearest.and_then(|s| known[s]).unwrap_or(0.0);
    }
    // Averaging two by two halves the noise of independent neighbours and leaves that of equal ones.
    let ratio: f32 = if fine > 0.0 { coarse / fine } else { 0.5 };
    Noise {
        sigma,
        clotted: ((ratio - 0.5) / 0.5).clamp(0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slope of light with Gaussian noise of `sigma` (encoded).
    fn noisy(sigma: f32, size: u32) -> Photo {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32
        };
        let mut samples = Vec::new();
        for i in 0..size * size {
            let light = 0.15 + 0.7 * (i % size) as f32 / size as f32;
            let noise: f32 = (0..12).map(|_| random()).sum::<f32>() - 6.0;
            let v = ((light + sigma * noise) * 65535.0) as u16;
            samples.extend([v; 3]);
        }
        Photo::from_rgb16(size, size, samples)
    }

    #[test]
    fn known_noise_is_found() {
        for sigma in [0.0, 0.004, 0.012, 0.03] {
            let noise = measure(&noisy(sigma, 400), None);
            for found in &noise.sigma[1..7] {
                assert!((found - sigma).abs() < 0.1 * sigma + 0.0008, "{sigma}: {noise:?}");
            }
            if sigma > 0.0 {
                assert!(noise.clotted < 0.15, "{noise:?}");
            }
        }
    }

    #[test]
    fn a_picture_too_small_to_measure_has_no_noise() {
        assert_eq!(measure(&noisy(0.02, 10), None).sigma, [0.0; STEPS]);
        assert_eq!(measure(&Photo::from_rgb8(0, 0, vec![]), None).sigma, [0.0; STEPS]);
    }
}
