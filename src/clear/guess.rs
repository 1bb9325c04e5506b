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
/// So many times so many places in one of them are told whether they lie in the hole, and guessed one by one where it is
/// larger than they are many pixels of the photo, that edges are no wider there.
const PLACES: usize = 3;
/// Every so many known cells of a row and of a column one is asked for its colour.
const SAMPLED: usize = 4;
/// Colours that are so much farther from the guess than the nearest one (encoded) hardly count…
const ALIKE: f32 = 0.05;
/// …and one that is a whole square away counts as so much farther.
const AWAY: f32 = 0.5;
/// Where no square reaches, they count so much.
const OUTSIDE: f64 = 1e-3;
/// What counts less than this power of e does not count.
const FAR: f32 = 12.0;

/// An encoded colour.
type Colour = [f32; 3];

/// Encoded colours over squares of the photo, one beside the other.
pub struct Guess {
    parts: Vec<Part>,
}

/// What the network says about one of them.
struct Part {
    square: Square,
    /// RGB, plane by plane.
    planes: Vec<f32>,
    /// Some of the colours that are known there, and where, in sides of the square.
    known: Vec<(Colour, [f32; 2])>,
}

impl Guess {
    /// Asks the network about squares of one size. `unknown`: is a photo pixel?
    ///
    /// # Errors
    /// When the engine fails, or answers with something that is no picture.
    pub fn new(
        model: &mut Model,
        photo: &Photo,
        squares: &[Square],
        unknown: impl Fn(DVec2) -> bool,
    ) -> Result<Self, Error> {
        let part = |square: &Square| {
            let missing = missing(*square, &unknown);
            let planes = ask(model, photo.sample(*square, SIZE), &missing)?;
            Ok(Part::new(*square, planes, &missing))
        };
        let parts = squares.iter().map(part).collect::<Result<_, Error>>()?;
        Ok(Self { parts })
    }

    /// Pixels of the photo that make one of the network's picture.
    pub fn coarse(&self) -> f64 {
        self.parts
            .first()
            .map_or(1.0, |part| part.square.side / SIZE as f64)
    }

    /// What is known of a rectangle of the photo, and guessed of the rest, each the mean over a box of the picture's softness.
    pub fn over(&self, picture: &Holed, rect: Rect) -> Vec<Colour> {
        let mut whole = picture.pixels.clone();
        let step = (self.coarse() / PLACES as f64).max(1.0) as usize;
        let rows = picture.pixels.len() / picture.width.max(1);
        for (y, x) in (0..rows)
            .step_by(step)
            .flat_map(|y| (0..picture.width).step_by(step).map(move |x| (y, x)))
        {
            let within = (y..(y + step).min(rows))
                .flat_map(|v| (x..(x + step).min(picture.width)).map(move |u| v * picture.width + u));
            let mut inside = within.filter(|&i| picture.hole[i]).peekable();
            if inside.peek().is_some() {
                let corner = center((y * picture.width + x) as u32, rect);
                let colour = self.at(corner + (step - 1) as f64 / 2.0);
                inside.for_each(|i| whole[i] = colour);
            }
        }
        for c in 0..3 {
            let plane: Vec<f32> = whole.iter().map(|rgb| rgb[c]).collect();
            let soft = boxed(&plane, picture.width, picture.soft);
            whole.iter_mut().zip(soft).for_each(|(rgb, v)| rgb[c] = v);
        }
        whole
    }

    /// The colour at a photo pixel: what all squares say that hold it, those more in whose middle it is, in the colours
    /// known around it.
    fn at(&self, p: DVec2) -> Colour {
        let (mut sum, mut all, mut nearest) = ([0.0; 3], 0.0, (0.0, None));
        for part in &self.parts {
            let off = (p - part.square.center).abs().max_element() / (part.square.side / 2.0);
            let weight = ((1.0 - off).max(OUTSIDE) as f32).powi(2);
            let colour = part.at(p);
            sum = std::array::from_fn(|c| sum[c] + weight * colour[c]);
            all += weight;
            if weight > nearest.0 {
                nearest = (weight, Some(part));
            }
        }
        let guess = sum.map(|v| v / all);
        nearest.1.map_or(guess, |part| part.familiar(guess, p))
    }
}

impl Part {
    /// `planes` as the network answers, of which the cells that are not `missing` are known.
    fn new(square: Square, planes: Vec<f32>, missing: &[bool]) -> Self {
        let on_grid = |i: usize| [i % SIZE, i / SIZE].iter().all(|v| v.is_multiple_of(SAMPLED));
        let place = |i: usize| [i % SIZE, i / SIZE].map(|v| (v as f32 + 0.5) / SIZE as f32);
        let colour = |i: usize| [0, 1, 2].map(|c| planes[c * SIZE * SIZE + i]);
        let known = (0..SIZE * SIZE)
            .filter(|&i| on_grid(i) && !missing[i])
            .map(|i| (colour(i), place(i)))
            .collect();
        Self {
            square,
            planes,
            known,
        }
    }

    /// The colour at a photo pixel, bilinear; the nearest one outside the square.
    fn at(&self, p: DVec2) -> Colour {
        let last = (SIZE - 1) as f64;
        let cell = self.square.side / SIZE as f64;
        let spot = ((p - self.square.min()) / cell - 0.5).clamp(DVec2::ZERO, DVec2::splat(last));
        let (x, y) = (spot.x as usize, spot.y as usize);
        let (u, v) = (spot.x.fract() as f32, spot.y.fract() as f32);
        let (right, low) = ((x + 1).min(SIZE - 1), (y + 1).min(SIZE - 1));
        std::array::from_fn(|c| {
            let at = |x: usize, y: usize| self.planes[(c * SIZE + y) * SIZE + x];
            let row = |y: usize| at(x, y) + (at(right, y) - at(x, y)) * u;
            row(y) + (row(low) - row(y)) * v
        })
    }

    /// What is guessed at a photo pixel, replaced by the mean of those known colours around that are nearest to it. The
    /// network knows what is where, not how blue this backdrop is.
    fn familiar(&self, guess: Colour, p: DVec2) -> Colour {
        let here = ((p - self.square.min()) / self.square.side).as_vec2().to_array();
        let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
        let off = |(colour, there): &(Colour, [f32; 2])| {
            squared(&guess, colour) + AWAY * AWAY * squared(&here, there)
        };
        let nearest = self.known.iter().map(off).fold(f32::INFINITY, f32::min);
        let (mut sum, mut all) = ([0.0; 3], 0.0);
        for known in &self.known {
            let far = (off(known) - nearest) / (2.0 * ALIKE * ALIKE);
            if far < FAR {
                let weight = (-far).exp();
                sum = std::array::from_fn(|c| sum[c] + weight * known.0[c]);
                all += weight;
            }
        }
        if self.known.is_empty() {
            guess
        } else {
            sum.map(|v| v / all)
        }
    }
}

/// Which cells of a square hold something unknown.
fn missing(square: Square, unknown: impl Fn(DVec2) -> bool) -> Vec<bool> {
    let row = SIZE * PLACES;
    let place = |i: usize| DVec2::new((i % row) as f64, (i / row) as f64) + 0.5;
    let held = |i| unknown(square.min() + place(i) * square.side / row as f64);
    let finely: Vec<bool> = (0..row * row).map(held).collect();
    let of_cell = |i: usize| {
        let first = i / SIZE * PLACES * row + i % SIZE * PLACES;
        (0..PLACES).any(|y| finely[first + y * row..][..PLACES].contains(&true))
    };
    (0..SIZE * SIZE).map(of_cell).collect()
}

/// What the network makes of a picture, RGB 0..1 plane by plane, whose `missing` cells it shall guess; like it.
fn ask(model: &mut Model, mut data: Vec<f32>, missing: &[bool]) -> Result<Vec<f32>, Error> {
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
    Ok(picture.data.iter().map(|v| v * 0.5 + 0.5).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: Square = Square {
        center: DVec2::ZERO,
        side: 384.0,
    };

    /// The photo pixel in the middle of a cell of [`SQUARE`].
    fn middle(i: usize) -> DVec2 {
        let cell = DVec2::new((i % SIZE) as f64, (i / SIZE) as f64) + 0.5;
        SQUARE.min() + cell * SQUARE.side / SIZE as f64
    }

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
        let guess = |missing: &[bool]| Guess {
            parts: vec![Part::new(SQUARE, planes.clone(), missing)],
        };
        let made = guess(&missing);
        for i in 0..SIZE * SIZE {
            for (value, wanted) in made.at(middle(i)).into_iter().zip(of(i)) {
                assert!((value - wanted).abs() < 0.02, "{i}: {value}, not {wanted}");
            }
        }
        // The edge between the two is as sharp as what is asked for is fine.
        let line = (0..SIZE * PLACES).map(|x| made.at(SQUARE.min() + DVec2::new(x as f64 + 0.5, 192.0))[1]);
        let between = line.filter(|v| (0.525..0.575).contains(v));
        assert!(between.count() < 2, "the edge is wide");
        // Where nothing is known it stays a guess.
        let made = guess(&vec![true; SIZE * SIZE]);
        let i = 64 * SIZE + 50;
        assert_eq!(made.at(middle(i)), seen(i));
    }

    #[test]
    fn squares_side_by_side_pass_into_each_other() {
        let part = |x: f64, value: f32| {
            let square = Square {
                center: DVec2::new(x, 0.0),
                side: 100.0,
            };
            Part::new(square, vec![value; 3 * SIZE * SIZE], &vec![true; SIZE * SIZE])
        };
        let guess = Guess {
            parts: vec![part(0.0, 0.2), part(40.0, 0.6)],
        };
        let line: Vec<f32> = (-60..100)
            .map(|x| guess.at(DVec2::new(f64::from(x), 0.0))[0])
            .collect();
        assert!((line[0] - 0.4).abs() < 1e-3, "neither holds it");
        assert!(
            (line[50] - 0.2).abs() < 0.1 && (line[110] - 0.6).abs() < 0.1,
            "{line:?}"
        );
        let steps = line[12..148].windows(2).map(|two| (two[0] - two[1]).abs());
        assert!(steps.fold(0.0, f32::max) < 0.05, "there is a seam: {line:?}");
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
            parts: vec![Part::new(square, planes, &vec![true; SIZE * SIZE])],
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
