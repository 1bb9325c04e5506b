//! Corrections from the model's raster to the photo's.
//!
//! The shadow is smooth and goes up bilinearly; visibility goes up edge-aware, so that a
//! strand of hair in front of a piece keeps its sharpness: the fast guided filter (He & Sun 2015)
//! fits `visibility = a · luma + b` in small windows at the model's size and applies it to the
//! photo's own luma. What light does to the product goes up as [`Curve`]s. A plain Pix2Pix's difference is a line
//! for every channel over the luma of the flat composite.

use super::light::{self, Curve};
use super::visibility::{self, fit, visibility};
use crate::composite::{Composite, Lies};
use crate::generator::Corrections;
use crate::photo::{Crop, boxed, to_linear, to_srgb};

/// Visibility below this is none; above what it lacks of one is all of it.
const MOSTLY: f32 = 0.35;
/// Shadows are cast about so far, model pixels.
const SHADE: usize = 5;
/// Product coverage from which a low-resolution pixel has a say.
const SUPPORT: f32 = 0.05;
/// How far (model pixels) an image-to-image model may change the photo around the product.
const RING: usize = 10;

/// Upsampling-ready planes; empty ones are absent.
pub struct Planes {
    /// Where all but the shadow is told.
    crop: Crop,
    /// Over the whole raster.
    shadow: Vec<f32>,
    slope: Vec<f32>,
    offset: Vec<f32>,
    /// Curves, plane by plane.
    light: Vec<f32>,
    /// Per channel: slopes, then offsets.
    difference: Vec<f32>,
    ring: Vec<f32>,
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

/// Luma of planar encoded RGB (Rec. 709 weights).
fn luma(planes: &[f32]) -> Vec<f32> {
    let n = planes.len() / 3;
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
                let near = light::radius(size);
                let crop = Crop::around(&weight, size, (2 * near).max(2 * visibility::RADIUS));
                let width = crop.extent[0];
                let inside = crop.cut(&weight);
                let seen = crop.cut(&visibility(composite, coverage, &weight));
                let photo = crop.cut(&composite.photo);
                let guide = luma(&photo);
                // Where nothing is known a piece thinner than a model pixel is simply shown: v = 0 · luma + 1.
                let (slope, offset) = fit(&guide, &seen, &inside, width, [0.0, 1.0]);
                let own = product(&crop.cut(&composite.flat), &photo, &crop.cut(&composite.coverage));
                let change = crop.cut(residual);
                // A piece that lies on something casts a shadow of its own; this says where there is something to cast it on.
                let all = matches!(composite.lies, Lies::Free).then_some(shadow.as_slice());
                Self {
                    crop,
                    shadow: cast(composite, all, &weight),
                    slope,
                    offset,
                    light: light::curves(
                        &own,
                        &change,
                        &inside,
                        [width, near],
                        [composite.white, composite.dims],
                        relight,
                    ),
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
                let guide = luma(&composite.flat);
                let everywhere = vec![1.0; size * size];
                let lines = |channel: &[f32]| {
                    let (slope, offset) = fit(&guide, channel, &everywhere, size, [0.0, 0.0]);
                    [slope, offset].concat()
                };
                let ring = boxed(&near, size, RING)
                    .iter()
                    .map(|v| (v * 40.0).min(1.0))
                    .collect();
                Self {
                    crop: Crop::whole(size),
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
        let tap = Taps::new(spot, &self.crop);
        let (slope, offset) = (tap.read(&self.slope), tap.read(&self.offset));
        if slope == 0.0 {
            return offset.clamp(0.0, 1.0);
        }
        let v = slope * luma_of(rgb.map(|c| to_srgb(c.clamp(0.0, 1.0)))) + offset;
        // Mostly hidden or shown is meant to be wholly: things worn are not transparent.
        ((v - MOSTLY) / (1.0 - 2.0 * MOSTLY)).clamp(0.0, 1.0)
    }

    /// The factor of the shadow on encoded photo values at a spot; with a piece that lies on something, 0 where there is
    /// something to cast one on.
    pub fn shadow(&self, spot: &Spot) -> f32 {
        if self.shadow.is_empty() {
            return 1.0;
        }
        Taps::new(spot, &Crop::whole(self.crop.size)).read(&self.shadow)
    }

    /// What light does to the product at a spot.
    pub fn light(&self, spot: &Spot) -> Curve {
        if self.light.is_empty() {
            return Curve::NONE;
        }
        let tap = Taps::new(spot, &self.crop);
        let n = self.crop.extent[0] * self.crop.extent[1];
        Curve::from_planes(std::array::from_fn(|plane| tap.read(&self.light[plane * n..])))
    }

    /// What an image-to-image model changes at a spot, times `strength`; none where it changes nothing.
    pub fn difference(&self, spot: &Spot, strength: f32) -> Option<Difference> {
        if self.difference.is_empty() {
            return None;
        }
        let tap = Taps::new(spot, &self.crop);
        let n = self.crop.size * self.crop.size;
        let by = strength * tap.read(&self.ring);
        let line = |plane: usize| tap.read(&self.difference[plane * n..]) * by;
        let lines = [0, 1, 2].map(|c| [line(2 * c), line(2 * c + 1)]);
        let differs = |[a, b]: &[f32; 2]| a.abs().max(b.abs()) > super::NOTHING;
        lines.iter().any(differs).then_some(Difference(lines))
    }
}

/// For every channel a slope and an offset over the result's own luma; their sum is added to the encoded values.
pub struct Difference([[f32; 2]; 3]);

impl Difference {
    /// Added to a linear-light colour.
    pub fn on(&self, rgb: [f32; 3]) -> [f32; 3] {
        let encoded = rgb.map(|c| to_srgb(c.clamp(0.0, 1.0)));
        let luma = luma_of(encoded);
        std::array::from_fn(|c| {
            let [slope, offset] = self.0[c];
            let change = (slope * luma + offset).clamp(-1.0, 1.0);
            if change == 0.0 {
                rgb[c]
            } else {
                to_linear((encoded[c] + change).clamp(0.0, 1.0))
            }
        })
    }
}

/// The shadow, black where none is given, where there is something to receive it, without that of what is certainly
/// covered: behind a lobe or under a collar a piece casts none on it.
fn cast(composite: &Composite, shadow: Option<&[f32]>, weight: &[f32]) -> Vec<f32> {
    let size = composite.size;
    let covered = |i: usize| composite.covered.get(i).copied().unwrap_or(0.0);
    let shares = (!composite.covered.is_empty()).then(|| {
        let hidden: Vec<f32> = (0..weight.len()).map(|i| covered(i) * weight[i]).collect();
        (boxed(&hidden, size, SHADE), boxed(weight, size, SHADE))
    });
    let share = |i: usize| match &shares {
        Some((hidden, all)) if all[i] > 1e-6 => hidden[i] / all[i],
        _ => 0.0,
    };
    let cast = |i: usize| {
        let shadow = shadow.map_or(0.0, |shadow| shadow[i]);
        1.0 - (1.0 - shadow) * (1.0 - share(i)) * (1.0 - composite.unshaded[i])
    };
    (0..weight.len()).map(cast).collect()
}

/// The product's own colours, planar and encoded, out of the `flat` composite; black where its `coverage` is hardly any.
fn product(flat: &[f32], photo: &[f32], coverage: &[f32]) -> Vec<f32> {
    let own = |((flat, photo), &alpha): ((&f32, &f32), &f32)| {
        if alpha > SUPPORT {
            ((flat - photo * (1.0 - alpha)) / alpha).clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    let coverages = coverage.iter().cycle();
    flat.iter().zip(photo).zip(coverages).map(own).collect()
}

/// Four neighbours and their bilinear weights.
struct Taps {
    at: [usize; 4],
    weight: [f32; 4],
}

impl Taps {
    /// A spot's neighbours in planes that hold a crop of the raster.
    fn new(spot: &Spot, crop: &Crop) -> Self {
        let [x, y] = [(spot.x, 0), (spot.y, 1)].map(|(v, axis)| {
            let top = (crop.extent[axis] - 1) as f32;
            (v - 0.5 - crop.corner[axis] as f32).clamp(0.0, top)
        });
        let [width, height] = crop.extent;
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        Self {
            at: [y0 * width + x0, y0 * width + x1, y1 * width + x0, y1 * width + x1],
            weight: [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy],
        }
    }

    fn read(&self, plane: &[f32]) -> f32 {
        self.at.iter().zip(self.weight).map(|(&i, w)| plane[i] * w).sum()
    }
}
