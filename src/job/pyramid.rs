//! A picture for the screen: 8-bit premultiplied sRGB at full size and halved again and again, so that it can be
//! shown small without flicker and large without loss.

use crate::geometry::Rect;
use crate::photo::{Photo, Samples};
use crate::product::Art;
use rayon::prelude::*;

/// The smallest level's longer side is not above this many pixels.
const SMALLEST: usize = 256;
/// A difference is shown this many times stronger.
const STRONGER: i32 = 4;

/// One size of a picture.
#[derive(Clone, Debug)]
pub struct Level {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// `width * height * 4` bytes, premultiplied sRGB, row by row.
    pub rgba: Vec<u8>,
}

/// The same picture in falling sizes, the full one first.
#[derive(Clone, Debug)]
pub struct Pyramid {
    /// At least one level.
    pub levels: Vec<Level>,
}

impl Pyramid {
    /// All levels of a full-size picture.
    fn of(full: Level) -> Self {
        let mut levels = vec![full];
        while let Some(next) = levels.last().and_then(Level::halved) {
            levels.push(next);
        }
        Self { levels }
    }

    /// A photo; its alpha is left out.
    pub fn of_photo(photo: &Photo) -> Self {
        Self::of(Level::of_photo(photo))
    }

    /// A photo no larger than `longest` pixels.
    pub fn small(photo: &Photo, longest: u32) -> Self {
        Self::of_photo(&photo.resized(longest))
    }

    /// Artwork, from about `longest` pixels down.
    pub fn of_art(art: &Art, longest: usize) -> Self {
        let mut rgba = art.rgba.clone();
        for px in rgba.chunks_exact_mut(4) {
            let a = u16::from(px[3]);
            for v in &mut px[..3] {
                *v = ((u16::from(*v) * a + 127) / 255) as u8;
            }
        }
        let mut pyramid = Self::of(Level {
            width: art.width,
            height: art.height,
            rgba,
        });
        let first = pyramid
            .levels
            .iter()
            .position(|l| l.width.max(l.height) <= longest);
        pyramid.levels.drain(..first.unwrap_or(0));
        pyramid
    }

    /// What changed between two pictures of one size, several times stronger, on black.
    pub fn difference(&self, other: &Self) -> Option<Self> {
        let (a, b) = (self.levels.first()?, other.levels.first()?);
        if (a.width, a.height) != (b.width, b.height) {
            return None;
        }
        let stronger =
            |(x, y): (&u8, &u8)| (i32::from(*x).abs_diff(i32::from(*y)) as i32 * STRONGER).min(255) as u8;
        let mut rgba: Vec<u8> = a.rgba.par_iter().zip(&b.rgba).map(stronger).collect();
        rgba.par_chunks_exact_mut(4).for_each(|px| px[3] = 255);
        Some(Self::of(Level { rgba, ..*a }))
    }

    /// Width and height of the full size, pixels.
    pub fn size(&self) -> [usize; 2] {
        self.levels.first().map_or([1, 1], |l| [l.width, l.height])
    }
}

impl Level {
    fn of_photo(photo: &Photo) -> Self {
        let (width, height) = (photo.width(), photo.height());
        let mut rgba = vec![255_u8; width as usize * height as usize * 4];
        let stride = width as usize * 4;
        let plain = photo.icc().is_none() && photo.channels() == 3;
        match photo.samples() {
            Samples::U8(samples) if plain => rgba
                .par_chunks_exact_mut(4)
                .zip(samples.par_chunks_exact(3))
                .for_each(|(out, px)| out[..3].copy_from_slice(px)),
            _ => rgba
                .par_chunks_exact_mut(stride)
                .enumerate()
                .for_each(|(y, row)| {
                    let line = Rect {
                        x: 0,
                        y: y as u32,
                        width,
                        height: 1,
                    };
                    for (out, px) in row.chunks_exact_mut(4).zip(photo.srgb(line)) {
                        for (o, v) in out.iter_mut().zip(px) {
                            *o = (v * 255.0).round().clamp(0.0, 255.0) as u8;
                        }
                    }
                }),
        }
        Self {
            width: width as usize,
            height: height as usize,
            rgba,
        }
    }

    /// Half the size, or nothing when it is small enough.
    fn halved(&self) -> Option<Self> {
        if self.width.max(self.height) <= SMALLEST || self.width.min(self.height) < 2 {
            return None;
        }
        let (width, height) = (self.width / 2, self.height / 2);
        let mut rgba = vec![0; width * height * 4];
        rgba.par_chunks_exact_mut(width * 4)
            .enumerate()
            .for_each(|(y, row)| {
                for (x, out) in row.chunks_exact_mut(4).enumerate() {
                    let at = |dx: usize, dy: usize, c: usize| {
                        let v = self.rgba[((2 * y + dy) * self.width + 2 * x + dx) * 4 + c];
                        f32::from(v)
                    };
                    for (c, o) in out.iter_mut().enumerate() {
                        let four = [at(0, 0, c), at(1, 0, c), at(0, 1, c), at(1, 1, c)];
                        // Light adds up; squares are near enough to linear light for the eye.
                        let mean = if c == 3 {
                            four.iter().sum::<f32>() / 4.0
                        } else {
                            (four.iter().map(|v| v * v).sum::<f32>() / 4.0).sqrt()
                        };
                        *o = mean.round() as u8;
                    }
                    // A premultiplied colour is never brighter than its alpha.
                    let alpha = out[3];
                    out[..3].iter_mut().for_each(|v| *v = (*v).min(alpha));
                }
            });
        Some(Self { width, height, rgba })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_half_the_one_before_and_keeps_its_colour() {
        let photo = Photo::from_rgb8(1000, 600, [10, 200, 90].repeat(600_000));
        let pyramid = Pyramid::of_photo(&photo);
        let sizes: Vec<_> = pyramid.levels.iter().map(|l| (l.width, l.height)).collect();
        assert_eq!(sizes, [(1000, 600), (500, 300), (250, 150)]);
        assert!(pyramid.levels.iter().all(|l| l.rgba[..4] == [10, 200, 90, 255]));
    }

    #[test]
    fn equal_pictures_have_no_difference() {
        let photo = Photo::from_rgb8(64, 64, vec![77; 64 * 64 * 3]);
        let pyramid = Pyramid::of_photo(&photo);
        let nothing = pyramid.difference(&pyramid).unwrap();
        assert!(nothing.levels[0].rgba.chunks(4).all(|px| px == [0, 0, 0, 255]));
    }
}
