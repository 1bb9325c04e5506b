//! Figures of a moving picture: rate, latency, steadiness and, where the truth is known, exactness. Their memory does
//! not grow with the film.

use super::session::Shown;
use crate::anchors::Name;
use crate::camera::Truth;
use crate::placement::Piece;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Width of the latency histogram's bins, milliseconds, and how many there are.
const BIN: f64 = 0.25;
const BINS: usize = 8000;
/// Pictures of one still that are not counted: the filter settles.
const SETTLE: u32 = 10;
/// Pictures of a still that make a figure.
const ENOUGH: f64 = 25.0;
/// Turns up to this (degrees) count for the comparison with the truth.
const COUNTED: f64 = 45.0;

/// Percentiles of a time, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Percentiles {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

/// How far the points are from the truth, per cent of the eye distance of the head seen from the front.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Exactness {
    /// Frames compared: turned by at most 45°.
    pub frames: u64,
    /// Mean over all points that can be seen.
    pub points: f64,
    /// Mean over the lobes that can be seen.
    pub lobes: f64,
    /// Share of lobes rightly taken as visible or hidden.
    pub visibility: f64,
}

/// All figures until now.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Frames shown.
    pub frames: u64,
    /// Seconds from the first frame to the last.
    pub seconds: f64,
    /// Frames shown a second.
    pub fps: f64,
    /// From capture to display.
    pub latency_ms: Percentiles,
    /// Frames replaced by newer ones before anybody looked at them.
    pub dropped: u64,
    /// Frames with a head in them.
    pub with_head: u64,
    /// How often a head was lost.
    pub losses: u64,
    /// Standard deviation of the least steady piece while the picture stood still, pixels.
    pub jitter_px: Option<f64>,
    /// Mean milliseconds of every stage.
    pub stages_ms: BTreeMap<String, f64>,
    /// Against the truth, where it is known.
    pub truth: Option<Exactness>,
    /// Memory the program holds, MiB, at the first hundredth frame and now.
    pub memory_mib: Option<[f64; 2]>,
}

/// Running mean and spread (Welford 1962).
#[derive(Clone, Copy, Default)]
struct Spread {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let off = value - self.mean;
        self.mean += off / self.count;
        self.squares += off * (value - self.mean);
    }

    fn deviation(&self) -> f64 {
        (self.squares / (self.count - 1.0).max(1.0)).sqrt()
    }
}

/// Collects figures.
pub struct Meter {
    bins: Vec<u64>,
    frames: u64,
    with_head: u64,
    first: Option<Instant>,
    last: Option<Instant>,
    losses: u64,
    stages: BTreeMap<String, f64>,
    /// Index of the source's picture, and how many times in a row it was seen.
    still: (usize, u32),
    places: BTreeMap<(usize, Piece), [Spread; 2]>,
    truth: Option<Vec<Truth>>,
    eyes: f64,
    compared: Compared,
    memory: Option<f64>,
}

#[derive(Clone, Copy, Default)]
struct Compared {
    frames: u64,
    points: Spread,
    lobes: Spread,
    seen: Spread,
}

impl Meter {
    /// Nothing is measured yet. `truth` is that of the source's pictures, by index.
    pub fn new(truth: Option<Vec<Truth>>) -> Self {
        let middle = truth
            .as_ref()
            .and_then(|t| t.iter().min_by(|a, b| a.yaw.abs().total_cmp(&b.yaw.abs())));
        let eye = |t: &Truth, name: &str| t.points.get(name).map(|p| glam::DVec2::new(p[0], p[1]));
        let eyes = middle.and_then(|t| Some(eye(t, "eye_l")?.distance(eye(t, "eye_r")?)));
        Self {
            bins: vec![0; BINS],
            frames: 0,
            with_head: 0,
            first: None,
            last: None,
            losses: 0,
            stages: BTreeMap::new(),
            still: (usize::MAX, 0),
            places: BTreeMap::new(),
            truth,
            eyes: eyes.unwrap_or(1.0).max(1.0),
            compared: Compared::default(),
            memory: None,
        }
    }

    /// A picture that is on the screen now. `repeats` says that equal indices are equal pictures.
    pub fn add(&mut self, shown: &Shown, repeats: bool) {
        let now = Instant::now();
        self.first.get_or_insert(now);
        self.last = Some(now);
        self.frames += 1;
        self.with_head += u64::from(!shown.heads.is_empty());
        self.losses = shown.losses;
        let latency = now.saturating_duration_since(shown.frame.stamp);
        self.bins[bin(latency)] += 1;
        for time in &shown.stages {
            let name = format!("{:?}", time.stage).to_lowercase();
            *self.stages.entry(name).or_default() += time.ms;
        }
        if repeats {
            self.steadiness(shown);
        }
        self.exactness(shown);
        if self.frames == 100 {
            self.memory = memory_mib();
        }
    }

    fn steadiness(&mut self, shown: &Shown) {
        let (index, count) = self.still;
        self.still = if index == shown.frame.index {
            (index, count + 1)
        } else {
            (shown.frame.index, 1)
        };
        if self.still.1 == 1 && self.places.values().all(|p| p[0].count < ENOUGH) {
            self.places.clear();
        }
        if self.still.1 <= SETTLE || self.still.0 != shown.frame.index {
            return;
        }
        // One still is measured; a second one lies elsewhere.
        for (head, seats) in shown.seats.iter().enumerate() {
            for seat in seats.iter().filter(|s| s.placement.hidden.is_none()) {
                let spread = self.places.entry((head, seat.placement.piece)).or_default();
                if spread[0].count < 1e6 {
                    let at = seat.placement.pivot;
                    spread[0].add(at.x);
                    spread[1].add(at.y);
                }
            }
        }
    }

    fn exactness(&mut self, shown: &Shown) {
        let truth = self.truth.as_ref().and_then(|t| t.get(shown.frame.index));
        let (Some(truth), Some(head)) = (truth, shown.heads.first()) else {
            return;
        };
        if truth.yaw.abs() > COUNTED {
            return;
        }
        self.compared.frames += 1;
        for name in Name::ALL {
            let Ok(serde_json::Value::String(key)) = serde_json::to_value(name) else {
                continue;
            };
            let Some(&[x, y, seen]) = truth.points.get(&key) else {
                continue;
            };
            let lobe = matches!(name, Name::LobeL | Name::LobeR);
            if lobe {
                let right = (head.point(name).visible >= 0.5) == (seen > 0.5);
                self.compared.seen.add(f64::from(u8::from(right)));
            }
            if seen > 0.5 {
                let off = head.at(name).distance(glam::DVec2::new(x, y)) / self.eyes * 100.0;
                self.compared.points.add(off);
                if lobe {
                    self.compared.lobes.add(off);
                }
            }
        }
    }

    /// The figures until now; `dropped` as the feed counts.
    pub fn figures(&self, dropped: u64) -> Figures {
        let seconds = match (self.first, self.last) {
            (Some(first), Some(last)) => last.duration_since(first).as_secs_f64(),
            _ => 0.0,
        };
        let count = self.frames.max(1) as f64;
        let least = self.places.values().filter(|p| p[0].count >= ENOUGH);
        let c = &self.compared;
        Figures {
            frames: self.frames,
            seconds,
            fps: if seconds > 0.0 {
                (self.frames.saturating_sub(1)) as f64 / seconds
            } else {
                0.0
            },
            latency_ms: Percentiles {
                p50: self.percentile(0.50),
                p95: self.percentile(0.95),
                p99: self.percentile(0.99),
            },
            dropped,
            with_head: self.with_head,
            losses: self.losses,
            jitter_px: least
                .map(|[x, y]| x.deviation().hypot(y.deviation()))
                .reduce(f64::max),
            stages_ms: self.stages.iter().map(|(k, v)| (k.clone(), v / count)).collect(),
            truth: (c.frames > 0).then_some(Exactness {
                frames: c.frames,
                points: c.points.mean,
                lobes: c.lobes.mean,
                visibility: c.seen.mean,
            }),
            memory_mib: self.memory.zip(memory_mib()).map(|(then, now)| [then, now]),
        }
    }

    /// Upper edge of the bin in which a share of all latencies has been counted, milliseconds.
    fn percentile(&self, share: f64) -> f64 {
        let wanted = (self.frames as f64 * share).ceil() as u64;
        let mut counted = 0;
        for (i, count) in self.bins.iter().enumerate() {
            counted += count;
            if counted >= wanted && counted > 0 {
                return (i + 1) as f64 * BIN;
            }
        }
        0.0
    }
}

fn bin(latency: Duration) -> usize {
    ((latency.as_secs_f64() * 1e3 / BIN) as usize).min(BINS - 1)
}

fn memory_mib() -> Option<f64> {
    crate::resources::memory().map(|bytes| bytes as f64 / f64::from(1 << 20))
}
