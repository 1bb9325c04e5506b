//! Camera: where moving pictures come from. Takes an [`Origin`], gives a [`Feed`] of upright sRGB [`Frame`]s.
//!
//! One thread a feed opens the source and fetches; the newest frame waits in a [`Mailbox`], older ones are dropped
//! and counted. A source that hangs is given up after [`PATIENCE`]: nobody ever waits for a device.

mod device;
mod error;
mod film;
mod mailbox;
mod noise;
mod pictures;

pub use device::{Coding, Device, Format, Search, choose};
pub use error::Error;
pub use film::{Film, Truth};
pub use mailbox::Mailbox;

use crate::photo::Photo;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a device may take to open, or may send nothing, before it is given up.
pub const PATIENCE: Duration = Duration::from_millis(4500);
/// Frames a second of sources that have no rate of their own.
pub const RATE: f64 = 30.0;

/// Where frames come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A camera by its number, with one of its formats or the best for its use.
    Camera {
        /// Its number among [`Search`]'s devices.
        number: u32,
        /// How it sends; `None` picks.
        format: Option<Format>,
    },
    /// Pictures, folders of pictures and animated PNG or WebP files, in order, over and over.
    Files(Vec<PathBuf>),
    /// The rendered head that turns, with sensor noise; the folder is the one that holds `assets/`.
    Synthetic(PathBuf),
}

/// How a source without a clock of its own is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// So many frames a second; who is late misses some.
    Rate(f64),
    /// The next frame when the last was taken: nothing is missed.
    Lockstep,
}

/// One picture of a moving source.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its pixels: RGB, 8 bits, sRGB.
    pub photo: Photo,
    /// Counts all frames the source gave, missed ones too.
    pub number: u64,
    /// Which picture of a source that repeats itself.
    pub index: usize,
    /// Its time in the source, seconds; what motion is measured against.
    pub time: f64,
    /// When it was captured; what latency is measured against.
    pub stamp: Instant,
}

/// A source of pictures, used on one thread.
pub trait Source {
    /// Waits for the next picture: its pixels and its index.
    ///
    /// # Errors
    /// A sentence about the device or file; the source is finished then.
    fn next(&mut self) -> Result<(Photo, usize), Error>;

    /// True when it waits for its own clock, as a camera does.
    fn has_clock(&self) -> bool {
        false
    }
}

/// How a feed is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The source is being opened.
    Opening,
    /// Frames come.
    Running,
    /// It ended, and why.
    Failed(Arc<Error>),
}

/// Called when a frame or a failure is there.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What the feed and its thread share.
struct Shared {
    frames: Mailbox<Frame>,
    state: Mutex<(State, Instant)>,
    /// Nobody listens any more, or the source was given up.
    over: AtomicBool,
    name: String,
    wake: Wake,
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, (State, Instant)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    fn fail(&self, error: Error) {
        let mut state = self.state();
        if !matches!(state.0, State::Failed(_)) {
            state.0 = State::Failed(Arc::new(error));
        }
        drop(state);
        self.over.store(true, Ordering::SeqCst);
        self.frames.close();
        (self.wake)();
    }
}

/// A running source. Dropping it ends the thread behind it as soon as the device lets go.
pub struct Feed {
    shared: Arc<Shared>,
}

impl Feed {
    /// Opens a source on a thread of its own; returns at once. `wake` is called from that thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn open(origin: &Origin, pace: Pace, wake: Wake) -> std::io::Result<Self> {
        let name = match origin {
            Origin::Camera { number, .. } => format!("camera {number}"),
            Origin::Files(files) => files.first().map(|f| f.display().to_string()).unwrap_or_default(),
            Origin::Synthetic(_) => "the synthetic head".to_owned(),
        };
        let origin = origin.clone();
        Self::start(name, move || source(&origin), pace, wake)
    }

    /// The same for a source of one's own; `open` runs on the feed's thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        name: String,
        open: impl FnOnce() -> Result<Box<dyn Source>, Error> + Send + 'static,
        pace: Pace,
        wake: Wake,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            frames: Mailbox::default(),
            state: Mutex::new((State::Opening, Instant::now())),
            over: AtomicBool::new(false),
            name,
            wake,
        });
        let own = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("bijou-camera".into())
            .spawn(move || match open() {
                Ok(source) => pump(source, pace, &own),
                Err(error) => own.fail(error),
            })?;
        Ok(Self { shared })
    }

    /// How it is. A device that has been silent for [`PATIENCE`] is given up here.
    pub fn state(&self) -> State {
        let (state, since) = self.shared.state().clone();
        if since.elapsed() < PATIENCE || matches!(state, State::Failed(_)) {
            return state;
        }
        let name = self.shared.name.clone();
        let seconds = PATIENCE.as_secs_f64();
        self.shared.fail(match state {
            State::Opening => Error::Silent { name, seconds },
            _ => Error::Stopped { name, seconds },
        });
        self.shared.state().0.clone()
    }

    /// The newest frame nobody has taken; at once.
    pub fn take(&self) -> Option<Frame> {
        self.shared.frames.take()
    }

    /// Waits for a frame, at most so long; `None` when none came or the source failed.
    pub fn wait(&self, longest: Duration) -> Option<Frame> {
        self.shared.frames.wait(longest)
    }

    /// Frames that were replaced by newer ones before anybody took them.
    pub fn dropped(&self) -> u64 {
        self.shared.frames.replaced()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.shared.frames.close();
    }
}

/// Opens what an origin names.
fn source(origin: &Origin) -> Result<Box<dyn Source>, Error> {
    Ok(match origin {
        Origin::Camera { number, format } => device::open(*number, *format)?,
        Origin::Files(files) => Box::new(pictures::Pictures::open(files)?),
        Origin::Synthetic(root) => Box::new(Film::open(&synthetic(root))?),
    })
}

/// Where the film of the turning head lies.
pub fn synthetic(root: &Path) -> PathBuf {
    root.join("assets/live/turning.webp")
}

/// Fetches until the source fails or nobody listens.
fn pump(mut source: Box<dyn Source>, pace: Pace, shared: &Shared) {
    let begun = Instant::now();
    let mut number = 0_u64;
    while !shared.is_over() {
        let (photo, index) = match source.next() {
            Ok(picture) => picture,
            Err(error) => return shared.fail(error),
        };
        let time = if source.has_clock() {
            begun.elapsed().as_secs_f64()
        } else {
            let rate = match pace {
                Pace::Rate(rate) => rate.clamp(0.1, 1000.0),
                Pace::Lockstep => RATE,
            };
            let time = number as f64 / rate;
            if matches!(pace, Pace::Rate(_)) {
                std::thread::sleep(Duration::from_secs_f64(time).saturating_sub(begun.elapsed()));
            } else if !shared.frames.wait_empty(&shared.over) {
                return;
            }
            time
        };
        let stamp = Instant::now();
        // A source that was given up while it hung must not come back to life.
        if shared.is_over() {
            return;
        }
        *shared.state() = (State::Running, stamp);
        shared.frames.put(Frame {
            photo,
            number,
            index,
            time,
            stamp,
        });
        number += 1;
        (shared.wake)();
    }
}
