//! The head as a whole: its crop, its size, and millimetres per pixel. Takes points, gives geometry.

use super::{Measure, Name, Point, Pose};
use crate::geometry::{Square, Window};
use glam::DVec2;

/// Mean distance between the eye centres of adults and its spread, mm (Dodgson 2004: 63.4 ± 3.8).
const EYES_MM: (f64, f64) = (63.4, 3.8);
/// Mean distance from the line of the eyes to the chin and its spread, mm (about the sellion–menton
/// length of NIOSH 2003, 117 ± 8 mm over both sexes).
const CHIN_MM: (f64, f64) = (115.0, 8.0);
/// Standard error of the network's angles, degrees.
const ANGLE_ERROR: f64 = 6.0;

/// A head is about so many of its sizes ([`extent`]) high.
pub const HIGH: f64 = 2.0;
/// Points of the face, which are in sight whatever the hair does: from the eyes to the chin.
const FACE: std::ops::RangeInclusive<usize> = Name::EyeL as usize..=Name::Chin as usize;

/// A head tilted by less than so many degrees is looked at as it is.
pub const UPRIGHT: f64 = 8.0;

fn at(points: &[Point], name: Name) -> DVec2 {
    points[name as usize].position
}

/// Middle of the eyes, eye distance and eye-to-chin distance, photo pixels.
fn frame(points: &[Point]) -> (DVec2, f64, f64) {
    let (l, r) = (at(points, Name::EyeL), at(points, Name::EyeR));
    let middle = (l + r) / 2.0;
    (middle, l.distance(r), middle.distance(at(points, Name::Chin)))
}

/// Size of a head: the larger of its eye-to-chin distance and 1.6 eye distances, photo pixels.
pub fn extent(points: &[Point]) -> f64 {
    let (_, eyes, chin) = frame(points);
    chin.max(1.6 * eyes)
}

/// The square the second run looks at; the same rule as in training (training/README.md).
pub fn crop(points: &[Point]) -> Square {
    square(points, 0.35)
}

/// The same turned as the head is tilted, by `roll` degrees, unless that is little.
pub fn window(points: &[Point], roll: f64) -> Window {
    turned(crop(points), roll)
}

/// What the third run looks at: one lower down, where necks are seen whole.
pub fn lower(points: &[Point], roll: f64) -> Window {
    turned(square(points, 0.6), roll)
}

/// A square as a head sees it that is tilted by so many degrees. Networks know heads that are tilted a little.
pub fn turned(square: Square, roll: f64) -> Window {
    let turn = if roll.abs() < UPRIGHT {
        0.0
    } else {
        roll.to_radians()
    };
    Window { square, turn }
}

/// As large as the head needs it, its centre at this share of the way from the eyes to the chin.
fn square(points: &[Point], down: f64) -> Square {
    let (middle, ..) = frame(points);
    Square {
        center: middle + (at(points, Name::Chin) - middle) * down,
        side: 2.8 * extent(points).max(8.0),
    }
}

/// Tilt of the head, degrees: the angle of the line from the right eye to the left, clockwise positive.
pub fn roll(points: &[Point]) -> f64 {
    let line = at(points, Name::EyeL) - at(points, Name::EyeR);
    line.y.atan2(line.x).to_degrees()
}

/// Mean standard error of the points as a share of the head's size.
pub fn doubt(points: &[Point]) -> f64 {
    let sum: f64 = points.iter().map(|p| p.sigma).sum();
    sum / points.len() as f64 / extent(points).max(1.0)
}

/// The same of the face alone.
pub fn vagueness(points: &[Point]) -> f64 {
    let face = &points[FACE];
    let sum: f64 = face.iter().map(|p| p.sigma).sum();
    sum / face.len() as f64 / extent(points).max(1.0)
}

/// How far two looks put the points of a face apart, as a share of the head's size.
pub fn disagreement(a: &[Point], b: &[Point]) -> f64 {
    let places = a[FACE].iter().zip(&b[FACE]);
    let sum: f64 = places.map(|(a, b)| a.position.distance(b.position)).sum();
    sum / FACE.count() as f64 / extent(a).max(1.0)
}

/// Are these two different heads?
pub fn apart(a: &[Point], b: &[Point]) -> bool {
    let (ca, ..) = frame(a);
    let (cb, ..) = frame(b);
    ca.distance(cb) > 0.8 * extent(a).max(extent(b)) && extent(b) > 0.25 * extent(a)
}

/// Millimetres per pixel at the eyes: the eye distance (shortened by yaw) and the height of the
/// face (shortened by pitch), weighted by their variances.
pub fn mm_per_px(points: &[Point], pose: Pose) -> Measure {
    let (_, eyes, chin) = frame(points);
    let sigma = |a: Name, b: Name| points[a as usize].sigma.hypot(points[b as usize].sigma);
    let estimates = [
        estimate(EYES_MM, eyes, sigma(Name::EyeL, Name::EyeR), pose.yaw),
        estimate(CHIN_MM, chin, sigma(Name::EyeL, Name::Chin), pose.pitch),
    ];
    let weight: f64 = estimates.iter().map(|m| m.error.powi(-2)).sum();
    let value = estimates.iter().map(|m| m.value * m.error.powi(-2)).sum::<f64>() / weight;
    Measure {
        value,
        error: weight.powf(-0.5),
    }
}

/// One length seen under an angle: its millimetres per pixel and the error of that.
fn estimate((mm, spread): (f64, f64), px: f64, sigma_px: f64, angle: f64) -> Measure {
    let angle = angle.to_radians().clamp(-1.3, 1.3);
    let px = px.max(1.0);
    let value = mm * angle.cos() / px;
    let turn = angle.tan() * ANGLE_ERROR.to_radians();
    let bend = 0.5 * ANGLE_ERROR.to_radians().powi(2);
    let relative = [spread / mm, sigma_px / px, turn, bend]
        .iter()
        .map(|e| e * e)
        .sum::<f64>()
        .sqrt();
    Measure {
        value,
        error: value * relative,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(eyes: f64, chin: f64) -> Vec<Point> {
        let mut points: Vec<Point> = Name::ALL
            .iter()
            .map(|&name| Point {
                name,
                position: DVec2::new(500.0, 500.0),
                sigma: 1.0,
                visible: 1.0,
            })
            .collect();
        points[Name::EyeL as usize].position.x += eyes / 2.0;
        points[Name::EyeR as usize].position.x -= eyes / 2.0;
        points[Name::Chin as usize].position.y += chin;
        points
    }

    #[test]
    fn a_turned_head_keeps_its_scale() {
        let front = mm_per_px(
            &head(126.8, 230.0),
            Pose {
                yaw: 0.0,
                pitch: 0.0,
                roll: 0.0,
            },
        );
        let turned = mm_per_px(
            &head(63.4, 230.0),
            Pose {
                yaw: 60.0,
                pitch: 0.0,
                roll: 0.0,
            },
        );
        assert!((front.value - 0.5).abs() < 1e-6, "{front:?}");
        assert!((turned.value - 0.5).abs() < 1e-6, "{turned:?}");
        assert!(turned.error > front.error);
    }

    #[test]
    fn the_crop_follows_the_head() {
        let square = crop(&head(100.0, 200.0));
        assert!((square.side - 560.0).abs() < 1e-9);
        assert!(square.center.y > 500.0);
    }
}
