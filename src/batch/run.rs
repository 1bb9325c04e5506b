//! The run: workers make what the journal does not know as done.
//!
//! One thread plans and writes the journal; every worker has its own engine and one portrait at a time, so
//! that memory stays bounded and each portrait is decoded and its head found once. A worker is one thread from end to
//! end: workers that also shared a pool of threads would wait for each other. A picture is written to a temporary
//! file, synced, renamed and recorded, in that order.

use super::changes::notice_changes;
use super::journal::Finished;
use super::picture::{Shop, Station, sentence};
use super::{Changed, Error, Journal, Judgement, OnError, Plan, Record, Shows, State, Verdict};
use crate::photo::Photo;
use crate::pipeline::{self, Choice, Engine};
use crate::product::Catalogue;
use crate::publish::{self, Disk};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How a batch went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Pictures of the job.
    pub total: usize,
    /// Made now or before.
    pub done: usize,
    /// Of these, those that deserve a look.
    pub look: usize,
    /// Not made.
    pub failed: usize,
    /// Left alone because a file was there.
    pub skipped: usize,
    /// Stopped before the end?
    pub cancelled: bool,
    /// Stopped because a picture failed and the job says so?
    pub stopped: bool,
}

/// What happens during a run.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// Before the first picture.
    Planned {
        /// Pictures of the job.
        total: usize,
        /// Pictures to be made now.
        todo: usize,
    },
    /// A picture is made, or failed.
    Item {
        /// Its line in the journal, as far as it was known before.
        portrait: &'a Path,
        /// The product.
        product: &'a str,
        /// The preset it is written by.
        preset: &'a str,
        /// Its file, below the output folder.
        output: &'a Path,
        /// What is thought of it.
        #[serde(flatten)]
        judgement: &'a Judgement,
        /// Milliseconds.
        ms: f64,
    },
}

/// All pictures of one portrait.
type Group = Vec<Record>;

/// A worker's words.
enum Word {
    /// These lines are about to be made; answered once that is written down.
    Begin(Vec<i64>, SyncSender<()>),
    Finished(Box<(Record, Finished)>),
    Broken(pipeline::Error),
}

/// How a run goes about it.
#[derive(Clone, Copy)]
pub struct Manner<'a> {
    /// Pictures made at the same time, at least 1.
    pub workers: usize,
    /// What becomes of pictures whose inputs changed; `None` asks.
    pub changed: Option<Changed>,
    /// Where pictures are written: [`publish::System`], or one that fails, in tests.
    pub disk: &'a dyn Disk,
}

/// Packshots a worker takes at a time.
const PACKSHOTS: usize = 8;

/// Makes what is not made yet. `cancel` stops it after the pictures in hand; `tell` hears what happens.
///
/// # Errors
/// What keeps the batch from starting or its journal from being written; a picture that fails is no error.
pub fn run(
    plan: &Plan,
    catalogue: &Catalogue,
    journal: &mut Journal,
    choice: &Choice,
    manner: Manner,
    cancel: &AtomicBool,
    tell: &mut dyn FnMut(&Event<'_>),
) -> Result<Summary, Error> {
    journal.record(plan)?;
    notice_changes(plan, catalogue, choice, journal, manner.changed)?;
    let records = journal.records()?;
    sweep(plan, &records);
    let open = |r: &&Record| matches!(r.state, State::Planned | State::Started);
    let todo: Vec<&Record> = records.iter().filter(open).collect();
    tell(&Event::Planned {
        total: records.len(),
        todo: todo.len(),
    });
    let shop = Shop {
        plan,
        catalogue,
        choice,
        cancel,
        disk: manner.disk,
    };
    let mut stopped = false;
    if !todo.is_empty() {
        let groups = groups(&todo, manner.workers);
        let workers = manner.workers.clamp(1, groups.len());
        stopped = work_off(&shop, journal, groups, workers, tell)?;
    }
    let mut summary = summary(&journal.records()?);
    (summary.cancelled, summary.stopped) = (cancel.load(Ordering::Relaxed) && !stopped, stopped);
    Ok(summary)
}

/// How far the pictures of a journal are.
pub(super) fn summary(records: &[Record]) -> Summary {
    let mut summary = Summary {
        total: records.len(),
        ..Summary::default()
    };
    for record in records {
        let judgement = record.judgement.as_ref();
        let look = judgement.is_some_and(|j| j.verdict == Verdict::Look);
        match record.state {
            State::Done => {
                (summary.done, summary.look) = (summary.done + 1, summary.look + usize::from(look))
            }
            State::Failed => summary.failed += 1,
            State::Skipped => summary.skipped += 1,
            State::Planned | State::Started => {}
        }
    }
    summary
}

/// The pictures of a portrait stay together. Where there are fewer portraits than workers they are shared out, and
/// a portrait is decoded once a worker; packshots, which have none, are handed out in handfuls.
fn groups(todo: &[&Record], workers: usize) -> Vec<Group> {
    let mut by_portrait: BTreeMap<&Path, Vec<&Record>> = BTreeMap::new();
    for record in todo {
        by_portrait.entry(&record.portrait).or_default().push(record);
    }
    let few = by_portrait.len() < workers;
    let share = todo.len().div_ceil(workers.max(1)).max(1);
    let mut groups = Vec::new();
    for (portrait, records) in by_portrait {
        let size = match (portrait.as_os_str().is_empty(), few) {
            (true, _) => PACKSHOTS,
            (false, true) => share,
            (false, false) => records.len(),
        };
        let copies = |part: &[&Record]| part.iter().map(|r| (*r).clone()).collect();
        groups.extend(records.chunks(size).map(copies));
    }
    groups
}

/// Deletes what killed starts of this batch left half-written.
fn sweep(plan: &Plan, records: &[Record]) {
    let folder = &plan.job.output.folder;
    let mut folders: BTreeSet<PathBuf> = BTreeSet::from([folder.clone()]);
    folders.extend(
        records
            .iter()
            .filter_map(|r| Some(folder.join(r.output.parent()?))),
    );
    folders.iter().for_each(|folder| publish::sweep(folder));
}

/// Hands groups to workers and writes down what they finish; says whether a failed picture stopped it.
fn work_off(
    shop: &Shop<'_>,
    journal: &mut Journal,
    groups: Vec<Group>,
    workers: usize,
    tell: &mut dyn FnMut(&Event<'_>),
) -> Result<bool, Error> {
    // Nothing is handed out before a worker is free, and hardly anything piles up behind the journal.
    let (hand, take) = sync_channel::<Group>(0);
    let (say, hear) = sync_channel::<Word>(workers);
    let take = Arc::new(Mutex::new(take));
    std::thread::scope(|scope| {
        for n in 0..workers {
            let (take, say) = (Arc::clone(&take), say.clone());
            let named = std::thread::Builder::new().name(format!("batch {n}"));
            let started = named.spawn_scoped(scope, move || alone(|| worker(shop, &take, &say)));
            started.map_err(|source| Error::Write {
                path: shop.plan.job.output.folder.clone(),
                source,
            })?;
        }
        drop((say, take));
        let groups = groups.into_iter();
        let feeder = scope.spawn(move || {
            for group in groups {
                if shop.cancel.load(Ordering::Relaxed) || hand.send(group).is_err() {
                    break;
                }
            }
        });
        let heard = listen(shop, journal, &hear, tell);
        // A run that cannot go on must not leave workers waiting.
        if heard.is_err() {
            shop.cancel.store(true, Ordering::Relaxed);
        }
        drop(hear);
        drop(feeder.join());
        heard
    })
}

/// Runs a worker so that everything it would share out among threads stays on its own.
fn alone(work: impl FnOnce() + Send) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread();
    match pool.build() {
        Ok(pool) => pool.install(work),
        // Slower, and the same pictures.
        Err(_) => work(),
    }
}

/// Writes down what the workers say until all have gone; says whether a failed picture stopped them.
fn listen(
    shop: &Shop<'_>,
    journal: &mut Journal,
    hear: &Receiver<Word>,
    tell: &mut dyn FnMut(&Event<'_>),
) -> Result<bool, Error> {
    let mut stopped = false;
    for word in hear {
        match word {
            Word::Broken(error) => return Err(error.into()),
            Word::Begin(lines, written) => {
                journal.start(&lines)?;
                if written.send(()).is_err() {
                    return Err(Error::Stopped);
                }
            }
            Word::Finished(done) => {
                let (record, finished) = *done;
                journal.finish(record.id, &finished)?;
                tell(&Event::Item {
                    portrait: &record.portrait,
                    product: &record.product,
                    preset: &record.preset,
                    output: &record.output,
                    judgement: &finished.judgement,
                    ms: finished.ms,
                });
                let failed = finished.judgement.verdict == Verdict::Fail;
                if failed && shop.plan.job.on_error == OnError::Stop {
                    stopped = true;
                    shop.cancel.store(true, Ordering::Relaxed);
                }
            }
        }
    }
    Ok(stopped)
}

/// One worker: an engine of its own, a portrait at a time.
fn worker(shop: &Shop<'_>, take: &Mutex<Receiver<Group>>, say: &SyncSender<Word>) {
    let worn = shop.plan.presets.iter().any(|p| p.shows == Shows::OnModel);
    let engine = match worn.then(|| Engine::start(shop.choice)).transpose() {
        Ok(engine) => engine,
        Err(error) => return drop(say.send(Word::Broken(error))),
    };
    let mut station = Station::new(shop, engine);
    loop {
        let group = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(group) = group else { return };
        let (written, wait) = sync_channel(1);
        let lines = group.iter().map(|r| r.id).collect();
        if say.send(Word::Begin(lines, written)).is_err() || wait.recv().is_err() {
            return;
        }
        if work(&mut station, shop, group, say).is_none() {
            return;
        }
    }
}

/// Makes the pictures of a group; nothing when the batch is to end.
fn work(station: &mut Station<'_>, shop: &Shop<'_>, group: Group, say: &SyncSender<Word>) -> Option<()> {
    let since = Instant::now();
    let portrait = group.first().map(|r| r.portrait.clone()).unwrap_or_default();
    let with = !portrait.as_os_str().is_empty();
    let photo = with.then(|| Photo::open(&portrait)).transpose();
    let mut decode = since.elapsed().as_secs_f64() * 1e3;
    for record in group {
        if shop.cancel.load(Ordering::Relaxed) {
            return None;
        }
        let since = Instant::now();
        let made = match &photo {
            Ok(photo) => station.make(photo.as_ref(), &record),
            Err(error) => Err(sentence(error)),
        };
        let mut finished = made.unwrap_or_else(Finished::failed);
        if finished.judgement.verdict == Verdict::Fail && shop.cancel.load(Ordering::Relaxed) {
            // Broken off, not failed: it stays begun and is made next time.
            return None;
        }
        finished.timings.decode = std::mem::take(&mut decode);
        finished.ms = since.elapsed().as_secs_f64() * 1e3 + finished.timings.decode;
        say.send(Word::Finished(Box::new((record, finished)))).ok()?;
    }
    Some(())
}
