//! Hands before the head or the throat: where they are seen, with their arms, sleeves and what they hold.
//!
//! Takes a photo, its [`Anchors`] and the network of the manifest's kind `hand`; gives the anchors with a part map that
//! knows them, and lobes behind them no longer visible. Whatever is put on lies behind a hand, and to the other networks it
//! is skin.

use super::cover::{Cover, large, mean, parts, peak};
use super::look::{View, look_for};
use super::{Anchors, Error, Name, head};
use crate::model::Model;
use crate::photo::Photo;

/// Side of the network's input, pixels.
const SIZE: usize = 256;
/// Side of its answer, cells.
const CELLS: usize = SIZE / 2;
/// A hand is somewhere this probable…
const SURE: f32 = 0.95;
/// …in the mean this: bare shoulders and shirts in the colour of skin are so in patches…
const MEAN: f32 = 0.7;
/// …and so large where it is more probable than not, square millimetres: two finger tips.
const LEAST_MM2: f64 = 350.0;

/// Looks for hands.
///
/// # Errors
/// [`Error::Model`] when the engine fails, [`Error::Shape`] when it is another network.
pub fn look_for_hands(model: &mut Model, photo: &Photo, anchors: &mut Anchors) -> Result<(), Error> {
    let window = head::lower(&anchors.points, anchors.pose.roll);
    let view = View {
        window,
        size: SIZE,
        mirrored: false,
        soft: true,
    };
    let map = look_for(model, photo, view, "before")?;
    let cell_mm2 = (window.square.side / CELLS as f64 * anchors.mm_per_px.value).powi(2);
    let mut own = parts(&map, CELLS);
    own.retain(|part| {
        let sure = peak(&map, part) >= SURE && mean(&map, part) >= MEAN;
        sure && large(&map, part) as f64 * cell_mm2 >= LEAST_MM2
    });
    let hands = Cover::new(&map, CELLS, window, &own);
    for lobe in [Name::LobeL, Name::LobeR] {
        let point = &mut anchors.points[lobe as usize];
        point.visible *= 1.0 - f64::from(hands.at(point.position));
    }
    anchors.parts = std::mem::take(&mut anchors.parts).behind(hands);
    Ok(())
}
