//! Anchors of moving pictures: several heads found in a frame, and one followed from frame to frame.
//!
//! Following is the second of the stage's runs alone, on the window where the head was.

use super::{Anchors, Error, FACE, OTHER_FACE, Point, Pose, SIZE, anchors, blank, head, look, search, whole};
use crate::geometry::{Square, Window};
use crate::model::Model;
use crate::photo::Photo;
use glam::DVec2;

/// Where several heads are looked for: centres and side as shares of the square around the picture. Seen whole, two
/// heads of one size are taken for one between them; a window seldom holds both.
const WINDOWS: [(f64, f64, f64); 4] = [
    (0.5, 0.5, 1.0),
    (0.25, 0.5, 0.62),
    (0.5, 0.5, 0.62),
    (0.75, 0.5, 0.62),
];
/// Below this a head that was followed is lost; what is new must be surer ([`search::shows_a_face`]).
const FOLLOWED: f32 = 0.3;
/// The same for the standard errors of the points of its face, in sizes of the head: hands and blur make them larger.
const FOLLOWED_VAGUE: f64 = 0.1;

/// Finds up to `most` heads, the largest first. One that is seen at once costs three runs, several cost about twelve.
///
/// # Errors
/// [`Error::NoFace`] when there is none, [`Error::Model`] when the engine fails.
pub fn heads(model: &mut Model, photo: &Photo, most: usize) -> Result<Vec<Anchors>, Error> {
    let all = whole(photo);
    let mut candidates = Vec::new();
    for (x, y, share) in WINDOWS {
        if most == 1 && !candidates.is_empty() {
            break;
        }
        let center = all.min() + all.side * DVec2::new(x, y);
        let side = all.side * share;
        let part = Square { center, side };
        let seen = look(model, part.into(), &photo.sample(part, SIZE))?;
        if seen.face > FACE {
            candidates.extend(found(settle(model, photo, &seen.points, seen.pose))?);
        }
    }
    if candidates.is_empty() {
        return Err(Error::NoFace);
    }
    // The surest first: what lies between two heads is less sure of itself than either.
    candidates.sort_by(|a, b| head::doubt(&a.points).total_cmp(&head::doubt(&b.points)));
    let mut heads: Vec<Anchors> = Vec::new();
    for candidate in candidates {
        if heads.iter().all(|h| head::apart(&h.points, &candidate.points)) {
            heads.push(candidate);
        }
    }
    heads.sort_by(|a, b| head::extent(&b.points).total_cmp(&head::extent(&a.points)));
    heads.truncate(most.max(1));
    Ok(heads)
}

/// No head is no failure where several places are looked at.
fn found(result: Result<Anchors, Error>) -> Result<Option<Anchors>, Error> {
    match result {
        Err(Error::NoFace) => Ok(None),
        other => other.map(Some),
    }
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

/// Looks at a window of the photo.
///
/// # Errors
/// [`Error::NoFace`] when no head is there, [`Error::Model`] when the engine fails.
pub fn follow(model: &mut Model, photo: &Photo, window: Window) -> Result<Anchors, Error> {
    let sight = look(model, window, &photo.sample(window, SIZE))?;
    if sight.face < FOLLOWED || head::vagueness(&sight.points) > FOLLOWED_VAGUE {
        return Err(Error::NoFace);
    }
    Ok(anchors(sight, false))
}

/// The closer looks at a head that was seen, until they agree; the last must be sure of it.
fn settle(model: &mut Model, photo: &Photo, points: &[Point], pose: Pose) -> Result<Anchors, Error> {
    let once = follow(model, photo, head::window(points, pose.roll))?;
    let window = head::window(&once.points, once.pose.roll);
    let sight = look(model, window, &photo.sample(window, SIZE))?;
    if !search::shows_a_face(&sight) {
        return Err(Error::NoFace);
    }
    Ok(anchors(sight, false))
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
    let other = look(model, all.into(), &rest)?;
    let is_new = |points: &[Point]| known.iter().all(|k| head::apart(&k.points, points));
    if other.face <= OTHER_FACE || !is_new(&other.points) {
        return Ok(None);
    }
    let closer = found(settle(model, photo, &other.points, other.pose))?;
    Ok(closer.filter(|c| is_new(&c.points)))
}
