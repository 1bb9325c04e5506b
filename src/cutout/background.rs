//! Which pixels are background, and how the background looks behind the piece.
//!
//! Takes a linear-light picture; gives a mask and a background colour for every pixel. The border fits a
//! smooth surface; from there the background grows over everything of its own hue that changes softly, so
//! gradients and shadows belong to it and a piece's outline stops it; what is enclosed by outlines and
//! looks like the background beside it (holes of hoops and chains) is background too.

use super::surface::{Surface, noise};
use super::{Error, raster};
use crate::photo::{LinearImage, to_linear, to_srgb};
use std::collections::HashSet;

/// Gradient per pixel, sRGB-encoded, from which something is an outline and no shadow.
const OUTLINE: f32 = 0.02;
/// Gaps in an outline up to twice this part of the picture's longer side do not let the background in.
const GAP: f32 = 1.0 / 128.0;
/// Saturation (sRGB-encoded) of a background whose hue jewellery hardly has by chance.
const COLOURED: f32 = 0.3;
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
    scene.add_gaps(&encoded, &surface, &mut background);
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
        let open = raster::distance(background, self.width);
        let mut holes = vec![false; barrier.len()];
        for region in raster::components(&enclosed, self.width) {
            if self.is_plausible(&region, &open, surface)
                && self.is_hole(&region, &around, surface, background)
            {
                region.iter().for_each(|&i| holes[i] = true);
            }
        }
        close_up(&mut holes, barrier, self.width, 1.0);
        background.iter_mut().zip(holes).for_each(|(b, h)| *b |= h);
    }

    /// Mostly the very colour of the background beside it, and ringed by outlines. A pearl or a facet may
    /// match somewhere, but neither over most of its area nor with an outline all round. On a coloured
    /// background the hue alone is proof enough, whatever the shadow.
    fn is_hole(&self, region: &[usize], around: &[[f32; 3]], surface: &Surface, background: &[bool]) -> bool {
        let tolerance = 0.03 + self.noise;
        let matches = |i: usize| {
            let open = surface.at(i, self.width);
            apart(self.soft[i], around[i]).min(apart(self.soft[i], open)) < tolerance
        };
        let coloured = self.is_coloured(region, surface);
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
        (coloured || same * 2 > region.len()) && outlined * 10 >= rim * 6
    }

    fn is_coloured(&self, region: &[usize], surface: &Surface) -> bool {
        region
            .first()
            .is_some_and(|&i| saturation(surface.at(i, self.width)) > COLOURED)
    }

    /// Facets of a clear stone show a white or grey background's colour too: only what is large, or just
    /// behind a link (`open` is the distance to the background around), is believed to be a hole.
    fn is_plausible(&self, region: &[usize], open: &[f32], surface: &Surface) -> bool {
        let side = self.width.max(open.len() / self.width);
        let link = side as f32 / 64.0;
        self.is_coloured(region, surface)
            || region.len() > (side / 40).pow(2)
            || region.iter().any(|&i| open[i] < link)
    }

    /// Adds the small gaps between links, which smoothing hides: the background's colour, ringed by what is
    /// surely not background.
    fn add_gaps(&self, encoded: &[[f32; 3]], surface: &Surface, background: &mut [bool]) {
        let (width, len) = (self.width, background.len());
        let around = raster::fill(encoded, background, width);
        let open = raster::distance(background, width);
        let tolerance = 0.03 + 2.5 * self.noise;
        let same: Vec<bool> = (0..len)
            .map(|i| !background[i] && apart(encoded[i], around[i]) < tolerance)
            .collect();
        for region in raster::components(&same, width)
            .into_iter()
            .filter(|r| r.len() >= 6)
        {
            let member: HashSet<usize> = region.iter().copied().collect();
            let ring = |set: &HashSet<usize>| -> HashSet<usize> {
                set.iter()
                    .flat_map(|&i| raster::neighbours(i, width, len))
                    .filter(|j| !member.contains(j))
                    .collect()
            };
            let rim = ring(&ring(&member));
            let sure = rim
                .iter()
                .filter(|&&j| apart(encoded[j], around[j]) > SURE)
                .count();
            if sure * 10 >= rim.len() * 8 && self.is_plausible(&region, &open, surface) {
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

/// Spread of the channels, of the largest one.
fn saturation(c: [f32; 3]) -> f32 {
    let (low, high) = (c[0].min(c[1]).min(c[2]), c[0].max(c[1]).max(c[2]));
    if high < 0.1 { 0.0 } else { (high - low) / high }
}

/// Largest difference of any channel.
pub(super) fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
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
