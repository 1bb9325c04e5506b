//! A batch on a thread of its own, for the window: a job goes in, what happens comes out, and it can be stopped.
//!
//! It runs the very same [`batch`](crate::batch) as the command line.

use super::{Wake, sentence};
use crate::batch::{
    self, Changed, Error, Event, Given, Job, Journal, Manner, Preset, Presets, Shard, Summary, Verdict,
};
use crate::pipeline::{Choice, Corrections, PortraitCorrections};
use crate::product::Catalogue;
use crate::publish::{self, System};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use time::OffsetDateTime;

/// A batch as the window asks for it.
pub struct Order {
    /// The job.
    pub job: Job,
    /// Engine and models.
    pub choice: Choice,
    /// Folders of products.
    pub shelves: Vec<PathBuf>,
    /// What was put right by hand, by portrait.
    pub corrections: Vec<(PathBuf, PortraitCorrections)>,
    /// What becomes of pictures whose inputs changed; `None` asks.
    pub changed: Option<Changed>,
}

/// What a batch says.
#[derive(Debug)]
pub enum Said {
    /// So many pictures in all, and so many to be made now.
    Planned(usize, usize),
    /// One picture more.
    Item(Verdict),
    /// It ended; the report lies there.
    Ended(Summary, PathBuf),
    /// Inputs changed since pictures were made of them; the names.
    Changed(Vec<String>),
    /// It did not start or could not go on.
    Failed(String),
}

/// A batch under way. Dropping it stops it after the pictures in hand.
pub struct Night {
    cancel: Arc<AtomicBool>,
    said: Receiver<Said>,
}

impl Night {
    /// Starts a batch. `wake` is called after everything it says.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(order: Order, wake: Wake) -> std::io::Result<Self> {
        let cancel = Arc::new(AtomicBool::new(false));
        let (say, said) = channel();
        let stop = Arc::clone(&cancel);
        let thread = std::thread::Builder::new().name("night".into());
        thread.spawn(move || {
            let teller = Teller { say, wake };
            match work(order, &stop, &teller) {
                Ok((summary, page)) => teller.tell(Said::Ended(summary, page)),
                Err(Error::Changed(names)) => teller.tell(Said::Changed(names)),
                Err(error) => teller.tell(Said::Failed(sentence(&error))),
            }
        })?;
        Ok(Self { cancel, said })
    }

    /// The next it says. Never waits.
    pub fn hear(&self) -> Option<Said> {
        self.said.try_recv().ok()
    }

    /// Stops it after the pictures in hand.
    pub fn stop(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Was it asked to stop?
    pub fn is_stopping(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

impl Drop for Night {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The output presets, read on a thread of its own.
pub struct Listing(Receiver<Result<Vec<Preset>, String>>);

impl Listing {
    /// Begins to read those below `root` and the user's own.
    pub fn start(root: &Path, wake: Wake) -> Self {
        let (say, said) = channel();
        let root = root.to_owned();
        let thread = std::thread::Builder::new().name("presets".into());
        // Without a thread there are none.
        drop(thread.spawn(move || {
            let read = Presets::open(&root).map(|p| p.list().to_vec());
            drop(say.send(read.map_err(|e| sentence(&e))));
            wake();
        }));
        Self(said)
    }

    /// What was read, once. Never waits.
    pub fn take(&self) -> Option<Result<Vec<Preset>, String>> {
        self.0.try_recv().ok()
    }
}

struct Teller {
    say: Sender<Said>,
    wake: Wake,
}

impl Teller {
    fn tell(&self, said: Said) {
        // A window that is gone hears nothing.
        drop(self.say.send(said));
        (self.wake)();
    }
}

fn work(order: Order, cancel: &AtomicBool, teller: &Teller) -> Result<(Summary, PathBuf), Error> {
    let mut job = order.job;
    let folder = job.output.folder.clone();
    let mut journal = Journal::open(&folder)?;
    let corrections = corrections(&order.corrections);
    if let Some(text) = corrections.text().filter(|_| !corrections.portraits.is_empty()) {
        let path = folder.join("corrections.json");
        publish::file(&path, text.as_bytes(), true).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        })?;
        job.corrections = Some(path);
    }
    let catalogue = Catalogue::open(&order.shelves);
    let presets = Presets::open(&order.choice.root)?;
    let today = journal.fact("began", &OffsetDateTime::now_utc().date().to_string())?;
    let ours = journal.outputs()?;
    let given = Given {
        catalogue: &catalogue,
        presets: &presets,
        shard: Shard::default(),
        today: &today,
        ours: &ours,
    };
    let plan = batch::plan(&job, given)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let manner = Manner {
        workers: cores.min(4),
        changed: order.changed,
        disk: &System,
    };
    let mut choice = order.choice;
    choice.options.threads = 1;
    let tell = &mut |event: &Event<'_>| {
        teller.tell(match event {
            Event::Planned { total, todo } => Said::Planned(*total, *todo),
            Event::Item { judgement, .. } => Said::Item(judgement.verdict),
        });
    };
    let summary = batch::run(&plan, &catalogue, &mut journal, &choice, manner, cancel, tell)?;
    let page = batch::report(&folder, &journal, &summary)?;
    if let Some(wanted) = plan.job.sheets.as_ref().filter(|_| !summary.cancelled) {
        batch::sheets(&folder, &journal, wanted, &catalogue)?;
    }
    Ok((summary, page))
}

/// Corrections by what portraits hold; one that cannot be read has none, and fails later with a reason.
fn corrections(list: &[(PathBuf, PortraitCorrections)]) -> Corrections {
    let mut all = Corrections::default();
    for (path, corrections) in list {
        if let Ok(bytes) = std::fs::read(path) {
            all.portraits
                .insert(publish::sha256(&[&bytes]), corrections.clone());
        }
    }
    all
}
