//! Plane geometry shared by all stages: pixel rectangles, squares of interest
//! and the warp that carries product millimetres to photo pixels.
//!
//! Photo coordinates are pixels of the upright photo, origin top left, y down,
//! pixel centres at +0.5.

use glam::{DAffine2, DVec2};
use serde::{Deserialize, Serialize};

/// A rectangle of whole pixels inside a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge, in pixels.
    pub x: u32,
    /// Top edge, in pixels.
    pub y: u32,
    /// Width in pixels, may be 0.
    pub width: u32,
    /// Height in pixels, may be 0.
    pub height: u32,
}

impl Rect {
    /// The smallest pixel rectangle that covers `min..max`, cut to a picture of `width`×`height`.
    pub fn covering(min: DVec2, max: DVec2, width: u32, height: u32) -> Self {
        let clip = |v: f64, top: u32| v.clamp(0.0, f64::from(top)) as u32;
        let (x, y) = (clip(min.x.floor(), width), clip(min.y.floor(), height));
        let (right, bottom) = (clip(max.x.ceil(), width), clip(max.y.ceil(), height));
        Self {
            x,
            y,
            width: right.saturating_sub(x),
            height: bottom.saturating_sub(y),
        }
    }

    /// Number of pixels.
    pub fn area(&self) -> usize {
        self.width as usize * self.height as usize
    }

    /// True when the rectangle holds no pixel.
    pub fn is_empty(&self) -> bool {
        self.area() == 0
    }
}

/// An axis-aligned square in photo pixels; it may reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Square {
    /// Centre, photo pixels.
    pub center: DVec2,
    /// Length of a side, photo pixels.
    pub side: f64,
}

impl Square {
    /// Top left corner, photo pixels.
    pub fn min(&self) -> DVec2 {
        self.center - self.side / 2.0
    }

    /// From the square's own 0..`size` pixel raster to photo pixels.
    pub fn from_raster(&self, size: usize) -> DAffine2 {
        let scale = self.side / size as f64;
        DAffine2::from_scale_angle_translation(DVec2::splat(scale), 0.0, self.min())
    }
}

/// Product millimetres (origin at the art's top left corner, y down) to photo pixels.
///
/// `to_photo ∘ bend ∘ to_local`, with `bend(u, v) = (u, v + curve·u²)`: affine for
/// rigid pieces (`curve` 0), and a parabola for what follows a neck or a forehead.
/// The inverse is closed-form.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warp {
    /// Millimetres to a local frame whose axes are along and across the piece.
    pub to_local: DAffine2,
    /// Bend of the local frame, per unit of `u`.
    pub curve: f64,
    /// Local frame to photo pixels.
    pub to_photo: DAffine2,
}

impl Warp {
    /// A warp without bend.
    pub fn rigid(to_photo: DAffine2) -> Self {
        Self {
            to_local: DAffine2::IDENTITY,
            curve: 0.0,
            to_photo,
        }
    }

    /// Where a product point (mm) lands in the photo (px).
    pub fn apply(&self, mm: DVec2) -> DVec2 {
        let p = self.to_local.transform_point2(mm);
        self.to_photo
            .transform_point2(DVec2::new(p.x, p.y + self.curve * p.x * p.x))
    }

    /// The product point (mm) seen at a photo pixel; `None` when the warp is degenerate.
    pub fn inverse(&self) -> Option<InverseWarp> {
        let (a, b) = (self.to_photo.inverse(), self.to_local.inverse());
        (a.is_finite() && b.is_finite()).then_some(InverseWarp {
            a,
            curve: self.curve,
            b,
        })
    }
}

/// The inverse of a [`Warp`]: photo pixels to product millimetres.
#[derive(Clone, Copy, Debug)]
pub struct InverseWarp {
    a: DAffine2,
    curve: f64,
    b: DAffine2,
}

impl InverseWarp {
    /// The product point (mm) seen at photo pixel `p`.
    pub fn apply(&self, p: DVec2) -> DVec2 {
        let q = self.a.transform_point2(p);
        self.b
            .transform_point2(DVec2::new(q.x, q.y - self.curve * q.x * q.x))
    }
}

/// The affine map that carries three points onto three others; `None` when `from` is collinear.
pub fn affine_through(from: [DVec2; 3], to: [DVec2; 3]) -> Option<DAffine2> {
    let frame = |p: [DVec2; 3]| DAffine2::from_cols(p[1] - p[0], p[2] - p[0], p[0]);
    let base = frame(from);
    let scale = (from[1] - from[0]).length() * (from[2] - from[0]).length();
    if base.matrix2.determinant().abs() < 1e-9 * scale.max(1e-12) {
        return None;
    }
    Some(frame(to) * base.inverse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warp_and_inverse_agree() {
        let warp = Warp {
            to_local: DAffine2::from_translation(DVec2::new(-60.0, -10.0)),
            curve: 0.004,
            to_photo: DAffine2::from_scale_angle_translation(
                DVec2::new(3.0, 2.5),
                0.3,
                DVec2::new(400.0, 900.0),
            ),
        };
        let inverse = warp.inverse().unwrap();
        for mm in [DVec2::ZERO, DVec2::new(120.0, 40.0), DVec2::new(33.0, -7.0)] {
            assert!((inverse.apply(warp.apply(mm)) - mm).length() < 1e-9);
        }
    }

    #[test]
    fn three_points_fix_an_affine_map() {
        let from = [DVec2::new(0.0, 0.0), DVec2::new(10.0, 0.0), DVec2::new(5.0, 8.0)];
        let to = [
            DVec2::new(3.0, 4.0),
            DVec2::new(23.0, 9.0),
            DVec2::new(12.0, 30.0),
        ];
        let map = affine_through(from, to).unwrap();
        for (f, t) in from.iter().zip(to) {
            assert!((map.transform_point2(*f) - t).length() < 1e-9);
        }
        assert!(affine_through([DVec2::ZERO, DVec2::X, DVec2::X * 2.0], to).is_none());
    }
}
