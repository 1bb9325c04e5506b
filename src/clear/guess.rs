//! A guess of what is behind an earring or a necklace, as coarse as the network of the manifest's kind `behind` sees it.
//!
//! Takes a photo and what is unknown of it; gives encoded colours about the hole. They say where an ear or a neckline ends
//! and what comes after it, [`super::fill`] makes it of the photo's own pixels.

use super::fill::Holed;
use super::hole::center;
use crate::geometry::{Rect, Square};
use crate::model::{Error, Model, Tensor};
use crate::photo::{Photo, boxed};
use glam::DVec2;

/// Side of the network's picture, pixels; as in training (`behind_net.py`).
const SIZE: usize = 128;
/// So many times so many places in one of them are told whether they lie in the hole…
const PLACES: usize = 3;
/// …and are guessed one by one where it is larger than so many pixels of the photo, that edges are no wider there.
const LARGE: f64 = 1.5;
/// Every so many known cells of a row and of a column one is asked for its colour.
const SAMPLED: usize = 4;
/// Colours that are so much farther from the guess than the nearest one (encoded) hardly count…
const ALIKE: f32 = 0.05;
/// …and one that is a whole square away counts as so much farther.
const AWAY: f32 = 0.5;
/// What counts less than this power of e does not count.
const FAR: f32 = 12.0;

/// Encoded colours over a square of the photo.
pub struct Guess {
    square: Square,
    /// Cells a row.
    cells: usize,
    /// RGB, plane by plane.
    planes: Vec<f32>,
}

impl Guess {
    /// Asks the network about a square. `unknown`: is a photo pixel?
    ///
    /// # Errors
    /// When the engine fails, or answers with something that is no picture.
    pub fn new(
        model: &mut Model,
        photo: &Photo,
        square: Square,
        unknown: impl Fn(DVec2) -> bool,
    ) -> Result<Self, Error> {
        let mut data = photo.sample(square, SIZE);
        let row = SIZE * PLACES;
        let place = |i: usize| DVec2::new((i % row) as f64, (i / row) as f64) + 0.5;
        let held = |i| unknown(square.min() + place(i) * square.side / row as f64);
        let finely: Vec<bool> = (0..row * row).map(held).collect();
        let of_cell = |i: usize| {
            let first = i / SIZE * PLACES * row + i % SIZE * PLACES;
            (0..PLACES).any(|y| finely[first + y * row..][..PLACES].contains(&true))
        };
        let missing: Vec<bool> = (0..SIZE * SIZE).map(of_cell).collect();
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
        let planes: Vec<f32> = picture.data.iter().map(|v| v * 0.5 + 0.5).collect();
        let coarse = Self {
            square,
            cells: SIZE,
            planes,
        };
        Ok(if coarse.coarse() > LARGE {
            familiar(&coarse, &missing, coarse.enlarged())
        } else {
            familiar(&coarse, &missing, coarse.planes.clone())
        })
    }

    /// Pixels of the photo that make one of it.
    pub fn coarse(&self) -> f64 {
        self.square.side / self.cells as f64
    }

    /// Its colours at [`PLACES`] times [`PLACES`] places in every cell.
    fn enlarged(&self) -> Vec<f32> {
        let row = self.cells * PLACES;
        let mut planes = vec![0.0; 3 * row * row];
        for i in 0..row * row {
            let place = DVec2::new((i % row) as f64, (i / row) as f64) + 0.5;
            let colour = self.at(self.square.min() + place * self.square.side / row as f64);
            (0..3).for_each(|c| planes[c * row * row + i] = colour[c]);
        }
        planes
    }

    /// The colour at a photo pixel, bilinear; the nearest one outside the square.
    pub fn at(&self, p: DVec2) -> [f32; 3] {
        let size = self.cells;
        let last = (size - 1) as f64;
        let spot = ((p - self.square.min()) / self.coarse() - 0.5).clamp(DVec2::ZERO, DVec2::splat(last));
        let (x, y) = (spot.x as usize, spot.y as usize);
        let (u, v) = (spot.x.fract() as f32, spot.y.fract() as f32);
        let (right, low) = ((x + 1).min(size - 1), (y + 1).min(size - 1));
        std::array::from_fn(|c| {
            let at = |x: usize, y: usize| self.planes[(c * size + y) * size + x];
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

/// What is guessed, in `planes`, replaced by the mean of those known colours around that are nearest to it. The network
/// knows what is where, not how blue this backdrop is. `missing` of the coarse guess's cells; `planes` has as many or more.
fn familiar(coarse: &Guess, missing: &[bool], mut planes: Vec<f32>) -> Guess {
    let (size, count) = (coarse.cells, planes.len() / 3);
    let cells = count.isqrt();
    let asked = |i: &usize| missing[*i / cells * size / cells * size + *i % cells * size / cells];
    let colour = |planes: &[f32], i: usize| [0, 1, 2].map(|c| planes[c * planes.len() / 3 + i]);
    let place = |i: usize, row: usize| [i % row, i / row].map(|v| (v as f32 + 0.5) / row as f32);
    let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let on_grid = |i: usize| [i % size, i / size].iter().all(|v| v.is_multiple_of(SAMPLED));
    let known: Vec<_> = (0..size * size)
        .filter(|&i| on_grid(i) && !missing[i])
        .map(|i| (colour(&coarse.planes, i), place(i, size)))
        .collect();
    let mut off = vec![0.0; known.len()];
    for i in (0..count).filter(asked).filter(|_| !known.is_empty()) {
        let (guess, here) = (colour(&planes, i), place(i, cells));
        let mut nearest = f32::INFINITY;
        for (off, (colour, there)) in off.iter_mut().zip(&known) {
            *off = squared(&guess, colour) + AWAY * AWAY * squared(&here, there);
            nearest = nearest.min(*off);
        }
        let (mut sum, mut all) = ([0.0; 3], 0.0);
        for (off, (colour, _)) in off.iter().zip(&known) {
            let far = (off - nearest) / (2.0 * ALIKE * ALIKE);
            if far < FAR {
                let weight = (-far).exp();
                sum = std::array::from_fn(|c| sum[c] + weight * colour[c]);
                all += weight;
            }
        }
        for c in 0..3 {
            planes[c * count + i] = sum[c] / all;
        }
    }
    Guess {
        square: coarse.square,
        cells,
        planes,
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
        let planes: Vec<f32> = (0..3 * SIZE * SIZE)
            .map(|i| seen(i % (SIZE * SIZE))[i / (SIZE * SIZE)])
            .collect();
        let coarse = Guess {
            square: Square {
                center: DVec2::ZERO,
                side: 400.0,
            },
            cells: SIZE,
            planes,
        };
        let made = familiar(&coarse, &missing, coarse.planes.clone());
        for (i, value) in made.planes.iter().enumerate() {
            let wanted = of(i % (SIZE * SIZE))[i / (SIZE * SIZE)];
            assert!((value - wanted).abs() < 0.02, "{i}: {value}, not {wanted}");
        }
        // In smaller cells the edge between the two is as sharp as those are.
        let row = SIZE * PLACES;
        let fine = familiar(&coarse, &missing, coarse.enlarged());
        assert!((fine.coarse() * PLACES as f64 - coarse.coarse()).abs() < 1e-9);
        let line = &fine.planes[row * row / 2..][..row];
        let between = line.iter().filter(|v| (0.25..0.75).contains(*v));
        assert!(between.count() < 2, "the edge is wide");
        // Where nothing is known it stays a guess.
        let nothing = vec![true; SIZE * SIZE];
        let made = familiar(&coarse, &nothing, coarse.planes.clone());
        assert_eq!(made.planes, coarse.planes);
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
        let guess = Guess {
            square,
            cells: SIZE,
            planes,
        };
        assert!((guess.coarse() - 0.5).abs() < 1e-9);
        for (x, y) in [(280.0, 210.0), (300.0, 200.0), (331.0, 169.0)] {
            let [red, green, _] = guess.at(DVec2::new(x, y));
            let wanted = [(x - 268.0) / 64.0, (y - 168.0) / 64.0];
            assert!((f64::from(red) - wanted[0]).abs() < 1e-5 && (f64::from(green) - wanted[1]).abs() < 1e-5);
        }
        assert!(guess.at(DVec2::splat(-1e9))[0] < 0.01);
    }
}
