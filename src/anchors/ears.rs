//! The closer look: where in the square around each ear the lobe really is.
//!
//! Takes a photo, its [`Anchors`] and the network of the manifest's kind `ear`; gives the anchors with both lobes
//! moved. What hangs from a lobe is judged by millimetres, and the head's crop shows an ear forty pixels high.

use super::look::{View, look};
use super::{Anchors, Error, Name, Point, head};
use crate::geometry::{Square, Window};
use crate::model::Model;
use crate::photo::Photo;
use glam::DVec2;

/// Side of the network's input, pixels.
pub const SIZE: usize = 128;
/// Side of the square it looks at, in sizes of the head ([`super::extent`]); as in training (training/README.md).
pub(super) const WINDOW: f64 = 0.8;
/// Share of the anchors' own answer that stays in the place of a lobe: both err in ways of their own.
const FIRST: f64 = 0.25;

/// Looks at both ears more closely.
///
/// # Errors
/// [`Error::Model`] when the engine fails, [`Error::Shape`] when it is another network.
pub fn look_at_ears(model: &mut Model, photo: &Photo, anchors: &mut Anchors) -> Result<(), Error> {
    let side = WINDOW * head::extent(&anchors.points);
    for name in [Name::LobeL, Name::LobeR] {
        let first = *anchors.point(name);
        let square = Square {
            center: first.position,
            side,
        };
        let seen = find(model, photo, head::turned(square, anchors.pose.roll), name)?;
        anchors.points[name as usize] = Point {
            position: seen.position.lerp(first.position, FIRST),
            visible: f64::midpoint(first.visible, seen.visible),
            ..seen
        };
    }
    Ok(())
}

/// Where one lobe is.
fn find(model: &mut Model, photo: &Photo, window: Window, name: Name) -> Result<Point, Error> {
    let right = name == Name::LobeR;
    let view = View {
        window,
        size: SIZE,
        mirrored: right,
        soft: false,
    };
    look(model, photo, view, |output| {
        let value = |name: &str, i: usize| output(name, i + 1).map(|t| f64::from(t.data[i]));
        let (x, y) = (value("points", 0)?, value("points", 1)?);
        let x = if right { 1.0 - x } else { x };
        Ok(Point {
            name,
            position: window.place(DVec2::new(x, y)),
            sigma: value("sigma", 0)? * window.square.side,
            visible: value("visible", 0)?,
        })
    })
}
