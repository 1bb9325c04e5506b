//! A picture laid out on a canvas: cropped, scaled, on a background, in the colour space that is wanted.

use super::colour::{Level, Space};
use super::{Photo, Rect, Samples, resample, to_linear};
use moxcms::{ColorProfile, LocalizableString, ProfileText, Xyzd};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where an ICC header says which white the colours are seen under.
const D50: std::ops::Range<usize> = 68..80;

/// The colour space a picture is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// That of the portrait.
    #[default]
    Keep,
    /// sRGB, with its profile inside: what the web and shops expect.
    Srgb,
    /// Display P3, with its profile inside.
    DisplayP3,
}

impl Profile {
    /// The ICC profile; none for [`Profile::Keep`].
    pub fn icc(self) -> Option<Vec<u8>> {
        // Texts of an even length: those behind them begin at a multiple of four, as the format asks.
        let (mut profile, name) = match self {
            Self::Keep => return None,
            Self::Srgb => (ColorProfile::new_srgb(), "sRGB IEC61966-2.1 "),
            Self::DisplayP3 => (ColorProfile::new_display_p3(), "Display P3"),
        };
        let text = |words: &str| {
            let (language, country) = ("en".to_owned(), "US".to_owned());
            let text = LocalizableString::new(language, country, words.to_owned());
            Some(ProfileText::Localizable(vec![text]))
        };
        profile.description = text(name);
        profile.copyright = text("CC0-1.0 ");
        // Colours are stored as they look under D50; so is white.
        let [x, y, z] = [0.964_202_880_859_375, 1.0, 0.824_905_395_507_812_5];
        profile.media_white_point = Some(Xyzd { x, y, z });
        let mut bytes = profile.encode().ok()?;
        let d50 = [0x0000_f6d6_u32, 0x0001_0000, 0x0000_d32d].map(u32::to_be_bytes);
        bytes.get_mut(D50)?.copy_from_slice(d50.as_flattened());
        Some(bytes)
    }
}

/// How a picture lies on a canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Width and height of the canvas, pixels.
    pub canvas: (u32, u32),
    /// The part of the picture that is shown: left, top, width, height in its pixels, inside it.
    pub source: [f64; 4],
    /// Where that part goes, pixels of the canvas, inside it.
    pub target: Rect,
    /// What is around it and shows through it, sRGB-encoded.
    pub background: [u8; 3],
    /// The colour space.
    pub profile: Profile,
}

impl Frame {
    /// The whole picture, nothing scaled.
    pub fn whole(photo: &Photo) -> Self {
        let (width, height) = (photo.width, photo.height);
        Self {
            canvas: (width, height),
            source: [0.0, 0.0, width.into(), height.into()],
            target: Rect {
                x: 0,
                y: 0,
                width,
                height,
            },
            background: [255; 3],
            profile: Profile::Keep,
        }
    }
}

/// See [`Photo::framed`].
pub(super) fn framed(photo: &Photo, frame: &Frame) -> Photo {
    let max = photo.samples.max();
    let icc = frame.profile.icc();
    let fresh = icc.as_ref().and_then(|icc| Space::from_icc(icc, max).ok());
    let space = fresh.clone().unwrap_or_else(|| photo.space.clone());
    let own = fresh.is_none() || (space.is_srgb() && photo.space.is_srgb());
    let whole = Frame {
        background: frame.background,
        profile: frame.profile,
        ..Frame::whole(photo)
    };
    let samples = match &photo.samples {
        samples if own && photo.channels == 3 && *frame == whole => samples.clone(),
        Samples::U8(_) => Samples::U8(laid(photo, frame, &space, own)),
        Samples::U16(_) => Samples::U16(laid(photo, frame, &space, own)),
    };
    Photo {
        width: frame.canvas.0,
        height: frame.canvas.1,
        channels: 3,
        samples,
        icc: if fresh.is_some() { icc } else { photo.icc.clone() },
        space,
        ..photo.shell()
    }
}

/// The canvas's samples. `own`: the colour space is the photo's own.
fn laid<L: Level + Default>(photo: &Photo, frame: &Frame, space: &Arc<Space>, own: bool) -> Vec<L> {
    let ground = frame.background.map(|v| to_linear(f32::from(v) / 255.0));
    let flat = space.encode_row(&[ground])[0].map(L::from_level);
    let (width, height) = (frame.canvas.0 as usize, frame.canvas.1 as usize);
    let mut canvas: Vec<L> = flat.repeat(width * height);
    let target = frame.target;
    if target.is_empty() {
        return canvas;
    }
    let picture = if frame.source == [0.0, 0.0, target.width.into(), target.height.into()]
        && (photo.width, photo.height) == (target.width, target.height)
    {
        unscaled(photo, space, ground, own)
    } else {
        let size = (target.width, target.height);
        resample::scaled(photo, frame.source, size, 3, |pixels, out| {
            let over = pixels.iter().map(|p| over(*p, ground)).collect::<Vec<_>>();
            write(space, &over, out);
        })
    };
    let (row, left) = (target.width as usize * 3, target.x as usize * 3);
    let lines = canvas.chunks_exact_mut(width * 3).skip(target.y as usize);
    for (line, own) in lines.zip(picture.chunks_exact(row)) {
        line[left..left + row].copy_from_slice(own);
    }
    canvas
}

/// The photo at its own size; bit for bit where it is opaque and its colour space stays.
fn unscaled<L: Level + Default>(photo: &Photo, space: &Space, ground: [f32; 3], own: bool) -> Vec<L> {
    let (width, channels) = (photo.width as usize, photo.channels);
    let mut out = vec![L::default(); width * photo.height as usize * 3];
    out.par_chunks_mut(width * 3).enumerate().for_each(|(y, line)| {
        let mut row = vec![[0.0; 3]; width];
        photo.linear_row(0, y, &mut row);
        let alpha = |x: usize| match channels {
            4 => f32::from(photo.level((y * width + x) * 4 + 3)) / f32::from(L::MAX),
            _ => 1.0,
        };
        for (x, p) in row.iter_mut().enumerate() {
            let a = alpha(x);
            *p = over([p[0] * a, p[1] * a, p[2] * a, a], ground);
        }
        write(space, &row, line);
        for (x, sample) in line.chunks_exact_mut(3).enumerate().filter(|_| own) {
            if alpha(x) >= 1.0 {
                let at = (y * width + x) * channels;
                sample
                    .iter_mut()
                    .enumerate()
                    .for_each(|(c, v)| *v = L::from_level(photo.level(at + c)));
            }
        }
    });
    out
}

/// A premultiplied linear colour on a ground.
fn over([r, g, b, a]: [f32; 4], ground: [f32; 3]) -> [f32; 3] {
    let shine = 1.0 - a.clamp(0.0, 1.0);
    [
        r + ground[0] * shine,
        g + ground[1] * shine,
        b + ground[2] * shine,
    ]
}

fn write<L: Level>(space: &Space, linear: &[[f32; 3]], out: &mut [L]) {
    for (out, levels) in out.chunks_exact_mut(3).zip(space.encode_row(linear)) {
        out.iter_mut()
            .zip(levels)
            .for_each(|(o, v)| *o = L::from_level(v));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, v: u8) -> Photo {
        Photo::from_rgb8(width, height, vec![v; (width * height * 3) as usize])
    }

    fn pixel(photo: &Photo, x: u32, y: u32) -> [u8; 3] {
        let Samples::U8(s) = photo.samples() else { panic!() };
        let at = ((y * photo.width() + x) * 3) as usize;
        [s[at], s[at + 1], s[at + 2]]
    }

    #[test]
    fn a_canvas_has_its_background_and_the_picture_in_its_place() {
        let photo = grey(10, 20, 100);
        let target = Rect {
            x: 30,
            y: 10,
            width: 40,
            height: 80,
        };
        let frame = Frame {
            canvas: (100, 100),
            target,
            background: [255, 0, 7],
            ..Frame::whole(&photo)
        };
        let out = photo.framed(&frame);
        assert_eq!((out.width(), out.height()), (100, 100));
        assert_eq!(pixel(&out, 29, 50), [255, 0, 7]);
        assert_eq!(pixel(&out, 30, 10), [100; 3]);
        assert_eq!(pixel(&out, 69, 89), [100; 3]);
        assert_eq!(pixel(&out, 70, 90), [255, 0, 7]);
    }

    #[test]
    fn what_is_clear_shows_the_ground_exactly() {
        let art = Photo::from_rgba8(4, 1, vec![9, 9, 9, 0, 9, 9, 9, 255, 0, 0, 0, 0, 200, 10, 10, 255]);
        let out = art.framed(&Frame::whole(&art));
        assert_eq!(
            [0, 1, 2, 3].map(|x| pixel(&out, x, 0)),
            [[255; 3], [9; 3], [255; 3], [200, 10, 10]]
        );
    }

    #[test]
    fn another_colour_space_changes_the_numbers_and_not_the_colour() {
        let red = Photo::from_rgb8(8, 8, [200, 30, 30].repeat(64));
        let wide = red.framed(&Frame {
            profile: Profile::DisplayP3,
            ..Frame::whole(&red)
        });
        assert!(wide.icc().is_some() && pixel(&wide, 0, 0) != [200, 30, 30]);
        let rect = Rect {
            x: 0,
            y: 0,
            width: 1,
            height: 1,
        };
        let (a, b) = (red.srgb(rect)[0], wide.srgb(rect)[0]);
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01), "{a:?} {b:?}");
    }

    #[test]
    fn profiles_are_as_the_format_asks() {
        for profile in [Profile::Srgb, Profile::DisplayP3] {
            let icc = profile.icc().unwrap();
            let word = |at: usize| u32::from_be_bytes(icc[at..at + 4].try_into().unwrap());
            assert_eq!(word(0) as usize, icc.len());
            for tag in 0..word(128) as usize {
                assert_eq!(word(132 + tag * 12 + 4) % 4, 0, "{profile:?}");
            }
            assert!(Space::from_icc(&icc, 255).is_ok());
        }
        let icc = Profile::Srgb.icc().unwrap();
        assert!(Space::from_icc(&icc, 255).unwrap().is_srgb());
    }

    #[test]
    fn nothing_scaled_is_nothing_changed() {
        let noisy = Photo::from_rgb16(16, 16, (0..768).map(|i| (i * 7919 % 65536) as u16).collect());
        assert_eq!(noisy.framed(&Frame::whole(&noisy)).samples(), noisy.samples());
    }
}
