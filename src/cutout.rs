//! Cutting a piece of jewellery out of a photograph on a plain background.
//!
//! Takes linear-light sRGB pixels; gives straight-alpha sRGB artwork cropped to the piece, with the
//! background's colour taken out of its edges, and proposed attachment points; [`import`] makes a
//! product folder of it.
//!
//! The background is known nearly everywhere, which makes this the easy case of matting: every pixel is
//! `C = αF + (1 − α)B` with known `B` (blue-screen matting, Smith & Blinn 1996), and `F` is sampled
//! from the nearby inside of the piece, as in shared matting (Gastal & Oliveira 2010).
//! Stones and glass keep what is seen through them.

mod attachment;
mod background;
mod import;
mod matte;
mod raster;
mod regions;
mod surface;

pub use import::{Size, Spec, import, save};

use crate::geometry::Rect;
use crate::photo::{LinearImage, Photo, Samples};
use crate::product::{self, Art, Attach, Category};
use fast_image_resize as fir;

/// Photographs are scaled down to this many pixels on the longer side first.
pub const WORK_SIDE: usize = 4096;
/// Transparent margin round the piece, of its longer side.
const MARGIN: f64 = 0.04;
/// A piece whose longer side is shorter, in pixels, is no artwork.
const MIN_PIECE: usize = 48;

/// Why a photograph cannot become a product.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The picture's border is not one smooth colour.
    #[error(
        "the background is not plain (its colour varies by {percent:.0} % along the picture's border); \
         photograph the piece on one even colour, or give a PNG with transparency"
    )]
    NotPlain {
        /// Variation in percent of full scale.
        percent: f32,
    },
    /// Nothing stands out from the background.
    #[error("no piece found; it must stand out from a plain background and not fill the whole picture")]
    Nothing,
    /// The piece has too few pixels.
    #[error("the piece is only {0} px long; photograph it closer (at least {MIN_PIECE} px, better 1000)")]
    TooSmall(usize),
    /// The pixels do not match the size they claim.
    #[error("the picture's pixels do not match its size of {width}×{height}; open the file again")]
    Shape {
        /// Claimed width.
        width: usize,
        /// Claimed height.
        height: usize,
    },
    /// Scaling the picture failed.
    #[error("the picture cannot be scaled: {0}")]
    Scale(String),
    /// A value the user gave for the product.
    #[error("{field} must be {expected}; found {found}")]
    Value {
        /// Which.
        field: &'static str,
        /// What would be right.
        expected: String,
        /// What was given.
        found: String,
    },
    /// The product folder could not be made.
    #[error("the product cannot be saved")]
    Product(#[from] product::Error),
}

/// A piece cut out, before it has a name and a size.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Straight-alpha sRGB, cropped with a transparent margin.
    pub art: Art,
    /// The art's top left corner in the photograph (after scaling to [`WORK_SIDE`]), pixels; negative where
    /// the margin reaches beyond it.
    pub origin: (i64, i64),
    /// Proposed attachment points, in ART PIXELS.
    pub attach: Attach,
    /// Where it is worn.
    pub category: Category,
}

/// Cuts the piece out of a photograph; uses the photograph's own alpha where it has transparency.
///
/// # Errors
/// [`Error::NotPlain`], [`Error::Nothing`] and [`Error::TooSmall`].
pub fn propose(photo: &Photo, category: Category) -> Result<Proposal, Error> {
    let whole = Rect {
        x: 0,
        y: 0,
        width: photo.width(),
        height: photo.height(),
    };
    cut(&photo.linear(whole), alpha(photo).as_deref(), category)
}

/// The same from pixels: linear-light sRGB, and straight alpha 0..1 where the picture has it.
///
/// # Errors
/// As [`propose`]; [`Error::Shape`] when `image` or `alpha` do not have width × height pixels.
pub fn cut(image: &LinearImage, alpha: Option<&[f32]>, category: Category) -> Result<Proposal, Error> {
    let n = image.width * image.height;
    if n == 0 || image.pixels.len() != n || alpha.is_some_and(|a| a.len() != n) {
        return Err(Error::Shape {
            width: image.width,
            height: image.height,
        });
    }
    let (image, alpha) = bounded(image, alpha)?;
    let mut matte = match alpha.filter(|a| has_transparency(a)) {
        Some(alpha) => matte::Matte {
            alpha,
            colours: image.pixels.clone(),
        },
        None => {
            let split = background::split(&image)?;
            matte::solve(&image, &split)
        }
    };
    regions::keep_piece(&mut matte.alpha, image.width, category);
    let (art, origin) = crop(&matte, image.width, image.height)?;
    let attach = attachment::propose(&art, category);
    Ok(Proposal {
        art,
        origin,
        attach,
        category,
    })
}

/// The photograph's alpha channel, 0..1.
fn alpha(photo: &Photo) -> Option<Vec<f32>> {
    if photo.channels() != 4 {
        return None;
    }
    Some(match photo.samples() {
        Samples::U8(s) => s.chunks_exact(4).map(|px| f32::from(px[3]) / 255.0).collect(),
        Samples::U16(s) => s.chunks_exact(4).map(|px| f32::from(px[3]) / 65535.0).collect(),
    })
}

/// True when a picture's alpha says where the piece is: 1 % clear and something solid.
fn has_transparency(alpha: &[f32]) -> bool {
    let clear = alpha.iter().filter(|&&a| a < 0.02).count();
    clear * 100 >= alpha.len() && alpha.iter().any(|&a| a > 0.5)
}

/// Scales down to [`WORK_SIDE`], in linear light and premultiplied.
fn bounded(image: &LinearImage, alpha: Option<&[f32]>) -> Result<(LinearImage, Option<Vec<f32>>), Error> {
    let longest = image.width.max(image.height);
    if longest <= WORK_SIDE {
        return Ok((image.clone(), alpha.map(<[f32]>::to_vec)));
    }
    let scaled = |side: usize| (side * WORK_SIDE / longest).max(1);
    let (width, height) = (scaled(image.width), scaled(image.height));
    let rgba: Vec<f32> = (0..image.pixels.len())
        .flat_map(|i| {
            let [r, g, b] = image.pixels[i];
            [r, g, b, alpha.map_or(1.0, |a| a[i])]
        })
        .collect();
    let failed = |e: &dyn std::fmt::Display| Error::Scale(e.to_string());
    let source = fir::images::ImageRef::new(
        image.width as u32,
        image.height as u32,
        bytemuck::cast_slice(&rgba),
        fir::PixelType::F32x4,
    )
    .map_err(|e| failed(&e))?;
    let mut target = fir::images::Image::new(width as u32, height as u32, fir::PixelType::F32x4);
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Hamming));
    fir::Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|e| failed(&e))?;
    let px: Vec<[f32; 4]> = target
        .buffer()
        .chunks_exact(16)
        .map(bytemuck::pod_read_unaligned::<[f32; 4]>)
        .collect();
    let pixels = px.iter().map(|p| [p[0], p[1], p[2]]).collect();
    let scaled_alpha = alpha
        .is_some()
        .then(|| px.iter().map(|p| p[3].clamp(0.0, 1.0)).collect());
    Ok((
        LinearImage {
            width,
            height,
            pixels,
        },
        scaled_alpha,
    ))
}

/// The piece with a transparent margin; art may reach beyond the photograph.
fn crop(matte: &matte::Matte, width: usize, height: usize) -> Result<(Art, (i64, i64)), Error> {
    let bytes = matte.to_srgb8();
    let (x0, y0, x1, y1) = Art {
        width,
        height,
        rgba: bytes.clone(),
    }
    .bounds();
    let (w, h) = (x1 - x0, y1 - y0);
    if w == 0 {
        return Err(Error::Nothing);
    }
    if w.max(h) < MIN_PIECE {
        return Err(Error::TooSmall(w.max(h)));
    }
    let margin = (MARGIN * w.max(h) as f64).ceil().max(2.0) as usize;
    let padded = |side: usize| (side + 2 * margin).max(product::MIN_SIDE);
    let (aw, ah) = (padded(w), padded(h));
    let (left, top) = ((aw - w) / 2, (ah - h) / 2);
    let mut rgba = vec![0; aw * ah * 4];
    for row in 0..h {
        let from = ((y0 + row) * width + x0) * 4;
        let to = ((top + row) * aw + left) * 4;
        rgba[to..to + w * 4].copy_from_slice(&bytes[from..from + w * 4]);
    }
    let origin = (x0 as i64 - left as i64, y0 as i64 - top as i64);
    Ok((
        Art {
            width: aw,
            height: ah,
            rgba,
        },
        origin,
    ))
}
