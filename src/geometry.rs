//! Plane geometry shared by all stages: pixel rectangles, squares of interest, upright or turned,
//! and the warp that carries product millimetres to photo pixels.
//!
//! Photo coordinates are pixels of the upright photo, origin top left, y down,
//! pixel centres at +0.5.

mod bend;

pub use bend::Bend;

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

/// A square of the photo turned about its centre, as a tilted head is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The square before it is turned.
    pub square: Square,
    /// Clockwise, radians.
    pub turn: f64,
}

impl Window {
    /// The photo pixel at a place of the window, 0..1 across and down.
    pub fn place(&self, unit: DVec2) -> DVec2 {
        let away = self.square.side * (unit - 0.5);
        self.square.center + DVec2::from_angle(self.turn).rotate(away)
    }

    /// Where in the window a photo pixel lies: 0..1 across and down inside.
    pub fn unit(&self, p: DVec2) -> DVec2 {
        if self.turn == 0.0 {
            return (p - self.square.min()) / self.square.side;
        }
        DVec2::from_angle(-self.turn).rotate(p - self.square.center) / self.square.side + 0.5
    }
}

impl From<Square> for Window {
    fn from(square: Square) -> Self {
        Self { square, turn: 0.0 }
    }
}

/// Product millimetres (origin at the art's top left corner, y down) to photo pixels.
///
/// `to_photo ∘ bend ∘ to_local`: affine for rigid pieces, and bent for what follows a neck or a forehead.
/// The inverse is closed-form.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warp {
    /// Millimetres to a local frame whose axes are along and across the piece.
    pub to_local: DAffine2,
    /// How the local frame bends.
    pub bend: Bend,
    /// Local frame to photo pixels.
    pub to_photo: DAffine2,
}

impl Warp {
    /// A warp without bend.
    pub fn rigid(to_photo: DAffine2) -> Self {
        Self {
            to_local: DAffine2::IDENTITY,
            bend: Bend::None,
            to_photo,
        }
    }

    /// Where a product point (mm) lands in the photo (px).
    pub fn apply(&self, mm: DVec2) -> DVec2 {
        let local = self.to_local.transform_point2(mm);
        self.to_photo.transform_point2(self.bend.apply(local))
    }

    /// The product point (mm) seen at a photo pixel; `None` when the warp is degenerate.
    pub fn inverse(&self) -> Option<InverseWarp> {
        let (a, b) = (self.to_photo.inverse(), self.to_local.inverse());
        let bend = self.bend;
        (a.is_finite() && b.is_finite()).then_some(InverseWarp { a, bend, b })
    }
}

/// The inverse of a [`Warp`]: photo pixels to product millimetres.
#[derive(Clone, Copy, Debug)]
pub struct InverseWarp {
    a: DAffine2,
    bend: Bend,
    b: DAffine2,
}

impl InverseWarp {
    /// The product point (mm) seen at photo pixel `p`.
    pub fn apply(&self, p: DVec2) -> DVec2 {
        self.b
            .transform_point2(self.bend.undo(self.a.transform_point2(p)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warp_and_inverse_agree() {
        let warp = Warp {
            to_local: DAffine2::from_translation(DVec2::new(-60.0, -10.0)),
            bend: Bend::Stretch {
                stretch: [-0.4, 0.3],
                curve: [0.004, -0.002],
            },
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
}
