//! How long frames take, and how soon the first picture was there. Shared with who opened the window.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Times; clones share them.
#[derive(Clone, Debug)]
pub struct FrameTimes {
    shared: Arc<Mutex<Times>>,
}

#[derive(Debug)]
struct Times {
    start: Instant,
    first_frame: Option<Duration>,
    first_result: Option<Duration>,
    frames: Vec<f32>,
}

impl Default for FrameTimes {
    fn default() -> Self {
        let times = Times {
            start: Instant::now(),
            first_frame: None,
            first_result: None,
            frames: Vec::new(),
        };
        Self {
            shared: Arc::new(Mutex::new(times)),
        }
    }
}

impl FrameTimes {
    fn with<T>(&self, work: impl FnOnce(&mut Times) -> T) -> T {
        work(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A frame's seconds of work, where they are known.
    pub(super) fn add(&self, seconds: Option<f32>) {
        self.with(|t| t.frames.extend(seconds));
    }

    /// The first frame is laid out.
    pub(super) fn first_frame(&self) {
        self.with(|t| t.first_frame = t.first_frame.or(Some(t.start.elapsed())));
    }

    /// The first result has come.
    pub(super) fn first_result(&self) {
        self.with(|t| t.first_result = t.first_result.or(Some(t.start.elapsed())));
    }

    /// One line for a person.
    pub fn summary(&self) -> String {
        self.with(|t| {
            let mut frames = t.frames.clone();
            frames.sort_by(f32::total_cmp);
            let at = |share: f64| {
                let index = (frames.len() as f64 * share) as usize;
                frames.get(index.min(frames.len().saturating_sub(1))).map_or(0.0, |s| s * 1e3)
            };
            let ms = |time: Option<Duration>| time.map_or("-".into(), |d| format!("{:.0} ms", d.as_secs_f64() * 1e3));
            format!(
                "{} frames, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms; first frame after {}, first result after {}",
                frames.len(),
                at(0.5),
                at(0.99),
                at(1.0),
                ms(t.first_frame),
                ms(t.first_result),
            )
        })
    }
}
