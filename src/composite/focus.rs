//! Focus: how sharp the photo is around a piece, so that the piece is no sharper.
//!
//! Takes a [`Photo`] and a square of it; gives how many pixels wide a point is spread there. The measure is the width of
//! edges (after Marziliano and others 2002, "A no-reference perceptual blur metric"): where luma rises or falls without
//! a turn, by `a` in all and by `g` at most from one pixel to the next, a sharp step blurred by a Gaussian of standard
//! deviation σ has `a / g = √(2π) σ`. Most edges of a face are soft by themselves, so the sharpest ones tell.

use crate::geometry::{Rect, Square};
use crate::photo::Photo;

/// Side of the square that is looked at, at least and at most, mm: wide enough to hold edges, near enough to share the
/// piece's focus.
const AROUND_MM: (f64, f64) = (70.0, 140.0);
/// So many rows and as many columns are read, at most.
const LINES: usize = 96;
/// Luma (encoded, 0..1) an edge rises by at least; noise does not.
const RISE: f32 = 0.12;
/// The share of edges that are sharper than the answer.
const SHARPEST: f32 = 0.1;
/// Fewer edges than this tell nothing.
const LEAST: usize = 24;
/// What a step between two pixels measures: σ of an edge that no lens has touched, and that of artwork drawn with a
/// pixel's own footprint.
const PIXEL: f64 = 0.4;
/// The share of the photo's blur that the piece is given: the eye forgives a product that is a little sharper, and
/// facets are what it is bought for.
const MATCHED: f64 = 0.75;
/// No more than this is put down to the lens, mm.
const MOST_MM: f64 = 0.8;

/// How many pixels wide the footprint of a point of the photo is around a piece in `square`; 1 where it is as sharp as
/// pixels allow or cannot be told.
pub fn footprint(photo: &Photo, square: Square, px_per_mm: f64) -> f64 {
    let side = (square.side / px_per_mm).clamp(AROUND_MM.0, AROUND_MM.1) * px_per_mm;
    let (low, high) = (square.center - side / 2.0, square.center + side / 2.0);
    let rect = Rect::covering(low, high, photo.width(), photo.height());
    let (width, height) = (rect.width as usize, rect.height as usize);
    let colours = photo.srgb(rect);
    let luma = |i: usize| {
        let [r, g, b] = colours[i];
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let mut widths = Vec::new();
    for y in lines(height) {
        edges((y * width..(y + 1) * width).map(luma), &mut widths);
    }
    for x in lines(width) {
        edges((x..width * height).step_by(width).map(luma), &mut widths);
    }
    if widths.len() < LEAST {
        return 1.0;
    }
    let place = (widths.len() as f32 * SHARPEST) as usize;
    let (_, sigma, _) = widths.select_nth_unstable_by(place, f32::total_cmp);
    (MATCHED * f64::from(*sigma).min(MOST_MM * px_per_mm) / PIXEL).max(1.0)
}

/// Evenly spread places along `length`.
fn lines(length: usize) -> impl Iterator<Item = usize> {
    let count = length.min(LINES);
    (0..count).map(move |i| i * length / count)
}

/// Adds the widths (σ, pixels) of the edges along one line of luma.
fn edges(line: impl Iterator<Item = f32>, widths: &mut Vec<f32>) {
    let (mut before, mut rise, mut steepest) = (None, 0.0_f32, 0.0_f32);
    let mut end = |rise: f32, steepest: f32| {
        if rise.abs() > RISE {
            widths.push(rise.abs() / (steepest * std::f32::consts::TAU.sqrt()));
        }
    };
    for value in line {
        let step = value - before.unwrap_or(value);
        before = Some(value);
        if step * rise <= 0.0 {
            end(rise, steepest);
            (rise, steepest) = (0.0, 0.0);
        }
        rise += step;
        steepest = steepest.max(step.abs());
    }
    end(rise, steepest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;

    /// Dark and light squares, blurred by a Gaussian of `sigma` pixels, with noise.
    fn board(sigma: f64, noise: f64) -> Photo {
        let size = 240_u32;
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24) - 0.5
        };
        let soft = |v: f64| {
            let edge = (v % 40.0 - 20.0)
                * if ((v / 40.0) as u32).is_multiple_of(2) {
                    1.0
                } else {
                    -1.0
                };
            1.0 / (1.0 + (-1.702 * edge / sigma.max(0.01)).exp())
        };
        let mut samples = Vec::new();
        for i in 0..size * size {
            let (x, y) = (f64::from(i % size) + 0.5, f64::from(i / size) + 0.5);
            let (a, b) = (soft(x), soft(y));
            let light = 0.25 + 0.5 * (a * b + (1.0 - a) * (1.0 - b)) + noise * random();
            samples.extend([(light * 255.0).round() as u8; 3]);
        }
        Photo::from_rgb8(size, size, samples)
    }

    fn found(photo: &Photo) -> f64 {
        let square = Square {
            center: DVec2::splat(120.0),
            side: 200.0,
        };
        footprint(photo, square, 4.0)
    }

    #[test]
    fn the_blur_of_edges_is_found_and_noise_is_not_taken_for_sharpness() {
        // Noise breaks slow slopes up, so that blurred pictures seem somewhat sharper than they are.
        for (noise, least) in [(0.0, 0.85), (0.03, 0.65)] {
            assert!(found(&board(0.0, noise)) < 1.1);
            for sigma in [1.0, 1.8, 2.6] {
                let found = found(&board(sigma, noise)) * PIXEL / MATCHED;
                assert!(
                    (least * sigma..1.15 * sigma).contains(&found),
                    "{sigma} with {noise}: {found}"
                );
            }
        }
    }

    #[test]
    fn where_there_are_no_edges_nothing_is_blurred() {
        let plain = Photo::from_rgb8(64, 64, vec![90; 64 * 64 * 3]);
        assert!((found(&plain) - 1.0).abs() < 1e-9);
        assert!((found(&Photo::from_rgb8(1, 1, vec![9; 3])) - 1.0).abs() < 1e-9);
    }
}
