//! The earring that a person wears already: where it is seen at each ear.
//!
//! Takes a photo, its [`Anchors`] and the network of the manifest's kind `trinket`; gives the anchors with a
//! [`Trinket`] an ear. What is put on would lie over it and not hide it.

use super::cover::{Cover, large, parts, peak};
use super::look::{View, look_for};
use super::{Anchors, Error, Name, ears, head};
use crate::geometry::Square;
use crate::model::Model;
use crate::photo::Photo;
use glam::DVec2;

/// It is looked so far below the lobe, in sizes of the head ([`super::extent`]); as in training (training/README.md).
const DOWN: f64 = 0.12;
/// Side of the network's answer, cells.
const CELLS: usize = ears::SIZE / 2;
/// An earring is somewhere this probable…
const SURE: f32 = 0.6;
/// …is so large where it is more probable than not, square millimetres…
const LEAST_MM2: f64 = 4.0;
/// …and hangs below the lobe, so many millimetres aside at most…
const ASIDE_MM: f64 = 8.0;
/// …and in the mean no more than so many above it: what shines there is the ear itself.
const ABOVE_MM: f64 = 3.5;
/// Of several that are so sure the one nearest the lobe is it, with what comes within so many millimetres after it…
const GAP_MM: f64 = 5.0;
/// …or so many where that is as sure: a pearl on a wire that is not seen, but neither a necklace nor hair below.
const WIRE_MM: f64 = 16.0;

/// What is seen at one ear.
#[derive(Clone, Debug)]
pub struct Trinket {
    /// The lobe of that ear.
    pub lobe: Name,
    /// Where that is, photo pixels.
    pub place: DVec2,
    /// Where it is seen.
    pub map: Cover,
}

impl Trinket {
    /// From a network's map over a square around and below the lobe at `place`, all in photo pixels, of which so many
    /// millimetres make one.
    pub fn new(lobe: Name, mut map: Vec<f32>, square: Square, place: DVec2, mm_per_px: f64) -> Self {
        map.resize(CELLS * CELLS, 0.0);
        let cell = square.side / CELLS as f64;
        let middle = (place - square.min()) / cell - 0.5;
        let (aside, above) = (ASIDE_MM / (cell * mm_per_px), ABOVE_MM / (cell * mm_per_px));
        let hangs = |part: &Vec<usize>| {
            let near = |i: &usize| ((i % CELLS) as f64 - middle.x).abs() <= aside;
            let rows = part.iter().map(|i| (i / CELLS) as f64);
            part.iter().any(near) && rows.sum::<f64>() / part.len() as f64 >= middle.y - above
        };
        let cell_of = |i: usize| DVec2::new((i % CELLS) as f64, (i / CELLS) as f64);
        let apart = |part: &[usize], of: &[DVec2]| {
            let pairs = part
                .iter()
                .flat_map(|i| of.iter().map(|p| p.distance_squared(cell_of(*i))));
            pairs.fold(f64::INFINITY, f64::min).sqrt() * cell * mm_per_px
        };
        let sure = |part: &[usize]| {
            let mm2 = large(&map, part) as f64 * (cell * mm_per_px).powi(2);
            peak(&map, part) >= SURE && mm2 >= LEAST_MM2
        };
        let parts = parts(&map, CELLS)
            .into_iter()
            .filter(|part| hangs(part) && large(&map, part) > 0);
        let mut left: Vec<(f64, Vec<usize>)> = parts.map(|part| (apart(&part, &[middle]), part)).collect();
        left.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut own: Vec<Vec<usize>> = Vec::new();
        let mut next = left.iter().position(|(_, part)| sure(part));
        let mut kept: Vec<DVec2> = Vec::new();
        while let Some(i) = next {
            let (_, part) = left.remove(i);
            kept.extend(part.iter().copied().map(cell_of));
            own.push(part);
            let gap = |part: &[usize]| if sure(part) { WIRE_MM } else { GAP_MM };
            next = left.iter().position(|(_, part)| apart(part, &kept) <= gap(part));
        }
        Self {
            lobe,
            place,
            map: Cover::new(&map, CELLS, square, &own),
        }
    }
}

/// Looks for an earring at both ears.
///
/// # Errors
/// [`Error::Model`] when the engine fails, [`Error::Shape`] when it is another network.
pub fn look_for_trinkets(model: &mut Model, photo: &Photo, anchors: &mut Anchors) -> Result<(), Error> {
    let (size, mm_per_px) = (head::extent(&anchors.points), anchors.mm_per_px.value);
    let mut found = Vec::with_capacity(2);
    for lobe in [Name::LobeL, Name::LobeR] {
        let place = anchors.at(lobe);
        let square = Square {
            center: place + DVec2::new(0.0, DOWN * size),
            side: ears::WINDOW * size,
        };
        let view = View {
            window: square.into(),
            size: ears::SIZE,
            mirrored: lobe == Name::LobeR,
            soft: false,
        };
        let mut map = look_for(model, photo, view, "worn")?;
        anchors.parts.less_hands(&mut map, CELLS, square);
        found.push(Trinket::new(lobe, map, square, place, mm_per_px));
    }
    anchors.trinkets = found;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of a map with `value` in some cells; the lobe is in cell (32, 22), a cell is two millimetres wide.
    fn trinket(spots: &[(usize, usize, f32)]) -> Trinket {
        let mut map = vec![0.0; CELLS * CELLS];
        for (x, y, value) in spots {
            // two cells each, which is more than the least of an earring
            map[y * CELLS + x] = *value;
            map[y * CELLS + x + 1] = *value;
        }
        let square = Square {
            center: DVec2::splat(64.0),
            side: 128.0,
        };
        Trinket::new(Name::LobeL, map, square, DVec2::new(65.0, 45.0), 1.0)
    }

    #[test]
    fn an_earring_hangs_below_its_lobe_and_is_sure() {
        assert!(trinket(&[(32, 24, 0.9)]).map.is_there());
        assert!(
            trinket(&[(32, 40, 0.9)]).map.is_there(),
            "a wire is too thin to be seen"
        );
        assert!(!trinket(&[(32, 24, 0.55)]).map.is_there());
        assert!(
            !trinket(&[(50, 24, 0.99)]).map.is_there(),
            "a collar's pin is beside it"
        );
        assert!(!trinket(&[]).map.is_there());
    }

    #[test]
    fn what_belongs_to_it_is_kept_and_nothing_else() {
        let spots = [
            (32, 28, 0.55),
            (32, 30, 0.95),
            (50, 24, 0.9),
            (33, 32, 0.4),
            (32, 37, 0.9),
            (31, 43, 0.55),
            (32, 54, 0.95),
        ];
        let worn = trinket(&spots);
        let at = |x: f64, y: f64| worn.map.at(DVec2::new(2.0 * x + 1.0, 2.0 * y + 1.0));
        assert!((at(32.0, 28.0) - 0.55).abs() < 1e-5 && (at(32.0, 30.0) - 0.95).abs() < 1e-5);
        assert!(at(50.0, 24.0).abs() < 1e-5 && at(33.0, 32.0).abs() < 1e-5);
        assert!(at(32.0, 37.0) > 0.8, "a pearl hangs on a wire");
        assert!(at(31.0, 43.0).abs() < 1e-5, "a curl of hair is below it");
        assert!(at(32.0, 54.0).abs() < 1e-5, "a necklace is below it");
        assert!(worn.map.at(DVec2::splat(-10.0)).abs() < 1e-5);
    }
}
