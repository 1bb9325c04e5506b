//! Job: the worker threads behind the window.
//!
//! Takes requests, gives [`Event`]s. One thread owns the inference [`Engine`](crate::pipeline::Engine) and runs
//! try-ons and exports; the other reads and writes files. The newest try-on replaces those that still wait, and
//! a running one is given up when its portrait is no longer the one looked at. Nothing here knows of a window:
//! a `wake` is called whenever an event is ready. Dropping the [`Worker`] ends both threads.

mod bare;
mod corrections;
mod engine;
mod export;
mod files;
mod night;
mod pyramid;
mod queue;
mod reason;

pub use bare::{Bare, Task as BareTask};
pub use corrections::CorrectionsTask;
pub use engine::{EngineInfo, Fitted, Fitting, GeneratorInfo, Look};
pub use export::{Export, ExportItem};
pub use files::FileTask;
pub use night::{Listing, Night, Order, Said};
pub use pyramid::{Level, Pyramid};
pub use reason::Reason;

use crate::cutout::Proposal;
use crate::photo::Photo;
use crate::pipeline::{Choice, Stage};
use crate::product::Product;
use crate::product::Summary;
use crate::style::Style;
use queue::Queue;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{Builder, JoinHandle};

/// Called from a worker thread when an event is ready.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What a small picture shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A portrait's file.
    Portrait(PathBuf),
    /// A product's id.
    Product(String),
    /// A look's id, on the picture now shown.
    Look(&'static str),
    /// The picture now shown, without a look.
    Plain,
}

/// What the worker tells.
#[derive(Debug)]
pub enum Event {
    /// The products found, and what is wrong with others.
    Catalogue {
        /// Usable ones.
        products: Vec<Summary>,
        /// One sentence for each broken one.
        problems: Vec<String>,
    },
    /// A small picture.
    Thumbnail(Subject, Pyramid),
    /// A product that was asked for, or its folder and why it cannot be worn.
    Product(PathBuf, Result<Arc<Product>, String>),
    /// A portrait, decoded.
    Portrait {
        /// Its file.
        path: PathBuf,
        /// Its samples.
        photo: Arc<Photo>,
        /// Its pixels for the screen.
        pixels: Pyramid,
    },
    /// Files found to be pictures, in order; folders are replaced by what they hold.
    Pictures(Vec<PathBuf>),
    /// A file or folder in which there is no picture.
    Nothing(PathBuf),
    /// A file that could not be opened, and why.
    Unreadable(PathBuf, Reason),
    /// There is no small picture of a portrait: its file cannot be read.
    NoThumbnail(PathBuf, Reason),
    /// The engine started, or why it did not.
    Engine(Result<EngineInfo, Reason>),
    /// What a look makes of the portrait and the artwork without anything worn.
    Bare(Box<Bare>),
    /// A look that comes from files, by its id, or why it cannot be used.
    Look(String, Result<Box<Style>, String>),
    /// The names of the saved rows of looks.
    Presets(Vec<String>),
    /// A preset that came as a file was kept under this name.
    PresetKept(String),
    /// A row of looks was not saved, and why.
    NotKept(String),
    /// A try-on has come to a stage.
    Stage(u64, Stage),
    /// A try-on is finished.
    Fitted(Box<Fitted>),
    /// A try-on failed, and why.
    Failed(u64, Reason),
    /// One picture of an export was written or failed; `done` of `total`.
    Exported {
        /// Where it went, or why it did not.
        result: Result<PathBuf, String>,
        /// Pictures finished so far.
        done: usize,
        /// Pictures in all.
        total: usize,
    },
    /// A product cut out of its photo, or why not.
    Cutout(Result<Box<Proposal>, String>),
    /// A product was saved under this id, or why not.
    Imported(Result<String, String>),
    /// Corrections were written there, or why not.
    Corrections(Result<PathBuf, String>),
    /// The inference runtime was installed, or why not.
    Installed(Result<(), String>),
    /// The session could not be written.
    NotSaved(String),
}

/// Sends events and wakes their reader.
#[derive(Clone)]
struct Teller {
    events: Sender<Event>,
    wake: Wake,
}

impl Teller {
    /// Tells; a reader that is gone hears nothing.
    fn tell(&self, event: Event) {
        if self.events.send(event).is_ok() {
            (self.wake)();
        }
    }
}

/// The handle: requests go in, events come out.
pub struct Worker {
    engine: Queue<engine::Task>,
    files: Queue<FileTask>,
    events: Receiver<Event>,
    /// Id of the newest try-on.
    newest: u64,
    /// What it is about.
    subject: Option<engine::Subject>,
    /// Try-ons older than this are given up.
    oldest: Arc<AtomicU64>,
    cancelled: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts both threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: Wake) -> std::io::Result<Self> {
        let (sender, events) = mpsc::channel();
        let teller = Teller { events: sender, wake };
        let (engine, files) = (Queue::default(), Queue::default());
        let oldest = Arc::new(AtomicU64::new(0));
        let cancelled = Arc::new(AtomicBool::new(false));
        let desk = engine::Desk::new(
            engine.clone(),
            files.clone(),
            teller.clone(),
            Arc::clone(&oldest),
            Arc::clone(&cancelled),
        );
        let shelf = files::Shelf::new(files.clone(), teller);
        let threads = vec![
            Builder::new().name("try-on".into()).spawn(move || desk.work())?,
            Builder::new().name("files".into()).spawn(move || shelf.work())?,
        ];
        Ok(Self {
            engine,
            files,
            events,
            newest: 0,
            subject: None,
            oldest,
            cancelled,
            threads,
        })
    }

    /// Starts the engine, or another one in its place.
    pub fn engine(&self, choice: Choice) {
        self.engine.push(engine::Task::Start(Box::new(choice)));
    }

    /// Asks for a try-on; those that wait are forgotten, and a running one is given up when it is about another
    /// portrait, other products or another look. Gives its id.
    pub fn fit(&mut self, fitting: Fitting) -> u64 {
        self.newest += 1;
        let id = self.newest;
        let subject = Some(engine::Subject::of(&fitting));
        if self.subject != subject {
            self.subject = subject;
            self.oldest.store(id, Ordering::SeqCst);
        }
        let task = engine::Task::Fit(id, Box::new(fitting));
        self.engine
            .push_urgent(task, engine::Task::is_fit, engine::Task::is_start);
        id
    }

    /// Writes pictures in the background.
    pub fn export(&self, export: Export) {
        self.cancelled.store(false, Ordering::SeqCst);
        for task in export.tasks(&self.cancelled) {
            self.engine.push(engine::Task::Export(Box::new(task)));
        }
    }

    /// Gives up what is left of an export.
    pub fn cancel_export(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    /// Reads or writes something; the newest portrait goes before everything else.
    pub fn file(&self, task: FileTask) {
        if task.is_portrait() {
            self.files.push_urgent(task, FileTask::is_portrait, |_| false);
        } else if task.is_bare() {
            self.files.push_newest(task, FileTask::is_bare);
        } else {
            self.files.push(task);
        }
    }

    /// The next event, if one is ready. Never waits.
    pub fn event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::SeqCst);
        // No try-on has such an id: the running one gives up at its next stage.
        self.oldest.store(u64::MAX, Ordering::SeqCst);
        self.engine.close(false);
        // What is to be written still is.
        self.files.close(true);
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing left to finish.
            drop(thread.join());
        }
    }
}

/// An error with its causes, as one sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        // Transparent errors repeat their cause.
        if !text.ends_with(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}
