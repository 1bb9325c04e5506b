//! Swing: a drop earring is a damped pendulum on a moving lobe.

use glam::DVec2;
use std::f64::consts::TAU;

/// Gravity, metres per second squared.
const GRAVITY: f64 = 9.81;
/// Damping ratio; an earring rubs in its hole.
const DAMPING: f64 = 0.16;
/// Accelerations below this (m/s²) are measuring noise, not motion.
const QUIET: f64 = 0.7;
/// The strongest acceleration believed, m/s².
const STRONGEST: f64 = 12.0;
/// It never swings further than this, degrees.
const FARTHEST: f64 = 22.0;
/// Cut-off of the velocity's smoothing, hertz.
const CUTOFF: f64 = 4.0;
/// Longest step of the integration, seconds.
const STEP: f64 = 0.002;
/// Shortest pendulum, metres: what is lower is a stud and does not swing.
const SHORTEST: f64 = 0.008;

/// One pendulum.
#[derive(Clone, Debug, Default)]
pub struct Pendulum {
    last: Option<(f64, DVec2)>,
    velocity: DVec2,
    /// Radians, positive when the lower end is to the right of the picture.
    angle: f64,
    rate: f64,
}

impl Pendulum {
    /// Clockwise turn of the earring in degrees. `pivot` is the lobe in pixels of `mm` millimetres (x right, y down),
    /// `length` from it to the middle of the drop in millimetres, `time` in seconds.
    pub fn next(&mut self, pivot: DVec2, mm: f64, length: f64, time: f64) -> f64 {
        let length = length / 1e3;
        let Some((before, place)) = self.last.replace((time, pivot)) else {
            return 0.0;
        };
        let step = time - before;
        // The step is scaled, not the place: a scale that breathes would look like motion.
        let moved = (pivot - place) * mm / 1e3;
        // A break in time or a jump to another place is no motion.
        if !(step > 0.0 && step < 0.25) || moved.length() > 0.1 || length < SHORTEST {
            *self = Self {
                last: self.last,
                ..Self::default()
            };
            return 0.0;
        }
        let lag = 1.0 / (TAU * CUTOFF);
        let velocity = self.velocity + (moved / step - self.velocity) * (step / (step + lag));
        let push = loud((velocity - self.velocity) / step);
        self.velocity = velocity;
        self.integrate(push, length, step);
        -self.angle.to_degrees()
    }

    /// θ'' = -(g - a_y)/L · sin θ - a_x/L · cos θ - 2ζω·θ', semi-implicit Euler.
    fn integrate(&mut self, push: DVec2, length: f64, step: f64) {
        let steps = (step / STEP).ceil().max(1.0);
        let (dt, natural) = (step / steps, (GRAVITY / length).sqrt());
        for _ in 0..steps as u32 {
            let pull = (GRAVITY - push.y).max(0.0) / length;
            let turn = -pull * self.angle.sin() - push.x / length * self.angle.cos();
            self.rate += (turn - 2.0 * DAMPING * natural * self.rate) * dt;
            self.angle += self.rate * dt;
        }
        let farthest = FARTHEST.to_radians();
        if self.angle.abs() > farthest {
            self.angle = self.angle.clamp(-farthest, farthest);
            self.rate = 0.0;
        }
    }
}

/// An acceleration without its noise, and no stronger than a head can.
fn loud(push: DVec2) -> DVec2 {
    let strength = push.length();
    if strength <= QUIET {
        return DVec2::ZERO;
    }
    push / strength * (strength - QUIET).min(STRONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lags_behind_swings_and_comes_to_rest() {
        let mut drop = Pendulum::default();
        let (mut farthest, mut signs) = (0.0_f64, Vec::new());
        for frame in 0..240 {
            let time = f64::from(frame) / 60.0;
            // A lobe that moves 60 mm to the right within 0.3 s, then stands.
            let t = (time / 0.3).clamp(0.0, 1.0);
            let x = 60.0 * t * t * (3.0 - 2.0 * t);
            let turn = drop.next(DVec2::new(x, 0.0), 1.0, 25.0, time);
            farthest = farthest.max(turn.abs());
            if turn.abs() > 1.0 {
                signs.push(turn > 0.0);
            }
            if frame > 200 {
                assert!(turn.abs() < 0.5, "still swinging after three seconds: {turn}");
            }
        }
        assert!(signs[0], "its lower end stays behind: turned clockwise");
        assert!(signs.contains(&false), "and swings through");
        assert!((3.0..=FARTHEST).contains(&farthest), "{farthest}");
    }

    #[test]
    fn noise_and_studs_hang_still() {
        let mut drop = Pendulum::default();
        for frame in 0..100 {
            let wobble = if frame % 2 == 0 { 0.05 } else { -0.05 };
            let turn = drop.next(DVec2::new(wobble, 0.0), 1.0, 25.0, f64::from(frame) / 30.0);
            assert!(turn.abs() < 0.2, "{turn}");
        }
        let mut stud = Pendulum::default();
        for frame in 0..30 {
            let place = DVec2::new(f64::from(frame * frame) * 0.1, 0.0);
            assert_eq!(stud.next(place, 1.0, 5.0, f64::from(frame) / 30.0), 0.0);
        }
    }
}
