//! One run of a network that looks at a square of the photo.
//!
//! Takes the network, the photo and the square; gives what it answers, by name, or its map of something worn.

use super::{Error, output};
use crate::geometry::Square;
use crate::model::{Model, Tensor};
use crate::photo::Photo;

/// One run on a square at so many pixels, mirrored where the network knows left ears only and a right one is shown. `read`
/// makes something of its outputs, which it asks for by name and least length.
pub(super) fn look<T>(
    model: &mut Model,
    photo: &Photo,
    (square, size): (Square, usize),
    mirrored: bool,
    read: impl FnOnce(&dyn Fn(&str, usize) -> Result<Tensor, Error>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut data = photo.sample(square, size);
    for row in data.chunks_mut(size) {
        if mirrored {
            row.reverse();
        }
        for value in row {
            *value = *value * 2.0 - 1.0;
        }
    }
    let names: Vec<String> = model.outputs().iter().map(|p| p.name.clone()).collect();
    let path = model.path().to_owned();
    let outputs = model.run(&[Tensor {
        shape: vec![1, 3, size, size],
        data,
    }])?;
    read(&|name, length| output(&path, &names, &outputs, name, length).cloned())
}

/// Its map of something worn, half as many cells a side as it sees pixels; mirrored back.
pub(super) fn look_for(
    model: &mut Model,
    photo: &Photo,
    (square, size): (Square, usize),
    mirrored: bool,
) -> Result<Vec<f32>, Error> {
    let cells = size / 2;
    let mut map = look(model, photo, (square, size), mirrored, |output| {
        Ok(output("worn", cells * cells)?.data[..cells * cells].to_vec())
    })?;
    if mirrored {
        map.chunks_mut(cells).for_each(<[f32]>::reverse);
    }
    Ok(map)
}
