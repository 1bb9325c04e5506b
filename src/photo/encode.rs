//! Encoding: a [`Photo`] to the bytes of a JPEG, PNG, WebP or TIFF file, with its colour
//! profile, EXIF and XMP.

use super::{Error, Format, Photo, Samples, SaveOptions, metadata};
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder};
use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF, ImageICC};
use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;
use tiff::encoder::{Compression, Predictor, TiffEncoder, colortype};
use tiff::tags::{ExtraSamples, Tag};

const XMP_IN_JPEG: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_IN_PNG: &[u8] = b"XML:com.adobe.xmp";
const XMP_IN_TIFF: Tag = Tag::Unknown(700);
const APP1: u8 = 0xe1;
/// A JPEG segment counts its own length in 16 bits.
const LONGEST_SEGMENT: usize = 0xffff - 2;

/// The whole file; `path` is for messages.
pub(super) fn encode(
    photo: &Photo,
    format: Format,
    options: &SaveOptions,
    path: &Path,
) -> Result<Vec<u8>, Error> {
    let recipe = options.recipe.as_deref();
    let encoded = match format {
        _ if photo.width == 0 || photo.height == 0 => Err("it has no pixels".to_owned()),
        Format::Jpeg => jpeg(photo, options.quality, recipe),
        Format::Png => png(photo, recipe),
        Format::WebP => webp(photo, recipe),
        Format::Tiff => tiff(photo, recipe),
    };
    encoded.map_err(|reason| Error::Encode {
        path: path.to_owned(),
        format,
        reason,
    })
}

fn jpeg(photo: &Photo, quality: u8, recipe: Option<&str>) -> Result<Vec<u8>, String> {
    let samples = match photo.channels {
        4 => Cow::Owned(eight_bit(&on_white(photo)).into_owned()),
        _ => eight_bit(&photo.samples),
    };
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, quality.clamp(1, 100))
        .write_image(&samples, photo.width, photo.height, ExtendedColorType::Rgb8)
        .map_err(reason)?;
    let mut file = Jpeg::from_bytes(plain.into()).map_err(reason)?;
    let xmp = [XMP_IN_JPEG, metadata::xmp(recipe).as_bytes()].concat();
    if xmp.len() > LONGEST_SEGMENT {
        return Err("the recipe is longer than its metadata hold".to_owned());
    }
    let after_jfif = file
        .segments()
        .iter()
        .take_while(|s| (0xe0..=0xef).contains(&s.marker()))
        .count();
    file.segments_mut()
        .insert(after_jfif, JpegSegment::new_with_contents(APP1, xmp.into()));
    file.set_exif(photo.exif.clone().map(Bytes::from));
    file.set_icc_profile(photo.icc.clone().map(Bytes::from));
    Ok(file.encoder().bytes().to_vec())
}

fn png(photo: &Photo, recipe: Option<&str>) -> Result<Vec<u8>, String> {
    let (bytes, color): (&[u8], _) = match (&photo.samples, photo.channels) {
        (Samples::U8(s), 4) => (s, ExtendedColorType::Rgba8),
        (Samples::U8(s), _) => (s, ExtendedColorType::Rgb8),
        (Samples::U16(s), 4) => (bytemuck::cast_slice(s), ExtendedColorType::Rgba16),
        (Samples::U16(s), _) => (bytemuck::cast_slice(s), ExtendedColorType::Rgb16),
    };
    let mut plain = Vec::new();
    PngEncoder::new(&mut plain)
        .write_image(bytes, photo.width, photo.height, color)
        .map_err(reason)?;
    let mut file = Png::from_bytes(plain.into()).map_err(reason)?;
    let xmp = metadata::itxt(XMP_IN_PNG, &metadata::xmp(None));
    let mut texts = vec![PngChunk::new(*b"iTXt", xmp)];
    texts.extend(recipe.map(|r| PngChunk::new(*b"iTXt", metadata::recipe_itxt(r))));
    texts.extend(
        photo
            .exif
            .clone()
            .map(|block| PngChunk::new(*b"eXIf", block.into())),
    );
    let after_header = 1;
    file.chunks_mut().splice(after_header..after_header, texts);
    file.set_icc_profile(photo.icc.clone().map(Bytes::from));
    Ok(file.encoder().bytes().to_vec())
}

fn webp(photo: &Photo, recipe: Option<&str>) -> Result<Vec<u8>, String> {
    let longest = 1 << 14;
    if photo.width.max(photo.height) > longest {
        return Err(format!("it is more than {longest} pixels long"));
    }
    let color = if photo.channels == 4 {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    let mut plain = Vec::new();
    WebPEncoder::new_lossless(&mut plain)
        .write_image(&eight_bit(&photo.samples), photo.width, photo.height, color)
        .map_err(reason)?;
    let mut file = WebP::from_bytes(plain.into()).map_err(reason)?;
    let chunk = |id, bytes: Vec<u8>| RiffChunk::new(id, RiffContent::Data(bytes.into()));
    file.chunks_mut()
        .extend(photo.exif.clone().map(|block| chunk(*b"EXIF", block)));
    file.chunks_mut()
        .push(chunk(*b"XMP ", metadata::xmp(recipe).into_bytes()));
    // Last, because it writes the VP8X header that announces all the others.
    file.set_icc_profile(photo.icc.clone().map(Bytes::from));
    Ok(file.encoder().bytes().to_vec())
}

fn tiff(photo: &Photo, recipe: Option<&str>) -> Result<Vec<u8>, String> {
    match (&photo.samples, photo.channels) {
        (Samples::U8(s), 4) => tiff_of::<colortype::RGBA8>(photo, s, recipe),
        (Samples::U8(s), _) => tiff_of::<colortype::RGB8>(photo, s, recipe),
        (Samples::U16(s), 4) => tiff_of::<colortype::RGBA16>(photo, s, recipe),
        (Samples::U16(s), _) => tiff_of::<colortype::RGB16>(photo, s, recipe),
    }
    .map_err(reason)
}

fn tiff_of<C: colortype::ColorType>(
    photo: &Photo,
    samples: &[C::Inner],
    recipe: Option<&str>,
) -> tiff::TiffResult<Vec<u8>>
where
    [C::Inner]: tiff::encoder::TiffValue,
{
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file)?
        .with_compression(Compression::Lzw)
        .with_predictor(Predictor::Horizontal);
    let mut image = encoder.new_image::<C>(photo.width, photo.height)?;
    let tags = image.encoder();
    tags.write_tag(Tag::Orientation, 1u16)?;
    if photo.channels == 4 {
        tags.write_tag(Tag::ExtraSamples, &[ExtraSamples::UnassociatedAlpha][..])?;
    }
    if let Some(icc) = &photo.icc {
        tags.write_tag(Tag::IccProfile, &icc[..])?;
    }
    tags.write_tag(XMP_IN_TIFF, metadata::xmp(recipe).as_bytes())?;
    image.write_data(samples)?;
    Ok(file.into_inner())
}

fn reason(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Samples rounded to 8 bits.
fn eight_bit(samples: &Samples) -> Cow<'_, [u8]> {
    match samples {
        Samples::U8(s) => Cow::Borrowed(s),
        Samples::U16(s) => Cow::Owned(s.iter().map(|&v| ((u32::from(v) + 128) / 257) as u8).collect()),
    }
}

/// RGB samples of a picture with alpha over white, blended in linear light; opaque pixels keep
/// their bits.
fn on_white(photo: &Photo) -> Samples {
    let (width, max) = (photo.width as usize, photo.samples.max());
    let mut row = vec![[0.0; 3]; width];
    let mut levels = Vec::with_capacity(width * photo.height as usize * 3);
    for y in 0..photo.height as usize {
        photo.linear_row(0, y, &mut row);
        let alpha = |x: usize| photo.level((y * width + x) * 4 + 3);
        for (x, pixel) in row.iter_mut().enumerate() {
            let a = f32::from(alpha(x)) / f32::from(max);
            *pixel = pixel.map(|v| 1.0 + (v - 1.0) * a);
        }
        for (x, blended) in photo.space.encode_row(&row).into_iter().enumerate() {
            let own = [0, 1, 2].map(|c| photo.level((y * width + x) * 4 + c));
            levels.extend(if alpha(x) == max { own } else { blended });
        }
    }
    match photo.samples {
        Samples::U8(_) => Samples::U8(levels.into_iter().map(|l| l as u8).collect()),
        Samples::U16(_) => Samples::U16(levels),
    }
}
