//! Toning: what black-and-white photographs make of colours.
//!
//! In a photo in black and white, be it grey, sepia or blue, every lightness has one colour. What is put into such a photo
//! must have no others.

use super::{Photo, Rect, to_linear, to_srgb};
use crate::geometry::Square;
use rayon::prelude::*;

/// Samples across and down of what is looked at.
const SAMPLES: usize = 64;
/// Into so many steps lightness is divided.
const STEPS: usize = 16;
/// How far, as root mean square, encoded colours 0..1 of one lightness may lie apart in a photo in black and white. Of 311
/// photographs the 17 that are have up to 0.007, the palest in colour 0.025.
const APART: f32 = 0.013;
/// Fewer samples say nothing.
const LEAST: usize = 256;
/// Share of luma (Rec. 709) of red, green and blue.
const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// The colour that a photo in black and white has at every lightness.
#[derive(Clone, Debug, PartialEq)]
pub struct Toning {
    /// By how much encoded red and blue differ from luma at the middle of every step.
    casts: [[f32; 2]; STEPS],
}

impl Toning {
    /// That of a square of a photo; none where there are colours.
    pub fn of(photo: &Photo, square: Square) -> Option<Self> {
        let colours: Vec<(usize, [f32; 2])> = samples(photo, square)
            .into_iter()
            .map(|colour| {
                let luma = luma(colour);
                (step(luma), [colour[0] - luma, colour[2] - luma])
            })
            .collect();
        if colours.len() < LEAST {
            return None;
        }
        let mut sums = [[0.0_f32; 3]; STEPS];
        for (step, [r, b]) in &colours {
            let sum = &mut sums[*step];
            *sum = [sum[0] + r, sum[1] + b, sum[2] + 1.0];
        }
        let mean = |step: usize| [0, 1].map(|c| sums[step][c] / sums[step][2].max(1.0));
        let off = |(step, cast): &(usize, [f32; 2])| {
            let mean = mean(*step);
            (cast[0] - mean[0]).powi(2) + (cast[1] - mean[1]).powi(2)
        };
        let apart = (colours.iter().map(off).sum::<f32>() / colours.len() as f32).sqrt();
        if apart > APART {
            return None;
        }
        // A lightness that does not occur has the colour of the nearest one that does.
        let nearest = |step: usize| {
            let known = (0..STEPS).filter(|s| sums[*s][2] > 0.0);
            known.min_by_key(|s| s.abs_diff(step)).map_or([0.0; 2], mean)
        };
        Some(Self {
            casts: std::array::from_fn(nearest),
        })
    }

    /// What becomes of a linear-light colour 0..1: one of the same lightness.
    pub fn apply(&self, colour: [f32; 3]) -> [f32; 3] {
        let luma = to_srgb(luma(colour).clamp(0.0, 1.0));
        let place = (luma * STEPS as f32 - 0.5).clamp(0.0, STEPS as f32 - 1.0);
        let (low, part) = (place as usize, place.fract());
        let high = (low + 1).min(STEPS - 1);
        let [r, b] = [0, 1].map(|c| self.casts[low][c] + (self.casts[high][c] - self.casts[low][c]) * part);
        // Green takes what keeps the luma.
        let g = -(r * LUMA[0] + b * LUMA[2]) / LUMA[1];
        [r, g, b].map(|cast| to_linear((luma + cast).clamp(0.0, 1.0)))
    }

    /// The same of a premultiplied linear-light colour.
    pub fn apply_premultiplied(&self, [r, g, b, a]: [f32; 4]) -> [f32; 4] {
        if a <= 0.0 {
            return [r, g, b, a];
        }
        let [r, g, b] = self.apply([r, g, b].map(|v| v / a)).map(|v| v * a);
        [r, g, b, a]
    }
}

/// Encoded colours from all over the part of a square that lies inside the photo: means of short lines of pixels, as to
/// read all of a head's would take a twentieth of a live frame.
fn samples(photo: &Photo, square: Square) -> Vec<[f32; 3]> {
    let (low, length) = (square.min(), square.side / SAMPLES as f64);
    let size = [photo.width(), photo.height()].map(f64::from);
    let (left, right) = (low.x.max(0.0).floor(), (low.x + square.side).min(size[0]).ceil());
    let line = |row: usize| {
        let y = (low.y + (row as f64 + 0.5) * length).floor();
        let inside = (0.0..size[1]).contains(&y) && left < right;
        let line = photo.srgb(Rect {
            x: left as u32,
            y: y as u32,
            width: (right - left) as u32,
            height: u32::from(inside),
        });
        let mean = move |column: usize| {
            let start = low.x + column as f64 * length - left;
            let [from, to] = [start, (start + length).ceil()].map(|v| (v.max(0.0) as usize).min(line.len()));
            let share = 1.0 / (to - from) as f32;
            (from < to).then(|| [0, 1, 2].map(|c| line[from..to].iter().map(|p| p[c]).sum::<f32>() * share))
        };
        (0..SAMPLES).filter_map(mean)
    };
    (0..SAMPLES).into_par_iter().flat_map_iter(line).collect()
}

fn luma(rgb: [f32; 3]) -> f32 {
    rgb.iter().zip(LUMA).map(|(v, share)| v * share).sum()
}

fn step(luma: f32) -> usize {
    ((luma * STEPS as f32) as usize).min(STEPS - 1)
}
