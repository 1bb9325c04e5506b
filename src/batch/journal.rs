//! The journal: what a batch has done, in a database that survives kills and power cuts (SQLite, WAL).
//!
//! One program at a time holds a folder: a lock on a file, which the system lifts when the program dies.

use super::{Error, Item, Judgement, Plan, Verdict};
use rusqlite::{Connection, params};
use serde::Serialize;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Version of the tables.
const VERSION: u32 = 1;
/// The journal's files in the output folder.
const FILE: &str = "bijou-batch.sqlite";
const LOCK: &str = ".bijou-batch.lock";

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not begun.
    Planned,
    /// Begun; its file may be there or not.
    Started,
    /// Its file is there, whole.
    Done,
    /// It could not be made.
    Failed,
    /// A file of its name was there before the batch.
    Skipped,
}

impl State {
    const ALL: [(Self, &str); 5] = [
        (Self::Planned, "planned"),
        (Self::Started, "started"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Skipped, "skipped"),
    ];

    fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// What becomes of pictures whose inputs changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// They are made again.
    Redo,
    /// They stay.
    Keep,
}

/// Hashes of what a picture was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inputs {
    /// Of the portrait's file.
    pub portrait: String,
    /// Of the product's folder.
    pub product: String,
    /// Of the models, one after the other.
    pub models: String,
}

/// A line of the journal.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Number in the journal.
    pub id: i64,
    /// The portrait's file.
    pub portrait: PathBuf,
    /// The product.
    pub product: String,
    /// The look; empty for none.
    pub style: String,
    /// Below the output folder.
    pub output: PathBuf,
    /// How far.
    pub state: State,
    /// Verdict and reasons, once there are.
    #[serde(flatten)]
    pub judgement: Option<Judgement>,
    /// What it was made of.
    pub inputs: Inputs,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Milliseconds.
    pub ms: f64,
}

/// A finished item, to be written down.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its line.
    pub id: i64,
    /// Verdict and reasons.
    pub judgement: Judgement,
    /// What it was made of.
    pub inputs: Inputs,
    /// SHA-256 of the file; empty when there is none.
    pub sha256: String,
    /// Milliseconds.
    pub ms: f64,
}

/// The journal of an output folder, held by this program alone.
pub struct Journal {
    path: PathBuf,
    database: Connection,
    _lock: File,
}

impl Journal {
    /// Opens or begins the journal of a folder.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Write`], [`Error::Journal`], [`Error::Newer`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let write = |source| Error::Write {
            path: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(write)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK));
        let lock = lock.map_err(write)?;
        lock.try_lock().map_err(|e| match e {
            TryLockError::WouldBlock => Error::Busy(folder.to_owned()),
            TryLockError::Error(source) => write(source),
        })?;
        let path = folder.join(FILE);
        let failed = |source| Error::Journal {
            path: path.clone(),
            source,
        };
        let database = Connection::open(&path).map_err(failed)?;
        let version: u32 = database
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(failed)?;
        if version > VERSION {
            return Err(Error::Newer { path, version });
        }
        database
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 CREATE TABLE IF NOT EXISTS item (
                    id INTEGER PRIMARY KEY, portrait TEXT NOT NULL, product TEXT NOT NULL, style TEXT NOT NULL,
                    output TEXT NOT NULL UNIQUE, state TEXT NOT NULL DEFAULT 'planned', verdict TEXT, reasons TEXT,
                    portrait_sha256 TEXT NOT NULL DEFAULT '', product_sha256 TEXT NOT NULL DEFAULT '',
                    models_sha256 TEXT NOT NULL DEFAULT '', sha256 TEXT NOT NULL DEFAULT '', ms REAL NOT NULL DEFAULT 0);
                 CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
                 PRAGMA user_version = 1;",
            )
            .map_err(failed)?;
        Ok(Self {
            path,
            database,
            _lock: lock,
        })
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error + '_ {
        |source| Error::Journal {
            path: self.path.clone(),
            source,
        }
    }

    /// A fact about the batch that stays as it was first written (the day it began, for one).
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn fact(&self, name: &str, first: &str) -> Result<String, Error> {
        self.database
            .execute("INSERT OR IGNORE INTO fact VALUES (?1, ?2)", params![name, first])
            .map_err(self.failed())?;
        self.database
            .query_row("SELECT value FROM fact WHERE name = ?1", [name], |row| row.get(0))
            .map_err(self.failed())
    }

    /// The outputs this batch has planned for itself before.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn outputs(&self) -> Result<HashSet<PathBuf>, Error> {
        let lines = self.records()?;
        Ok(lines
            .into_iter()
            .filter(|r| r.state != State::Skipped)
            .map(|r| r.output)
            .collect())
    }

    /// Writes a plan down; what is known already keeps its state, what the job no longer asks for is forgotten
    /// unless it is done. An output that now means another picture is made again.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn record(&mut self, plan: &Plan) -> Result<(), Error> {
        let path = self.path.clone();
        let failed = |source| Error::Journal {
            path: path.clone(),
            source,
        };
        let change = self.database.transaction().map_err(failed)?;
        change
            .execute(
                "DELETE FROM item WHERE state IN ('planned', 'skipped', 'failed')",
                [],
            )
            .map_err(failed)?;
        for item in &plan.items {
            let state = if item.skipped {
                State::Skipped
            } else {
                State::Planned
            };
            change
                .execute(
                    "INSERT INTO item (portrait, product, style, output, state) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (output) DO UPDATE SET state = CASE WHEN portrait = ?1 AND product = ?2 AND style = ?3
                     THEN state ELSE 'started' END, portrait = ?1, product = ?2, style = ?3",
                    params![
                        item.portrait.to_string_lossy(),
                        item.product,
                        style(item),
                        item.output.to_string_lossy(),
                        state.word()
                    ],
                )
                .map_err(failed)?;
        }
        change.commit().map_err(failed)
    }

    /// All lines, in order.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn records(&self) -> Result<Vec<Record>, Error> {
        let mut query = self
            .database
            .prepare(
                "SELECT id, portrait, product, style, output, state, verdict, reasons,
                 portrait_sha256, product_sha256, models_sha256, sha256, ms FROM item ORDER BY portrait, id",
            )
            .map_err(self.failed())?;
        let rows = query.query_map([], record).map_err(self.failed())?;
        rows.collect::<Result<_, _>>().map_err(self.failed())
    }

    /// Says that pictures are about to be made: from here on a file of theirs is this batch's own and may be
    /// replaced.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn start(&mut self, ids: impl IntoIterator<Item = i64>) -> Result<(), Error> {
        let path = self.path.clone();
        let failed = |source| Error::Journal {
            path: path.clone(),
            source,
        };
        let change = self.database.transaction().map_err(failed)?;
        for id in ids {
            change
                .execute("UPDATE item SET state = 'started' WHERE id = ?1", [id])
                .map_err(failed)?;
        }
        change.commit().map_err(failed)
    }

    /// Writes down that a picture is made or failed. Called when its file is published and synced.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn finish(&self, done: &Finished) -> Result<(), Error> {
        let state = if done.judgement.verdict == Verdict::Fail {
            State::Failed
        } else {
            State::Done
        };
        let reasons = done.judgement.reasons.join("\n");
        let inputs = &done.inputs;
        self.database
            .execute(
                "UPDATE item SET state = ?2, verdict = ?3, reasons = ?4, portrait_sha256 = ?5, product_sha256 = ?6,
                 models_sha256 = ?7, sha256 = ?8, ms = ?9 WHERE id = ?1",
                params![
                    done.id,
                    state.word(),
                    verdict_word(done.judgement.verdict),
                    reasons,
                    inputs.portrait,
                    inputs.product,
                    inputs.models,
                    done.sha256,
                    done.ms
                ],
            )
            .map(drop)
            .map_err(self.failed())
    }
}

/// The look as text; empty for none.
fn style(item: &Item) -> String {
    item.style.as_ref().map(ToString::to_string).unwrap_or_default()
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Look => "look",
        Verdict::Fail => "fail",
    }
}

fn record(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    let text = |i: usize| row.get::<_, Option<String>>(i).map(Option::unwrap_or_default);
    let word = text(5)?;
    let verdict = match text(6)?.as_str() {
        "pass" => Some(Verdict::Pass),
        "look" => Some(Verdict::Look),
        "fail" => Some(Verdict::Fail),
        _ => None,
    };
    let reasons: Vec<String> = text(7)?.lines().map(str::to_owned).collect();
    Ok(Record {
        id: row.get(0)?,
        portrait: text(1)?.into(),
        product: text(2)?,
        style: text(3)?,
        output: text(4)?.into(),
        state: State::ALL
            .iter()
            .find(|(_, w)| *w == word)
            .map_or(State::Planned, |(s, _)| *s),
        judgement: verdict.map(|verdict| Judgement { verdict, reasons }),
        inputs: Inputs {
            portrait: text(8)?,
            product: text(9)?,
            models: text(10)?,
        },
        sha256: text(11)?,
        ms: row.get(12)?,
    })
}
