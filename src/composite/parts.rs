//! The part map on the composite's raster, its edges moved to where the photo has them.
//!
//! A cell of the network's map is some five millimetres wide: enough to say that a collar is there, too coarse to cut a
//! chain at its edge. The guided filter (He, Sun & Tang 2010, with a colour guide) fits each part as a linear function
//! of the photo's colours in small windows; as in its fast version (He & Sun 2015) the fits are made on a smaller raster.

use crate::anchors::{Part, PartMap};
use crate::geometry::Square;
use crate::photo::{Crop, boxed};
use glam::{Mat3, Vec3, Vec4};
use rayon::prelude::*;

/// Radius of the windows in cells of the map: what is uncertain beside an edge, and enough on either side of it.
const REACH: f64 = 1.8;
/// The same at least and at most, as a share of the square's side.
const SHARE: (f64, f64) = (1.0 / 64.0, 1.0 / 6.4);
/// The same on the raster of the fits, pixels, where the photo's raster is fine enough.
const RADIUS: f64 = 5.0;
/// Variance of the encoded colours below which a window counts as flat.
const FLAT: f32 = 4e-4;
/// What is fitted, and hands where there are any; the background is the rest.
const FITTED: [Part; 4] = [Part::Skin, Part::Hair, Part::Clothes, Part::Hand];

/// Probabilities of the parts, 0..1, at every pixel of a raster; worked out where they are asked for.
pub struct Parts<'a> {
    map: &'a PartMap,
    square: Square,
    photo: &'a [f32],
    size: usize,
    /// Side of the raster of the fits.
    coarse: usize,
    /// In the order of [`FITTED`].
    fits: Vec<Fit>,
}

/// A part as slopes over red, green and blue, and an offset, at every pixel.
type Fit = Vec<Vec4>;

impl<'a> Parts<'a> {
    /// Over a `square` of the photo shown by `photo`, planar `[3, size, size]`, sRGB-encoded 0..1.
    pub fn new(map: &'a PartMap, square: Square, photo: &'a [f32], size: usize) -> Self {
        let share = (REACH * map.cell() / square.side).clamp(SHARE.0, SHARE.1);
        let coarse = ((RADIUS / share) as usize).clamp(1, size.div_ceil(2));
        let radius = ((share * coarse as f64).round() as usize).max(1);
        let guide = reduced(photo, size, coarse);
        let window = Window::new(&guide, coarse, radius);
        let fit = |part: Part| window.fit(&map.over(&[part], square, coarse));
        let there = FITTED.len() - usize::from(!map.has_hands());
        Self {
            map,
            square,
            photo,
            size,
            coarse,
            fits: FITTED[..there].par_iter().map(|part| fit(*part)).collect(),
        }
    }

    /// Probability at every pixel that nothing is there which what is put on could shade: the background, or a hand before
    /// it; away from a `crop` as the map itself says.
    pub fn unshaded(&self, crop: Crop) -> Vec<f32> {
        let mut out = self
            .map
            .over(&[Part::Background, Part::Hand], self.square, self.size);
        let ([left, top], [width, height]) = (crop.corner, crop.extent);
        let hand = FITTED.len() - 1;
        for y in top..top + height {
            for x in left..left + width {
                let spot = self.spot(x, y);
                let hands = if hand < self.fits.len() {
                    self.told(hand, &spot)
                } else {
                    0.0
                };
                out[y * self.size + x] = self.rest(&spot) + hands;
            }
        }
        out
    }

    /// Probability of a part at pixel `i`.
    pub fn at(&self, part: Part, i: usize) -> f32 {
        let spot = || self.spot(i % self.size, i / self.size);
        match FITTED.iter().position(|fitted| *fitted == part) {
            Some(fit) if fit < self.fits.len() => self.told(fit, &spot()),
            Some(_) => 0.0,
            None => self.rest(&spot()),
        }
    }

    /// A pixel among the fits.
    fn spot(&self, x: usize, y: usize) -> Spot {
        let (all, i) = (self.size * self.size, y * self.size + x);
        let colour = Vec4::new(self.photo[i], self.photo[all + i], self.photo[2 * all + i], 1.0);
        let scale = self.coarse as f32 / self.size as f32;
        let top = (self.coarse - 1) as f32;
        let [x, y] = [x, y].map(|v| ((v as f32 + 0.5) * scale - 0.5).clamp(0.0, top));
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.coarse - 1), (y0 + 1).min(self.coarse - 1));
        let corner = |x: usize, y: usize| y * self.coarse + x;
        Spot {
            at: [corner(x0, y0), corner(x1, y0), corner(x0, y1), corner(x1, y1)],
            part: [x - x0 as f32, y - y0 as f32],
            colour,
        }
    }

    /// What a fit says of a pixel.
    fn told(&self, fit: usize, spot: &Spot) -> f32 {
        let [a, b, c, d] = spot.at.map(|at| self.fits[fit][at]);
        let [fx, fy] = spot.part;
        let line = a.lerp(b, fx).lerp(c.lerp(d, fx), fy);
        line.dot(spot.colour).clamp(0.0, 1.0)
    }

    /// What the fits leave of a pixel: the background.
    fn rest(&self, spot: &Spot) -> f32 {
        (0..self.fits.len())
            .fold(1.0, |rest, fit| rest - self.told(fit, spot))
            .max(0.0)
    }
}

/// A pixel's four neighbours on the raster of the fits, how far it is from the first, and its colour with a one.
struct Spot {
    at: [usize; 4],
    part: [f32; 2],
    colour: Vec4,
}

/// What the guide does in the window around every pixel.
struct Window<'a> {
    guide: &'a [f32],
    size: usize,
    radius: usize,
    means: [Vec<f32>; 3],
    /// Inverse of the covariance of the channels.
    inverse: Vec<Mat3>,
}

impl<'a> Window<'a> {
    fn new(guide: &'a [f32], size: usize, radius: usize) -> Self {
        let n = size * size;
        let channel = |c: usize| &guide[c * n..][..n];
        let means = [0, 1, 2].map(|c| boxed(channel(c), size, radius));
        let covariance = |(a, b): (usize, usize)| {
            let product: Vec<f32> = channel(a).iter().zip(channel(b)).map(|(x, y)| x * y).collect();
            let mut mean = boxed(&product, size, radius);
            for (i, value) in mean.iter_mut().enumerate() {
                *value -= means[a][i] * means[b][i];
            }
            mean
        };
        let ([rr, rg, rb], [gg, gb, bb]) = rayon::join(
            || [(0, 0), (0, 1), (0, 2)].map(covariance),
            || [(1, 1), (1, 2), (2, 2)].map(covariance),
        );
        let inverse = (0..n)
            .map(|i| {
                let (rg, rb, gb) = (rg[i], rb[i], gb[i]);
                Mat3::from_cols(
                    Vec3::new(rr[i] + FLAT, rg, rb),
                    Vec3::new(rg, gg[i] + FLAT, gb),
                    Vec3::new(rb, gb, bb[i] + FLAT),
                )
                .inverse()
            })
            .collect();
        Self {
            guide,
            size,
            radius,
            means,
            inverse,
        }
    }

    /// A plane of the guide's size as a function of its colours.
    fn fit(&self, plane: &[f32]) -> Fit {
        let n = self.size * self.size;
        let mean = boxed(plane, self.size, self.radius);
        let with = [0, 1, 2].map(|c| {
            let channel = &self.guide[c * n..][..n];
            let product: Vec<f32> = channel.iter().zip(plane).map(|(x, y)| x * y).collect();
            boxed(&product, self.size, self.radius)
        });
        let mut lines = [0; 4].map(|_| vec![0.0; n]);
        for i in 0..n {
            let own = Vec3::from_array([0, 1, 2].map(|c| self.means[c][i]));
            let shared = Vec3::from_array([0, 1, 2].map(|c| with[c][i])) - own * mean[i];
            let slope = self.inverse[i] * shared;
            let line = slope.extend(mean[i] - slope.dot(own)).to_array();
            for (plane, value) in lines.iter_mut().zip(line) {
                plane[i] = value;
            }
        }
        let [red, green, blue, offset] = lines.map(|line| boxed(&line, self.size, self.radius));
        let line = |i: usize| Vec4::new(red[i], green[i], blue[i], offset[i]);
        (0..n).map(line).collect()
    }
}

/// Three planes of `size` on `coarse` pixels a side: means of what lies in each.
fn reduced(planes: &[f32], size: usize, coarse: usize) -> Vec<f32> {
    let bounds: Vec<_> = (0..coarse)
        .map(|i| i * size / coarse..((i + 1) * size).div_ceil(coarse))
        .collect();
    let mut out = Vec::with_capacity(3 * coarse * coarse);
    for plane in planes.chunks_exact(size * size) {
        for rows in &bounds {
            for columns in &bounds {
                let lines = rows.clone().map(|y| &plane[y * size..][columns.clone()]);
                let sum: f32 = lines.map(|line| line.iter().sum::<f32>()).sum();
                out.push(sum / (rows.len() * columns.len()) as f32);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;

    /// Pale skin beside dark cloth, whose border the map knows to some cells only.
    #[test]
    fn a_coarse_border_goes_to_the_photos_edge() {
        const SIZE: usize = 128;
        let edge = |y: usize| 57 + y / 16;
        let dark = |i: usize| i % SIZE >= edge(i / SIZE);
        let photo: Vec<f32> = (0..3 * SIZE * SIZE)
            .map(|i| if dark(i % (SIZE * SIZE)) { 0.2 } else { 0.7 })
            .collect();
        let square = Square {
            center: DVec2::splat(64.0),
            side: 128.0,
        };
        // Cells of 8 pixels; the last of the skin's cells are half cloth.
        let planes = (0..4 * 256)
            .map(|i| {
                let cloth = ((i % 16) as f32 - 7.0).clamp(0.0, 1.0);
                [0.0, 1.0 - cloth, 0.0, cloth][i / 256]
            })
            .collect();
        let map = PartMap::new(16, 16, planes, square);
        let parts = Parts::new(&map, square, &photo, SIZE);
        let wrong = |i: &usize| (parts.at(Part::Clothes, *i) > 0.5) != dark(*i);
        let count = (0..SIZE * SIZE).filter(wrong).count();
        let coarse = |i: &usize| {
            let p = DVec2::new((i % SIZE) as f64 + 0.5, (i / SIZE) as f64 + 0.5);
            (map.at(Part::Clothes, p) > 0.5) != dark(*i)
        };
        let before = (0..SIZE * SIZE).filter(coarse).count();
        assert!(
            count * 3 < before,
            "{count} wrong pixels, {before} in the map itself"
        );
    }
}
