//! Nose: where its wings are round, which is where they are pierced.
//!
//! Takes [`Anchors`], gives places in the photo. The points of the wings' edges were learned from renders alone; where one
//! of them is too low, what lies above it is the nostril's opening, and the photo, which is dark there, says so.

use super::{Anchors, Name};
use crate::geometry::{Square, Window};
use crate::photo::{Photo, boxed};
use glam::DVec2;

/// A wing is round so far (mm) above the point at its edge…
const UP_MM: f64 = 3.5;
/// …so far nearer to the nose's middle…
const IN_MM: f64 = 1.2;
/// …and so far behind it.
const BACK_MM: f64 = 6.0;

/// The photo is looked at in so many cells a side…
const CELLS: usize = 49;
/// …of so many millimetres.
const CELL_MM: f64 = 0.5;
/// What has less than this share of the median luma there (encoded) is an opening or the shadow below a nose.
const DARK: f32 = 0.6;
/// A stud that reaches so far around its place may not touch it…
const STUD_MM: f64 = 2.0;
/// …and is moved until so much is free.
const FREE_MM: f64 = 2.2;
/// It is looked so many cells up, towards the middle and away from it.
const LOOKED: (i32, i32, i32) = (10, 6, 8);

/// Where the wing is round whose edge a point is.
pub fn wing(anchors: &Anchors, name: Name) -> DVec2 {
    let (sin, cos) = anchors.pose.yaw.to_radians().sin_cos();
    let aside = DVec2::new(-outwards(name) * IN_MM * cos - BACK_MM * sin, -UP_MM);
    let turned = DVec2::from_angle(anchors.pose.roll.to_radians()).rotate(aside);
    anchors.at(name) + turned / anchors.mm_per_px.value
}

/// Moves the points of both wings' edges so that where the wing is round it is not open.
pub(super) fn off_the_openings(photo: &Photo, anchors: &mut Anchors) {
    for name in [Name::NostrilL, Name::NostrilR] {
        let window = Window {
            square: Square {
                center: wing(anchors, name),
                side: CELLS as f64 * CELL_MM / anchors.mm_per_px.value,
            },
            turn: anchors.pose.roll.to_radians(),
        };
        let raster = photo.sample(window, CELLS);
        let (dx, dy) = free(&dark(&raster), outwards(name) as i32);
        let moved = DVec2::new(f64::from(dx), f64::from(dy)) / CELLS as f64;
        anchors.points[name as usize].position += window.place(moved + 0.5) - window.square.center;
    }
}

/// Which way is away from the middle in an upright picture: a subject's left is on the right.
fn outwards(name: Name) -> f64 {
    if name == Name::NostrilL { 1.0 } else { -1.0 }
}

/// The cells of planar RGB that are dark beside the others.
fn dark(raster: &[f32]) -> Vec<DVec2> {
    let n = CELLS * CELLS;
    let luma: Vec<f32> = (0..n)
        .map(|i| 0.2126 * raster[i] + 0.7152 * raster[n + i] + 0.0722 * raster[2 * n + i])
        .collect();
    let luma = boxed(&luma, CELLS, 1);
    let mut sorted = luma.clone();
    let (_, median, _) = sorted.select_nth_unstable_by(n / 2, f32::total_cmp);
    let least = DARK * *median;
    let is_dark = |i: &usize| luma[*i] < least;
    let place = |i: usize| DVec2::new((i % CELLS) as f64, (i / CELLS) as f64) - (CELLS / 2) as f64;
    (0..n).filter(is_dark).map(place).collect()
}

/// By how many cells to go from the middle, no farther than needed and never down, so that nothing dark is near; not at
/// all where nothing is, or nowhere.
fn free(dark: &[DVec2], outwards: i32) -> (i32, i32) {
    let nearest = |(x, y): (i32, i32)| {
        let here = DVec2::new(f64::from(x), f64::from(y));
        let away = dark.iter().map(|place| place.distance(here));
        CELL_MM * away.fold(f64::INFINITY, f64::min)
    };
    if nearest((0, 0)) >= STUD_MM {
        return (0, 0);
    }
    let (up, inside, outside) = LOOKED;
    let places = (-up..=0).flat_map(|y| (-inside..=outside).map(move |x| (outwards * x, y)));
    let free = places.filter(|&place| nearest(place) >= FREE_MM);
    free.min_by_key(|(x, y)| x * x + y * y).unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::PartMap;
    use crate::placement::head;

    /// Skin with a round opening of 4 mm whose middle lies so far below where the wing is said to be round, at 2 px a
    /// millimetre; by how much the point of the wing's edge is moved, mm.
    fn moved(below_mm: f64) -> DVec2 {
        let mut anchors = head::with(|_| DVec2::splat(100.0), PartMap::default());
        let opening = wing(&anchors, Name::NostrilL) + DVec2::Y * below_mm * 2.0;
        let pixel = |i: u32| {
            let place = DVec2::new(f64::from(i % 200) + 0.5, f64::from(i / 200) + 0.5);
            if place.distance(opening) < 8.0 {
                [40, 20, 20]
            } else {
                [200, 150, 120]
            }
        };
        let photo = Photo::from_rgb8(200, 200, (0..200 * 200).flat_map(pixel).collect());
        let before = anchors.at(Name::NostrilL);
        off_the_openings(&photo, &mut anchors);
        (anchors.at(Name::NostrilL) - before) / 2.0
    }

    #[test]
    fn a_wing_is_not_its_opening() {
        assert_eq!(moved(30.0), DVec2::ZERO);
        assert_eq!(moved(7.0), DVec2::ZERO);
        for below in [0.0, 2.0, 4.0] {
            let by = moved(below);
            let away = (by - DVec2::Y * below).length();
            assert!(
                by.y <= 0.0 && (4.0 + STUD_MM - 0.6..8.0).contains(&away),
                "{below}: {by}"
            );
        }
    }
}
