//! What a look makes of a portrait with nothing worn and of the artwork alone, so that a piece can follow the hand
//! without losing its look; and the portrait without what was taken off, which must not come back under the
//! hand either; of a portrait in black and white what it makes of artwork. Takes the portrait and the worn products; gives
//! pictures for the screen.

use super::Pyramid;
use crate::geometry::Square;
use crate::photo::{Patch, Photo, Samples, Toning, to_linear, to_srgb};
use crate::product::{Art, Product};
use crate::style::{self, Style, Styler};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// Longer side of the portrait in a look, pixels: it is seen only while the hand moves.
const SIDE: u32 = 1600;
/// The same for artwork.
const ART_SIDE: usize = 640;
/// Behind artwork while it gets its look, sRGB: no look pulls a middle grey far.
const GROUND: f32 = 128.0;

/// What is to be done.
pub struct Task {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// The portrait.
    pub photo: Arc<Photo>,
    /// The look, where one is chosen.
    pub style: Option<Style>,
    /// What was taken off.
    pub taken_off: Vec<Patch>,
    /// The head's crop, where the portrait is in black and white.
    pub monochrome: Option<Square>,
    /// Ids and folders of the products worn.
    pub products: Vec<(String, PathBuf)>,
}

/// A portrait and artwork in a look.
#[derive(Debug)]
pub struct Bare {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// The look's text form.
    pub look: Option<String>,
    /// What was taken off.
    pub taken_off: Vec<Patch>,
    /// The portrait like that.
    pub pixels: Pyramid,
    /// Artwork in that look, by product id; none where it is as it comes.
    pub art: Vec<(String, Pyramid)>,
}

impl Task {
    /// Does it; `styler` gives what a look is made with, and is asked only where there is one.
    pub(super) fn work<'a>(
        self,
        styler: impl FnOnce() -> Result<&'a mut Styler, style::Error>,
    ) -> Result<Bare, style::Error> {
        let mut photo = Cow::Borrowed(&*self.photo);
        for patch in &self.taken_off {
            photo.to_mut().apply(patch);
        }
        let toning = self.monochrome.and_then(|crop| Toning::of(&self.photo, crop));
        let mut look = match &self.style {
            Some(style) => Some((style, styler()?)),
            None => None,
        };
        if let Some((style, styler)) = &mut look {
            let mut small = photo.resized(SIDE);
            styler.apply_to(style, &mut small, None)?;
            photo = Cow::Owned(small);
        }
        let mut art = Vec::new();
        let products = if look.is_some() || toning.is_some() {
            self.products
        } else {
            Vec::new()
        };
        for (id, folder) in products {
            // A product whose artwork is broken was told of when it was put on.
            let Ok(product) = Product::load(&folder) else {
                continue;
            };
            let toned = match &toning {
                Some(toning) => toned(&product.art, toning),
                None => product.art,
            };
            let pyramid = match &mut look {
                Some((style, styler)) => dressed(&toned, style, styler)?,
                None => Pyramid::of_art(&toned, ART_SIDE),
            };
            art.push((id, pyramid));
        }
        Ok(Bare {
            portrait: self.portrait,
            look: self.style.as_ref().map(ToString::to_string),
            taken_off: self.taken_off,
            pixels: Pyramid::of_photo(&photo),
            art,
        })
    }
}

/// Artwork as a portrait in black and white has it.
fn toned(art: &Art, toning: &Toning) -> Art {
    let mut art = art.clone();
    for px in art.rgba.chunks_exact_mut(4) {
        let colour = [px[0], px[1], px[2]].map(|v| to_linear(f32::from(v) / 255.0));
        for (out, v) in px.iter_mut().zip(toning.apply(colour)) {
            *out = (to_srgb(v) * 255.0).round() as u8;
        }
    }
    art
}

/// Artwork in a look: laid on grey, styled, cut out again.
fn dressed(art: &Art, style: &Style, styler: &mut Styler) -> Result<Pyramid, style::Error> {
    let mut pyramid = Pyramid::of_art(art, ART_SIDE);
    let Some(level) = pyramid.levels.first_mut() else {
        return Ok(pyramid);
    };
    let laid = level.rgba.chunks_exact(4).flat_map(|px| {
        let rest = GROUND * (1.0 - f32::from(px[3]) / 255.0);
        [px[0], px[1], px[2]].map(|v| (f32::from(v) + rest).min(255.0) as u8)
    });
    let mut photo = Photo::from_rgb8(level.width as u32, level.height as u32, laid.collect());
    styler.apply_to(style, &mut photo, None)?;
    let Samples::U8(samples) = photo.samples() else {
        return Ok(pyramid);
    };
    for (px, rgb) in level.rgba.chunks_exact_mut(4).zip(samples.chunks_exact(3)) {
        let alpha = u16::from(px[3]);
        for (out, v) in px.iter_mut().zip(rgb) {
            *out = (u16::from(*v) * alpha / 255) as u8;
        }
    }
    // One level is enough for something that moves.
    pyramid.levels.truncate(1);
    Ok(pyramid)
}
