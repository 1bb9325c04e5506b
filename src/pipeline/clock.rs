//! The pipeline's clock: takes the stage that begins, tells the listener, gives the time every stage took.

use super::{Error, Progress, Stage, StageTime};
use std::time::Instant;

/// Times stages and reports progress.
pub(super) struct Clock<'a> {
    progress: Progress<'a>,
    running: Option<(Stage, Instant)>,
    times: Vec<StageTime>,
}

impl<'a> Clock<'a> {
    pub fn new(progress: Progress<'a>) -> Self {
        Self {
            progress,
            running: None,
            times: Vec::new(),
        }
    }

    /// Ends the running stage and starts the next.
    pub fn start(&mut self, stage: Stage) -> Result<(), Error> {
        self.end();
        if !(self.progress)(stage) {
            return Err(Error::Cancelled);
        }
        self.running = Some((stage, Instant::now()));
        Ok(())
    }

    fn end(&mut self) {
        if let Some((stage, since)) = self.running.take() {
            let ms = since.elapsed().as_secs_f64() * 1e3;
            match self.times.iter_mut().find(|t| t.stage == stage) {
                Some(time) => time.ms += ms,
                None => self.times.push(StageTime { stage, ms }),
            }
        }
    }

    pub fn stop(mut self) -> Vec<StageTime> {
        self.end();
        self.times
    }
}
