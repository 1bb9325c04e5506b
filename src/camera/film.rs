//! Animated PNG and WebP files as a source, and the film of the turning head with its truth.
//!
//! The film begins with its middle frame held still, then turns to and fro; noise is added to every frame, so that
//! it looks to a tracker as a camera does.

use super::noise::Noise;
use super::{Error, Source};
use crate::photo::Photo;
use image::{AnimationDecoder, ImageReader, Limits};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The most frames read of one file, and the most pixels of a frame.
const FRAMES: usize = 400;
const PIXELS: u64 = 1 << 21;
/// Standard deviation of the noise on the turning head, levels of 255.
const SIGMA: f64 = 2.0;
/// Frames the head is held still at the beginning.
pub const STILL: usize = 120;

/// True points of one frame of the film.
#[derive(Clone, Debug, Deserialize)]
pub struct Truth {
    /// Turn to her left, degrees.
    pub yaw: f64,
    /// Points by name: x, y in pixels, and 1 visible, 0 hidden, -1 outside.
    pub points: BTreeMap<String, [f64; 3]>,
}

#[derive(Deserialize)]
struct Truths {
    frames: Vec<Truth>,
}

/// A decoded animation.
pub struct Film {
    frames: Vec<Photo>,
    /// Which frame comes when; played over and over from `again`.
    order: Vec<usize>,
    again: usize,
    next: usize,
    noise: Option<Noise>,
}

impl Film {
    /// The film of the turning head.
    ///
    /// # Errors
    /// [`Error::File`] when it is missing or broken.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let frames = decode(path)?.ok_or_else(|| broken(path, "it is not an animation"))?;
        let (last, middle) = (frames.len() - 1, frames.len() / 2);
        let mut order = vec![middle; STILL];
        order.extend(middle..=last);
        order.extend((0..last).rev());
        order.extend(1..middle);
        Ok(Self {
            frames,
            order,
            again: STILL,
            next: 0,
            noise: Some(Noise::new(SIGMA)),
        })
    }

    /// A file's frames in order, when it is an animation.
    ///
    /// # Errors
    /// [`Error::File`] when the file is missing or broken.
    pub fn animation(path: &Path) -> Result<Option<Self>, Error> {
        let is_animation = path
            .extension()
            .is_some_and(|e| ["png", "apng", "webp"].iter().any(|x| e.eq_ignore_ascii_case(x)));
        if !is_animation {
            return Ok(None);
        }
        Ok(decode(path)?.map(|frames| Self {
            order: (0..frames.len()).collect(),
            frames,
            again: 0,
            next: 0,
            noise: None,
        }))
    }

    /// How many pictures it holds.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// The truth of every frame of the turning head.
    ///
    /// # Errors
    /// [`Error::File`] when it is missing or broken.
    pub fn truth(film: &Path) -> Result<Vec<Truth>, Error> {
        let path = film.with_extension("json");
        let text = std::fs::read_to_string(&path).map_err(|e| broken(&path, e))?;
        let truths: Truths = serde_json::from_str(&text).map_err(|e| broken(&path, e))?;
        Ok(truths.frames)
    }
}

impl Source for Film {
    fn next(&mut self) -> Result<(Photo, usize), Error> {
        let index = self.order[self.next];
        self.next += 1;
        if self.next == self.order.len() {
            self.next = self.again;
        }
        let clean = &self.frames[index];
        let photo = match &mut self.noise {
            Some(noise) => noise.on(clean),
            None => clean.clone(),
        };
        Ok((photo, index))
    }
}

/// The frames of an animated PNG or WebP; `None` for a still.
fn decode(path: &Path) -> Result<Option<Vec<Photo>>, Error> {
    let bytes = std::fs::read(path).map_err(|e| broken(path, e))?;
    // Decoders may panic on files made to hurt.
    let work = std::panic::AssertUnwindSafe(|| frames(path, &bytes));
    std::panic::catch_unwind(work).unwrap_or_else(|_| Err(broken(path, "its decoder gave up")))
}

fn frames(path: &Path, bytes: &[u8]) -> Result<Option<Vec<Photo>>, Error> {
    use image::codecs::{png::PngDecoder, webp::WebPDecoder};
    let say = |e: image::ImageError| broken(path, e);
    let reader = ImageReader::new(std::io::Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| broken(path, e))?;
    let input = std::io::Cursor::new(bytes);
    let frames = match reader.format() {
        Some(image::ImageFormat::Png) => {
            let decoder = PngDecoder::with_limits(input, Limits::default()).map_err(say)?;
            if !decoder.is_apng().map_err(say)? {
                return Ok(None);
            }
            decoder.apng().map_err(say)?.into_frames()
        }
        Some(image::ImageFormat::WebP) => {
            let decoder = WebPDecoder::new(input).map_err(say)?;
            if !decoder.has_animation() {
                return Ok(None);
            }
            decoder.into_frames()
        }
        _ => return Ok(None),
    };
    let mut photos = Vec::new();
    for frame in frames.take(FRAMES) {
        let picture = frame.map_err(say)?.into_buffer();
        let (width, height) = picture.dimensions();
        if u64::from(width) * u64::from(height) > PIXELS {
            return Err(broken(path, "its frames are larger than two megapixels"));
        }
        let rgb = picture.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]]).collect();
        photos.push(Photo::from_rgb8(width, height, rgb));
    }
    if photos.is_empty() {
        return Err(broken(path, "it holds no frame"));
    }
    Ok(Some(photos))
}

fn broken(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::File {
        path: path.to_owned(),
        why: why.to_string(),
    }
}
