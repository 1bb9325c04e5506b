//! The One-Euro filter (Casiez, Roussel & Vogel 2012): still things are steadied, moving things followed.

/// Lowest cut-off, hertz: what a still point is smoothed with.
const STILL: f64 = 0.8;
/// Hertz the cut-off rises per unit of speed (units of the point's own scale a second).
const SPEED: f64 = 9.0;
/// Cut-off of the speed's own smoothing, hertz.
const DERIVATIVE: f64 = 1.5;
/// A jump beyond this (units) is not smoothed but believed.
const SNAP: f64 = 0.35;

/// After a longer pause (seconds) the last value says nothing any more: a slow machine shows what it sees.
const LONGEST: f64 = 0.15;

/// How eagerly a value is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Lowest cut-off, hertz.
    pub still: f64,
    /// Hertz per unit a second.
    pub speed: f64,
    /// Jumps beyond this are believed at once; infinite for never.
    pub snap: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            still: STILL,
            speed: SPEED,
            snap: SNAP,
        }
    }
}

/// A filter of `N` numbers that move together, in units in which a head is about one large.
#[derive(Clone, Debug)]
pub struct OneEuro<const N: usize> {
    tuning: Tuning,
    last: Option<Last<N>>,
}

#[derive(Clone, Debug)]
struct Last<const N: usize> {
    time: f64,
    raw: [f64; N],
    value: [f64; N],
    slope: [f64; N],
}

/// Share of the new value after `step` seconds at a cut-off in hertz.
fn share(cutoff: f64, step: f64) -> f64 {
    let lag = 1.0 / (std::f64::consts::TAU * cutoff);
    step / (step + lag)
}

fn distance<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

impl<const N: usize> OneEuro<N> {
    /// A filter that has seen nothing.
    pub fn new(tuning: Tuning) -> Self {
        Self { tuning, last: None }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.last = None;
    }

    /// The steadied value at a time in seconds; time that stands still or runs backwards starts afresh.
    pub fn next(&mut self, raw: [f64; N], time: f64) -> [f64; N] {
        let Some(last) = &self.last else {
            return self.begin(raw, time);
        };
        let step = time - last.time;
        let jumped = distance(&raw, &last.value) > self.tuning.snap;
        if !(step > 0.0 && step < LONGEST) || jumped {
            return self.begin(raw, time);
        }
        let blend = |old: f64, new: f64, share: f64| old + (new - old) * share;
        let derivative = share(DERIVATIVE, step);
        let slope: [f64; N] =
            std::array::from_fn(|i| blend(last.slope[i], (raw[i] - last.raw[i]) / step, derivative));
        let speed = distance(&slope, &[0.0; N]);
        let follow = share(self.tuning.still + self.tuning.speed * speed, step);
        let value: [f64; N] = std::array::from_fn(|i| blend(last.value[i], raw[i], follow));
        self.last = Some(Last {
            time,
            raw,
            value,
            slope,
        });
        value
    }

    fn begin(&mut self, raw: [f64; N], time: f64) -> [f64; N] {
        self.last = Some(Last {
            time,
            raw,
            value: raw,
            slope: [0.0; N],
        });
        raw
    }
}
