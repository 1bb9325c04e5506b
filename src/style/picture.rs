//! What is styled: a picture in linear light, where jewellery is worn, and strips of both.

use super::{Error, grade, tiles};
use crate::geometry::Rect;
use crate::photo::{LinearImage, Photo};

/// Where jewellery is: how much of each pixel of a rectangle, 0..1; nothing outside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wear {
    /// The rectangle, in picture pixels.
    pub rect: Rect,
    /// `rect.area()` weights, row by row.
    pub weight: Vec<f32>,
}

impl Wear {
    /// # Errors
    /// [`Error::Size`] when weights are missing or too many.
    pub(super) fn check(&self) -> Result<(), Error> {
        size(
            "wear mask",
            self.weight.len(),
            [self.rect.width, self.rect.height],
        )
    }

    /// The weights of row `y`, columns `x..x + length`, all inside the rectangle.
    fn row(&self, y: u32, x: u32, length: u32) -> &[f32] {
        let start = (y - self.rect.y) as usize * self.rect.width as usize + (x - self.rect.x) as usize;
        &self.weight[start..start + length as usize]
    }
}

/// A picture to style, in linear-light sRGB (Rec. 709 primaries), with values outside 0..1
/// where its gamut is wider; no alpha. Row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePicture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height` pixels `[r, g, b]`.
    pub pixels: Vec<[f32; 3]>,
    /// Where jewellery is worn; looks that light it up do nothing without.
    pub wear: Option<Wear>,
}

impl From<LinearImage> for StylePicture {
    fn from(image: LinearImage) -> Self {
        let (width, height) = (image.width as u32, image.height as u32);
        Self {
            width,
            height,
            pixels: image.pixels,
            wear: None,
        }
    }
}

impl StylePicture {
    /// The same as a photo of 16 bits, clipped to sRGB: for what looks at a whole picture before it begins.
    pub(super) fn photo(&self) -> Photo {
        let level = |v: f32| (grade::encode(v.clamp(0.0, 1.0)) * 65535.0).round() as u16;
        let samples = self.pixels.iter().flatten().map(|v| level(*v)).collect();
        Photo::from_rgb16(self.width, self.height, samples)
    }
}

/// Whole rows of a picture, from `top` on; what one round of tiles reads.
pub(super) struct Strip<'a> {
    /// Size of the whole picture.
    pub picture: [u32; 2],
    /// First row held.
    pub top: u32,
    /// The rows, linear light.
    pub pixels: &'a [[f32; 3]],
    /// The whole picture's wear.
    pub wear: Option<&'a Wear>,
}

impl Strip<'_> {
    /// Checks that all rows up to (not including) `bottom` are there.
    ///
    /// # Errors
    /// [`Error::Size`].
    pub fn check(&self, bottom: u32) -> Result<(), Error> {
        size("picture", self.pixels.len(), [self.picture[0], bottom - self.top])?;
        self.wear.map_or(Ok(()), Wear::check)
    }

    /// The pixels of a rectangle inside the strip.
    pub fn crop(&self, rect: Rect) -> Vec<[f32; 3]> {
        let mut pixels = Vec::with_capacity(rect.area());
        self.rows(rect).for_each(|row| pixels.extend_from_slice(row));
        pixels
    }

    /// The same with the wear mask as fourth channel.
    pub fn texels(&self, rect: Rect) -> Vec<[f32; 4]> {
        let mut texels = Vec::with_capacity(rect.area());
        self.each_texel_row(rect, &mut |_, row| texels.extend_from_slice(row));
        texels
    }

    /// The same row after row, counted from the rectangle's first, as the shaders read it.
    pub fn each_texel_row(&self, rect: Rect, take: &mut dyn FnMut(usize, &[[f32; 4]])) {
        let mut worn = self.worn_rows(rect).peekable();
        let mut texels = Vec::with_capacity(rect.width as usize);
        for (y, row) in (rect.y..).zip(self.rows(rect)) {
            texels.clear();
            texels.extend(row.iter().map(|[r, g, b]| [*r, *g, *b, 0.0]));
            while let Some((_, x, weights)) = worn.next_if(|(at, ..)| *at == y) {
                let start = (x - rect.x) as usize;
                for (texel, weight) in texels[start..].iter_mut().zip(weights) {
                    texel[3] = weight.clamp(0.0, 1.0);
                }
            }
            take((y - rect.y) as usize, &texels);
        }
    }

    /// The part of a rectangle that lies at most `reach` pixels from the wear mask's own.
    pub fn near_worn(&self, rect: Rect, reach: u32) -> Rect {
        let none = Rect { width: 0, ..rect };
        let Some(mask) = self.wear.map(|wear| wear.rect).filter(|rect| !rect.is_empty()) else {
            return none;
        };
        let (x, y) = (mask.x.saturating_sub(reach), mask.y.saturating_sub(reach));
        let near = Rect {
            x,
            y,
            width: (mask.x + mask.width).saturating_add(reach) - x,
            height: (mask.y + mask.height).saturating_add(reach) - y,
        };
        tiles::shared(rect, near)
    }

    /// True when jewellery is worn somewhere in a rectangle.
    pub fn is_worn(&self, rect: Rect) -> bool {
        self.worn_rows(rect)
            .any(|(_, _, weights)| weights.iter().any(|w| *w > 0.0))
    }

    fn rows(&self, rect: Rect) -> impl Iterator<Item = &[[f32; 3]]> {
        (rect.y..rect.y + rect.height).map(move |y| {
            let start = (y - self.top) as usize * self.picture[0] as usize + rect.x as usize;
            &self.pixels[start..start + rect.width as usize]
        })
    }

    /// Row, first column and weights of what a rectangle shares with the wear mask.
    fn worn_rows(&self, rect: Rect) -> impl Iterator<Item = (u32, u32, &[f32])> {
        self.wear.into_iter().flat_map(move |wear| {
            let part = tiles::shared(rect, wear.rect);
            let rows = if part.is_empty() {
                0..0
            } else {
                part.y..part.y + part.height
            };
            rows.map(move |y| (y, part.x, wear.row(y, part.x, part.width)))
        })
    }
}

fn size(what: &'static str, found: usize, [width, height]: [u32; 2]) -> Result<(), Error> {
    let (width, height) = (width as usize, height as usize);
    if found == width * height {
        Ok(())
    } else {
        Err(Error::Size {
            what,
            found,
            width,
            height,
        })
    }
}
