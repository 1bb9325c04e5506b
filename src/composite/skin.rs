//! What the skin around a piece tells of the light that falls on it.

use crate::anchors::{Anchors, Part};
use crate::photo::{to_linear, to_srgb};
use glam::{DAffine2, DVec2};

/// A white thing is at least so many times as luminous as the skin beside it: even the lightest skin swallows two fifths
/// of the light. On 371 training renders the network puts a tenth of the pieces below that; on photographs of women in
/// pearls it makes ours far darker than their own.
const OVER_SKIN: f32 = 1.6;
/// What is skin at least so probably is skin.
const SURE: f32 = 0.7;
/// Every so many pixels of the raster are looked at, across and down.
const STEP: usize = 4;
/// Less of the region than this tells nothing.
const LEAST: f32 = 0.01;

/// The sRGB-encoded value, 0..1, that white has at least in this light; 0 where too little skin is seen. `photo` is
/// planar `[3, size, size]`, sRGB-encoded; `to_photo` carries its raster into the photo.
pub fn white(anchors: &Anchors, to_photo: DAffine2, photo: &[f32], coverage: &[f32], size: usize) -> f32 {
    let n = size * size;
    let (mut sum, mut seen, mut all) = (0.0, 0.0, 0.0);
    for y in (STEP / 2..size).step_by(STEP) {
        for x in (STEP / 2..size).step_by(STEP) {
            let i = y * size + x;
            let place = to_photo.transform_point2(DVec2::new(x as f64 + 0.5, y as f64 + 0.5));
            all += 1.0;
            if coverage[i] <= 0.0 && anchors.parts.at(Part::Skin, place) > SURE {
                let [r, g, b] = [0, 1, 2].map(|c| to_linear(photo[c * n + i]));
                sum += 0.2126 * r + 0.7152 * g + 0.0722 * b;
                seen += 1.0;
            }
        }
    }
    if seen < LEAST * all {
        return 0.0;
    }
    to_srgb((OVER_SKIN * sum / seen).min(1.0))
}
