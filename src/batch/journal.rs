//! The journal: what a batch has done, in a database that survives kills and power cuts (SQLite, WAL).
//!
//! One program at a time holds a folder: a lock on a file, which the system lifts when the program dies. A little
//! room is kept beside the database, so that on a full disk it can still say why pictures failed.

mod record;
mod tables;

pub use record::{Finished, Inputs, Record, State, Timings};

use super::{Error, Item, Plan};
use record::{COLUMNS, record, verdict_word};
use rusqlite::{Connection, ErrorCode, Transaction, params};
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The journal's files in the output folder.
const FILE: &str = "bijou-batch.sqlite";
const LOCK: &str = ".bijou-batch.lock";
const ROOM: &str = ".bijou-batch.room";
/// How much room is kept, bytes.
const ROOM_BYTES: usize = 512 << 10;

/// What becomes of pictures whose inputs changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// They are made again.
    Redo,
    /// They stay.
    Keep,
}

/// The journal of an output folder, held by this program alone.
pub struct Journal {
    path: PathBuf,
    database: Connection,
    room: PathBuf,
    _lock: Lock,
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.make_room();
    }
}

/// A folder's lock, given back in so many words: a process that is just being started holds a copy of every open file
/// for a moment, so closing ours would not do.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
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
        let (path, room) = (folder.join(FILE), folder.join(ROOM));
        let database = tables::open(&path)?;
        // Where there is no room left already, the first full disk ends the batch instead.
        drop(std::fs::write(&room, vec![0; ROOM_BYTES]));
        Ok(Self {
            path,
            database,
            room,
            _lock: Lock(lock),
        })
    }

    /// Is there a journal in a folder?
    pub fn exists(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Gives the kept room back to the disk; says whether there was any.
    pub fn make_room(&self) -> bool {
        std::fs::remove_file(&self.room).is_ok()
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error + '_ {
        |source| Error::Journal {
            path: self.path.clone(),
            source,
        }
    }

    /// A change of several lines, all or none of which is written down. On a full disk it is tried again once the
    /// kept room is free.
    fn change(&mut self, steps: impl Fn(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<(), Error> {
        let once = |database: &mut Connection| {
            let change = database.transaction()?;
            steps(&change)?;
            change.commit()
        };
        let mut done = once(&mut self.database);
        let full = |e: &rusqlite::Error| e.sqlite_error_code() == Some(ErrorCode::DiskFull);
        if done.as_ref().is_err_and(full) && self.make_room() {
            done = once(&mut self.database);
        }
        done.map_err(self.failed())
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
        self.change(|change| {
            change.execute(
                "DELETE FROM item WHERE state IN ('planned', 'skipped', 'failed')",
                [],
            )?;
            let mut insert = change.prepare(
                "INSERT INTO item (portrait, product, style, output, state, preset) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (output) DO UPDATE SET state = CASE WHEN portrait = ?1 AND product = ?2 AND style = ?3
                 AND preset = ?6 THEN state ELSE 'started' END, portrait = ?1, product = ?2, style = ?3, preset = ?6",
            )?;
            for item in &plan.items {
                let state = if item.skipped {
                    State::Skipped
                } else {
                    State::Planned
                };
                insert.execute(params![
                    item.portrait.to_string_lossy(),
                    item.product,
                    style(item),
                    item.output.to_string_lossy(),
                    state.word(),
                    item.preset
                ])?;
            }
            Ok(())
        })
    }

    /// All lines, those of one portrait together.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn records(&self) -> Result<Vec<Record>, Error> {
        let mut query = self
            .database
            .prepare(&format!("SELECT {COLUMNS} FROM item ORDER BY portrait, id"))
            .map_err(self.failed())?;
        let rows = query.query_map([], record).map_err(self.failed())?;
        rows.collect::<Result<_, _>>().map_err(self.failed())
    }

    /// The small JPEG of a line; empty when there is none.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn thumb(&self, id: i64) -> Result<Vec<u8>, Error> {
        let found: Option<Vec<u8>> = self
            .database
            .query_row("SELECT thumb FROM item WHERE id = ?1", [id], |row| row.get(0))
            .map_err(self.failed())?;
        Ok(found.unwrap_or_default())
    }

    /// Says that pictures are about to be made: from here on a file of theirs is this batch's own and may be
    /// replaced.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn start(&mut self, ids: &[i64]) -> Result<(), Error> {
        self.change(|change| {
            let mut update = change.prepare("UPDATE item SET state = 'started' WHERE id = ?1")?;
            ids.iter().try_for_each(|id| update.execute([id]).map(drop))
        })
    }

    /// Writes down that a picture is made or failed. Called when its file is published and synced.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn finish(&mut self, id: i64, done: &Finished) -> Result<(), Error> {
        let reasons = done.judgement.reasons.join("\n");
        let inputs = &done.inputs;
        self.change(|change| {
            let line = params![
                id,
                done.state().word(),
                verdict_word(done.judgement.verdict),
                reasons,
                inputs.portrait,
                inputs.product,
                inputs.models,
                inputs.settings,
                done.sha256,
                done.recipe,
                done.thumb,
                done.ms,
                done.timings_text()
            ];
            change
                .execute(
                    "UPDATE item SET state = ?2, verdict = ?3, reasons = ?4, portrait_sha256 = ?5, product_sha256 = ?6,
                     models_sha256 = ?7, settings_sha256 = ?8, sha256 = ?9, recipe = ?10, thumb = ?11, ms = ?12,
                     timings = ?13 WHERE id = ?1",
                    line,
                )
                .map(drop)
        })
    }

    /// Takes over lines of another journal, whole, in the place of lines of the same outputs. `open` are outputs
    /// whose pictures could not be taken over: they count as begun.
    ///
    /// # Errors
    /// [`Error::Journal`].
    pub fn adopt(&mut self, other: &Self, outputs: &[PathBuf], open: &[PathBuf]) -> Result<(), Error> {
        let from = other.path.to_string_lossy().into_owned();
        let failed = |source| Error::Journal {
            path: other.path.clone(),
            source,
        };
        self.database
            .execute("ATTACH DATABASE ?1 AS shard", [&from])
            .map_err(failed)?;
        let columns = "portrait, product, style, output, state, verdict, reasons, portrait_sha256, product_sha256, \
            models_sha256, sha256, ms, preset, settings_sha256, recipe, timings, thumb";
        let take = format!(
            "INSERT OR REPLACE INTO main.item ({columns}) SELECT {columns} FROM shard.item WHERE output = ?1"
        );
        let taken = self.change(|change| {
            let mut insert = change.prepare(&take)?;
            for output in outputs {
                insert.execute([output.to_string_lossy()])?;
            }
            let mut reopen = change.prepare("UPDATE main.item SET state = 'started' WHERE output = ?1")?;
            for output in open {
                reopen.execute([output.to_string_lossy()])?;
            }
            Ok(())
        });
        let left = self.database.execute("DETACH DATABASE shard", []);
        taken?;
        left.map(drop).map_err(self.failed())
    }
}

/// The look as text; empty for none.
fn style(item: &Item) -> String {
    item.style.as_ref().map(ToString::to_string).unwrap_or_default()
}
