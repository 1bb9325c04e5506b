//! Which way up a picture is: one that lies on its side, as its file does not say so, still has a head.
//!
//! Takes what the first two runs saw; gives what they see with the picture the other way up, where that is surer.
//! On a picture of the wrong way up the network is as sure that there is a face, but not of where its points are.

use super::sight::{Sight, look};
use super::{Error, FACE, SIZE, head, look_closer};
use crate::geometry::{Square, Window};
use crate::model::Model;
use crate::photo::Photo;

/// Standard errors of the points, in sizes of the head, from which a picture is looked at in other ways up: of 500 rendered
/// heads a hundredth has more than 0.075, upright photographs of people have 0.02 to 0.06, lying on their side 0.1 to 0.8.
const DOUBTFUL: f64 = 0.07;
/// The share of the doubt that may be left by another way up.
const SURER: f64 = 0.6;

/// The two looks, at the whole photo and closer, of the way up in which the closer one is surest of itself.
///
/// # Errors
/// [`Error::Model`] when the engine fails.
pub(super) fn surest(
    model: &mut Model,
    photo: &Photo,
    whole: Square,
    upright: (Sight, Sight),
) -> Result<(Sight, Sight), Error> {
    let (mut doubt, mut best) = (head::doubt(&upright.1.points), upright);
    if doubt < DOUBTFUL {
        return Ok(best);
    }
    for degrees in [90.0f64, -90.0, 180.0] {
        let window = Window {
            square: whole,
            turn: degrees.to_radians(),
        };
        let first = look(model, window, &photo.sample(window, SIZE))?;
        if first.face < FACE {
            continue;
        }
        let closer = look_closer(model, photo, &first)?;
        let left = head::doubt(&closer.points);
        if left < SURER * doubt {
            (best, doubt) = ((first, closer), left);
        }
    }
    Ok(best)
}
