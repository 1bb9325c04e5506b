//! Regions of a [`Photo`] as linear light or encoded sRGB, and patches back into it.

use super::colour::{Level, Space};
use super::{LinearImage, Patch, Photo, Rect, Samples, to_srgb};
use rayon::prelude::*;

impl Photo {
    /// A region as linear-light sRGB; the part outside the picture is cut off. Colours beyond the
    /// sRGB gamut (a Display P3 photo) lie outside 0..1. Alpha is left out.
    pub fn linear(&self, rect: Rect) -> LinearImage {
        let rect = self.clipped(rect);
        let width = rect.width as usize;
        let mut pixels = vec![[0.0; 3]; rect.area()];
        pixels
            .par_chunks_mut(width.max(1))
            .enumerate()
            .for_each(|(y, out)| {
                self.linear_row(rect.x as usize, rect.y as usize + y, out);
            });
        LinearImage {
            width,
            height: rect.height as usize,
            pixels,
        }
    }

    /// A region as encoded sRGB, 0..1 (`level / max` exactly for sRGB files, clipped to the gamut for
    /// others), row by row; the part outside the picture is cut off.
    pub fn srgb(&self, rect: Rect) -> Vec<[f32; 3]> {
        let rect = self.clipped(rect);
        if !self.space.is_srgb() {
            let mut pixels = self.linear(rect).pixels;
            pixels
                .as_flattened_mut()
                .par_iter_mut()
                .for_each(|v| *v = to_srgb(v.clamp(0.0, 1.0)));
            return pixels;
        }
        let (n, width) = (self.channels, rect.width as usize);
        let mut pixels = vec![[0.0; 3]; rect.area()];
        pixels
            .par_chunks_mut(width.max(1))
            .enumerate()
            .for_each(|(y, out)| {
                let start = ((rect.y as usize + y) * self.width as usize + rect.x as usize) * n;
                match &self.samples {
                    Samples::U8(s) => scale_row(&s[start..start + width * n], n, out),
                    Samples::U16(s) => scale_row(&s[start..start + width * n], n, out),
                }
            });
        pixels
    }

    /// Replaces the pixels a patch changes; colours are converted back to the file's own space and
    /// depth, alpha stays. Pixels outside the picture and colours that are not finite are ignored.
    pub fn apply(&mut self, patch: &Patch) {
        let rect = self.clipped(patch.rect);
        if rect.is_empty() {
            return;
        }
        let (n, stride) = (self.channels, self.width as usize * self.channels);
        let lines = rect.y as usize * stride..(rect.y + rect.height) as usize * stride;
        let columns = rect.x as usize * n..(rect.x + rect.width) as usize * n;
        let space = &self.space;
        match &mut self.samples {
            Samples::U8(s) => s[lines].par_chunks_mut(stride).enumerate().for_each(|(y, line)| {
                apply_row(space, patch, y, &mut line[columns.clone()], n);
            }),
            Samples::U16(s) => s[lines].par_chunks_mut(stride).enumerate().for_each(|(y, line)| {
                apply_row(space, patch, y, &mut line[columns.clone()], n);
            }),
        }
    }

    /// The part of a rectangle inside the picture.
    fn clipped(&self, rect: Rect) -> Rect {
        let (x, y) = (rect.x.min(self.width), rect.y.min(self.height));
        Rect {
            x,
            y,
            width: rect.width.min(self.width - x),
            height: rect.height.min(self.height - y),
        }
    }

    /// Which pixels of a region are not wholly transparent; the part outside the picture is cut off.
    pub fn opaque(&self, rect: Rect) -> Vec<bool> {
        let rect = self.clipped(rect);
        let pixel = |i: usize| {
            let (x, y) = (
                rect.x as usize + i % rect.width as usize,
                rect.y as usize + i / rect.width as usize,
            );
            (y * self.width as usize + x) * self.channels
        };
        let shown = |i| self.channels < 4 || self.level(pixel(i) + 3) > 0;
        (0..rect.area()).map(shown).collect()
    }

    /// One sample, as a level of its own depth.
    pub(super) fn level(&self, index: usize) -> u16 {
        match &self.samples {
            Samples::U8(s) => s[index].into(),
            Samples::U16(s) => s[index],
        }
    }

    /// Linear-light sRGB of `out.len()` pixels from (`x`, `y`), which lie inside the picture.
    pub(super) fn linear_row(&self, x: usize, y: usize, out: &mut [[f32; 3]]) {
        let start = (y * self.width as usize + x) * self.channels;
        let span = start..start + out.len() * self.channels;
        match &self.samples {
            Samples::U8(s) => self.space.decode_row(&s[span], self.channels, out),
            Samples::U16(s) => self.space.decode_row(&s[span], self.channels, out),
        }
    }
}

/// Samples as fractions of the brightest level, alpha left out.
fn scale_row<L: Level>(row: &[L], channels: usize, out: &mut [[f32; 3]]) {
    for (p, o) in row.chunks_exact(channels).zip(out) {
        *o = [p[0], p[1], p[2]].map(|v| f32::from(v.into()) / f32::from(L::MAX));
    }
}

/// Writes the changed pixels of row `y` of a patch; `row` holds the part of it inside the picture.
fn apply_row<L: Level>(space: &Space, patch: &Patch, y: usize, row: &mut [L], channels: usize) {
    let first = y * patch.rect.width as usize;
    let colour = |x: usize| {
        let changed = patch.changed.get(first + x).copied().unwrap_or(false);
        let colour = patch.colours.pixels.get(first + x).filter(|_| changed)?;
        colour.iter().all(|v| v.is_finite()).then_some((x, *colour))
    };
    let (places, colours): (Vec<_>, Vec<_>) = (0..row.len() / channels).filter_map(colour).unzip();
    for (x, levels) in places.into_iter().zip(space.encode_row(&colours)) {
        for (sample, level) in row[x * channels..].iter_mut().zip(levels) {
            *sample = L::from_level(level);
        }
    }
}
