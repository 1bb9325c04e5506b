//! Which pixels are background, and how the background looks behind the piece.
//!
//! Takes a linear-light picture; gives a mask and a background colour for every pixel. The border fits a
//! smooth surface; from there the background grows over everything of its own hue that changes softly, so
//! gradients and shadows belong to it and a piece's outline stops it; what is enclosed by outlines and
//! looks like the background beside it (holes of hoops and chains) is background too.

use super::{Error, raster};
use crate::photo::{LinearImage, to_linear, to_srgb};
use std::collections::HashSet;

/// Robust deviation of the border from a smooth surface that still counts as plain (sRGB-encoded).
const PLAIN: f32 = 0.045;
/// Part of the border that may be something else (a chain that leaves the picture).
const OUTLIERS: f32 = 0.35;
/// Gradient per pixel, sRGB-encoded, from which something is an outline and no shadow.
const OUTLINE: f32 = 0.02;
/// Gaps in an outline up to twice this part of the picture's longer side do not let the background in.
const GAP: f32 = 1.0 / 128.0;
/// What differs by this much (sRGB-encoded) from the background is surely no background.
const SURE: f32 = 0.12;

/// The picture split in two.
pub(super) struct Split {
    /// True where only background is seen.
    pub(super) background: Vec<bool>,
    /// The background's colour everywhere, shadows included, linear light.
    pub(super) colours: Vec<[f32; 3]>,
    /// Standard deviation of the noise, sRGB-encoded.
    pub(super) noise: f32,
}

/// Finds the background.
pub(super) fn split(image: &LinearImage) -> Result<Split, Error> {
    let width = image.width;
    let encoded: Vec<[f32; 3]> = image
        .pixels
        .iter()
        .map(|p| p.map(|v| to_srgb(v.clamp(0.0, 1.0))))
        .collect();
    let surface = Surface::fit(&encoded, width)?;
    let noise = noise(&encoded, width, &surface);
    let soft = raster::smooth(&encoded, width);
    let scene = Scene {
        width,
        noise,
        gap: (image.width.max(image.height) as f32 * GAP).max(2.0),
        gradient: raster::gradient(&soft, width),
        soft,
    };
    let barrier = scene.barrier(&surface);
    let mut background = scene.grow(&barrier, &surface);
    if background.iter().filter(|&&b| b).count() * 50 < background.len() {
        return Err(Error::Nothing);
    }
    scene.add_holes(&barrier, &surface, &mut background);
    scene.add_gaps(&encoded, &mut background);
    let colours = raster::fill(&image.pixels, &background, width);
    Ok(Split {
        background,
        colours,
        noise,
    })
}

/// The picture smoothed, sRGB-encoded, with its gradient.
struct Scene {
    width: usize,
    noise: f32,
    /// See [`GAP`], in pixels.
    gap: f32,
    soft: Vec<[f32; 3]>,
    gradient: Vec<f32>,
}

impl Scene {
    fn outline(&self, i: usize) -> bool {
        self.gradient[i] > OUTLINE + 0.8 * self.noise
    }

    /// Pixels the background cannot be: outlines and other hues.
    fn barrier(&self, surface: &Surface) -> Vec<bool> {
        (0..self.soft.len())
            .map(|i| self.outline(i) || !like(self.soft[i], surface.at(i, self.width), self.noise))
            .collect()
    }

    /// Floods from the border between the barriers, kept a gap away from them, then closes up to them.
    fn grow(&self, barrier: &[bool], surface: &Surface) -> Vec<bool> {
        let (width, len) = (self.width, barrier.len());
        let clearance = raster::distance(barrier, width);
        let free: Vec<bool> = clearance.iter().map(|&d| d > self.gap).collect();
        let seed = |&i: &usize| {
            let (x, y) = (i % width, i / width);
            let edge = x == 0 || y == 0 || x + 1 == width || i + width >= len;
            edge && free[i] && apart(self.soft[i], surface.at(i, width)) < 0.15
        };
        let mut flooded = vec![false; len];
        let mut queue: Vec<usize> = (0..len).filter(seed).collect();
        queue.iter().for_each(|&i| flooded[i] = true);
        while let Some(i) = queue.pop() {
            for j in raster::neighbours(i, width, len) {
                if free[j] && !flooded[j] {
                    flooded[j] = true;
                    queue.push(j);
                }
            }
        }
        close_up(&mut flooded, barrier, width, self.gap);
        flooded
    }

    /// Adds enclosed regions that look like the background around them.
    fn add_holes(&self, barrier: &[bool], surface: &Surface, background: &mut [bool]) {
        let around = raster::fill(&self.soft, background, self.width);
        let clearance = raster::distance(barrier, self.width);
        let enclosed: Vec<bool> = (0..barrier.len())
            .map(|i| clearance[i] > 1.0 && !background[i])
            .collect();
        let mut holes = vec![false; barrier.len()];
        for region in raster::components(&enclosed, self.width) {
            if self.is_hole(&region, &around, surface, background) {
                region.iter().for_each(|&i| holes[i] = true);
            }
        }
        close_up(&mut holes, barrier, self.width, 1.0);
        background.iter_mut().zip(holes).for_each(|(b, h)| *b |= h);
    }

    /// Mostly the very colour of the background beside it, and ringed by outlines. A pearl or a facet may
    /// match somewhere, but neither over most of its area nor with an outline all round.
    fn is_hole(&self, region: &[usize], around: &[[f32; 3]], surface: &Surface, background: &[bool]) -> bool {
        let tolerance = 0.03 + self.noise;
        let matches = |i: usize| {
            let open = surface.at(i, self.width);
            apart(self.soft[i], around[i]).min(apart(self.soft[i], open)) < tolerance
        };
        let same = region.iter().filter(|&&i| matches(i)).count();
        let member: HashSet<usize> = region.iter().copied().collect();
        let (mut rim, mut outlined) = (0, 0);
        for &i in region {
            let outside = |j: &usize| !member.contains(j) && !background[*j];
            for j in raster::neighbours(i, self.width, self.soft.len()).filter(outside) {
                rim += 1;
                let far = (2 * j).saturating_sub(i).min(self.soft.len() - 1);
                outlined += usize::from(self.outline(j) || self.outline(far));
            }
        }
        same * 2 > region.len() && outlined * 10 >= rim * 6
    }

    /// Adds the small gaps between links, which smoothing hides: the background's colour, ringed by what is
    /// surely not background.
    fn add_gaps(&self, encoded: &[[f32; 3]], background: &mut [bool]) {
        let (width, len) = (self.width, background.len());
        let around = raster::fill(encoded, background, width);
        let tolerance = 0.03 + 2.5 * self.noise;
        let same: Vec<bool> =
            (0..len).map(|i| !background[i] && apart(encoded[i], around[i]) < tolerance).collect();
        for region in raster::components(&same, width).into_iter().filter(|r| r.len() >= 6) {
            let member: HashSet<usize> = region.iter().copied().collect();
            let ring = |set: &HashSet<usize>| -> HashSet<usize> {
                set.iter().flat_map(|&i| raster::neighbours(i, width, len)).filter(|j| !member.contains(j)).collect()
            };
            let rim = ring(&ring(&member));
            let sure = rim.iter().filter(|&&j| apart(encoded[j], around[j]) > SURE).count();
            if sure * 10 >= rim.len() * 8 {
                region.iter().for_each(|&i| background[i] = true);
            }
        }
    }
}

/// Grows `set` by up to `reach` pixels over what is no barrier.
fn close_up(set: &mut [bool], barrier: &[bool], width: usize, reach: f32) {
    for _ in 0..reach.ceil() as usize + 1 {
        let near =
            |i: &usize| !set[*i] && !barrier[*i] && raster::neighbours(*i, width, set.len()).any(|j| set[j]);
        let added: Vec<usize> = (0..set.len()).filter(near).collect();
        added.into_iter().for_each(|i| set[i] = true);
    }
}

/// Largest difference of any channel.
fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    (0..3).map(|c| (a[c] - b[c]).abs()).fold(0.0, f32::max)
}

/// Could `c` be the background `b` in more or less light? Both sRGB-encoded. Shadows are lit by what is
/// around, so the darker they are the more their hue may differ.
fn like(c: [f32; 3], b: [f32; 3], noise: f32) -> bool {
    if apart(c, b) < 0.03 + noise {
        return true;
    }
    let (c, b) = (c.map(to_linear), b.map(to_linear));
    let dot = |p: [f32; 3], q: [f32; 3]| p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    let level = dot(c, b) / dot(b, b).max(1e-6);
    let hue = (0..3).map(|k| (c[k] - level * b[k]).powi(2)).sum::<f32>().sqrt();
    let shade = (1.0 - level).clamp(0.0, 1.0);
    (0.12..1.25).contains(&level) && hue < ((0.03 + 0.12 * shade) * level + noise) * dot(b, b).sqrt()
}

/// Standard deviation of pixel noise along the border, from differences of neighbours.
fn noise(encoded: &[[f32; 3]], width: usize, surface: &Surface) -> f32 {
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

/// A quadratic surface for each channel, sRGB-encoded.
struct Surface {
    size: [f64; 2],
    coefficients: [[f64; TERMS]; 3],
}

const TERMS: usize = 6;

impl Surface {
    /// Least squares to the border, reweighted by Cauchy's rule so that what is not background hardly counts.
    fn fit(encoded: &[[f32; 3]], width: usize) -> Result<Self, Error> {
        let height = encoded.len() / width;
        let samples: Vec<usize> = border(width, height).collect();
        let mut surface = Self {
            size: [width as f64, height as f64],
            coefficients: [[0.0; TERMS]; 3],
        };
        for c in 0..3 {
            let mut values: Vec<f32> = samples.iter().map(|&i| encoded[i][c]).collect();
            surface.coefficients[c][0] = f64::from(median(&mut values));
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

    fn at(&self, i: usize, width: usize) -> [f32; 3] {
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
