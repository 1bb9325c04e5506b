//! Artwork: a PNG file in, straight-alpha sRGB samples out, and back.

use super::Error;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, Limits};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// The longest side an artwork may have, in pixels.
pub const MAX_SIDE: usize = 8192;
/// The shortest side an artwork may have, in pixels.
pub const MIN_SIDE: usize = 64;
/// A larger file is no artwork.
const MAX_BYTES: u64 = 512 << 20;

/// Straight-alpha sRGB artwork, 8 bit RGBA interleaved.
#[derive(Clone, Debug, PartialEq)]
pub struct Art {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// RGBA, straight alpha, sRGB-encoded; `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl Art {
    /// The smallest rectangle `(x0, y0, x1, y1)` of pixels, `x1` and `y1` excluded, that holds all
    /// alpha > 0; all zero when there is none.
    pub fn bounds(&self) -> (usize, usize, usize, usize) {
        let mut b = (usize::MAX, usize::MAX, 0, 0);
        for (i, _) in self.rgba.chunks_exact(4).enumerate().filter(|(_, px)| px[3] > 0) {
            let (x, y) = (i % self.width, i / self.width);
            b = (b.0.min(x), b.1.min(y), b.2.max(x + 1), b.3.max(y + 1));
        }
        if b.2 == 0 { (0, 0, 0, 0) } else { b }
    }

    /// The artwork as a PNG file's bytes.
    ///
    /// # Errors
    /// When `rgba` does not have `width * height * 4` bytes.
    pub fn to_png(&self) -> Result<Vec<u8>, image::ImageError> {
        let mut bytes = Vec::new();
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive).write_image(
            &self.rgba,
            self.width as u32,
            self.height as u32,
            ExtendedColorType::Rgba8,
        )?;
        Ok(bytes)
    }
}

/// The file's bytes, bounded.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let wrap = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    File::open(path)
        .map_err(wrap)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(wrap)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(wrong(path, "larger than 512 MiB: save a smaller picture"));
    }
    Ok(bytes)
}

/// Width and height in pixels from the file's header alone.
pub(super) fn dimensions(path: &Path) -> Result<(usize, usize), Error> {
    let file = File::open(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    guarded(path, || {
        let decoder = PngDecoder::new(BufReader::new(file)).map_err(|e| not_png(path, &e))?;
        bounded(path, decoder.dimensions())
    })
}

/// Decodes a PNG of any colour type to straight-alpha sRGB; an embedded ICC profile is applied.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<Art, Error> {
    let mut art = guarded(path, || {
        let mut decoder = PngDecoder::new(Cursor::new(bytes)).map_err(|e| not_png(path, &e))?;
        let (width, height) = bounded(path, decoder.dimensions())?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(1 << 30);
        decoder.set_limits(limits).map_err(|e| not_png(path, &e))?;
        let icc = decoder.icc_profile().ok().flatten();
        let picture = DynamicImage::from_decoder(decoder).map_err(|e| not_png(path, &e))?;
        let mut art = Art {
            width,
            height,
            rgba: picture.into_rgba8().into_raw(),
        };
        if let Some(icc) = icc {
            to_srgb(&mut art, &icc, path)?;
        }
        Ok(art)
    })?;
    let opaque = art.rgba.chunks_exact(4).any(|px| px[3] >= 128);
    let clear = art.rgba.chunks_exact(4).any(|px| px[3] == 0);
    if !opaque {
        return Err(wrong(path, "has no opaque pixels: the piece must be visible"));
    }
    if !clear {
        return Err(wrong(
            path,
            "has no transparent pixels: remove the background, or use `bijou products import` with the photo",
        ));
    }
    for px in art.rgba.chunks_exact_mut(4).filter(|px| px[3] == 0) {
        px.fill(0);
    }
    Ok(art)
}

/// Converts the colours from the embedded profile to sRGB; grey profiles leave grey as it is.
fn to_srgb(art: &mut Art, icc: &[u8], path: &Path) -> Result<(), Error> {
    use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
    let bad = |e: moxcms::CmsError| {
        wrong(
            path,
            &format!("its colour profile is broken ({e}): save it as sRGB"),
        )
    };
    let profile = ColorProfile::new_from_slice(icc).map_err(bad)?;
    if profile.color_space != DataColorSpace::Rgb {
        return Ok(());
    }
    let transform = profile
        .create_transform_8bit(
            Layout::Rgba,
            &ColorProfile::new_srgb(),
            Layout::Rgba,
            TransformOptions::default(),
        )
        .map_err(bad)?;
    let mut out = vec![0; art.rgba.len()];
    transform.transform(&art.rgba, &mut out).map_err(bad)?;
    art.rgba = out;
    Ok(())
}

fn bounded(path: &Path, (width, height): (u32, u32)) -> Result<(usize, usize), Error> {
    let (w, h) = (width as usize, height as usize);
    if w.max(h) > MAX_SIDE || w.min(h) < MIN_SIDE {
        let reason =
            format!("{w}×{h} px: both sides must have {MIN_SIDE} to {MAX_SIDE} px, scale the picture");
        return Err(wrong(path, &reason));
    }
    Ok((w, h))
}

/// Decoders may panic on hostile files; that is an error of the file like any other.
fn guarded<T>(path: &Path, f: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(f))
        .unwrap_or_else(|_| Err(wrong(path, "broken picture: save it again as PNG")))
}

fn not_png(path: &Path, error: &image::ImageError) -> Error {
    wrong(
        path,
        &format!("cannot be read as PNG ({error}): save it again as PNG with transparency"),
    )
}

fn wrong(path: &Path, reason: &str) -> Error {
    Error::Art {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
