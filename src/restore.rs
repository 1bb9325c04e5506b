//! Restore: the corrections applied to the real artwork at the photo's resolution.
//!
//! Takes a [`Photo`], a [`Composite`] and [`Corrections`]; gives a [`Worn`] whose patch changes
//! only the wear mask. Blending is in linear light. The product's own pixels come from its artwork.

mod contact;
mod fidelity;
mod light;
mod upsample;
mod visibility;

pub use fidelity::colour_error;

use crate::composite::{Cast, Composite};
use crate::generator::Corrections;
use crate::photo::{Patch, Photo, to_linear, to_srgb};
use crate::placement::Strength;
use contact::Contact;
use light::Curve;
use rayon::prelude::*;
use upsample::{Planes, Spot};

/// Share of the region, at its border, over which corrections fade out.
const FADE: f64 = 0.1;
/// Shadows fainter than this (of the encoded value) are noise.
const FAINT: f32 = 0.004;
/// Coverage below this is nothing.
const NOTHING: f32 = 1.0 / 512.0;
/// A shadow factor on encoded values is this power of itself on linear light (the sRGB curve's mean slope).
const ENCODED_GAMMA: f32 = 2.2;

/// A piece put on.
#[derive(Clone, Debug)]
pub struct Worn {
    /// New pixels; `changed` is the wear mask.
    pub patch: Patch,
    /// The product's final coverage, one value a pixel of the patch, 0..1.
    pub coverage: Vec<f32>,
    /// Share of the product inside the photo that can be seen, 0..1.
    pub visible: f32,
    /// Share of the product that lies inside the photo, as in [`Composite::framed`].
    pub framed: f32,
    /// Share of it that a hand hides, as in [`Composite::behind_hand`].
    pub behind_hand: f32,
    /// Darkest shadow on the photo's encoded values, 0..1.
    pub deepest_shadow: f32,
}

/// Applies the corrections.
pub fn restore(photo: &Photo, composite: &Composite, corrections: &Corrections, strength: Strength) -> Worn {
    let layer = &composite.full;
    let mut colours = photo.linear(layer.rect);
    let planes = Planes::new(composite, corrections, strength.relight);
    let width = layer.rect.width as usize;
    let place = |i: usize| Spot::new(composite, (i % width) as f64 + 0.5, (i / width) as f64 + 0.5);
    let seen = |(i, rgb): (usize, &[f32; 3])| match layer.pixels[i][3] {
        alpha if alpha > NOTHING => alpha * planes.seen(&place(i), *rgb),
        _ => 0.0,
    };
    let shown: Vec<f32> = colours.pixels.par_iter().enumerate().map(seen).collect();
    let contact = planes.casts().then(|| Contact::new(composite, &shown)).flatten();
    // A model of the user's own has the light's colour in its difference.
    let cast = composite
        .cast
        .times(if planes.casts() { strength.relight } else { 0.0 });
    let retouch = |(i, pixel): (usize, &mut [f32; 3])| {
        let made = Made {
            composite,
            planes: &planes,
            contact: contact.as_ref(),
            cast,
            strength,
        };
        made.touch(pixel, layer.pixels[i], shown[i], &place(i))
    };
    let touches: Vec<Touch> = colours.pixels.par_iter_mut().enumerate().map(retouch).collect();
    let sum = |share: &dyn Fn(&Touch) -> f32| touches.iter().map(|t| f64::from(share(t))).sum::<f64>();
    let whole: f64 = layer.pixels.iter().map(|p| f64::from(p[3])).sum();
    Worn {
        visible: if whole > 0.0 {
            (sum(&|t| t.shown) / whole) as f32 * composite.left
        } else {
            0.0
        },
        framed: composite.framed,
        behind_hand: composite.behind_hand,
        deepest_shadow: touches.iter().map(|t| t.darkening).fold(0.0, f32::max),
        coverage: touches.iter().map(|t| t.shown).collect(),
        patch: Patch {
            rect: layer.rect,
            colours,
            changed: touches.iter().map(|t| t.changed).collect(),
        },
    }
}

/// What happened to one pixel.
#[derive(Clone, Copy, Default)]
struct Touch {
    changed: bool,
    /// Final coverage of the product.
    shown: f32,
    /// Shadow, as a share of the encoded value.
    darkening: f32,
}

/// What is made of every pixel.
struct Made<'a> {
    composite: &'a Composite,
    planes: &'a Planes,
    contact: Option<&'a Contact>,
    cast: Cast,
    strength: Strength,
}

impl Made<'_> {
    /// Retouches one pixel of linear-light colour, of which the product covers `shown`; leaves it alone where nothing is
    /// to be done.
    fn touch(&self, pixel: &mut [f32; 3], product: [f32; 4], shown: f32, spot: &Spot) -> Touch {
        let window = spot.window(FADE);
        if product[3] <= NOTHING && window <= 0.0 {
            return Touch::default();
        }
        let shown = if shown > NOTHING { shown } else { 0.0 };
        let cast = self.contact.map_or(1.0, |contact| contact.at(spot));
        let shadow = cast * (1.0 - self.planes.shadow(spot));
        let darkening = (shadow * self.strength.shadow - FAINT).max(0.0) * window;
        // A model of the user's own answers with one difference: on the product it is relighting, beside it shadow.
        let strength = self.strength.relight * shown + self.strength.shadow * (1.0 - shown);
        let difference = self.planes.difference(spot, strength * window);
        if shown <= 0.0 && darkening <= 0.0 && difference.is_none() {
            return Touch::default();
        }
        let shade = (1.0 - darkening).clamp(0.0, 1.0).powf(ENCODED_GAMMA);
        let worn = if shown > 0.0 {
            self.blend(*pixel, product, shown, shade, self.planes.light(spot))
        } else {
            pixel.map(|v| v * shade)
        };
        *pixel = difference.map_or(worn, |difference| difference.on(worn));
        Touch {
            changed: true,
            shown,
            darkening,
        }
    }

    /// One pixel: shaded photo under the relit product.
    fn blend(&self, photo: [f32; 3], product: [f32; 4], shown: f32, shade: f32, light: Curve) -> [f32; 3] {
        let alpha = product[3];
        let own = [0, 1, 2].map(|c| if alpha > 0.0 { product[c] / alpha } else { 0.0 });
        let relit = light
            .apply(own.map(|c| to_srgb(c.clamp(0.0, 1.0))))
            .map(to_linear);
        let toned = match &self.composite.toning {
            Some(toning) => toning.apply(relit),
            None => self.cast.apply(relit),
        };
        std::array::from_fn(|c| photo[c] * shade * (1.0 - shown) + toned[c] * shown)
    }
}
