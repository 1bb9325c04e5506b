//! Track: every head of a moving picture, found once and then followed.

use super::steady::Steady;
use crate::anchors::{self, Anchors};
use crate::camera::Frame;
use crate::geometry::Window;
use crate::pipeline::{Engine, Error};

/// The most heads followed.
pub const MOST: usize = 4;
/// A head's window moves when the head has moved this share of its side, or changed its size by as much.
const SLACK: f64 = 0.04;
/// It turns when the head is tilted by so many degrees beside it.
const TILT: f64 = 8.0;
/// Newcomers are looked for every so many frames.
const LOOK_AROUND: u64 = 45;
/// While nobody is there, every so many frames are looked at as a whole.
const LOOK_AGAIN: u64 = 3;

/// A head that is followed.
struct Tracked {
    id: u64,
    window: Window,
    steady: Steady,
}

/// All heads.
#[derive(Default)]
pub struct Tracker {
    heads: Vec<Tracked>,
    frames: u64,
    losses: u64,
    /// Frames since somebody was there.
    idle: u64,
    /// Heads there have been.
    count: u64,
}

impl Tracker {
    /// How often a head was lost.
    pub fn losses(&self) -> u64 {
        self.losses
    }

    /// The heads of a frame, at most `most`, without jitter, each with the number it keeps while it is followed;
    /// none is no error.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn next(
        &mut self,
        engine: &mut Engine,
        frame: &Frame,
        most: usize,
    ) -> Result<Vec<(u64, Anchors)>, Error> {
        let most = most.clamp(1, MOST);
        self.frames += 1;
        self.heads.truncate(most);
        let mut found: Vec<(u64, Anchors)> = Vec::with_capacity(most);
        let mut kept = Vec::with_capacity(most);
        for mut head in std::mem::take(&mut self.heads) {
            let seen = match engine.follow(&frame.photo, head.window) {
                Err(Error::Anchors(anchors::Error::NoFace)) => None,
                other => Some(other?),
            };
            // Two windows that have slid onto one head are one head.
            let is_new = |a: &Anchors| found.iter().all(|(_, b)| apart(a, b));
            match seen.filter(is_new) {
                Some(raw) => {
                    found.push((head.id, head.next(raw, frame.time)));
                    kept.push(head);
                }
                None => self.losses += 1,
            }
        }
        self.heads = kept;
        if found.is_empty() {
            // At once, and then not with every frame: a look at the whole costs several runs.
            if self.idle.is_multiple_of(LOOK_AGAIN) {
                self.find(engine, frame, most, &mut found)?;
            }
            self.idle = if found.is_empty() { self.idle + 1 } else { 0 };
        } else if found.len() < most && self.frames.is_multiple_of(LOOK_AROUND) {
            let known: Vec<Anchors> = found.iter().map(|(_, a)| a.clone()).collect();
            if let Some(raw) = engine.newcomer(&frame.photo, &known)? {
                self.admit(raw, frame.time, &mut found);
            }
        }
        Ok(found)
    }

    /// Looks at the whole frame.
    fn find(
        &mut self,
        engine: &mut Engine,
        frame: &Frame,
        most: usize,
        found: &mut Vec<(u64, Anchors)>,
    ) -> Result<(), Error> {
        match engine.heads(&frame.photo, most) {
            Err(Error::Anchors(anchors::Error::NoFace)) => Ok(()),
            heads => {
                for raw in heads? {
                    self.admit(raw, frame.time, found);
                }
                Ok(())
            }
        }
    }

    fn admit(&mut self, raw: Anchors, time: f64, found: &mut Vec<(u64, Anchors)>) {
        self.count += 1;
        let mut head = Tracked {
            id: self.count,
            window: anchors::window(&raw.points, raw.pose.roll),
            steady: Steady::default(),
        };
        found.push((head.id, head.next(raw, time)));
        self.heads.push(head);
    }
}

impl Tracked {
    fn next(&mut self, raw: Anchors, time: f64) -> Anchors {
        let steady = self.steady.next(raw, time);
        let (wanted, window) = (anchors::crop(&steady.points), &mut self.window);
        let moved = wanted.center.distance(window.square.center) / wanted.side;
        let grown = (wanted.side / window.square.side).ln().abs();
        // A window that follows every tremor would make the network tremble too.
        if moved > SLACK || grown > SLACK {
            window.square = wanted;
        }
        if (steady.pose.roll - window.turn.to_degrees()).abs() > TILT {
            window.turn = steady.pose.roll.to_radians();
        }
        steady
    }
}

/// Are these two different heads?
fn apart(a: &Anchors, b: &Anchors) -> bool {
    let (a, b) = (anchors::crop(&a.points), anchors::crop(&b.points));
    a.center.distance(b.center) > 0.25 * a.side.max(b.side)
}
