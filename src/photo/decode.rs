//! Reading: a file's bytes to an upright [`Photo`] within bounds.
//!
//! The content decides the format. Sizes are checked against the header before any
//! picture memory is taken, decoders run under limits and behind `catch_unwind`.

use super::{Error, Format, MAX_PIXELS, MAX_SIDE, Photo, Samples, colour::Space, metadata};
use crate::publish;
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageError, Limits, metadata::Orientation};
use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// No file longer than this is read.
const MAX_BYTES: u64 = 2 << 30;
/// What a decoder may allocate: 200 megapixels of 16-bit RGBA, and as much again to work in.
const MAX_ALLOC: u64 = MAX_PIXELS * 8 * 2;
/// What a PNG's text and profile chunks may expand to.
const MAX_CHUNKS: u64 = 256 << 20;

type Decoder<'a> = Box<dyn ImageDecoder + 'a>;

/// The bytes of a regular file of bounded length.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::read(path.to_owned(), source);
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        return Err(Error::NotAFile(path.to_owned()));
    }
    if about.len() > MAX_BYTES {
        return Err(Error::TooLong {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::with_capacity(about.len() as usize);
    File::open(path)
        .and_then(|f| f.take(MAX_BYTES).read_to_end(&mut bytes))
        .map_err(failed)?;
    Ok(bytes)
}

/// The format of a file, from its first bytes.
fn format_of(bytes: &[u8], path: &Path) -> Result<Format, Error> {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|b| b.starts_with(magic));
    if bytes.is_empty() {
        return Err(Error::Empty(path.to_owned()));
    }
    if at(0, b"\xff\xd8\xff") {
        return Ok(Format::Jpeg);
    }
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Ok(Format::WebP);
    }
    if [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|magic| at(0, magic))
    {
        return Ok(Format::Tiff);
    }
    let found = match () {
        () if at(4, b"ftypavi") => "an AVIF picture",
        () if at(4, b"ftyphei") || at(4, b"ftypmif1") || at(4, b"ftypmsf1") => "a HEIC picture",
        () if at(0, b"GIF8") => "a GIF picture",
        () if at(0, b"BM") => "a BMP picture",
        () if at(0, b"8BPS") => "a Photoshop document",
        () if at(0, b"%PDF") => "a PDF document",
        () => "not a picture that Bijou knows",
    };
    Err(Error::UnknownContent {
        path: path.to_owned(),
        found,
    })
}

/// Runs a decoder; what it panics about becomes an error.
fn guarded<T>(path: &Path, format: Format, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "the decoder gave up".to_owned();
        Err(Error::Damaged {
            path: path.to_owned(),
            format,
            reason,
        })
    })
}

/// A decoder's complaint as one of ours.
fn complaint(path: &Path, format: Format, error: &ImageError) -> Error {
    let path = path.to_owned();
    let reason = error.to_string().replace('\n', " ");
    let early = |e: &std::io::Error| e.kind() == std::io::ErrorKind::UnexpectedEof;
    match error {
        ImageError::IoError(e) if early(e) => Error::Truncated { path, format },
        ImageError::Unsupported(_) => Error::Variant { path, format, reason },
        _ if ["eof", "end of file", "end of data", "fill whole buffer"]
            .iter()
            .any(|s| reason.to_ascii_lowercase().contains(s)) =>
        {
            Error::Truncated { path, format }
        }
        _ => Error::Damaged { path, format, reason },
    }
}

/// A decoder that has read the header of a picture within bounds.
fn decoder<'a>(bytes: &'a [u8], path: &Path, format: Format) -> Result<Decoder<'a>, Error> {
    let failed = |e| complaint(path, format, &e);
    let mut chunks = Limits::no_limits();
    chunks.max_alloc = Some(MAX_CHUNKS);
    let cursor = Cursor::new(bytes);
    let decoder: Decoder<'a> = match format {
        Format::Jpeg => Box::new(JpegDecoder::new(cursor).map_err(failed)?),
        Format::Png => Box::new(PngDecoder::with_limits(cursor, chunks).map_err(failed)?),
        Format::WebP => Box::new(WebPDecoder::new(cursor).map_err(failed)?),
        Format::Tiff => Box::new(TiffDecoder::new(cursor).map_err(failed)?),
    };
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            width,
            height,
        });
    }
    Ok(decoder)
}

/// Bytes to an upright photo; `path` is for messages.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<Photo, Error> {
    let format = format_of(bytes, path)?;
    let complete = match format {
        Format::Jpeg => jpeg_is_complete(bytes),
        Format::WebP => webp_is_complete(bytes),
        Format::Png | Format::Tiff => true,
    };
    if !complete {
        return Err(Error::Truncated {
            path: path.to_owned(),
            format,
        });
    }
    guarded(path, format, || {
        let failed = |e| complaint(path, format, &e);
        let mut decoder = decoder(bytes, path, format)?;
        let about = About::read(&mut decoder, bytes, format);
        // Set last: under limits the TIFF decoder takes no tag longer than the picture.
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(MAX_ALLOC);
        decoder.set_limits(limits).map_err(failed)?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
        image.apply_orientation(about.orientation);
        let (width, height) = (image.width(), image.height());
        let Some((channels, samples)) = samples(image) else {
            let reason = "floating-point samples".to_owned();
            return Err(Error::Variant {
                path: path.to_owned(),
                format,
                reason,
            });
        };
        let mut photo = Photo::from_samples(width, height, channels, samples);
        photo.format = format;
        photo.sha256 = publish::sha256(&[bytes]);
        photo.exif = about.kept_exif;
        if let Some(icc) = about.icc {
            match Space::from_icc(&icc, photo.samples.max()) {
                Ok(space) => (photo.space, photo.icc) = (space, Some(icc)),
                Err(note) => photo.notes.push(note),
            }
        }
        Ok(photo)
    })
}

/// What a file says about its samples. Damaged metadata are as good as none.
struct About {
    orientation: Orientation,
    icc: Option<Vec<u8>>,
    kept_exif: Option<Vec<u8>>,
}

impl About {
    fn read(decoder: &mut Decoder<'_>, bytes: &[u8], format: Format) -> Self {
        let block = match format {
            Format::Png => metadata::png_exif(bytes),
            _ => decoder.exif_metadata().ok().flatten(),
        };
        let exif = block.and_then(metadata::read_exif);
        let orientation = match format {
            Format::Tiff => decoder.orientation().ok(),
            _ => exif.as_ref().and_then(metadata::orientation),
        };
        let icc = decoder.icc_profile().ok().flatten().filter(|icc| !icc.is_empty());
        Self {
            orientation: orientation.unwrap_or(Orientation::NoTransforms),
            icc: icc.or_else(|| exif.as_ref().and_then(metadata::adobe_rgb)),
            kept_exif: exif.as_ref().and_then(metadata::kept_exif),
        }
    }
}

/// Interleaved RGB or RGBA samples; `None` for floating point.
fn samples(image: DynamicImage) -> Option<(usize, Samples)> {
    fn widen<T: Copy>(grey: &[T]) -> Vec<T> {
        grey.iter().flat_map(|&v| [v; 3]).collect()
    }
    fn widen_alpha<T: Copy>(grey: &[T]) -> Vec<T> {
        grey.as_chunks::<2>()
            .0
            .iter()
            .flat_map(|&[v, a]| [v, v, v, a])
            .collect()
    }
    Some(match image {
        DynamicImage::ImageLuma8(i) => (3, Samples::U8(widen(&i))),
        DynamicImage::ImageLumaA8(i) => (4, Samples::U8(widen_alpha(&i))),
        DynamicImage::ImageRgb8(i) => (3, Samples::U8(i.into_raw())),
        DynamicImage::ImageRgba8(i) => (4, Samples::U8(i.into_raw())),
        DynamicImage::ImageLuma16(i) => (3, Samples::U16(widen(&i))),
        DynamicImage::ImageLumaA16(i) => (4, Samples::U16(widen_alpha(&i))),
        DynamicImage::ImageRgb16(i) => (3, Samples::U16(i.into_raw())),
        DynamicImage::ImageRgba16(i) => (4, Samples::U16(i.into_raw())),
        _ => return None,
    })
}

/// True when the markers of a JPEG lead to its end marker. The decoder itself fills what a cut file
/// lacks with grey (ITU T.81, annex B: markers, segments, entropy-coded data with stuffed zeros).
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xff, marker]) = bytes.get(at..at + 2) {
        match marker {
            0xd9 => return true,
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let Some(&[high, low]) = bytes.get(at + 2..at + 4) else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
        }
        // What follows a scan's header, and sometimes a segment, is data up to the next marker.
        while let Some(&[first, second]) = bytes.get(at..at + 2) {
            if first == 0xff && !matches!(second, 0x00 | 0xd0..=0xd7) {
                break;
            }
            at += 1;
        }
    }
    false
}

/// True when a WebP file is as long as its RIFF header says.
fn webp_is_complete(bytes: &[u8]) -> bool {
    let Some(&[a, b, c, d]) = bytes.get(4..8) else {
        return false;
    };
    bytes.len() as u64 >= u64::from(u32::from_le_bytes([a, b, c, d])) + 8
}

/// The recipe in a file's metadata.
pub(super) fn recipe(bytes: &[u8], path: &Path) -> Result<Option<String>, Error> {
    let format = format_of(bytes, path)?;
    guarded(path, format, || {
        if let (Format::Png, Some(recipe)) = (format, metadata::png_recipe(bytes)) {
            return Ok(Some(recipe));
        }
        let xmp = decoder(bytes, path, format)?
            .xmp_metadata()
            .map_err(|e| complaint(path, format, &e))?;
        Ok(xmp.and_then(|xmp| metadata::xmp_recipe(&String::from_utf8_lossy(&xmp))))
    })
}
