//! Corrections from the model's raster to the photo's.
//!
//! The shadow is smooth and goes up bilinearly; visibility goes up edge-aware, so that a
//! strand of hair in front of a piece keeps its sharpness: the fast guided filter (He & Sun 2015)
//! fits `visibility = a · luma + b` in small windows at the model's size and applies it to the
//! photo's own luma. What light does to the product goes up as [`Curve`]s. A plain Pix2Pix's difference is a line
//! for every channel over the luma of the flat composite.

use super::light::{self, Curve};
use crate::composite::{Composite, Lies};
use crate::generator::Corrections;
use crate::photo::{boxed, to_linear, to_srgb};

/// Radius of the guided filter's windows, model pixels.
const RADIUS: usize = 3;
/// Its regularisation: variance of the (0..1, encoded) luma below which a window counts as flat.
const FLAT: f32 = 0.004;
/// Visibility below this is none; above what it lacks of one is all of it.
const MOSTLY: f32 = 0.35;
/// The generator's visibility below which a piece is hidden and above which it is seen, where least of what is uncertain
/// about it is seen, and where most is. On 76 rendered earrings at visible lobes of nearer ears, hair that lies in their
/// place hides 3 %; torn pieces are the generator's doubts.
const DOUBT: [[f32; 2]; 2] = [[0.1, 0.9], [0.05, 0.3]];
/// Of that least and most, as means of the visibility.
const MOST: (f32, f32) = (0.4, 0.65);
/// Shadows are cast about so far, model pixels.
const SHADE: usize = 5;
/// Product coverage from which a low-resolution pixel has a say.
const SUPPORT: f32 = 0.05;
/// How far (model pixels) an image-to-image model may change the photo around the product.
const RING: usize = 10;

/// Upsampling-ready planes; empty ones are absent.
pub struct Planes {
    size: usize,
    shadow: Vec<f32>,
    slope: Vec<f32>,
    offset: Vec<f32>,
    /// Curves, plane by plane.
    light: Vec<f32>,
    /// Per channel: slopes, then offsets.
    difference: Vec<f32>,
    ring: Vec<f32>,
}

/// The corrections at one photo pixel.
pub struct Values {
    /// Factor on encoded photo values.
    pub shadow: f32,
    /// What light does to the product.
    pub light: Curve,
    /// A slope and an offset over the result's own luma a channel; their sum is added to the encoded values.
    difference: Option<[[f32; 2]; 3]>,
}

/// A photo pixel's place in the model's raster.
pub struct Spot {
    x: f32,
    y: f32,
    size: usize,
}

impl Spot {
    /// From pixel coordinates inside the composite's full-resolution rectangle.
    pub fn new(composite: &Composite, x: f64, y: f64) -> Self {
        let scale = composite.size as f64 / composite.square.side;
        let low = composite.square.min();
        let place = |v: f64, corner: u32, low: f64| ((v + f64::from(corner) - low) * scale) as f32;
        Self {
            x: place(x, composite.full.rect.x, low.x),
            y: place(y, composite.full.rect.y, low.y),
            size: composite.size,
        }
    }

    /// The same place in a raster of `size` pixels over the region.
    pub fn on(&self, size: usize) -> [f32; 2] {
        [self.x, self.y].map(|v| v * size as f32 / self.size as f32)
    }

    /// 1 inside the region, falling smoothly to 0 at its border over the `fade` share of it.
    pub fn window(&self, fade: f64) -> f32 {
        let size = self.size as f32;
        let margin = self.x.min(self.y).min(size - self.x).min(size - self.y) / (fade as f32 * size);
        let t = margin.clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    }
}

impl Values {
    /// Does this pixel belong to the wear mask?
    pub fn touched(&self, shown: f32, darkening: f32, window: f32) -> bool {
        let differs = |lines: [[f32; 2]; 3]| {
            lines
                .iter()
                .any(|[a, b]| a.abs().max(b.abs()) * window > super::NOTHING)
        };
        shown > super::NOTHING || darkening > 0.0 || self.difference.is_some_and(differs)
    }

    /// Adds an image-to-image model's difference to a linear-light colour.
    pub fn differ(&self, rgb: [f32; 3], strength: f32) -> [f32; 3] {
        let Some(lines) = self.difference else { return rgb };
        let encoded = rgb.map(|c| to_srgb(c.clamp(0.0, 1.0)));
        let luma = luma_of(encoded);
        std::array::from_fn(|c| {
            let [slope, offset] = lines[c];
            let change = ((slope * luma + offset) * strength).clamp(-1.0, 1.0);
            if change == 0.0 {
                rgb[c]
            } else {
                to_linear((encoded[c] + change).clamp(0.0, 1.0))
            }
        })
    }
}

/// Luma of planar encoded RGB (Rec. 709 weights).
fn luma(planes: &[f32], size: usize) -> Vec<f32> {
    let n = size * size;
    (0..n)
        .map(|i| luma_of([planes[i], planes[n + i], planes[2 * n + i]]))
        .collect()
}

/// Luma of one encoded colour.
pub fn luma_of([r, g, b]: [f32; 3]) -> f32 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

impl Planes {
    /// Prepares corrections; `relight` is the strength of the relighting, 0..1.
    pub fn new(composite: &Composite, corrections: &Corrections, relight: f32) -> Self {
        let size = composite.size;
        let none = Vec::new;
        match corrections {
            Corrections::Light {
                shadow,
                coverage,
                residual,
            } => {
                let weight: Vec<f32> = composite
                    .coverage
                    .iter()
                    .map(|&c| if c > SUPPORT { c } else { 0.0 })
                    .collect();
                let seen = visibility(composite, coverage, &weight);
                let guide = luma(&composite.photo, size);
                // Where nothing is known a piece thinner than a model pixel is simply shown: v = 0 · luma + 1.
                let (slope, offset) = fit(&guide, &seen, &weight, size, FLAT, [0.0, 1.0]);
                // A piece that lies on something casts a shadow of its own; this says where there is something to cast it on.
                let all = matches!(composite.lies, Lies::Free).then_some(shadow.as_slice());
                Self {
                    size,
                    shadow: cast(composite, all, &weight),
                    slope,
                    offset,
                    light: light::curves(&product(composite), residual, &weight, composite.white, relight),
                    difference: none(),
                    ring: none(),
                }
            }
            Corrections::Difference(difference) => {
                let near: Vec<f32> = composite
                    .coverage
                    .iter()
                    .map(|&c| if c > SUPPORT { 1.0 } else { 0.0 })
                    .collect();
                let guide = luma(&composite.flat, size);
                let everywhere = vec![1.0; size * size];
                let lines = |channel: &[f32]| {
                    let (slope, offset) = fit(&guide, channel, &everywhere, size, FLAT, [0.0, 0.0]);
                    [slope, offset].concat()
                };
                let ring = boxed(&near, size, RING)
                    .iter()
                    .map(|v| (v * 40.0).min(1.0))
                    .collect();
                Self {
                    size,
                    shadow: none(),
                    slope: none(),
                    offset: none(),
                    light: none(),
                    difference: difference.chunks(size * size).flat_map(lines).collect(),
                    ring,
                }
            }
        }
    }

    /// Is there a shadow? A model of the user's own has it in its difference.
    pub fn casts(&self) -> bool {
        !self.shadow.is_empty()
    }

    /// Visibility of the product at a spot of linear-light colour `rgb`.
    pub fn seen(&self, spot: &Spot, rgb: [f32; 3]) -> f32 {
        if self.slope.is_empty() {
            return 1.0;
        }
        let tap = Taps::new(spot, self.size);
        let (slope, offset) = (tap.read(&self.slope), tap.read(&self.offset));
        if slope == 0.0 {
            return offset.clamp(0.0, 1.0);
        }
        let v = slope * luma_of(rgb.map(|c| to_srgb(c.clamp(0.0, 1.0)))) + offset;
        // Mostly hidden or shown is meant to be wholly: things worn are not transparent.
        ((v - MOSTLY) / (1.0 - 2.0 * MOSTLY)).clamp(0.0, 1.0)
    }

    /// The other corrections at a spot, bilinear.
    pub fn at(&self, spot: &Spot) -> Values {
        let n = self.size * self.size;
        let tap = Taps::new(spot, self.size);
        let one = |plane: &[f32], none: f32| if plane.is_empty() { none } else { tap.read(plane) };
        let lines = |planes: &[f32]| {
            let plane = |i: usize| tap.read(&planes[i * n..]);
            [0, 1, 2].map(|c| [plane(2 * c), plane(2 * c + 1)])
        };
        let ringed = |ring: f32| lines(&self.difference).map(|line| line.map(|v| v * ring));
        Values {
            shadow: one(&self.shadow, 1.0),
            light: if self.light.is_empty() {
                Curve::NONE
            } else {
                Curve::from_planes(std::array::from_fn(|plane| tap.read(&self.light[plane * n..])))
            },
            difference: (!self.difference.is_empty()).then(|| ringed(one(&self.ring, 0.0))),
        }
    }
}

/// The shadow, black where none is given, where there is something to receive it, without that of what is certainly
/// covered: behind a lobe or under a collar a piece casts none on it.
fn cast(composite: &Composite, shadow: Option<&[f32]>, weight: &[f32]) -> Vec<f32> {
    let size = composite.size;
    let covered = |i: usize| composite.covered.get(i).copied().unwrap_or(0.0);
    let hidden: Vec<f32> = (0..weight.len()).map(|i| covered(i) * weight[i]).collect();
    let (hidden, all) = (boxed(&hidden, size, SHADE), boxed(weight, size, SHADE));
    let cast = |i: usize| {
        let shadow = shadow.map_or(0.0, |shadow| shadow[i]);
        let share = if all[i] > 1e-6 { hidden[i] / all[i] } else { 0.0 };
        1.0 - (1.0 - shadow) * (1.0 - share) * (1.0 - composite.background[i])
    };
    (0..weight.len()).map(cast).collect()
}

/// The product's own colours, planar and encoded, out of the flat composite; black where it hardly covers anything.
fn product(composite: &Composite) -> Vec<f32> {
    let n = composite.coverage.len();
    let own = |(i, (flat, photo)): (usize, (&f32, &f32))| {
        let alpha = composite.coverage[i % n];
        if alpha > SUPPORT {
            ((flat - photo * (1.0 - alpha)) / alpha).clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    let pairs = composite.flat.iter().zip(&composite.photo);
    pairs.enumerate().map(own).collect()
}

/// How far the product is seen at every pixel of the raster: what is certain, and elsewhere what the generator's
/// `coverage` says. Where most of what is uncertain is seen, all but what the generator is sure of hiding is.
fn visibility(composite: &Composite, coverage: &[f32], weight: &[f32]) -> Vec<f32> {
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

/// Four neighbours and their bilinear weights.
struct Taps {
    at: [usize; 4],
    weight: [f32; 4],
}

impl Taps {
    fn new(spot: &Spot, size: usize) -> Self {
        let top = (size - 1) as f32;
        let (x, y) = ((spot.x - 0.5).clamp(0.0, top), (spot.y - 0.5).clamp(0.0, top));
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(size - 1), (y0 + 1).min(size - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        Self {
            at: [y0 * size + x0, y0 * size + x1, y1 * size + x0, y1 * size + x1],
            weight: [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy],
        }
    }

    fn read(&self, plane: &[f32]) -> f32 {
        self.at.iter().zip(self.weight).map(|(&i, w)| plane[i] * w).sum()
    }
}

/// Weighted guided filter: slope and offset of `value` over `guide`, smoothed once more. A variance of the guide
/// below `flat` counts as none; where no weight is near, the line is `none`.
fn fit(
    guide: &[f32],
    value: &[f32],
    weight: &[f32],
    size: usize,
    flat: f32,
    none: [f32; 2],
) -> (Vec<f32>, Vec<f32>) {
    let n = guide.len();
    let mean = |f: &dyn Fn(usize) -> f32| {
        let plane: Vec<f32> = (0..n).map(|i| f(i) * weight[i]).collect();
        boxed(&plane, size, RADIUS)
    };
    let total = boxed(weight, size, RADIUS);
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
        slope[i] = (gv[i] / t - g * v) / (variance + flat);
        offset[i] = v - slope[i] * g;
    }
    let known: Vec<f32> = total.iter().map(|&t| if t > 1e-6 { 1.0 } else { 0.0 }).collect();
    let [slope, offset] = spread_mean([&slope, &offset], &known, size, none);
    (slope, offset)
}

/// Mean of the known neighbours of two planes; `none` where there are none.
fn spread_mean(planes: [&[f32]; 2], known: &[f32], size: usize, none: [f32; 2]) -> [Vec<f32>; 2] {
    let bottom = boxed(known, size, RADIUS);
    std::array::from_fn(|p| {
        let weighted: Vec<f32> = planes[p].iter().zip(known).map(|(v, w)| v * w).collect();
        let top = boxed(&weighted, size, RADIUS);
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
        let (a, b) = fit(&guide, &value, &vec![1.0; size * size], size, FLAT, [0.0, 1.0]);
        let i = 16 * size + 16;
        // One of the seven windows averaged here lies wholly on the bright side.
        assert!(a[i] * 0.1 + b[i] < 0.3 && a[i] * 0.8 + b[i] > 0.85);
    }
}
