//! One run of a network that looks at a square of the photo.
//!
//! Takes the network, the photo and the square; gives what it answers, by name, or its map of something that covers the body.

use super::Error;
use crate::geometry::{Square, Window};
use crate::model::{Model, Tensor};
use crate::photo::Photo;
use std::path::Path;

/// What a network is shown.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// Where, photo pixels.
    pub window: Window,
    /// At so many pixels a side.
    pub size: usize,
    /// The other way round: where a network knows left ears only and a right one is shown.
    pub mirrored: bool,
    /// Each pixel the mean of four, as a network's examples were that are cut from pictures of its own scale.
    pub soft: bool,
}

impl View {
    /// Planar RGB `[3, size, size]`, -1..1.
    fn of(self, photo: &Photo) -> Vec<f32> {
        let (size, more) = (self.size, usize::from(self.soft));
        let Window { square, turn } = self.window;
        let square = Square {
            side: square.side * (size + more) as f64 / size as f64,
            ..square
        };
        let mut data = photo.sample(Window { square, turn }, size + more);
        if self.soft {
            let wide = size + 1;
            let pixel = |i: usize| {
                let (c, y, x) = (i / (size * size), i / size % size, i % size);
                let at = |dx: usize, dy: usize| data[(c * wide + y + dy) * wide + x + dx];
                (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4.0
            };
            data = (0..3 * size * size).map(pixel).collect();
        }
        for row in data.chunks_mut(size) {
            if self.mirrored {
                row.reverse();
            }
            row.iter_mut().for_each(|value| *value = *value * 2.0 - 1.0);
        }
        data
    }
}

/// One run on a view. `read` makes something of its outputs, which it asks for by name and least length.
pub(super) fn look<T>(
    model: &mut Model,
    photo: &Photo,
    view: View,
    read: impl FnOnce(&dyn Fn(&str, usize) -> Result<Tensor, Error>) -> Result<T, Error>,
) -> Result<T, Error> {
    let names: Vec<String> = model.outputs().iter().map(|p| p.name.clone()).collect();
    let path = model.path().to_owned();
    let outputs = model.run(&[Tensor {
        shape: vec![1, 3, view.size, view.size],
        data: view.of(photo),
    }])?;
    read(&|name, length| output(&path, &names, &outputs, name, length).cloned())
}

/// Its map of something before the body, half as many cells a side as it sees pixels; mirrored back. `name`: the output.
pub(super) fn look_for(model: &mut Model, photo: &Photo, view: View, name: &str) -> Result<Vec<f32>, Error> {
    let cells = view.size / 2;
    let mut map = look(model, photo, view, |output| {
        Ok(output(name, cells * cells)?.data[..cells * cells].to_vec())
    })?;
    if view.mirrored {
        map.chunks_mut(cells).for_each(<[f32]>::reverse);
    }
    Ok(map)
}

/// The output of a name, of at least `length` values.
pub(super) fn output<'a>(
    path: &Path,
    names: &[String],
    outputs: &'a [Tensor],
    name: &str,
    length: usize,
) -> Result<&'a Tensor, Error> {
    let found = names.iter().position(|n| n == name).and_then(|i| outputs.get(i));
    found
        .filter(|t| t.data.len() >= length && !t.shape.is_empty())
        .ok_or_else(|| Error::Shape {
            path: path.to_owned(),
            wanted: format!("an output `{name}` of at least {length} values"),
            found: names.join(", "),
        })
}
