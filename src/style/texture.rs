//! The surface of another picture on a photo: canvas, paper, weave, bristles, grain.
//!
//! Takes a photo, the table its colours go through and the reference's surface; gives [`Strokes`], a change of
//! lightness at a fixed scale of the picture. A painter draws it along the photo's forms; where there is none (a
//! moving picture has no time for it) the surface's noise is laid on as it is.

use super::Error;
use super::cube::Cube;
use super::like::luma;
use super::painter::Painter;
use super::surface::{SIDE, Surface};
use crate::geometry::Rect;
use crate::photo::Photo;

/// Short side of the picture at the scale of the surface.
const SHORT: f64 = 720.0;
/// Longest side of it.
const LONGEST: f64 = 2000.0;
/// Largest standard deviation of plain noise; a stronger surface is made fainter.
const STRONGEST: f32 = 0.06;
/// How different two tones are that belong to different things.
const EDGE: f32 = 0.08;

/// A change of lightness at the scale of the surface.
pub(super) struct Strokes {
    size: [usize; 2],
    /// Its pixels per photo pixel.
    scale: [f32; 2],
    change: Vec<f32>,
    /// The lightness it is laid on.
    guide: Vec<f32>,
}

impl Strokes {
    /// A surface on a photo whose colours go through `table`.
    ///
    /// # Errors
    /// [`Error::Texture`] when the painter's network fails.
    pub fn new(
        photo: &Photo,
        table: &Cube,
        surface: &Surface,
        painter: Option<&mut Painter>,
    ) -> Result<Self, Error> {
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
        let guide: Vec<f32> = small
            .srgb(whole)
            .into_iter()
            .map(|p| luma(table.map(p)))
            .collect();
        let change = match painter {
            Some(painter) => painter.paint(&guide, size, surface)?,
            None => plain(&guide, size[0], surface),
        };
        Ok(Self {
            size,
            scale: [size[0] as f32 / width as f32, size[1] as f32 / height as f32],
            change,
            guide,
        })
    }

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

/// The noise as it is, least in the deepest shadow and the brightest light.
fn plain(guide: &[f32], width: usize, surface: &Surface) -> Vec<f32> {
    let strength = surface.deviation.min(STRONGEST);
    let at = |(i, light): (usize, &f32)| {
        let room = (5.0 * light * (1.15 - light)).clamp(0.25, 1.0);
        surface.noise[i / width % SIDE * SIDE + i % width % SIDE] * strength * room
    };
    guide.iter().enumerate().map(at).collect()
}
