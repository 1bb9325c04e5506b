//! Where in a picture a head is, and whether there is one at all.
//!
//! Takes a [`Photo`]; gives the largest head of the first look at which one is found: at the whole picture, then at parts of
//! it. The network has seen nothing but people, so it calls furniture a face as well; but of a face it knows where the
//! points are, and seen in a mirror they are in the same places.

use super::sight::{Sight, look};
use super::{Error, FACE, LEAST, LYING, SIZE, head, look_closer, lying, mirrored};
use crate::geometry::Square;
use crate::model::Model;
use crate::photo::Photo;
use glam::DVec2;

/// Standard errors of the points of a face, in sizes of the head, from which there is none. Of 311 photographs of people all
/// have less than 0.047; of 416 pictures of everything else all but nine have more, or are two faces in the mirror.
const VAGUE: f64 = 0.06;
/// The same where a head is found only on its side or in a part of the picture: the more places are looked at, the surer one
/// must be, or a wallet in one of thirty is a face.
const VAGUE_ASIDE: f64 = 0.04;
/// Probability of a head below which a closer look shows none: those people have 0.98 and more.
const CLOSER_FACE: f32 = 0.9;
/// Parts of the square around the picture, from coarse to fine: their side as a share of its own, and how many of them lie
/// across and down. A head seen whole should be at least a tenth as high as what is looked at.
const PARTS: [(f64, u32); 2] = [(0.6, 3), (0.36, 5)];

/// A head that was found.
pub(super) struct Found {
    /// What the look showed that found it.
    pub first: Sight,
    /// The closer look at it, the mean of the head and its mirror image.
    pub sight: Sight,
}

/// The largest upright head of the whole picture, or else of its parts.
///
/// # Errors
/// [`Error::NoFace`] when there is none, [`Error::Lying`] when the picture lies on its side, [`Error::Model`] when the engine
/// fails.
pub(super) fn search(
    model: &mut Model,
    photo: &Photo,
    whole: Square,
    raster: &[f32],
) -> Result<Found, Error> {
    let first = look(model, whole.into(), raster)?;
    let closer = look_closer(model, photo, &first)?;
    let (first, closer) = lying::surest(model, photo, whole, (first, closer))?;
    let tilt = closer.pose.roll.abs();
    if tilt < LYING || head::vagueness(&closer.points) < VAGUE_ASIDE {
        match certain(model, photo, first, closer)? {
            Some(_) if tilt > LYING => return Err(Error::Lying(tilt)),
            Some(found) => return Ok(found),
            None => {}
        }
    }
    let size = DVec2::new(f64::from(photo.width()), f64::from(photo.height()));
    for (share, across) in PARTS {
        let mut best: Option<Found> = None;
        let side = whole.side * share;
        let step = whole.side * (1.0 - share) / f64::from(across - 1);
        for i in 0..across * across {
            let place = DVec2::new(f64::from(i % across), f64::from(i / across));
            let center = whole.min() + side / 2.0 + step * place;
            // Beside a picture that is wide or tall there is nothing to be seen.
            if center.cmplt(DVec2::ZERO).any() || center.cmpgt(size).any() {
                continue;
            }
            let part = Square { center, side };
            let first = look(model, part.into(), &photo.sample(part, SIZE))?;
            if first.face < FACE {
                continue;
            }
            let closer = look_closer(model, photo, &first)?;
            let least = best
                .as_ref()
                .map_or(LEAST / head::HIGH, |b| head::extent(&b.sight.points));
            let lies = closer.pose.roll.abs() > LYING;
            if lies || head::extent(&closer.points) < least || head::vagueness(&closer.points) > VAGUE_ASIDE {
                continue;
            }
            best = certain(model, photo, first, closer)?.or(best);
        }
        if let Some(found) = best {
            return Ok(found);
        }
    }
    Err(Error::NoFace)
}

/// A head of which the closer look is sure, and its mirror image too.
///
/// # Errors
/// [`Error::Model`] when the engine fails.
pub(super) fn certain(
    model: &mut Model,
    photo: &Photo,
    first: Sight,
    closer: Sight,
) -> Result<Option<Found>, Error> {
    if !shows_a_face(&closer) {
        return Ok(None);
    }
    let sight = mirrored::seen_again(model, photo, closer)?;
    Ok(sight.map(|sight| Found { first, sight }))
}

/// Is a closer look sure of a face?
pub(super) fn shows_a_face(closer: &Sight) -> bool {
    closer.face > CLOSER_FACE && head::vagueness(&closer.points) < VAGUE
}
