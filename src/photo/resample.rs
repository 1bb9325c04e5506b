//! Resampling in linear light: network inputs and thumbnails.
//!
//! Source pixels are averaged over whole boxes of at most a third of an output pixel while
//! they are turned into linear light; a Catmull-Rom filter with antialiasing does the rest.
//! It works band by band, so no full-size float picture ever exists.

use super::colour::Level;
use super::curve::Encoding;
use super::{Photo, Samples};
use crate::geometry::{Square, Window};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32x4;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use glam::DVec2;
use rayon::prelude::*;

/// Output rows made at a time.
const BAND: usize = 32;
/// Boxes per output pixel, at least.
const GAP: f64 = 3.0;
/// Radius of the Catmull-Rom kernel in output pixels.
const SUPPORT: f64 = 2.0;
/// How much finer than a turned window the upright square is that it is read from.
const FINER: f64 = 1.5;
/// Squares beyond this many pixels are taken as empty.
const FAR: f64 = 1e9;

/// One axis of a resampling: source pixels in boxes, boxes to output pixels.
#[derive(Clone, Copy)]
struct Axis {
    /// Start of the area, source pixels.
    start: f64,
    /// Source pixels per output pixel.
    scale: f64,
    /// Source pixels per box.
    step: i64,
    /// First source pixel of box 0.
    origin: i64,
    /// Boxes there are.
    boxes: i64,
    /// Source pixels there are.
    length: i64,
}

impl Axis {
    /// `out` pixels over `size` source pixels from `start`. An open axis goes on beyond the picture;
    /// the other kind ends with it.
    fn new(start: f64, size: f64, out: usize, length: u32, open: bool) -> Self {
        let scale = size / out as f64;
        let step = (scale / GAP).floor().max(1.0) as i64;
        let margin = if open {
            SUPPORT * scale.max(1.0) + step as f64
        } else {
            0.0
        };
        let origin = (start - margin).floor() as i64;
        let boxes = ((start + size + margin - origin as f64) / step as f64).ceil() as i64;
        Self {
            start,
            scale,
            step,
            origin,
            boxes,
            length: length.into(),
        }
    }

    /// The boxes that outputs `from..to` look at.
    fn range(&self, from: usize, to: usize) -> (i64, i64) {
        let (step, reach) = (self.step as f64, SUPPORT * self.scale.max(1.0) + self.step as f64);
        let begin = self.start - self.origin as f64;
        let first = ((begin + from as f64 * self.scale - reach) / step).floor() as i64;
        let last = ((begin + to as f64 * self.scale + reach) / step).ceil() as i64;
        (first.clamp(0, self.boxes), last.clamp(0, self.boxes))
    }

    /// The source pixels of a box that lie inside the picture.
    fn inside(&self, index: i64) -> std::ops::Range<i64> {
        let start = self.origin + index * self.step;
        start.clamp(0, self.length)..(start + self.step).clamp(0, self.length)
    }

    /// Start and length of outputs `from..to` in boxes counted from `first` of `count`.
    fn crop(&self, from: usize, to: usize, first: i64, count: i64) -> (f64, f64) {
        let step = self.step as f64;
        let begin = (self.start - self.origin as f64 + from as f64 * self.scale) / step - first as f64;
        let begin = begin.max(0.0);
        (
            begin,
            ((to - from) as f64 * self.scale / step).min(count as f64 - begin),
        )
    }
}

/// How pixels enter the average.
#[derive(Clone, Copy)]
struct Pixels<'a> {
    photo: &'a Photo,
    /// Weight colours with alpha; the photo has it.
    alpha: bool,
    /// Linear colour beyond the picture; `None` where nothing lies beyond.
    outside: Option<f32>,
}

impl Pixels<'_> {
    /// Adds the source pixels of row `y` to the sums of boxes `from..to`.
    fn add_row(&self, y: i64, x: Axis, boxes: (i64, i64), row: &mut Vec<[f32; 3]>, sums: &mut [F32x4]) {
        let (left, right) = (x.inside(boxes.0).start, x.inside(boxes.1 - 1).end);
        if left >= right {
            return;
        }
        let photo = self.photo;
        row.resize((right - left) as usize, [0.0; 3]);
        photo.linear_row(left as usize, y as usize, row);
        let alpha = |x: i64| {
            let pixel = y as usize * photo.width as usize + (left + x) as usize;
            f32::from(photo.level(pixel * 4 + 3)) / f32::from(photo.samples.max())
        };
        for (index, sum) in (boxes.0..boxes.1).zip(sums) {
            let span = x.inside(index);
            let span = span.start - left..span.end - left;
            let [mut r, mut g, mut b, mut a] = sum.0;
            if self.alpha {
                for i in span {
                    let (pixel, weight) = (row[i as usize], alpha(i));
                    (r, g, b) = (
                        r + pixel[0] * weight,
                        g + pixel[1] * weight,
                        b + pixel[2] * weight,
                    );
                    a += weight;
                }
            } else {
                for pixel in &row[span.start as usize..span.end as usize] {
                    (r, g, b) = (r + pixel[0], g + pixel[1], b + pixel[2]);
                }
                a += (span.end - span.start) as f32;
            }
            *sum = F32x4::new([r, g, b, a]);
        }
    }

    /// The box averages of some rows and columns of boxes.
    fn boxes(&self, x: Axis, y: Axis, columns: (i64, i64), rows: (i64, i64)) -> Vec<F32x4> {
        let width = (columns.1 - columns.0) as usize;
        let mut averages = vec![F32x4::new([0.0; 4]); width * (rows.1 - rows.0) as usize];
        let mut row = Vec::new();
        for (j, sums) in (rows.0..rows.1).zip(averages.chunks_exact_mut(width)) {
            let lines = y.inside(j);
            let height = lines.end - lines.start;
            lines.for_each(|line| self.add_row(line, x, columns, &mut row, sums));
            for (i, sum) in (columns.0..columns.1).zip(sums) {
                let span = x.inside(i);
                let count = ((span.end - span.start) * height) as f32;
                let all = (x.step * y.step) as f32;
                let (grey, n) = self.outside.map_or((0.0, count), |v| (v * (all - count), all));
                let beyond = [
                    grey,
                    grey,
                    grey,
                    if self.outside.is_some() { all - count } else { 0.0 },
                ];
                let total = sum.0;
                *sum = F32x4::new([0, 1, 2, 3].map(|c| (total[c] + beyond[c]) / n.max(1.0)));
            }
        }
        averages
    }

    /// `width`×`height` pixels `[r, g, b, alpha]`, linear sRGB, premultiplied.
    fn resample(&self, x: Axis, y: Axis, width: usize, height: usize) -> Vec<[f32; 4]> {
        let mut out = vec![[0.0; 4]; width * height];
        out.par_chunks_mut(width * BAND)
            .enumerate()
            .for_each(|(band, out)| {
                let from = band * BAND;
                out.copy_from_slice(&self.band(x, y, width, from..from + out.len() / width));
            });
        out
    }

    /// The rows `rows` of such a picture.
    fn band(&self, x: Axis, y: Axis, width: usize, rows: std::ops::Range<usize>) -> Vec<[f32; 4]> {
        let resize = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .use_alpha(false);
        let columns = x.range(0, width);
        let (from, to) = (rows.start, rows.end);
        let mut out = vec![F32x4::new([0.0; 4]); width * rows.len()];
        let lines = y.range(from, to);
        let averages = self.boxes(x, y, columns, lines);
        let (wide, high) = (columns.1 - columns.0, lines.1 - lines.0);
        let (left, across) = x.crop(0, width, columns.0, wide);
        let (top, down) = y.crop(from, to, lines.0, high);
        let source = TypedImageRef::new(wide as u32, high as u32, &averages);
        let target = TypedImage::from_pixels_slice(width as u32, rows.len() as u32, &mut out);
        if let (Ok(source), Ok(mut target)) = (source, target) {
            let resize = resize.crop(left, top, across, down);
            // Sizes and crop agree by construction.
            let done = Resizer::new().resize_typed(&source, &mut target, &resize);
            debug_assert!(done.is_ok(), "{done:?}");
        }
        out.into_iter().map(|p| p.0).collect()
    }
}

/// A part of a photo (`source`: left, top, width, height in its pixels) at another size, handed on band by band in
/// parallel: `take` turns rows of premultiplied linear `[r, g, b, alpha]` into the samples of the same rows,
/// `channels` a pixel. No full-size float picture ever exists.
pub(super) fn scaled<L: Level + Default>(
    photo: &Photo,
    source: [f64; 4],
    size: (u32, u32),
    channels: usize,
    take: impl Fn(&[[f32; 4]], &mut [L]) + Sync,
) -> Vec<L> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let [left, top, across, down] = source;
    let x = Axis::new(left, across, width, photo.width, false);
    let y = Axis::new(top, down, height, photo.height, false);
    let pixels = Pixels {
        photo,
        alpha: photo.channels == 4,
        outside: None,
    };
    let row = width * channels;
    let mut out = vec![L::default(); row * height];
    out.par_chunks_mut(row * BAND)
        .enumerate()
        .for_each(|(band, out)| {
            let from = band * BAND;
            take(&pixels.band(x, y, width, from..from + out.len() / row), out);
        });
    out
}

/// See [`Photo::sample`].
pub(super) fn sample(photo: &Photo, window: Window, size: usize) -> Vec<f32> {
    if window.turn == 0.0 {
        return upright(photo, window.square, size);
    }
    let turn = DVec2::from_angle(if window.turn.is_finite() { window.turn } else { 0.0 });
    let reach = size as f64 * turn.abs().element_sum();
    let wide = (reach * FINER).ceil() as usize + 1;
    let around = Square {
        side: window.square.side * wide as f64 / (size as f64 * FINER),
        ..window.square
    };
    let fine = upright(photo, around, wide);
    let (half, last) = (DVec2::splat(wide as f64 / 2.0 - 0.5), (wide - 1) as f64);
    let mut planes = Vec::with_capacity(3 * size * size);
    for plane in fine.chunks_exact(wide * wide) {
        for i in 0..size * size {
            let away = DVec2::new((i % size) as f64, (i / size) as f64) + 0.5 - size as f64 / 2.0;
            let spot = (half + FINER * turn.rotate(away)).clamp(DVec2::ZERO, DVec2::splat(last));
            let (x, y) = ((spot.x as usize).min(wide - 2), (spot.y as usize).min(wide - 2));
            let (fx, fy) = ((spot.x - x as f64) as f32, (spot.y - y as f64) as f32);
            let row = |y: usize| {
                let at = &plane[y * wide + x..][..2];
                at[0] + (at[1] - at[0]) * fx
            };
            let (above, below) = (row(y), row(y + 1));
            planes.push(above + (below - above) * fy);
        }
    }
    planes
}

/// The same of one that is not turned.
fn upright(photo: &Photo, square: Square, size: usize) -> Vec<f32> {
    let (min, side) = (square.min(), square.side);
    let mut planes = vec![0.5; 3 * size * size];
    let near = min.is_finite() && min.abs().max_element() < FAR && side < FAR;
    if size == 0 || !near || side <= 0.0 {
        return planes;
    }
    let outside = Some(super::to_linear(0.5));
    let x = Axis::new(min.x, side, size, photo.width, true);
    let y = Axis::new(min.y, side, size, photo.height, true);
    let pixels = Pixels {
        photo,
        alpha: false,
        outside,
    }
    .resample(x, y, size, size);
    let encode = Encoding::get();
    planes
        .par_chunks_mut(size * size)
        .enumerate()
        .for_each(|(c, plane)| {
            for (v, pixel) in plane.iter_mut().zip(&pixels) {
                *v = encode.at(pixel[c]);
            }
        });
    planes
}

/// See [`Photo::resized`].
pub(super) fn resized(photo: &Photo, longest: u32) -> Photo {
    let side = photo.width.max(photo.height);
    if longest >= side || longest == 0 {
        return photo.clone();
    }
    let scaled = |v: u32| {
        (f64::from(v) * f64::from(longest) / f64::from(side))
            .round()
            .max(1.0) as u32
    };
    let size = (scaled(photo.width), scaled(photo.height));
    let whole = [0.0, 0.0, photo.width.into(), photo.height.into()];
    let samples = match &photo.samples {
        Samples::U8(_) => Samples::U8(self::scaled(photo, whole, size, photo.channels, |p, out| {
            levels(photo, p, out);
        })),
        Samples::U16(_) => Samples::U16(self::scaled(photo, whole, size, photo.channels, |p, out| {
            levels(photo, p, out);
        })),
    };
    Photo {
        width: size.0,
        height: size.1,
        samples,
        ..photo.shell()
    }
}

/// Samples in the photo's own space from premultiplied linear `[r, g, b, alpha]`.
fn levels<L: Level>(photo: &Photo, pixels: &[[f32; 4]], out: &mut [L]) {
    let straight: Vec<[f32; 3]> = pixels
        .iter()
        .map(|&[r, g, b, a]| [r, g, b].map(|v| if a > 0.0 { v / a } else { 0.0 }))
        .collect();
    let colours = photo.space.encode_row(&straight);
    let alphas = pixels
        .iter()
        .map(|p| (p[3].clamp(0.0, 1.0) * f32::from(L::MAX)).round() as u16);
    let own = out.chunks_exact_mut(photo.channels);
    for ((out, [r, g, b]), a) in own.zip(colours).zip(alphas) {
        out.iter_mut()
            .zip([r, g, b, a])
            .for_each(|(o, v)| *o = L::from_level(v));
    }
}
