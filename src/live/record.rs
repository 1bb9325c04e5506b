//! Record: shown pictures into a folder, on a thread of its own. A disk that is too slow loses frames of the
//! recording, never of the view.

use crate::photo::{Photo, SaveOptions};
use std::path::Path;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Pictures that may wait for the disk.
const WAITING: usize = 8;
/// JPEG quality of a frame.
const QUALITY: u8 = 92;

/// What a recording came to.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Frames written: `000001.jpg` and so on, and `times.csv` with their seconds.
    pub frames: u64,
    /// Frames the disk was too slow for.
    pub missed: u64,
    /// Why it stopped early.
    pub error: Option<String>,
}

/// A running recording.
pub struct Recorder {
    sender: Option<SyncSender<(Photo, f64)>>,
    thread: Option<JoinHandle<Recorded>>,
    missed: u64,
}

impl Recorder {
    /// Begins; `folder` is made and must not hold a recording yet.
    ///
    /// # Errors
    /// When the folder cannot be made or already holds `times.csv`, or the system gives no thread.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        if folder.join("times.csv").exists() {
            return Err(std::io::Error::new(
                std::io::ErrorKind::AlreadyExists,
                format!(
                    "{} already holds a recording; name another folder",
                    folder.display()
                ),
            ));
        }
        let (sender, receiver) = sync_channel::<(Photo, f64)>(WAITING);
        let folder = folder.to_owned();
        let thread = std::thread::Builder::new()
            .name("bijou-record".into())
            .spawn(move || write(&folder, receiver.into_iter()))?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
            missed: 0,
        })
    }

    /// Takes a picture shown at a time in seconds; never waits.
    pub fn add(&mut self, photo: &Photo, time: f64) {
        if let Some(sender) = &self.sender
            && let Err(TrySendError::Full(_)) = sender.try_send((photo.clone(), time))
        {
            self.missed += 1;
        }
    }

    /// Takes no more pictures; what waits is still written. At once.
    pub fn stop(&mut self) {
        self.sender = None;
    }

    /// Has everything been written after [`Recorder::stop`]?
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends, and waits for what is still written.
    pub fn finish(mut self) -> Recorded {
        self.stop();
        let written = self.thread.take().map(JoinHandle::join);
        let mut recorded = written.and_then(Result::ok).unwrap_or_default();
        recorded.missed = self.missed;
        recorded
    }
}

impl Drop for Recorder {
    /// However it ends, the pictures that wait and their times are written.
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            // What it came to is told by `finish`; nobody asks here.
            drop(thread.join());
        }
    }
}

fn write(folder: &Path, frames: impl Iterator<Item = (Photo, f64)>) -> Recorded {
    let options = SaveOptions {
        quality: QUALITY,
        force: true,
        recipe: None,
    };
    let mut recorded = Recorded::default();
    let mut times = String::from("frame,seconds\n");
    for (photo, time) in frames {
        let number = recorded.frames + 1;
        if let Err(error) = photo.save(&folder.join(format!("{number:06}.jpg")), &options) {
            recorded.error = Some(error.to_string());
            break;
        }
        recorded.frames = number;
        times += &format!("{number:06}.jpg,{time:.4}\n");
    }
    let table = folder.join("times.csv");
    if let Err(error) = crate::publish::file(&table, times.as_bytes(), true) {
        let why = format!("cannot write {}: {error}", table.display());
        recorded.error.get_or_insert(why);
    }
    recorded
}
