//! A second opinion: the head seen in a mirror, from a window of its own.
//!
//! What a network errs by on a picture and on its mirror image is not the same, so the mean of both answers errs less.

use super::sight::{Sight, look};
use super::{Error, Name, Point, Pose, SIZE, head};
use crate::model::Model;
use crate::photo::Photo;
use glam::DVec2;

/// How far apart both looks may put the points of a face, in sizes of the head. Of 311 photographs of people all have less
/// than 0.067.
const AGREED: f64 = 0.09;
/// Probability of a head below which the other look shows none: those people have 0.99 and more.
const OTHER_LOOK: f32 = 0.9;

/// A sight whose points and pose are the means of its own and of a mirrored look a little lower; its parts stay its own,
/// which others do not better. None where both contradict each other, as they do where there is no face.
///
/// # Errors
/// As [`super::detect`].
pub(super) fn seen_again(model: &mut Model, photo: &Photo, sight: Sight) -> Result<Option<Sight>, Error> {
    let window = head::lower(&sight.points, sight.pose.roll);
    let mut raster = photo.sample(window, SIZE);
    raster.chunks_exact_mut(SIZE).for_each(<[f32]>::reverse);
    let other = look(model, window, &raster)?;
    let back = |own: &Point| {
        let there = other.points[other_side(own.name) as usize];
        let unit = window.unit(there.position);
        Point {
            name: own.name,
            position: window.place(DVec2::new(1.0 - unit.x, unit.y)),
            ..there
        }
    };
    let points: Vec<Point> = sight.points.iter().map(back).collect();
    if other.face < OTHER_LOOK || head::disagreement(&sight.points, &points) > AGREED {
        return Ok(None);
    }
    let mean = |(own, there): (&Point, &Point)| Point {
        name: own.name,
        position: own.position.midpoint(there.position),
        sigma: f64::midpoint(own.sigma, there.sigma),
        visible: f64::midpoint(own.visible, there.visible),
    };
    let (a, b) = (sight.pose, other.pose);
    Ok(Some(Sight {
        points: sight.points.iter().zip(&points).map(mean).collect(),
        pose: Pose {
            yaw: f64::midpoint(a.yaw, -b.yaw),
            pitch: f64::midpoint(a.pitch, b.pitch),
            roll: f64::midpoint(a.roll, 2.0 * window.turn.to_degrees() - b.roll),
        },
        ..sight
    }))
}

/// The same point of the other side.
fn other_side(name: Name) -> Name {
    match name {
        Name::LobeL => Name::LobeR,
        Name::LobeR => Name::LobeL,
        Name::EyeL => Name::EyeR,
        Name::EyeR => Name::EyeL,
        Name::NostrilL => Name::NostrilR,
        Name::NostrilR => Name::NostrilL,
        Name::MouthL => Name::MouthR,
        Name::MouthR => Name::MouthL,
        Name::EarTopL => Name::EarTopR,
        Name::EarTopR => Name::EarTopL,
        Name::NeckL => Name::NeckR,
        Name::NeckR => Name::NeckL,
        Name::ShoulderL => Name::ShoulderR,
        Name::ShoulderR => Name::ShoulderL,
        Name::NoseTip | Name::Chin | Name::Notch | Name::Hairline => name,
    }
}
