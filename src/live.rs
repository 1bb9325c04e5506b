//! Live: a moving picture in which people wear what was picked. Takes an [`Origin`] and a [`Wish`], gives [`Shown`]
//! pictures.
//!
//! Three threads that never wait for each other: the source's, the stages', and whoever shows the result. Between
//! them lie mailboxes in which the newest picture wins.

mod figures;
mod filter;
mod record;
mod session;
mod steady;
mod swing;
mod track;

pub use figures::{Exactness, Figures, Meter, Percentiles};
pub use filter::{OneEuro, Tuning};
pub use record::{Recorded, Recorder};
pub use session::{Session, Shown, Wish};
pub use steady::{Hesitation, Steady};
pub use track::MOST;

use crate::camera::{Feed, Mailbox, Origin, Pace, State, Wake};
use crate::photo::{self, Photo, SaveOptions};
use crate::pipeline::{self, Choice, Engine, Request};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long the stages' thread sleeps at most before it looks whether it is still wanted.
const NAP: Duration = Duration::from_millis(100);

/// What can go wrong with a live view or its snapshot.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum Error {
    #[error(transparent)]
    Camera(Arc<crate::camera::Error>),
    #[error(transparent)]
    Pipeline(#[from] pipeline::Error),
    #[error(transparent)]
    Photo(#[from] photo::Error),
    #[error("the system gives no thread for the live view; close some programs")]
    Thread(#[from] std::io::Error),
}

/// How a live view is.
#[derive(Clone, Debug, Default)]
pub enum Status {
    /// The source opens, the models load.
    #[default]
    Starting,
    /// Pictures come. Engine and version, and the device in use.
    Running {
        /// Engine and version.
        engine: String,
        /// The device.
        device: String,
    },
    /// It ended, and why. Pick the source again to go on.
    Failed(Arc<Error>),
}

/// What both sides of a live view share.
struct Shared {
    shown: Mailbox<Shown>,
    status: Mutex<Status>,
    wish: Mutex<Arc<Wish>>,
    dropped: AtomicU64,
    over: AtomicBool,
    wake: Wake,
}

/// The value behind a lock; every change is one assignment, so a panic elsewhere does not spoil it.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running live view. Dropping it ends it.
pub struct Live {
    shared: Arc<Shared>,
}

impl Live {
    /// Opens a source and starts the engine, on threads of their own; returns at once. `wake` is called whenever
    /// there is something to see or to read.
    ///
    /// # Errors
    /// [`Error::Thread`] when the system gives no thread.
    pub fn start(choice: Choice, origin: &Origin, pace: Pace, wish: Wish, wake: Wake) -> Result<Self, Error> {
        let feed = Feed::open(origin, pace, Arc::clone(&wake))?;
        Self::on(feed, choice, wish, wake)
    }

    /// The same on a feed that is already open.
    ///
    /// # Errors
    /// [`Error::Thread`] when the system gives no thread.
    pub fn on(feed: Feed, choice: Choice, wish: Wish, wake: Wake) -> Result<Self, Error> {
        let shared = Arc::new(Shared {
            shown: Mailbox::default(),
            status: Mutex::default(),
            wish: Mutex::new(Arc::new(wish)),
            dropped: AtomicU64::new(0),
            over: AtomicBool::new(false),
            wake,
        });
        let own = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("bijou-live".into())
            .spawn(move || {
                if let Err(error) = work(&feed, &choice, &own) {
                    *open(&own.status) = Status::Failed(Arc::new(error));
                }
                own.shown.close();
                (own.wake)();
            })?;
        Ok(Self { shared })
    }

    /// Other products, another look, other faces, from the next frame on.
    pub fn wish(&self, wish: Wish) {
        *open(&self.shared.wish) = Arc::new(wish);
    }

    /// The newest finished picture nobody has taken; at once.
    pub fn take(&self) -> Option<Shown> {
        self.shared.shown.take()
    }

    /// Waits for a picture, at most so long; `None` when none came or the view ended.
    pub fn wait(&self, longest: Duration) -> Option<Shown> {
        self.shared.shown.wait(longest)
    }

    /// How it is.
    pub fn status(&self) -> Status {
        open(&self.shared.status).clone()
    }

    /// Frames of the source, and finished pictures, that were replaced by newer ones before anybody took them.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed) + self.shared.shown.replaced()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
    }
}

/// Frame after frame, until nobody listens or something fails.
fn work(feed: &Feed, choice: &Choice, shared: &Shared) -> Result<(), Error> {
    let engine = Engine::start_live(choice)?;
    let status = Status::Running {
        engine: engine.runtime().engine().to_owned(),
        device: engine.runtime().device().1.to_owned(),
    };
    let mut session = Session::new(engine);
    while !shared.over.load(Ordering::SeqCst) {
        let frame = feed.wait(NAP);
        shared.dropped.store(feed.dropped(), Ordering::Relaxed);
        let Some(frame) = frame else {
            if let State::Failed(error) = feed.state() {
                return Err(Error::Camera(error));
            }
            continue;
        };
        if matches!(*open(&shared.status), Status::Starting) {
            *open(&shared.status) = status.clone();
        }
        let wish = Arc::clone(&open(&shared.wish));
        shared.shown.put(session.step(frame, &wish)?);
        (shared.wake)();
    }
    Ok(())
}

/// A frame worn once more as a photograph: the quality models, full resolution, nothing remembered.
///
/// # Errors
/// When the engine does not start, no head is found or the file cannot be written.
pub fn snapshot(choice: &Choice, frame: &Photo, wish: &Wish, path: &Path) -> Result<(), Error> {
    let mut engine = Engine::start(choice)?;
    let request = Request {
        items: wish.items.clone(),
        style: wish.style.clone(),
        ..Request::default()
    };
    let outcome = engine.run(frame, &request, &mut |_| true)?;
    let options = SaveOptions {
        quality: 95,
        force: false,
        recipe: serde_json::to_string(&outcome.recipe).ok(),
    };
    Ok(outcome.photo.save(path, &options)?)
}
