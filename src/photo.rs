//! Photographs: from a file's bytes to upright samples and back, losing nothing.
//!
//! A [`Photo`] keeps the file's own samples (upright, 8 or 16 bit, in the file's own
//! colour space), so that what is not changed is written back bit for bit. Stages
//! read regions as linear-light sRGB and hand back [`Patch`]es.

use crate::geometry::{Rect, Square};
use std::path::{Path, PathBuf};

/// What can go wrong with a picture file. Every message names the file or the field.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Stub.
    #[error("{0}: not implemented")]
    Stub(PathBuf),
}

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
    /// JPEG
    Jpeg,
    /// PNG
    Png,
    /// WebP (lossless)
    WebP,
    /// TIFF
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

impl Photo {
    /// Reads, bounds, decodes and turns a file upright. The content decides the format, not the name.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Err(Error::Stub(path.to_owned()))
    }
    /// The same from bytes; `name` is for messages.
    pub fn decode(_bytes: &[u8], name: &Path) -> Result<Self, Error> {
        Err(Error::Stub(name.to_owned()))
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
    /// The embedded ICC profile, if any.
    pub fn icc(&self) -> Option<&[u8]> {
        self.icc.as_deref()
    }
    /// SHA-256 of the file's bytes, lowercase hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
    /// A region as linear-light sRGB.
    pub fn linear(&self, _rect: Rect) -> LinearImage {
        LinearImage {
            width: 0,
            height: 0,
            pixels: vec![],
        }
    }
    /// A square of the photo resampled (area/Lanczos, in linear light) to `size`×`size` planar
    /// RGB `[3, size, size]`, sRGB-encoded 0..1; outside the photo it is mid grey 0.5.
    pub fn sample(&self, _square: Square, _size: usize) -> Vec<f32> {
        vec![]
    }
    /// Replaces the pixels a patch changes; colours are converted back to the file's own space and depth.
    pub fn apply(&mut self, _patch: &Patch) {}
    /// Writes the picture beside `path` under a temporary name, syncs, renames. The format follows
    /// the name's extension (same as the source when there is none). Keeps ICC profile; 16 bit stays
    /// 16 bit where the format can hold it.
    pub fn save(&self, path: &Path, _options: &SaveOptions) -> Result<(), Error> {
        Err(Error::Stub(path.to_owned()))
    }
    /// The recipe text stored in a picture's metadata by [`Photo::save`], if any.
    pub fn recipe_in(path: &Path) -> Result<Option<String>, Error> {
        Err(Error::Stub(path.to_owned()))
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
