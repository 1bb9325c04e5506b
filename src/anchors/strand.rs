//! The necklace that a person wears already: where it is seen around the throat.
//!
//! Takes a photo, its [`Anchors`] and the network of the manifest's kind `strand`; gives the anchors with a [`Cover`] of
//! it. What is put on would lie beside or over it and not hide it.

use super::cover::{Cover, large, mean, parts, peak};
use super::look::{View, look_for};
use super::{Anchors, Error, Name, head};
use crate::geometry::Square;
use crate::model::Model;
use crate::photo::Photo;
use glam::DVec2;

/// Side of the network's input, pixels.
const SIZE: usize = 256;
/// Side of its answer, cells.
const CELLS: usize = SIZE / 2;
/// Side of the square it looks at, in sizes of the head ([`super::extent`]); as in training (training/README.md).
const WINDOW: f64 = 2.0;
/// Of a necklace some part is somewhere this probable…
const SURE: f32 = 0.85;
/// …in the mean this over bare skin, and this over what closes a neckline: ties are striped…
const MEAN: (f32, f32) = (0.6, 0.7);
/// …and so long, millimetres: dots of a cloth and pins are shorter.
const LONG_MM: f64 = 40.0;
/// All of it is somewhere this probable…
const ALSO: f32 = 0.6;
/// …and so large where it is more probable than not, square millimetres.
const LEAST_MM2: f64 = 40.0;

/// Looks for a necklace.
///
/// # Errors
/// [`Error::Model`] when the engine fails, [`Error::Shape`] when it is another network.
pub fn look_for_strand(model: &mut Model, photo: &Photo, anchors: &mut Anchors) -> Result<(), Error> {
    let square = Square {
        center: anchors.at(Name::Notch),
        side: WINDOW * head::extent(&anchors.points),
    };
    let view = View {
        window: square.into(),
        size: SIZE,
        mirrored: false,
        soft: true,
    };
    let mut map = look_for(model, photo, view, "worn")?;
    anchors.parts.less_hands(&mut map, CELLS, square);
    let mean = if anchors.open_neckline() { MEAN.0 } else { MEAN.1 };
    let ends = square.min().y + square.side < f64::from(photo.height());
    anchors.strand = Some(strand(&map, square, anchors.mm_per_px.value, (mean, ends)));
    Ok(())
}

/// What of a network's map is a necklace; `square` in photo pixels, of which so many millimetres make one; `least`: how
/// probable it is in the mean; `ends`: whether the photo goes on below the square. A long one that does so too is left
/// alone: half a chain is worse than one that is worn beside another.
fn strand(map: &[f32], square: Square, mm_per_px: f64, (least, ends): (f32, bool)) -> Cover {
    let cell_mm = square.side / CELLS as f64 * mm_per_px;
    let mut parts = parts(map, CELLS);
    parts.retain(|part| peak(map, part) >= ALSO && large(map, part) as f64 * cell_mm.powi(2) >= LEAST_MM2);
    let sure = |part: &Vec<usize>| {
        peak(map, part) >= SURE && mean(map, part) >= least && length(part) * cell_mm >= LONG_MM
    };
    let lowest = |part: &Vec<usize>| part.iter().max().is_some_and(|i| i / CELLS == CELLS - 1);
    if !parts.iter().any(sure) || ends && parts.iter().any(lowest) {
        parts.clear();
    }
    Cover::new(map, CELLS, square, &parts)
}

/// The diagonal of the rectangle around a part, cells.
fn length(part: &[usize]) -> f64 {
    let place = |i: &usize| DVec2::new((i % CELLS) as f64, (i / CELLS) as f64);
    let low = part.iter().map(place).reduce(DVec2::min).unwrap_or_default();
    let high = part.iter().map(place).reduce(DVec2::max).unwrap_or_default();
    (high - low + 1.0).length()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sure_and_long_is_one_and_what_lies_beside_is_of_it() {
        let square = Square {
            center: DVec2::splat(CELLS as f64),
            side: 2.0 * CELLS as f64,
        };
        // Two millimetres a cell.
        let seen = |lines: &[(usize, usize, f32)]| {
            let mut map = vec![0.0; CELLS * CELLS];
            for (y, length, value) in lines {
                map[y * CELLS + 20..][..*length].fill(*value);
            }
            strand(&map, square, 1.0, (MEAN.0, true))
        };
        let sure = (30, 40, 0.9);
        let worn = seen(&[sure, (40, 40, 0.7), (50, 40, 0.5), (60, 8, 0.9)]);
        let at = |y: f64| worn.at(DVec2::new(43.0, 2.0 * y + 1.0));
        assert!(worn.is_there() && (at(30.0) - 0.9).abs() < 1e-5);
        assert!((at(40.0) - 0.7).abs() < 1e-5, "its other strand");
        assert!(at(50.0).abs() < 1e-5, "a crease of the skin");
        assert!(at(60.0).abs() < 1e-5, "a button");
        let below = (CELLS - 1, 40, 0.9);
        assert!(!seen(&[sure, below]).is_there(), "one that goes on below");
        for other in [(30, 40, 0.7), (30, 18, 0.95), (30, 40, 0.2)] {
            assert!(!seen(&[other]).is_there(), "{other:?}");
        }
    }
}
