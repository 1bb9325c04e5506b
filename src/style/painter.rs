//! Painter: the network that lays the surface of one picture on another.
//!
//! Takes a picture's lightness and a [`Surface`]; gives the change of lightness, in tiles. The network
//! (`training/bijou_training/texture_net.py`) sees the lightness, noise of the surface's spectrum and its marks, so
//! that any picture can be the reference; strokes follow the forms they are laid on.

use super::surface::{MARKS, SIDE, Surface};
use crate::model::{Error, Model, Tensor};

/// How far the network looks: what a tile needs around it. A multiple of its coarsest cell, 4 pixels.
const REACH: usize = 32;
/// Side of a tile without that.
const CORE: usize = SIDE - 2 * REACH;

/// A texture network ready to run.
#[derive(Debug)]
pub(super) struct Painter {
    model: Model,
}

impl Painter {
    /// Looks at what a network takes and gives.
    ///
    /// # Errors
    /// [`Error::Layout`] when it is no texture network.
    pub fn new(model: Model) -> Result<Self, Error> {
        let shapes = |ports: &[crate::model::Port]| ports.iter().map(|p| p.shape.clone()).collect::<Vec<_>>();
        let takes = vec![vec![1, 2, SIDE, SIDE], vec![1, MARKS, 1, 1]];
        if shapes(model.inputs()) == takes && shapes(model.outputs()) == [vec![1, 1, SIDE, SIDE]] {
            return Ok(Self { model });
        }
        Err(Error::Layout {
            path: model.path().to_owned(),
            why: format!(
                "it is no texture network, which takes {takes:?} and gives one plane; run `bijou models verify`"
            ),
        })
    }

    /// SHA-256 of the network's file.
    pub fn sha256(&self) -> &str {
        self.model.sha256()
    }

    /// The change of a lightness (encoded 0..1, `width * height` values) that gives it the surface.
    ///
    /// # Errors
    /// [`Error::Run`] when the engine fails.
    pub fn paint(
        &mut self,
        lightness: &[f32],
        [width, height]: [usize; 2],
        surface: &Surface,
    ) -> Result<Vec<f32>, Error> {
        let mut change = vec![0.0; lightness.len()];
        let marks = Tensor {
            shape: vec![1, MARKS, 1, 1],
            data: surface.marks.to_vec(),
        };
        for top in (0..height).step_by(CORE) {
            for left in (0..width).step_by(CORE) {
                let picture = seen(lightness, [width, height], [left, top], surface);
                let made = self.model.run(&[picture, marks.clone()])?;
                let Some(made) = made.first() else { continue };
                for y in top..height.min(top + CORE) {
                    let row = (y - top + REACH) * SIDE + REACH;
                    let columns = CORE.min(width - left);
                    let into = y * width + left;
                    change[into..into + columns].copy_from_slice(&made.data[row..row + columns]);
                }
            }
        }
        Ok(change)
    }
}

/// A tile with what it needs around it: lightness -1..1, the picture's border repeated beyond it, and the noise that
/// belongs to the place.
fn seen(
    lightness: &[f32],
    [width, height]: [usize; 2],
    [left, top]: [usize; 2],
    surface: &Surface,
) -> Tensor {
    let inside = |at: usize, length: usize| at.saturating_sub(REACH).min(length - 1);
    let mut data = Vec::with_capacity(2 * SIDE * SIDE);
    for y in 0..SIDE {
        let row = inside(top + y, height) * width;
        data.extend((0..SIDE).map(|x| lightness[row + inside(left + x, width)] * 2.0 - 1.0));
    }
    for y in 0..SIDE {
        let row = (top + y) % SIDE * SIDE;
        data.extend((0..SIDE).map(|x| surface.noise[row + (left + x) % SIDE]));
    }
    Tensor {
        shape: vec![1, 2, SIDE, SIDE],
        data,
    }
}
