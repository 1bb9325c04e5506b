//! The run: workers make what the journal does not know as done.
//!
//! One thread plans and writes the journal; every worker has its own engine and one portrait at a time, so
//! that memory stays bounded and each portrait is decoded and its head found once. A picture is written to
//! a temporary file, synced, renamed and recorded, in that order.

use super::journal::{Finished, Inputs};
use super::{Changed, Error, Journal, Judgement, Output, Plan, Record, State, Verdict};
use crate::photo::{Photo, SaveOptions};
use crate::pipeline::{self, Choice, Engine, Item, Request};
use crate::product::{Catalogue, Product};
use crate::publish;
use crate::style::Style;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How many products a worker keeps decoded.
const PRODUCTS: usize = 16;

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
        /// Its file, below the output folder.
        output: &'a Path,
        /// What is thought of it.
        #[serde(flatten)]
        judgement: &'a Judgement,
        /// Milliseconds.
        ms: f64,
    },
}

/// Everything a worker needs that does not change.
struct Shop<'a> {
    plan: &'a Plan,
    catalogue: &'a Catalogue,
    choice: &'a Choice,
    cancel: &'a AtomicBool,
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
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Pictures made at the same time, at least 1.
    pub workers: usize,
    /// What becomes of pictures whose inputs changed; `None` asks.
    pub changed: Option<Changed>,
}

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
    notice_changes(plan, catalogue, journal, manner.changed)?;
    let records = journal.records()?;
    let mut groups: BTreeMap<PathBuf, Group> = BTreeMap::new();
    let open = |r: &&Record| matches!(r.state, State::Planned | State::Started);
    for record in records.iter().filter(open) {
        groups
            .entry(record.portrait.clone())
            .or_default()
            .push(record.clone());
    }
    let todo = groups.values().map(Vec::len).sum();
    tell(&Event::Planned {
        total: records.len(),
        todo,
    });
    let shop = Shop {
        plan,
        catalogue,
        choice,
        cancel,
    };
    if todo > 0 {
        let workers = manner.workers.clamp(1, groups.len());
        work_off(&shop, journal, groups.into_values().collect(), workers, tell)?;
    }
    let mut summary = Summary {
        total: records.len(),
        cancelled: cancel.load(Ordering::Relaxed),
        ..Summary::default()
    };
    for record in journal.records()? {
        let look = record.judgement.is_some_and(|j| j.verdict == Verdict::Look);
        match record.state {
            State::Done => {
                (summary.done, summary.look) = (summary.done + 1, summary.look + usize::from(look))
            }
            State::Failed => summary.failed += 1,
            State::Skipped => summary.skipped += 1,
            State::Planned | State::Started => {}
        }
    }
    Ok(summary)
}

/// Hands groups to workers and writes down what they finish.
fn work_off(
    shop: &Shop<'_>,
    journal: &mut Journal,
    groups: Vec<Group>,
    workers: usize,
    tell: &mut dyn FnMut(&Event<'_>),
) -> Result<(), Error> {
    // Rendezvous channels: nothing is handed out before a worker is free, nothing piles up behind the journal.
    let (hand, take) = sync_channel::<Group>(0);
    let (say, hear) = sync_channel::<Word>(0);
    let take = Arc::new(Mutex::new(take));
    std::thread::scope(|scope| {
        for n in 0..workers {
            let (take, say) = (Arc::clone(&take), say.clone());
            let named = std::thread::Builder::new().name(format!("batch {n}"));
            let started = named.spawn_scoped(scope, move || worker(shop, &take, &say));
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
        let heard = listen(journal, &hear, tell);
        // A run that cannot go on must not leave workers waiting.
        if heard.is_err() {
            shop.cancel.store(true, Ordering::Relaxed);
        }
        drop(hear);
        drop(feeder.join());
        heard
    })
}

/// Writes down what the workers say until all have gone.
fn listen(
    journal: &mut Journal,
    hear: &Receiver<Word>,
    tell: &mut dyn FnMut(&Event<'_>),
) -> Result<(), Error> {
    for word in hear {
        match word {
            Word::Broken(error) => return Err(error.into()),
            Word::Begin(lines, written) => {
                journal.start(lines)?;
                if written.send(()).is_err() {
                    return Err(Error::Stopped);
                }
            }
            Word::Finished(done) => {
                let (record, finished) = *done;
                journal.finish(&finished)?;
                tell(&Event::Item {
                    portrait: &record.portrait,
                    product: &record.product,
                    output: &record.output,
                    judgement: &finished.judgement,
                    ms: finished.ms,
                });
            }
        }
    }
    Ok(())
}

/// One worker: an engine of its own, a portrait at a time.
fn worker(shop: &Shop<'_>, take: &Mutex<Receiver<Group>>, say: &SyncSender<Word>) {
    let mut engine = match Engine::start(shop.choice) {
        Ok(engine) => engine,
        Err(error) => return drop(say.send(Word::Broken(error))),
    };
    let mut products: Vec<(String, Arc<Product>)> = Vec::new();
    loop {
        let group = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(group) = group else { return };
        let photo = group.first().map(|r| Photo::open(&r.portrait));
        let Some(photo) = photo else { continue };
        let (written, wait) = sync_channel(1);
        let lines = group.iter().map(|r| r.id).collect();
        if say.send(Word::Begin(lines, written)).is_err() || wait.recv().is_err() {
            return;
        }
        for record in group {
            if shop.cancel.load(Ordering::Relaxed) {
                return;
            }
            let since = Instant::now();
            let made = match &photo {
                Ok(photo) => make(shop, &mut engine, &mut products, photo, &record),
                Err(error) => Err(sentence(error)),
            };
            let (judgement, inputs, sha256) =
                made.unwrap_or_else(|why| (Judgement::fail(why), Inputs::default(), String::new()));
            if judgement.verdict == Verdict::Fail && shop.cancel.load(Ordering::Relaxed) {
                // Broken off, not failed: it stays begun and is made next time.
                return;
            }
            let finished = Finished {
                id: record.id,
                judgement,
                inputs,
                sha256,
                ms: since.elapsed().as_secs_f64() * 1e3,
            };
            if say.send(Word::Finished(Box::new((record, finished)))).is_err() {
                return;
            }
        }
    }
}

/// Makes and publishes one picture; gives what is thought of it, what it was made of and its hash.
fn make(
    shop: &Shop<'_>,
    engine: &mut Engine,
    products: &mut Vec<(String, Arc<Product>)>,
    photo: &Photo,
    record: &Record,
) -> Result<(Judgement, Inputs, String), String> {
    let product = product(shop.catalogue, products, &record.product)?;
    let style = (!record.style.is_empty()).then(|| Style::parse(&record.style));
    let request = Request {
        items: vec![Item::new(Arc::clone(&product))],
        points: Vec::new(),
        style: style.transpose().map_err(|e| sentence(&e))?,
    };
    let mut go_on = |_| !shop.cancel.load(Ordering::Relaxed);
    let mut outcome = engine
        .run(photo, &request, &mut go_on)
        .map_err(|e| sentence(&e))?;
    let output = &shop.plan.job.output;
    outcome.recipe.before_after = output.before_after;
    outcome.recipe.quality = output.quality;
    let recipe = serde_json::to_string(&outcome.recipe).map_err(|e| e.to_string())?;
    let path = output.folder.join(&record.output);
    write(
        output,
        photo,
        &outcome.photo,
        &path,
        recipe,
        record.state == State::Started,
    )?;
    let bytes = std::fs::read(&path).map_err(|e| format!("{}: cannot be read back: {e}", path.display()))?;
    let inputs = Inputs {
        portrait: photo.sha256().to_owned(),
        product: product.sha256.clone(),
        models: format!(
            "{}{}",
            outcome.recipe.models.anchors, outcome.recipe.models.generator
        ),
    };
    let judgement = shop.plan.job.gate.judge(&outcome.report);
    Ok((judgement, inputs, publish::sha256(&[&bytes])))
}

/// Writes a picture as the job wants it. `ours`: a file of that name is an earlier attempt of this batch.
fn write(
    output: &Output,
    before: &Photo,
    after: &Photo,
    path: &Path,
    recipe: String,
    ours: bool,
) -> Result<(), String> {
    let options = SaveOptions {
        quality: output.quality,
        force: ours || output.existing == super::Existing::Overwrite,
        recipe: Some(recipe),
    };
    let folder = publish::parent(path);
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: cannot be made: {e}", folder.display()))?;
    let fit = |photo: &Photo| match output.longest {
        Some(longest) => photo.resized(longest),
        None => photo.clone(),
    };
    let picture = if output.before_after {
        fit(&Photo::side_by_side(before, after))
    } else {
        fit(after)
    };
    picture.save(path, &options).map_err(|e| sentence(&e))
}

/// A product, decoded once in a while.
fn product(
    catalogue: &Catalogue,
    known: &mut Vec<(String, Arc<Product>)>,
    name: &str,
) -> Result<Arc<Product>, String> {
    if let Some((_, product)) = known.iter().find(|(n, _)| n == name) {
        return Ok(Arc::clone(product));
    }
    let product = Arc::new(catalogue.get(name).map_err(|e| sentence(&e))?);
    if known.len() == PRODUCTS {
        known.remove(0);
    }
    known.push((name.to_owned(), Arc::clone(&product)));
    Ok(product)
}

/// Compares what done pictures were made of with what is there now.
fn notice_changes(
    plan: &Plan,
    catalogue: &Catalogue,
    journal: &mut Journal,
    changed: Option<Changed>,
) -> Result<(), Error> {
    let records = journal.records()?;
    let mut now: BTreeMap<PathBuf, Option<String>> = BTreeMap::new();
    let mut products: BTreeMap<String, Option<String>> = BTreeMap::new();
    let (mut names, mut ids) = (std::collections::BTreeSet::new(), Vec::new());
    for record in records.iter().filter(|r| r.state == State::Done) {
        let portrait = now.entry(record.portrait.clone()).or_insert_with(|| {
            let bytes = std::fs::read(&record.portrait).ok()?;
            Some(publish::sha256(&[&bytes]))
        });
        let product = products.entry(record.product.clone()).or_insert_with(|| {
            let product = catalogue.get(&record.product).ok()?;
            Some(product.sha256)
        });
        // An input that is gone cannot be made anew: what was made of it stays.
        let differs = |now: &Option<String>, then: &str| now.as_ref().is_some_and(|n| n != then);
        let gone = !plan.job.output.folder.join(&record.output).is_file();
        let other = if differs(portrait, &record.inputs.portrait) {
            Some(record.portrait.display().to_string())
        } else {
            differs(product, &record.inputs.product).then(|| record.product.clone())
        };
        if gone || (other.is_some() && changed == Some(Changed::Redo)) {
            ids.push(record.id);
        }
        names.extend(other);
    }
    if !names.is_empty() && changed.is_none() {
        return Err(Error::Changed(names.into_iter().collect()));
    }
    journal.start(ids)
}

/// An error and its causes as one sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {}", cause.to_string().trim_end().replace('\n', " "));
        source = cause.source();
    }
    text
}
