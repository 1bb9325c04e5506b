//! Steady heads: raw anchors of successive frames become anchors without jitter, and pieces that do not flicker.

use super::filter::{OneEuro, Tuning};
use crate::anchors::{Anchors, Name, Pose};
use crate::placement::{Piece, Visibility};
use glam::DVec2;
use std::collections::BTreeMap;

/// Degrees that count as one unit of the filter.
const DEGREES: f64 = 60.0;
/// The scale of a head does not change quickly: lower cut-off and slower rise.
const SCALE: Tuning = Tuning {
    still: 0.5,
    speed: 2.0,
    snap: 0.5,
};
/// A piece must be hidden, or seen, this long before it goes or comes, seconds.
const HESITATE: f64 = 0.12;

/// One head's filters.
#[derive(Clone, Debug)]
pub struct Steady {
    points: Vec<OneEuro<2>>,
    pose: OneEuro<3>,
    scale: OneEuro<1>,
    seen: Vec<OneEuro<1>>,
}

impl Default for Steady {
    fn default() -> Self {
        let calm = Tuning {
            still: 4.0,
            speed: 0.0,
            snap: f64::INFINITY,
        };
        Self {
            points: vec![OneEuro::new(Tuning::default()); Name::ALL.len()],
            pose: OneEuro::new(Tuning::default()),
            scale: OneEuro::new(SCALE),
            seen: vec![OneEuro::new(calm); Name::ALL.len()],
        }
    }
}

impl Steady {
    /// The head without jitter. `time` is in seconds and grows.
    pub fn next(&mut self, raw: Anchors, time: f64) -> Anchors {
        // Speeds are measured in heads, so that a near face and a far one are steadied alike.
        let unit = crate::anchors::extent(&raw.points).max(1.0) / 2.0;
        let mut points = raw.points.clone();
        for (i, point) in points.iter_mut().enumerate() {
            let at = point.position / unit;
            let [x, y] = self.points[i].next([at.x, at.y], time);
            point.position = DVec2::new(x, y) * unit;
            let [seen] = self.seen[i].next([point.visible], time);
            point.visible = seen;
        }
        let Pose { yaw, pitch, roll } = raw.pose;
        let [yaw, pitch, _] = self.pose.next([yaw, pitch, roll].map(|a| a / DEGREES), time);
        let mut steady = raw;
        steady.pose.yaw = yaw * DEGREES;
        steady.pose.pitch = pitch * DEGREES;
        let mut steady = steady.corrected(&points);
        let [scale] = self.scale.next([steady.mm_per_px.value.ln()], time);
        steady.mm_per_px.value = scale.exp();
        steady
    }
}

/// Which pieces are shown: a change of mind counts once it has lasted.
#[derive(Clone, Debug, Default)]
pub struct Hesitation {
    pieces: BTreeMap<(String, Piece), Doubt>,
}

#[derive(Clone, Copy, Debug)]
struct Doubt {
    shown: bool,
    /// Since when the other would be right, seconds.
    since: Option<f64>,
}

impl Hesitation {
    /// Takes whether a piece would be drawn now; gives whether it is.
    pub fn decide(&mut self, product: &str, piece: Piece, drawn: bool, time: f64) -> Visibility {
        let fresh = Doubt {
            shown: drawn,
            since: None,
        };
        let doubt = self.pieces.entry((product.to_owned(), piece)).or_insert(fresh);
        doubt.since = match doubt.since {
            _ if drawn == doubt.shown => None,
            Some(since) if time - since >= HESITATE => {
                doubt.shown = drawn;
                None
            }
            Some(since) if time >= since => Some(since),
            _ => Some(time),
        };
        if doubt.shown {
            Visibility::Show
        } else {
            Visibility::Hide
        }
    }
}
