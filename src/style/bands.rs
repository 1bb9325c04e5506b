//! Photos styled in place, in horizontal bands, so that memory stays bounded at any size. Takes a photo and a
//! style; what a look wants to know of the whole photo is found before the first band.

use super::grade::Grade;
use super::like::Recolour;
use super::painter::Painter;
use super::picture::{Strip, Wear};
use super::step::Source;
use super::{Error, Step, Style, Styler, finish, noise, tiles};
use crate::geometry::Rect;
use crate::photo::{LinearImage, Patch, Photo};

/// A look made ready for one picture.
pub(super) enum Work<'a> {
    /// The shader with these values.
    Shader(Vec<f32>),
    /// A colour table.
    Table(&'a Grade),
    /// The way to a reference picture.
    Recolour(Box<Recolour>),
}

impl<'a> Work<'a> {
    /// Makes a look ready: measures the photo's noise, or finds the way of its colours.
    ///
    /// # Errors
    /// [`Error::Texture`] when the painter's network fails.
    pub fn new(
        step: &'a Step,
        photo: impl FnOnce() -> Photo,
        wear: Option<&Wear>,
        painter: Option<&mut Painter>,
    ) -> Result<Self, Error> {
        Ok(match &step.source {
            Source::Shader if *step.look == finish::LOOK => {
                let noise = noise::measure(&photo(), wear);
                Work::Shader(finish::with_noise(&step.values, &noise))
            }
            Source::Shader => Work::Shader(step.values.clone()),
            Source::Table(grade) => Work::Table(grade),
            Source::Picture(reference) => {
                let recolour = Recolour::new(&photo(), reference, &step.values, step.strength, painter)?;
                Work::Recolour(Box::new(recolour))
            }
        })
    }
}

impl Styler {
    /// Styles a photo in place. Strength 0 and pixels the looks leave alone keep their bits; between several
    /// looks an 8-bit photo is kept in 16 bits.
    ///
    /// # Errors
    /// As [`Styler::apply`]; the photo is then as it was.
    pub fn apply_to(&mut self, style: &Style, photo: &mut Photo, wear: Option<&Wear>) -> Result<(), Error> {
        wear.map_or(Ok(()), Wear::check)?;
        let steps: Vec<_> = style.steps().iter().filter(|step| !step.is_idle()).collect();
        if steps.is_empty() {
            return Ok(());
        }
        let mut styled = if steps.len() > 1 {
            photo.deepened()
        } else {
            photo.clone()
        };
        for step in steps {
            self.step_to(step, &mut styled, wear)?;
        }
        *photo = styled.in_depth_of(photo);
        Ok(())
    }

    /// One look, band by band.
    fn step_to(&mut self, step: &Step, photo: &mut Photo, wear: Option<&Wear>) -> Result<(), Error> {
        let picture @ [width, height] = [photo.width(), photo.height()];
        let (footprint, side) = self.plan(step, picture)?;
        let work = Work::new(step, || photo.clone(), wear, self.painter.as_mut())?;
        // Originals of rows top..bottom: a band's border reaches up into rows already styled.
        let (mut rows, mut top, mut bottom) = (Vec::new(), 0, 0);
        for y in (0..height).step_by(side as usize) {
            let band = Rect {
                x: 0,
                y,
                width,
                height: side.min(height - y),
            };
            let padded = tiles::padded(band, picture, footprint);
            let past = (padded.y - top) as usize * width as usize;
            rows.drain(..past.min(rows.len()));
            let end = padded.y + padded.height;
            let fresh = Rect {
                x: 0,
                y: bottom,
                width,
                height: end - bottom,
            };
            rows.extend(photo.linear(fresh).pixels);
            (top, bottom) = (padded.y, end);
            let strip = Strip {
                picture,
                top,
                pixels: &rows,
                wear,
            };
            strip.check(bottom)?;
            if step.look.worn_only && !strip.is_worn(padded) {
                continue;
            }
            let pixels = self.render(step, &work, &strip, band)?;
            photo.apply(&patch(band, pixels, &strip));
        }
        Ok(())
    }
}

/// The pixels of a band that are not what they were.
fn patch(band: Rect, pixels: Vec<[f32; 3]>, strip: &Strip<'_>) -> Patch {
    let changed = pixels
        .iter()
        .zip(strip.crop(band))
        .map(|(new, old)| *new != old)
        .collect();
    let colours = LinearImage {
        width: band.width as usize,
        height: band.height as usize,
        pixels,
    };
    Patch {
        rect: band,
        colours,
        changed,
    }
}
