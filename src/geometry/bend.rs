//! Bends: how a piece's local frame (mm, origin at its middle, y down) follows a body. All are closed-form both ways.

use glam::DVec2;
use serde::{Deserialize, Serialize};
use std::f64::consts::FRAC_PI_2;

/// Half the width of what stays rigid in any bend, local units.
const MIDDLE: f64 = 6.0;
/// A side's outer part is shortened or lengthened to between these shares of itself.
const RANGE: (f64, f64) = (0.4, Bend::LONGEST);
/// A side of a chain is swung by at most this angle.
const SWING: f64 = 0.7;

/// How a local frame bends; what is said of a side stands at `[u < 0, u ≥ 0]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Bend {
    /// Not at all.
    #[default]
    None,
    /// `(u, v)` to `(u ± stretch·w, v + curve·w²)` with `w = max(|u| - MIDDLE, 0)`: a band over a forehead.
    Stretch {
        /// Relative lengthening along the piece outside its middle; above -1.
        stretch: [f64; 2],
        /// Parabola across the piece outside its middle, per unit of `w`.
        curve: [f64; 2],
    },
    /// Each side swings about the middle as on a hinge and is evenly enlarged or reduced, so that the pearls of a
    /// strand stay round; the swing grows with the logarithm of the distance from the middle, which shears every pearl
    /// alike and none much, and what hangs straight below the middle is left alone.
    Swing {
        /// Angle away from the upright, radians.
        swing: [f64; 2],
        /// Factor on the distance from the middle.
        scale: [f64; 2],
        /// Share of the swing that is gained as the distance from the middle grows e-fold.
        growth: [f64; 2],
    },
}

fn side(u: f64) -> usize {
    usize::from(u >= 0.0)
}

/// Distance from the middle and angle from the upright, 0..π, on either side.
fn polar(p: DVec2) -> (f64, f64) {
    (p.length(), p.x.abs().atan2(-p.y))
}

/// How far an angle from the upright is on its way from the horizontal to straight down, 0..1.
fn below(angle: f64) -> f64 {
    ((angle - FRAC_PI_2) / FRAC_PI_2).max(0.0)
}

impl Bend {
    /// No side becomes longer than this share of itself.
    pub const LONGEST: f64 = 2.2;

    /// The stretch that carries local `from[i]` to `to[i]`, one point on each side of `u = 0`; a point in the
    /// middle says nothing and leaves its side straight.
    pub fn stretched(from: [DVec2; 2], to: [DVec2; 2]) -> Self {
        let (mut stretch, mut curve) = ([0.0; 2], [0.0; 2]);
        for (from, to) in from.into_iter().zip(to) {
            let (i, length) = (side(from.x), from.x.abs() - MIDDLE);
            if length > 1.0 {
                let wanted = to.x * from.x.signum() - MIDDLE;
                stretch[i] = (wanted / length).clamp(RANGE.0, RANGE.1) - 1.0;
                curve[i] = (to.y - from.y) / length.powi(2);
            }
        }
        Self::Stretch { stretch, curve }
    }

    /// The swing that carries local `from[i]`, above the middle, to `to[i]`, one point on each side.
    pub fn swung(from: [DVec2; 2], to: [DVec2; 2]) -> Self {
        let (mut swing, mut scale, mut growth) = ([0.0; 2], [1.0; 2], [1.0; 2]);
        for (from, to) in from.into_iter().zip(to) {
            let (i, (length, angle)) = (side(from.x), polar(from));
            if length > MIDDLE + 1.0 && angle < FRAC_PI_2 {
                let (wanted, aim) = (to.length(), (to.x * from.x.signum()).atan2(-to.y));
                scale[i] = ((wanted - MIDDLE) / (length - MIDDLE)).clamp(RANGE.0, RANGE.1);
                swing[i] = (aim - angle).clamp(-SWING.min(0.9 * angle), SWING);
                let end = 1.0 + scale[i] * (length - MIDDLE) / MIDDLE;
                growth[i] = 1.0 / end.ln();
            }
        }
        Self::Swing { swing, scale, growth }
    }

    /// Where a local point goes.
    pub fn apply(&self, p: DVec2) -> DVec2 {
        let i = side(p.x);
        match *self {
            Self::None => p,
            Self::Stretch { stretch, curve } => {
                let w = (p.x.abs() - MIDDLE).max(0.0);
                p + DVec2::new((stretch[i] * w).copysign(stretch[i] * p.x), curve[i] * w * w)
            }
            Self::Swing { swing, scale, growth } => {
                let (from, angle) = polar(p);
                let share = below(angle);
                let factor = scale[i] + (1.0 - scale[i]) * share;
                let length = from.min(MIDDLE) + (from - MIDDLE).max(0.0) * factor;
                let swing = swing[i] * grown(length, growth[i]);
                turned(p.x, length, angle + swing * (1.0 - share))
            }
        }
    }

    /// Where a bent point came from.
    pub fn undo(&self, q: DVec2) -> DVec2 {
        let i = side(q.x);
        match *self {
            Self::None => q,
            Self::Stretch { stretch, curve } => {
                let w = (q.x.abs() - MIDDLE).max(0.0) / (1.0 + stretch[i]);
                let u = q.x.abs().min(MIDDLE) + w;
                DVec2::new(u.copysign(q.x), q.y - curve[i] * w * w)
            }
            Self::Swing { swing, scale, growth } => {
                let length = q.length();
                let swing = swing[i] * grown(length, growth[i]);
                let shorter = |factor: f64| length.min(MIDDLE) + (length - MIDDLE).max(0.0) / factor;
                let (sin, cos) = swing.sin_cos();
                let (across, down) = (q.x.abs() * cos + q.y * sin, q.y * cos - q.x.abs() * sin);
                if down <= 0.0 && length > 0.0 {
                    // Above the horizontal the swing is whole: a turn, and no angle need be known.
                    let back = DVec2::new(across.max(0.0).copysign(q.x), down);
                    return back * (shorter(scale[i]) / length);
                }
                // From there it falls to nothing straight down.
                let level = FRAC_PI_2 + swing;
                let angle = FRAC_PI_2 * (1.0 + (polar(q).1 - level) / (FRAC_PI_2 - swing));
                turned(q.x, shorter(scale[i] + (1.0 - scale[i]) * below(angle)), angle)
            }
        }
    }
}

/// How much of the swing there is at a distance from the middle, 0..1.
fn grown(length: f64, growth: f64) -> f64 {
    ((length / MIDDLE).max(1.0).ln() * growth).min(1.0)
}

/// The point on the side of `u` at a distance from the middle and an angle from the upright.
fn turned(u: f64, length: f64, angle: f64) -> DVec2 {
    DVec2::new((length * angle.sin()).copysign(u), -length * angle.cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: [DVec2; 2] = [DVec2::new(-60.0, -90.0), DVec2::new(58.0, -88.0)];
    const TO: [DVec2; 2] = [DVec2::new(-42.0, -80.0), DVec2::new(70.0, -70.0)];

    #[test]
    fn a_bend_meets_both_ends_and_leaves_the_middle() {
        for bend in [Bend::stretched(FROM, TO), Bend::swung(FROM, TO)] {
            for (f, t) in FROM.into_iter().zip(TO) {
                assert!((bend.apply(f) - t).length() < 1e-9, "{bend:?}");
            }
            let near = DVec2::new(0.5, 3.0);
            assert!((bend.apply(near) - near).length() < 1e-9);
        }
    }

    #[test]
    fn a_bend_is_undone() {
        for bend in [Bend::None, Bend::stretched(FROM, TO), Bend::swung(FROM, TO)] {
            for (u, v) in [
                (0.0, 0.0),
                (3.0, -2.0),
                (-30.0, -40.0),
                (55.0, -80.0),
                (-20.0, 5.0),
                (14.0, 30.0),
                (0.0, 40.0),
            ] {
                let p = DVec2::new(u, v);
                assert!((bend.undo(bend.apply(p)) - p).length() < 1e-9, "{bend:?} {p}");
            }
        }
    }

    /// Pearls along the sides of a strand, where a stretch makes eggs of them.
    #[test]
    fn a_swing_keeps_pearls_round() {
        let ratio = |bend: &Bend, at: DVec2| {
            let moved = |way: DVec2| bend.apply(at + way).distance(bend.apply(at - way));
            let radii: Vec<f64> = (0..12)
                .map(|i| moved(DVec2::from_angle(f64::from(i) * FRAC_PI_2 / 6.0) * 0.01))
                .collect();
            radii.iter().fold(0.0, |a: f64, b| a.max(*b)) / radii.iter().fold(1e9, |a: f64, b| a.min(*b))
        };
        let (swung, stretched) = (Bend::swung(FROM, TO), Bend::stretched(FROM, TO));
        for share in [0.2, 0.4, 0.6, 0.8, 1.0] {
            for end in FROM {
                let (now, before) = (ratio(&swung, end * share), ratio(&stretched, end * share));
                assert!(now < 1.1 && now < before, "{share}: {now}, stretched {before}");
            }
        }
    }
}
