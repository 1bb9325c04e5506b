//! The texture network: a photo's lightness drawn in the strokes of another picture.
//!
//! Takes a photo, the table its colours go through and the reference's lightness; gives [`Strokes`], the change
//! of lightness at a fixed scale of the picture. The network sees tiles with a border as wide as it looks, at
//! fixed places of the picture, so that no seam shows.

use super::Error;
use super::cube::Cube;
use super::like::luma;
use super::reference::TEXTURE_SIDE;
use crate::geometry::Rect;
use crate::model::{self, Model, Tensor};
use crate::photo::Photo;

/// Side of the network's inputs.
const SIDE: usize = TEXTURE_SIDE;
/// A pixel depends on fewer than this many around it; a multiple of the network's coarsest step.
const BORDER: usize = 32;
/// Short side of the picture the network works on.
const SHORT: f64 = 640.0;
/// Longest side of it.
const LONGEST: f64 = 1600.0;
/// How different two tones are that belong to different things.
const EDGE: f32 = 0.08;

/// The network.
pub(super) struct Texture {
    model: Model,
}

impl Texture {
    /// Checks what the model takes and gives.
    ///
    /// # Errors
    /// [`Error::Texture`] for a network of other shapes.
    pub fn new(model: Model) -> Result<Self, Error> {
        let shapes: Vec<_> = model.inputs().iter().map(|p| p.shape.as_slice()).collect();
        let fits = shapes == [&[1, 2, SIDE, SIDE][..], &[1, 1, SIDE, SIDE][..]]
            && model.outputs().first().map(|p| p.shape.as_slice()) == Some(&[1, 1, SIDE, SIDE][..]);
        if fits {
            return Ok(Self { model });
        }
        Err(Error::Texture(model::Error::Layout {
            path: model.path().to_owned(),
            why: format!("takes {shapes:?}; a texture network takes [1, 2, {SIDE}, {SIDE}] and [1, 1, {SIDE}, {SIDE}]"),
        }))
    }

    /// SHA-256 of the network's file.
    pub fn sha256(&self) -> &str {
        self.model.sha256()
    }

    /// The change of lightness of a photo whose colours go through `table`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn draw(&mut self, photo: &Photo, table: &Cube, style: &[f32]) -> Result<Strokes, Error> {
        let (width, height) = (f64::from(photo.width()), f64::from(photo.height()));
        let (short, long) = (width.min(height), width.max(height));
        let longest = (long * SHORT / short).min(LONGEST).round().max(1.0) as u32;
        let small = photo.resized(longest);
        let size = [small.width() as usize, small.height() as usize];
        let whole = Rect {
            x: 0,
            y: 0,
            width: small.width(),
            height: small.height(),
        };
        let guide: Vec<f32> = small.srgb(whole).into_iter().map(|p| luma(table.map(p))).collect();
        let style = Tensor {
            shape: vec![1, 1, SIDE, SIDE],
            data: style.iter().map(|v| v * 2.0 - 1.0).collect(),
        };
        let mut change = vec![0.0; guide.len()];
        let inner = SIDE - 2 * BORDER;
        for top in (0..size[1]).step_by(inner) {
            for left in (0..size[0]).step_by(inner) {
                let photo = tile(&guide, size, [left, top]);
                let drawn = self.model.run(&[photo, style.clone()])?;
                let drawn = drawn.first().map_or(&[][..], |t| &t.data);
                for y in top..(top + inner).min(size[1]) {
                    for x in left..(left + inner).min(size[0]) {
                        let at = (y - top + BORDER) * SIDE + (x - left + BORDER);
                        let i = y * size[0] + x;
                        let new = drawn.get(at).map_or(guide[i], |v| v * 0.5 + 0.5);
                        change[i] = if new.is_finite() { new - guide[i] } else { 0.0 };
                    }
                }
            }
        }
        Ok(Strokes {
            size,
            scale: [size[0] as f32 / width as f32, size[1] as f32 / height as f32],
            change,
            guide,
        })
    }
}

/// The network's first input for the tile whose inside begins at `[left, top]`: lightness, its edge repeated
/// beyond the picture, and noise that belongs to the place in the picture.
fn tile(guide: &[f32], size: [usize; 2], [left, top]: [usize; 2]) -> Tensor {
    let mut data = Vec::with_capacity(2 * SIDE * SIDE);
    // Counted from BORDER before the picture, so that no place is negative.
    let place = |i: usize| ((i % SIDE) + left, (i / SIDE) + top);
    let inside = |v: usize, length: usize| v.saturating_sub(BORDER).min(length - 1);
    for i in 0..SIDE * SIDE {
        let (x, y) = place(i);
        data.push(guide[inside(y, size[1]) * size[0] + inside(x, size[0])] * 2.0 - 1.0);
    }
    for i in 0..SIDE * SIDE {
        let (x, y) = place(i);
        data.push(noise(x as u32, y as u32));
    }
    Tensor {
        shape: vec![1, 2, SIDE, SIDE],
        data,
    }
}

/// White noise of -1..1 that belongs to a place: the hash of `speck` in `shaders/common.wgsl`.
fn noise(x: u32, y: u32) -> f32 {
    let mut h = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h & 0xFFFF) as f32 / 32_767.5 - 1.0
}

/// A change of lightness at the network's scale.
pub(super) struct Strokes {
    size: [usize; 2],
    /// Its pixels per photo pixel.
    scale: [f32; 2],
    change: Vec<f32>,
    /// The lightness it was made from.
    guide: Vec<f32>,
}

impl Strokes {
    /// The change at a photo pixel of lightness `light`: from the pixels around that are as light.
    pub fn at(&self, [x, y]: [usize; 2], light: f32) -> f32 {
        let place = |v: usize, axis: usize| {
            let last = self.size[axis] - 1;
            let at = ((v as f32 + 0.5) * self.scale[axis] - 0.5).clamp(0.0, last as f32);
            let low = (at as usize).min(last.saturating_sub(1));
            (low, (low + 1).min(last), at - low as f32)
        };
        let ((x0, x1, tx), (y0, y1, ty)) = (place(x, 0), place(y, 1));
        let (mut sum, mut total) = (0.0, 0.0);
        for (column, row, near) in [
            (x0, y0, (1.0 - tx) * (1.0 - ty)),
            (x1, y0, tx * (1.0 - ty)),
            (x0, y1, (1.0 - tx) * ty),
            (x1, y1, tx * ty),
        ] {
            let i = row * self.size[0] + column;
            let off = (self.guide[i] - light) / EDGE;
            let weight = near * (0.02 + 1.0 / (1.0 + off * off * off * off));
            sum += weight * self.change[i];
            total += weight;
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }
}
