//! Artwork ready for resampling: a mip pyramid in premultiplied linear light.
//!
//! Takes straight-alpha sRGB art, gives filtered samples (Williams, "Pyramidal parametrics", 1983,
//! with a few taps along each axis so that turned pieces stay sharp).

use super::{exposure, glint};
use crate::photo::to_linear;
use crate::product::{Art, Product};
use glam::{DVec2, Vec4};

/// Taps along each axis of a pixel's footprint.
const TAPS: usize = 2;
/// Pixels of the first size (mm) show facets apart, in those of the second they are averaged.
const APART_MM: (f64, f64) = (0.04, 0.16);

/// The artwork at full, half, quarter … size; `[r, g, b, a]`, linear light, premultiplied, below full size not yet rolled off
/// ([`exposure`]).
#[derive(Clone, Debug)]
pub struct ArtPyramid {
    levels: Vec<Level>,
    /// Content box (alpha > 0) in art pixels: x0, y0, x1, y1.
    content: [f64; 4],
}

#[derive(Clone, Debug)]
struct Level {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 4]>,
}

impl ArtPyramid {
    /// Builds the pyramid of a product's artwork.
    pub fn new(product: &Product) -> Self {
        let mm_per_px = product.mm_per_px().x;
        let mut pyramid = Self::of(&product.art, &[]);
        if glint::is_cut(&product.stone) {
            let glinting = Self::of(&product.art, &glint::glints(&product.art, mm_per_px));
            pyramid.blend(&glinting, mm_per_px);
        }
        pyramid
    }

    /// Builds the pyramid of an artwork whose pixels' light is times so much, where that is told.
    fn of(art: &Art, factors: &[f32]) -> Self {
        let level = |light: fn(&[u8], f32) -> [f32; 4]| {
            let factors = factors.iter().copied().chain(std::iter::repeat(1.0));
            let pixels = art.rgba.chunks_exact(4).zip(factors);
            Level {
                width: art.width,
                height: art.height,
                pixels: pixels.map(|(p, factor)| light(p, factor)).collect(),
            }
        };
        let mut levels = vec![level(exposed)];
        while let Some(half) = levels.last().and_then(Level::half) {
            levels.push(half);
        }
        levels[0] = level(premultiplied);
        Self {
            content: content(art),
            levels,
        }
    }

    /// Takes over another pyramid of the same artwork of so many millimetres a pixel where facets are not seen apart:
    /// where they are, white is as bright as they get.
    fn blend(&mut self, other: &Self, mm_per_px: f64) {
        for (i, (level, other)) in self.levels.iter_mut().zip(&other.levels).enumerate() {
            let pixel = mm_per_px * (1_u64 << i) as f64;
            let share = ((pixel - APART_MM.0) / (APART_MM.1 - APART_MM.0)).clamp(0.0, 1.0) as f32;
            for (here, there) in level.pixels.iter_mut().zip(&other.pixels) {
                *here = std::array::from_fn(|c| here[c] + (there[c] - here[c]) * share);
            }
        }
    }

    /// Width of the full level, pixels.
    pub fn width(&self) -> usize {
        self.levels[0].width
    }

    /// Height of the full level, pixels.
    pub fn height(&self) -> usize {
        self.levels[0].height
    }

    /// Two corners of the box that holds everything visible, millimetres.
    pub fn content_mm(&self, size_mm: DVec2) -> [DVec2; 2] {
        let per_px = size_mm / DVec2::new(self.width() as f64, self.height() as f64);
        let [x0, y0, x1, y1] = self.content;
        [DVec2::new(x0, y0) * per_px, DVec2::new(x1, y1) * per_px]
    }

    /// The colour under a pixel whose centre lies at `p` (art pixels) and whose sides are `across` and `down`.
    pub fn sample(&self, p: DVec2, across: DVec2, down: DVec2) -> [f32; 4] {
        let reach = across.length().max(down.length()) + 2.0;
        let (w, h) = (self.width() as f64, self.height() as f64);
        if p.x < -reach || p.y < -reach || p.x > w + reach || p.y > h + reach {
            return [0.0; 4];
        }
        let footprint = across.length().max(down.length()) / TAPS as f64;
        let lod = footprint.max(1.0).log2().min((self.levels.len() - 1) as f64);
        let (fine, blend) = (lod as usize, lod.fract() as f32);
        if self.is_empty(p, reach, fine + 2) {
            return [0.0; 4];
        }
        let (mut sum, mut coarser) = (Vec4::ZERO, Vec4::ZERO);
        for i in 0..TAPS * TAPS {
            let step = |k: usize| (k as f64 + 0.5) / TAPS as f64 - 0.5;
            let q = p + across * step(i % TAPS) + down * step(i / TAPS);
            sum += self.bilinear(fine, q);
            if blend > 0.0 {
                coarser += self.bilinear(fine + 1, q);
            }
        }
        let share = 1.0 / (TAPS * TAPS) as f32;
        let [a, b] = [(fine, sum), (fine + 1, coarser)].map(|(level, sum)| developed(level, sum * share));
        a.lerp(b, blend).to_array()
    }

    /// Is there nothing within `reach` of a point, as far as a level's pixels say? Most of a chain's picture is air.
    fn is_empty(&self, p: DVec2, reach: f64, level: usize) -> bool {
        let index = level.min(self.levels.len() - 1);
        let level = &self.levels[index];
        // The finer levels' taps reach two of the next one's pixels further.
        let scale = (1_u64 << index) as f64;
        let [low, high] = [-1.0, 1.0].map(|side| (p + side * reach) / scale + side * 0.5);
        (floor(low.y)..=floor(high.y))
            .all(|y| (floor(low.x)..=floor(high.x)).all(|x| level.at(x, y)[3] <= 0.0))
    }

    /// Bilinear sample of a level at a point in full-level pixels; transparent outside.
    fn bilinear(&self, level: usize, p: DVec2) -> Vec4 {
        let index = level.min(self.levels.len() - 1);
        let level = &self.levels[index];
        // A pixel of a level covers 2^level pixels of the art, also where a side was odd.
        let q = p / (1_u64 << index) as f64 - 0.5;
        let (x, y) = (floor(q.x), floor(q.y));
        let (fx, fy) = ((q.x - x as f64) as f32, (q.y - y as f64) as f32);
        let at = |dx: i64, dy: i64| Vec4::from_array(level.at(x + dx, y + dy));
        let above = at(0, 0).lerp(at(1, 0), fx);
        above.lerp(at(0, 1).lerp(at(1, 1), fx), fy)
    }
}

impl Level {
    fn at(&self, x: i64, y: i64) -> [f32; 4] {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        if inside {
            self.pixels[y as usize * self.width + x as usize]
        } else {
            [0.0; 4]
        }
    }

    /// The next level: 2×2 means; `None` when one pixel is left.
    fn half(&self) -> Option<Self> {
        if self.width <= 1 && self.height <= 1 {
            return None;
        }
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut pixels = Vec::with_capacity(width * height);
        for i in 0..width * height {
            let (x, y) = ((i % width * 2) as i64, (i / width * 2) as i64);
            let four = [
                self.at(x, y),
                self.at(x + 1, y),
                self.at(x, y + 1),
                self.at(x + 1, y + 1),
            ];
            pixels.push(std::array::from_fn(|c| {
                four.iter().map(|p| p[c]).sum::<f32>() / 4.0
            }));
        }
        Some(Self {
            width,
            height,
            pixels,
        })
    }
}

/// RGBA 8 bit straight sRGB to premultiplied linear light, times `factor`.
fn premultiplied(p: &[u8], factor: f32) -> [f32; 4] {
    let alpha = f32::from(p[3]) / 255.0;
    let light = |v: u8| to_linear(f32::from(v) / 255.0) * alpha * factor;
    [light(p[0]), light(p[1]), light(p[2]), alpha]
}

/// The same as the light that it stands for, at least times `factor`.
fn exposed(p: &[u8], factor: f32) -> [f32; 4] {
    let most = to_linear(f32::from(p[0].max(p[1]).max(p[2])) / 255.0);
    premultiplied(p, factor.max(exposure::undone(most)))
}

/// What a picture makes of a level's light; the full size is one already.
fn developed(level: usize, light: Vec4) -> Vec4 {
    if level == 0 {
        return light;
    }
    let factor = exposure::rolled_off(light.truncate().max_element() / light.w.max(1e-6));
    (light.truncate() * factor).extend(light.w)
}

/// The whole number below; quicker than the library's, which older processors have no instruction for.
fn floor(v: f64) -> i64 {
    let whole = v as i64;
    whole - i64::from(whole as f64 > v)
}

/// The box of all pixels that are not wholly transparent; the whole picture when there is none.
fn content(art: &Art) -> [f64; 4] {
    let mut b = [art.width, art.height, 0, 0];
    for (i, _) in art.rgba.chunks_exact(4).enumerate().filter(|(_, p)| p[3] > 0) {
        let (x, y) = (i % art.width, i / art.width);
        b = [b[0].min(x), b[1].min(y), b[2].max(x + 1), b[3].max(y + 1)];
    }
    if b[2] == 0 {
        [0.0, 0.0, art.width as f64, art.height as f64]
    } else {
        b.map(|v| v as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_keeps_the_amount_of_light() {
        let rgba = (0..64 * 64).flat_map(|i| {
            if (i / 3) % 2 == 0 {
                [255, 200, 40, 255]
            } else {
                [0, 0, 0, 0]
            }
        });
        let art = Art {
            width: 64,
            height: 64,
            rgba: rgba.collect(),
        };
        let pyramid = ArtPyramid::of(&art, &[]);
        let mean: f32 = pyramid.levels[0].pixels.iter().map(|p| p[3]).sum::<f32>() / 4096.0;
        let wide = DVec2::new(16.0, 0.0);
        let mut sum = 0.0;
        for i in 0..16 {
            let p = DVec2::new((i % 4) as f64 * 16.0 + 8.0, (i / 4) as f64 * 16.0 + 8.0);
            sum += pyramid.sample(p, wide, DVec2::new(0.0, 16.0))[3] / 16.0;
        }
        assert!((sum - mean).abs() < 0.05, "{sum} {mean}");
    }

    #[test]
    fn air_is_told_from_what_is_near_it() {
        let dot = |i: usize| {
            if i == 40 * 64 + 21 {
                [200, 10, 10, 255]
            } else {
                [0; 4]
            }
        };
        let pyramid = ArtPyramid::of(
            &Art {
                width: 64,
                height: 64,
                rgba: (0..64 * 64).flat_map(dot).collect(),
            },
            &[],
        );
        for side in [0.7, 1.0, 2.3, 5.0, 9.0] {
            let step = DVec2::new(side, 0.0);
            for i in 0..900 {
                let p = DVec2::new((i % 30) as f64, (i / 30) as f64) * 2.2;
                let seen = pyramid.sample(p, step, step.perp())[3];
                let near = (p - DVec2::new(21.5, 40.5)).abs().max_element() < side / 2.0;
                assert!(!near || seen > 0.0, "{side} at {p}: {seen}");
            }
        }
    }

    #[test]
    fn highlights_are_averaged_as_the_light_they_are() {
        let white = |i: usize| if i.is_multiple_of(2) { 255 } else { 40 };
        let art = Art {
            width: 32,
            height: 32,
            rgba: (0..32 * 32)
                .flat_map(|i| [white(i), white(i), white(i), 255])
                .collect(),
        };
        let pyramid = ArtPyramid::of(&art, &[]);
        let across = |side: f64| pyramid.sample(DVec2::splat(16.0), DVec2::X * side, DVec2::Y * side)[0];
        let plain = f32::midpoint(1.0, to_linear(40.0 / 255.0));
        assert!(across(8.0) > 1.3 * plain && across(8.0) < 1.0, "{}", across(8.0));
        for side in [0.01, 0.5, 1.0, 2.0] {
            let own = across(side);
            assert!(
                (own - plain).abs() < 1e-3,
                "between two columns, {side}: {own}, {plain}"
            );
        }
    }

    #[test]
    fn same_size_gives_the_same_pixels() {
        let rgba: Vec<u8> = (0..16 * 16 * 4).map(|i| (i * 37 % 256) as u8).collect();
        let pyramid = ArtPyramid::of(
            &Art {
                width: 16,
                height: 16,
                rgba,
            },
            &[],
        );
        let got = pyramid.bilinear(0, DVec2::new(5.5, 7.5));
        assert_eq!(got.to_array(), pyramid.levels[0].pixels[7 * 16 + 5]);
    }
}
