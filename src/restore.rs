//! Restore: the corrections applied to the real artwork at the photo's resolution.
//!
//! Takes a [`Photo`], a [`Composite`] and [`Corrections`]; gives a [`Worn`] whose patch changes
//! only the wear mask. Blending is in linear light. The product's own pixels come from its artwork.

mod upsample;

use crate::composite::Composite;
use crate::generator::Corrections;
use crate::photo::{LinearImage, Patch, Photo, to_linear, to_srgb};
use serde::{Deserialize, Serialize};
use upsample::{Planes, guided};

/// Share of the region, at its border, over which corrections fade out.
const FADE: f64 = 0.1;
/// Shadows fainter than this (of the encoded value) are noise.
const FAINT: f32 = 0.012;
/// Coverage below this is nothing.
const NOTHING: f32 = 1.0 / 512.0;
/// A shadow factor on encoded values is this power of itself on linear light (the sRGB curve's mean slope).
const ENCODED_GAMMA: f32 = 2.2;

/// How strongly the corrections are applied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Strength {
    /// Of the shadow, 0..=2; 1 as predicted.
    pub shadow: f32,
    /// Of the product's relighting, 0..=1.
    pub relight: f32,
}

impl Default for Strength {
    fn default() -> Self {
        Self {
            shadow: 1.0,
            relight: 1.0,
        }
    }
}

/// A piece put on.
#[derive(Clone, Debug)]
pub struct Worn {
    /// New pixels; `changed` is the wear mask.
    pub patch: Patch,
    /// The product's final coverage, one value a pixel of the patch, 0..1.
    pub coverage: Vec<f32>,
    /// Share of the product that can be seen, 0..1.
    pub visible: f32,
    /// Darkest shadow on the photo's encoded values, 0..1.
    pub deepest_shadow: f32,
}

/// Applies the corrections.
pub fn restore(photo: &Photo, composite: &Composite, corrections: &Corrections, strength: Strength) -> Worn {
    let layer = &composite.full;
    let mut colours = photo.linear(layer.rect);
    let guide = upsample::luma(&composite.photo, composite.size);
    let planes = Planes::new(composite, corrections, &guide);
    let count = layer.rect.area();
    let mut worn = Worn {
        coverage: vec![0.0; count],
        visible: 0.0,
        deepest_shadow: 0.0,
        patch: Patch {
            rect: layer.rect,
            colours: LinearImage {
                width: 0,
                height: 0,
                pixels: vec![],
            },
            changed: vec![false; count],
        },
    };
    let width = layer.rect.width as usize;
    let (mut seen, mut whole) = (0.0_f64, 0.0_f64);
    for i in 0..count {
        let pixel = &mut colours.pixels[i];
        let [x, y] = [i % width, i / width].map(|v| v as f64 + 0.5);
        let at = upsample::Spot::new(composite, x, y);
        let window = at.window(FADE);
        let product = layer.pixels[i];
        if product[3] <= NOTHING && window <= 0.0 {
            continue;
        }
        let values = planes.at(&at);
        let shown = product[3] * guided(&values, *pixel);
        let darkening = ((1.0 - values.shadow) * strength.shadow - FAINT).max(0.0) * window;
        whole += f64::from(product[3]);
        seen += f64::from(shown);
        let touched = values.touched(shown, darkening, window);
        if !touched {
            continue;
        }
        worn.patch.changed[i] = true;
        worn.coverage[i] = if shown > NOTHING { shown } else { 0.0 };
        worn.deepest_shadow = worn.deepest_shadow.max(darkening);
        let shade = (1.0 - darkening).clamp(0.0, 1.0).powf(ENCODED_GAMMA);
        let residual = values.residual.map(|r| r * strength.relight);
        *pixel = blend(
            *pixel,
            product,
            shown,
            shade,
            residual,
            values.difference.map(|d| d * window),
        );
    }
    worn.visible = if whole > 0.0 { (seen / whole) as f32 } else { 0.0 };
    worn.patch.colours = colours;
    worn
}

/// One pixel: shaded photo under the relit product, plus an image-to-image model's difference.
fn blend(
    photo: [f32; 3],
    product: [f32; 4],
    shown: f32,
    shade: f32,
    residual: [f32; 3],
    difference: [f32; 3],
) -> [f32; 3] {
    std::array::from_fn(|c| {
        let own = if product[3] > 0.0 {
            product[c] / product[3]
        } else {
            0.0
        };
        let relit = to_linear((to_srgb(own.clamp(0.0, 1.0)) + residual[c]).clamp(0.0, 1.0));
        let light = photo[c] * shade * (1.0 - shown) + relit * shown;
        if difference[c] == 0.0 {
            light
        } else {
            to_linear((to_srgb(light) + difference[c]).clamp(0.0, 1.0))
        }
    })
}
