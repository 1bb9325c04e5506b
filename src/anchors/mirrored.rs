//! A second opinion: the head seen in a mirror, from a window of its own.
//!
//! What a network errs by on a picture and on its mirror image is not the same, so the mean of both answers errs less.

use super::{Error, Name, Pose, SIZE, Sight};
use crate::geometry::Square;
use crate::model::Model;
use crate::photo::Photo;

/// One run on a mirrored square of the photo; its answer as seen without the mirror.
pub(super) fn look(model: &mut Model, photo: &Photo, square: Square) -> Result<Sight, Error> {
    let mut raster = photo.sample(square, SIZE);
    raster.chunks_exact_mut(SIZE).for_each(<[f32]>::reverse);
    let mut sight = super::look(model, square, &raster)?;
    let seen = std::mem::take(&mut sight.points);
    sight.points = Name::ALL
        .into_iter()
        .map(|name| {
            let mut point = seen[other_side(name) as usize];
            point.name = name;
            point.position.x = 2.0 * square.center.x - point.position.x;
            point
        })
        .collect();
    sight.pose.yaw = -sight.pose.yaw;
    sight.pose.roll = -sight.pose.roll;
    for row in sight.parts.chunks_exact_mut(sight.parts_size[0].max(1)) {
        row.reverse();
    }
    Ok(sight)
}

/// One answer with the mean of its points and pose and another one's; its parts stay its own, which others do not better.
pub(super) fn mean(sight: Sight, other: &Sight) -> Sight {
    let between = |(a, b): (&super::Point, &super::Point)| super::Point {
        name: a.name,
        position: a.position.midpoint(b.position),
        sigma: f64::midpoint(a.sigma, b.sigma),
        visible: f64::midpoint(a.visible, b.visible),
    };
    let (a, b) = (sight.pose, other.pose);
    Sight {
        points: sight.points.iter().zip(&other.points).map(between).collect(),
        pose: Pose {
            yaw: f64::midpoint(a.yaw, b.yaw),
            pitch: f64::midpoint(a.pitch, b.pitch),
            roll: f64::midpoint(a.roll, b.roll),
        },
        ..sight
    }
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
