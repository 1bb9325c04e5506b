//! Photographs: from a file's bytes to upright samples and back, losing nothing.
//!
//! A [`Photo`] keeps the file's own samples (upright, 8 or 16 bit, in the file's own
//! colour space), so that what is not changed is written back bit for bit. Stages
//! read regions as linear-light sRGB and hand back [`Patch`]es.
//!
//! [`decode`] reads files, [`colour`] relates samples to linear light, [`region`] reads and
//! changes pixels, [`resample`] scales, [`frame`] lays out on a canvas, [`canvas`] joins pictures, [`boxed`] blurs planes,
//! [`Toning`] knows photos in black and white,
//! [`encode`], [`metadata`] and [`save`] write.

mod boxes;
mod canvas;
mod colour;
mod crop;
mod curve;
mod decode;
mod encode;
mod error;
mod frame;
mod metadata;
mod region;
mod resample;
mod save;
mod thumbnail;
mod toning;

pub use boxes::boxed;
pub use crop::Crop;
pub use error::Error;
pub use frame::{Frame, Profile};
pub use toning::Toning;

use crate::geometry::{Rect, Window};
use crate::publish::{Disk, System};
use colour::Space;
use std::path::Path;
use std::sync::Arc;

/// The longest side read, pixels.
pub const MAX_SIDE: u32 = 32_768;
/// The most pixels read.
pub const MAX_PIXELS: u64 = 200_000_000;

/// Samples of an upright picture, interleaved, in the file's own colour space.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// 8 bits per channel.
    U8(Vec<u8>),
    /// 16 bits per channel.
    U16(Vec<u16>),
}

/// A file format Bijou reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JPEG, 8 bit; always written without alpha.
    Jpeg,
    /// PNG, 8 or 16 bit.
    Png,
    /// WebP, 8 bit; read in all kinds, written lossless.
    WebP,
    /// TIFF, 8 or 16 bit.
    Tiff,
}

/// A decoded, upright photograph. RGB or RGBA (straight alpha); grey is widened to RGB.
#[derive(Clone, Debug)]
pub struct Photo {
    width: u32,
    height: u32,
    channels: usize,
    samples: Samples,
    icc: Option<Vec<u8>>,
    format: Format,
    sha256: String,
    /// What the samples mean; fits `icc` and the depth of `samples`.
    space: Arc<Space>,
    /// The EXIF fields worth keeping, as a TIFF block with orientation 1.
    exif: Option<Vec<u8>>,
    notes: Vec<String>,
}

/// A region in linear-light sRGB, row-major `[r, g, b]`, 0..1 for colours inside the gamut.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearImage {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// `width * height` pixels.
    pub pixels: Vec<[f32; 3]>,
}

/// New linear-light sRGB colours for some pixels of a rectangle.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Where.
    pub rect: Rect,
    /// The new colours; `rect.area()` pixels.
    pub colours: LinearImage,
    /// Which pixels change; `rect.area()` flags. All others keep their bits.
    pub changed: Vec<bool>,
}

/// How a picture is written.
#[derive(Clone, Debug)]
pub struct SaveOptions {
    /// JPEG quality 1..=100.
    pub quality: u8,
    /// Replace an existing file.
    pub force: bool,
    /// JSON text stored inside PNG (iTXt `bijou:recipe`), JPEG and TIFF/WebP (XMP) metadata.
    pub recipe: Option<String>,
}

/// A picture that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// SHA-256 of the file, lowercase hexadecimal.
    pub sha256: String,
    /// Milliseconds of encoding.
    pub encode_ms: f64,
}

impl Format {
    /// The formats read and written, for messages.
    pub const LIST: &'static str = "JPEG, PNG, WebP or TIFF";

    /// The usual extension of a file name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Tiff => "tiff",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
        })
    }
}

impl Photo {
    /// Reads, bounds, decodes and turns a file upright. The content decides the format, not the name.
    ///
    /// # Errors
    /// Missing, empty, truncated, damaged, too large ([`MAX_SIDE`], [`MAX_PIXELS`]) or foreign files.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::decode(&decode::read(path)?, path)
    }

    /// The same from bytes; `name` is for messages.
    ///
    /// # Errors
    /// As [`Photo::open`].
    pub fn decode(bytes: &[u8], name: &Path) -> Result<Self, Error> {
        decode::decode(bytes, name)
    }

    /// A picture from sRGB bytes `[r, g, b]` row by row (a camera frame, a test); it has no file, so
    /// its hash is empty and its format PNG. Missing samples are black, surplus ones are cut.
    pub fn from_rgb8(width: u32, height: u32, mut samples: Vec<u8>) -> Self {
        samples.resize(width as usize * height as usize * 3, 0);
        Self::from_samples(width, height, 3, Samples::U8(samples))
    }

    /// As [`Photo::from_rgb8`] with 16 bits per channel.
    pub fn from_rgb16(width: u32, height: u32, mut samples: Vec<u16>) -> Self {
        samples.resize(width as usize * height as usize * 3, 0);
        Self::from_samples(width, height, 3, Samples::U16(samples))
    }

    /// As [`Photo::from_rgb8`] with straight alpha: bytes `[r, g, b, a]`.
    pub fn from_rgba8(width: u32, height: u32, mut samples: Vec<u8>) -> Self {
        samples.resize(width as usize * height as usize * 4, 0);
        Self::from_samples(width, height, 4, Samples::U8(samples))
    }

    /// An sRGB picture without a file.
    fn from_samples(width: u32, height: u32, channels: usize, samples: Samples) -> Self {
        let space = Space::srgb(samples.max());
        let (icc, exif, sha256, notes) = (None, None, String::new(), vec![]);
        Self {
            width,
            height,
            channels,
            samples,
            icc,
            format: Format::Png,
            sha256,
            space,
            exif,
            notes,
        }
    }

    /// Width in pixels, upright.
    pub fn width(&self) -> u32 {
        self.width
    }
    /// Height in pixels, upright.
    pub fn height(&self) -> u32 {
        self.height
    }
    /// Channels per pixel: 3 or 4.
    pub fn channels(&self) -> usize {
        self.channels
    }
    /// The upright samples in the file's own colour space.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }
    /// The file's format.
    pub fn format(&self) -> Format {
        self.format
    }
    /// The embedded ICC profile, if any and if it fits RGB samples.
    pub fn icc(&self) -> Option<&[u8]> {
        self.icc.as_deref()
    }
    /// SHA-256 of the file's bytes, lowercase hexadecimal; empty for a picture without a file.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
    /// What the user should know about how the file was read (an ignored colour profile, for one).
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// A square of the photo resampled to `size`×`size` planar RGB `[3, size, size]`, sRGB-encoded
    /// 0..1: Catmull-Rom with antialiasing, in linear light, over box averages of at most a third of
    /// an output pixel; one that is turned is read from a finer upright one, bilinear. Outside the photo
    /// it is mid grey 0.5; so is a square that is not finite.
    pub fn sample(&self, window: impl Into<Window>, size: usize) -> Vec<f32> {
        resample::sample(self, window.into(), size)
    }

    /// A copy whose longer side is `longest` pixels, resampled in linear light with premultiplied
    /// alpha; depth, profile and hash stay. A picture no larger than that is copied as it is.
    pub fn resized(&self, longest: u32) -> Self {
        resample::resized(self, longest)
    }

    /// A small copy for lists and reports, quicker and coarser than [`Photo::resized`]: 8 bit, whole pixels averaged
    /// as they are encoded.
    pub fn thumbnail(&self, longest: u32) -> Self {
        thumbnail::thumbnail(self, longest)
    }

    /// `before` and `after` next to each other, tops aligned, with a white gap of 2 % of the width,
    /// in the depth and colour space of `before`.
    pub fn side_by_side(before: &Self, after: &Self) -> Self {
        canvas::side_by_side(before, after)
    }

    /// Writes the picture beside `path` under a temporary name, syncs, renames. The format follows
    /// the name's extension (same as the source when there is none). Keeps the ICC profile and what
    /// EXIF says of camera, date and author; 16 bit stays 16 bit in PNG and TIFF and is rounded to
    /// 8 bit in JPEG and WebP; alpha is laid on white in JPEG. The metadata say that the picture is a
    /// composite with trained models (IPTC `DigitalSourceType`) and carry the recipe.
    ///
    /// # Errors
    /// Unknown extension, existing file without `force`, missing or unwritable folder, full disk,
    /// picture too large for the format. No partial file is left.
    pub fn save(&self, path: &Path, options: &SaveOptions) -> Result<(), Error> {
        save::save(self, &System, path, options).map(drop)
    }

    /// [`Photo::save`] on a disk of the caller's; tells what was written.
    ///
    /// # Errors
    /// As [`Photo::save`].
    pub fn save_on(&self, disk: &dyn Disk, path: &Path, options: &SaveOptions) -> Result<Saved, Error> {
        save::save(self, disk, path, options)
    }

    /// The picture as the bytes of a JPEG file without recipe, `quality` 1..=100.
    ///
    /// # Errors
    /// When it has no pixels or more than JPEG holds.
    pub fn to_jpeg(&self, quality: u8) -> Result<Vec<u8>, Error> {
        let options = SaveOptions {
            quality,
            force: true,
            recipe: None,
        };
        encode::encode(self, Format::Jpeg, &options, Path::new("picture.jpg"))
    }

    /// The picture, or a part of it, laid out on a canvas, scaled up or down in linear light; three channels, in
    /// the picture's depth. Nothing is resampled where nothing is scaled.
    pub fn framed(&self, frame: &Frame) -> Self {
        frame::framed(self, frame)
    }

    /// What [`Photo::save`] would refuse before it encodes anything: unknown extension, existing file without
    /// `force`, missing folder. `source` is the format of the portrait, for names without an extension.
    ///
    /// # Errors
    /// As [`Photo::save`].
    pub fn check_output(path: &Path, source: Format, force: bool) -> Result<(), Error> {
        save::check(path, source, force).map(drop)
    }

    /// The recipe text stored in a picture's metadata by [`Photo::save`], if any.
    ///
    /// # Errors
    /// As [`Photo::open`], as far as the metadata go; the pixels are not decoded.
    pub fn recipe_in(path: &Path) -> Result<Option<String>, Error> {
        decode::recipe(&decode::read(path)?, path)
    }
}

/// sRGB-encoded value 0..1 to linear light (IEC 61966-2-1).
pub fn to_linear(v: f32) -> f32 {
    if v <= 0.04045 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light to sRGB-encoded value (IEC 61966-2-1).
pub fn to_srgb(v: f32) -> f32 {
    if v <= 0.003_130_8 {
        v * 12.92
    } else {
        1.055 * v.powf(1.0 / 2.4) - 0.055
    }
}
