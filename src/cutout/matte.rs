//! Alpha and true colours along the piece's outline.
//!
//! Takes a linear-light picture and its background; gives straight alpha 0..1 and linear-light colours from
//! which the background is taken out.

use super::background::Split;
use super::raster;
use crate::photo::{LinearImage, to_srgb};
use rayon::prelude::*;

/// Depth in pixels below the outline from which a pixel explains itself as opaque at no cost.
const SOLID: f32 = 4.0;
/// Alpha below this is noise.
const FAINT: f32 = 0.04;

/// A piece without background.
pub(super) struct Matte {
    /// Straight alpha, 0..1.
    pub(super) alpha: Vec<f32>,
    /// Linear light sRGB.
    pub(super) colours: Vec<[f32; 3]>,
}

impl Matte {
    /// Straight-alpha sRGB, 8 bit RGBA; clear pixels are all zero.
    pub(super) fn to_srgb8(&self) -> Vec<u8> {
        let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
        self.alpha
            .iter()
            .zip(&self.colours)
            .flat_map(|(&a, p)| match byte(a) {
                0 => [0; 4],
                alpha => {
                    let [r, g, b] = p.map(|v| byte(to_srgb(v.max(0.0))));
                    [r, g, b, alpha]
                }
            })
            .collect()
    }
}

/// Solves `C = αF + (1 − α)B` in a band along the outline; deeper pixels are opaque and keep their bits.
pub(super) fn solve(image: &LinearImage, split: &Split) -> Matte {
    let depth = raster::distance(&split.background, image.width);
    let band = (image.width.max(image.height) as f32 / 256.0 + 2.0).clamp(5.0, 12.0);
    let scene = Scene {
        image,
        split,
        depth: &depth,
        band,
    };
    let solved: Vec<(f32, [f32; 3])> = (0..depth.len())
        .into_par_iter()
        .map(|i| match depth[i] {
            d if d <= 0.0 => (0.0, [0.0; 3]),
            d if d < band => scene.unmix(i),
            _ => (1.0, image.pixels[i]),
        })
        .collect();
    let (alpha, colours) = solved.into_iter().unzip();
    Matte { alpha, colours }
}

struct Scene<'a> {
    image: &'a LinearImage,
    split: &'a Split,
    depth: &'a [f32],
    band: f32,
}

impl Scene<'_> {
    /// The best explanation of a pixel: opaque, or a mixture with the colour of a deeper pixel nearby.
    fn unmix(&self, i: usize) -> (f32, [f32; 3]) {
        let (c, b) = (self.image.pixels[i], self.split.colours[i]);
        let apart = |k: usize| (to_srgb(c[k].max(0.0)) - to_srgb(b[k].max(0.0))).abs();
        if apart(0).max(apart(1)).max(apart(2)) < 0.01 + 3.0 * self.split.noise && self.depth[i] < SOLID {
            return (0.0, [0.0; 3]);
        }
        let noise = 0.01 + 2.0 * self.split.noise;
        let shallow = (1.0 - self.depth[i] / SOLID).max(0.0);
        let mut best = (40.0 * shallow * shallow, 1.0, c);
        for (j, distance) in self.deeper(i) {
            let f = self.image.pixels[j];
            let (alpha, residual) = project(c, f, b);
            let cost = residual / (noise * noise) + (distance / self.band).powi(2);
            if cost < best.0 {
                best = (cost, alpha, f);
            }
        }
        let (_, alpha, sampled) = best;
        match alpha {
            a if a < FAINT => (0.0, [0.0; 3]),
            a if a > 1.0 - FAINT => (1.0, c),
            a => (a, clean(c, b, a, sampled)),
        }
    }

    /// The solid pixels in reach (or, in a chain too thin to have any, those of its spine), with their distance.
    fn deeper(&self, i: usize) -> impl Iterator<Item = (usize, f32)> {
        let deepest = self.window(i).map(|(j, _)| self.depth[j]).fold(0.0, f32::max);
        let enough = deepest.min(SOLID).max(self.depth[i] + 0.5);
        self.window(i).filter(move |&(j, _)| self.depth[j] >= enough)
    }

    fn window(&self, i: usize) -> impl Iterator<Item = (usize, f32)> + use<'_> {
        let (width, height) = (self.image.width, self.image.height);
        let (x, y) = ((i % width) as isize, (i / width) as isize);
        let reach = self.band as isize;
        let rows = (y - reach).max(0)..=(y + reach).min(height as isize - 1);
        rows.flat_map(move |v| {
            let columns = (x - reach).max(0)..=(x + reach).min(width as isize - 1);
            columns.map(move |u| {
                (
                    v as usize * width + u as usize,
                    ((u - x) as f32).hypot((v - y) as f32),
                )
            })
        })
    }
}

/// The α that brings `αf + (1 − α)b` nearest to `c`, and the squared distance left.
fn project(c: [f32; 3], f: [f32; 3], b: [f32; 3]) -> (f32, f32) {
    let (mut dot, mut norm) = (0.0, 1e-6);
    for k in 0..3 {
        dot += (c[k] - b[k]) * (f[k] - b[k]);
        norm += (f[k] - b[k]).powi(2);
    }
    let alpha = (dot / norm).clamp(0.0, 1.0);
    let residual = (0..3)
        .map(|k| (c[k] - b[k] - alpha * (f[k] - b[k])).powi(2))
        .sum();
    (alpha, residual)
}

/// The piece's own colour: solved from the mixture where there is much of it, sampled where there is little.
fn clean(c: [f32; 3], b: [f32; 3], alpha: f32, sampled: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|k| {
        let solved = ((c[k] - (1.0 - alpha) * b[k]) / alpha).clamp(0.0, 1.0);
        alpha * solved + (1.0 - alpha) * sampled[k]
    })
}
