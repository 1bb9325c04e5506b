//! Anchors of moving pictures: several heads found in a frame, and one followed from frame to frame.
//!
//! Following is the second of the stage's runs alone, on the square where the head was.

use super::{Anchors, Error, OTHER_FACE, SECOND_FACE, SIZE, Sight, anchors, blank, find, head, look, whole};
use crate::geometry::Square;
use crate::model::Model;
use crate::photo::Photo;

/// Finds up to `most` heads, the largest first; every one beyond the first costs two runs.
///
/// # Errors
/// [`Error::NoFace`] when there is none, [`Error::Model`] when the engine fails.
pub fn heads(model: &mut Model, photo: &Photo, most: usize) -> Result<Vec<Anchors>, Error> {
    let all = whole(photo);
    let raster = photo.sample(all, SIZE);
    let first = find(model, photo, all, &raster)?;
    let mut found = vec![settle(model, photo, &first)?];
    // The largest may be the second one found.
    while found.len() < most.max(2) {
        match beside(model, photo, all, &raster, &found)? {
            Some(other) => found.push(other),
            None => break,
        }
    }
    found.sort_by(|a, b| head::extent(&b.points).total_cmp(&head::extent(&a.points)));
    found.truncate(most.max(1));
    Ok(found)
}

/// A head beside the known ones, if there is one.
///
/// # Errors
/// [`Error::Model`] when the engine fails.
pub fn newcomer(model: &mut Model, photo: &Photo, known: &[Anchors]) -> Result<Option<Anchors>, Error> {
    let all = whole(photo);
    let raster = photo.sample(all, SIZE);
    beside(model, photo, all, &raster, known)
}

/// Looks at a square of the photo.
///
/// # Errors
/// [`Error::NoFace`] when no head is there, [`Error::Model`] when the engine fails.
pub fn follow(model: &mut Model, photo: &Photo, square: Square) -> Result<Anchors, Error> {
    let sight = look(model, square, &photo.sample(square, SIZE))?;
    if sight.face < SECOND_FACE {
        return Err(Error::NoFace(sight.face * 100.0));
    }
    Ok(anchors(sight, false))
}

/// The closer look at a head seen in the whole picture.
fn settle(model: &mut Model, photo: &Photo, seen: &Sight) -> Result<Anchors, Error> {
    follow(model, photo, head::crop(&seen.points))
}

/// Looks at the whole picture with the known heads painted over.
fn beside(
    model: &mut Model,
    photo: &Photo,
    all: Square,
    raster: &[f32],
    known: &[Anchors],
) -> Result<Option<Anchors>, Error> {
    let mut rest = raster.to_vec();
    for anchors in known {
        rest = blank(&rest, all, head::crop(&anchors.points));
    }
    let other = look(model, all, &rest)?;
    let new = other.face > OTHER_FACE && known.iter().all(|k| head::apart(&k.points, &other.points));
    if !new {
        return Ok(None);
    }
    match settle(model, photo, &other) {
        Ok(found) => Ok(known
            .iter()
            .all(|k| head::apart(&k.points, &found.points))
            .then_some(found)),
        Err(Error::NoFace(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
