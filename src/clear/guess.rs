//! A guess of what is behind an earring, as coarse as the network of the manifest's kind `behind` sees it.
//!
//! Takes a photo and what is unknown of it; gives encoded colours about the hole. They say where an ear ends and what
//! comes after it, [`super::fill`] makes it of the photo's own pixels.

use super::fill::Holed;
use super::hole::center;
use crate::geometry::{Rect, Square};
use crate::model::{Error, Model, Tensor};
use crate::photo::{Photo, boxed};
use glam::DVec2;

/// Side of the network's picture, pixels; as in training (`behind_net.py`).
const SIZE: usize = 128;
/// Side of the square it shows, in the hole's longer side…
pub const SIDE: f64 = 2.3;
/// …but no less than so many millimetres.
const LEAST_MM: f64 = 26.0;
/// What so many times so many places in a cell know of the hole.
const PLACES: usize = 3;
/// Every so many known cells of a row and of a column one is asked for its colour.
const SAMPLED: usize = 4;
/// Colours that are so much farther from the guess than the nearest one (encoded) hardly count…
const ALIKE: f32 = 0.05;
/// …and one that is a whole square away counts as so much farther.
const AWAY: f32 = 0.25;

/// Encoded colours over a square of the photo.
pub struct Guess {
    square: Square,
    /// RGB, plane by plane.
    planes: Vec<f32>,
}

impl Guess {
    /// Asks the network. `hole`: the rectangle around what is unknown; `unknown`: is a photo pixel?
    ///
    /// # Errors
    /// When the engine fails, or answers with something that is no picture.
    pub fn new(
        model: &mut Model,
        photo: &Photo,
        hole: Rect,
        mm_per_px: f64,
        unknown: impl Fn(DVec2) -> bool,
    ) -> Result<Self, Error> {
        let size = DVec2::new(f64::from(hole.width), f64::from(hole.height));
        let square = Square {
            center: DVec2::new(f64::from(hole.x), f64::from(hole.y)) + size / 2.0,
            side: (SIDE * size.max_element()).max(LEAST_MM / mm_per_px),
        };
        let mut data = photo.sample(square, SIZE);
        let grid = square.side / (SIZE * PLACES) as f64;
        let missing = |cell: usize| {
            let (x, y) = (cell % SIZE * PLACES, cell / SIZE * PLACES);
            (0..PLACES * PLACES).any(|i| {
                let (u, v) = (x + i % PLACES, y + i / PLACES);
                unknown(square.min() + (DVec2::new(u as f64, v as f64) + 0.5) * grid)
            })
        };
        let missing: Vec<bool> = (0..SIZE * SIZE).map(missing).collect();
        for (i, value) in data.iter_mut().enumerate() {
            *value = if missing[i % missing.len()] {
                0.0
            } else {
                *value * 2.0 - 1.0
            };
        }
        data.extend(missing.iter().map(|m| f32::from(u8::from(*m))));
        let path = model.path().to_owned();
        let made = model.run(&[Tensor {
            shape: vec![1, 4, SIZE, SIZE],
            data,
        }])?;
        let Some(picture) = made.into_iter().find(|t| t.shape == [1, 3, SIZE, SIZE]) else {
            return Err(Error::Refused {
                path,
                why: format!("answers with no picture of 3 x {SIZE} x {SIZE}; export it again"),
            });
        };
        if picture.data.iter().any(|v| !v.is_finite()) {
            return Err(Error::Refused {
                path,
                why: "answers with values that are no numbers; export it again".to_owned(),
            });
        }
        let mut planes: Vec<f32> = picture.data.iter().map(|v| v * 0.5 + 0.5).collect();
        familiar(&mut planes, &missing);
        Ok(Self { square, planes })
    }

    /// Pixels of the photo that make one of the network's.
    pub fn coarse(&self) -> f64 {
        self.square.side / SIZE as f64
    }

    /// The colour at a photo pixel, bilinear; the nearest one outside the square.
    pub fn at(&self, p: DVec2) -> [f32; 3] {
        let last = (SIZE - 1) as f64;
        let spot = ((p - self.square.min()) / self.coarse() - 0.5).clamp(DVec2::ZERO, DVec2::splat(last));
        let (x, y) = (spot.x as usize, spot.y as usize);
        let (u, v) = (spot.x.fract() as f32, spot.y.fract() as f32);
        let (right, low) = ((x + 1).min(SIZE - 1), (y + 1).min(SIZE - 1));
        std::array::from_fn(|c| {
            let at = |x: usize, y: usize| self.planes[(c * SIZE + y) * SIZE + x];
            let row = |y: usize| at(x, y) + (at(right, y) - at(x, y)) * u;
            row(y) + (row(low) - row(y)) * v
        })
    }

    /// What is known of a rectangle of the photo, and guessed of the rest, each the mean over a box of the picture's softness.
    pub fn over(&self, picture: &Holed, rect: Rect) -> Vec<[f32; 3]> {
        let mut whole = picture.pixels.clone();
        for i in (0..whole.len()).filter(|&i| picture.hole[i]) {
            whole[i] = self.at(center(i as u32, rect));
        }
        for c in 0..3 {
            let plane: Vec<f32> = whole.iter().map(|rgb| rgb[c]).collect();
            let soft = boxed(&plane, picture.width, picture.soft);
            whole.iter_mut().zip(soft).for_each(|(rgb, v)| rgb[c] = v);
        }
        whole
    }
}

/// Replaces what is guessed by the mean of those known colours around that are nearest to it. The network knows what is
/// where, not how blue this backdrop is.
fn familiar(planes: &mut [f32], missing: &[bool]) {
    let colour = |planes: &[f32], i: usize| [0, 1, 2].map(|c| planes[c * SIZE * SIZE + i]);
    let place = |i: usize| [(i % SIZE) as f32, (i / SIZE) as f32].map(|v| v / SIZE as f32);
    let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let on_grid = |i: usize| [i % SIZE, i / SIZE].iter().all(|v| v.is_multiple_of(SAMPLED));
    let asked = |i: &usize| on_grid(*i) && !missing[*i];
    let known: Vec<_> = (0..SIZE * SIZE)
        .filter(asked)
        .map(|i| (colour(planes, i), place(i)))
        .collect();
    if known.is_empty() {
        return;
    }
    let mut off = vec![0.0; known.len()];
    for i in (0..SIZE * SIZE).filter(|&i| missing[i]) {
        let (guess, here) = (colour(planes, i), place(i));
        for (off, (colour, there)) in off.iter_mut().zip(&known) {
            *off = squared(&guess, colour) + AWAY * AWAY * squared(&here, there);
        }
        let nearest = off.iter().copied().fold(f32::INFINITY, f32::min);
        let (mut sum, mut all) = ([0.0; 3], 0.0);
        for (off, (colour, _)) in off.iter().zip(&known) {
            let weight = ((nearest - off) / (2.0 * ALIKE * ALIKE)).exp();
            sum = std::array::from_fn(|c| sum[c] + weight * colour[c]);
            all += weight;
        }
        for c in 0..3 {
            planes[c * SIZE * SIZE + i] = sum[c] / all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_has_the_colours_around_it() {
        // Skin on the left, a backdrop on the right; in the middle both are guessed, too grey.
        let missing: Vec<bool> = (0..SIZE * SIZE)
            .map(|i| (40..88).contains(&(i % SIZE)) && (40..88).contains(&(i / SIZE)))
            .collect();
        let of = |i: usize| {
            if i % SIZE < 64 {
                [0.8, 0.6, 0.5]
            } else {
                [0.2, 0.5, 0.9]
            }
        };
        let seen = |i: usize| of(i).map(|v: f32| if missing[i] { v + (0.5 - v) * 0.4 } else { v });
        let mut planes: Vec<f32> = (0..3 * SIZE * SIZE)
            .map(|i| seen(i % (SIZE * SIZE))[i / (SIZE * SIZE)])
            .collect();
        familiar(&mut planes, &missing);
        for (i, value) in planes.iter().enumerate() {
            let wanted = of(i % (SIZE * SIZE))[i / (SIZE * SIZE)];
            assert!((value - wanted).abs() < 0.02, "{i}: {value}, not {wanted}");
        }
        // Where nothing is known it stays a guess.
        let before = planes.clone();
        familiar(&mut planes, &vec![true; SIZE * SIZE]);
        assert_eq!(planes, before);
    }

    #[test]
    fn a_guess_lies_over_its_square() {
        let square = Square {
            center: DVec2::new(300.0, 200.0),
            side: 64.0,
        };
        // Red grows to the right, green downwards.
        let value = |i: usize| match i / (SIZE * SIZE) {
            0 => (i % SIZE) as f32 + 0.5,
            1 => (i % (SIZE * SIZE) / SIZE) as f32 + 0.5,
            _ => 0.0,
        };
        let planes = (0..3 * SIZE * SIZE).map(|i| value(i) / SIZE as f32).collect();
        let guess = Guess { square, planes };
        assert!((guess.coarse() - 0.5).abs() < 1e-9);
        for (x, y) in [(280.0, 210.0), (300.0, 200.0), (331.0, 169.0)] {
            let [red, green, _] = guess.at(DVec2::new(x, y));
            let wanted = [(x - 268.0) / 64.0, (y - 168.0) / 64.0];
            assert!((f64::from(red) - wanted[0]).abs() < 1e-5 && (f64::from(green) - wanted[1]).abs() < 1e-5);
        }
        assert!(guess.at(DVec2::splat(-1e9))[0] < 0.01);
    }
}
