//! Recordings of the live room: begun, ended and told of without waiting for the disk.

use super::action::Action;
use super::live_room::LiveRoom;
use crate::live::Recorder;
use eframe::egui::Ui;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A recording under way.
pub(super) struct Recording {
    pub(super) recorder: Recorder,
    pub(super) folder: PathBuf,
    pub(super) since: Instant,
}

impl LiveRoom {
    pub(super) fn record(&mut self, folder: &Path, actions: &mut Vec<Action>) {
        match Recorder::start(folder) {
            Ok(recorder) => {
                self.recording = Some(Recording {
                    recorder,
                    folder: folder.to_owned(),
                    since: Instant::now(),
                });
            }
            Err(error) => actions.push(Action::Recorded(Err(error.to_string()))),
        }
    }

    /// Takes no more pictures; the disk may still be busy with some.
    pub(super) fn stop_recording(&mut self) {
        if let Some(mut recording) = self.recording.take() {
            recording.recorder.stop();
            self.ending.push(recording);
        }
    }

    /// Tells of recordings whose last picture is written now.
    pub(super) fn end_recordings(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        let (ended, ending): (Vec<Recording>, _) = std::mem::take(&mut self.ending)
            .into_iter()
            .partition(|r| r.recorder.is_finished());
        self.ending = ending;
        for recording in ended {
            let recorded = recording.recorder.finish();
            actions.push(Action::Recorded(match recorded.error {
                Some(error) => Err(error),
                None => Ok((recording.folder, recorded.frames)),
            }));
        }
        if !self.ending.is_empty() {
            ui.ctx().request_repaint_after(Duration::from_millis(50));
        }
    }
}
