//! Merge: the shards of one job, made on several machines, become one folder with one journal.

use super::run::{Summary, summary};
use super::{Error, Journal, Record, State};
use crate::publish;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Joins the output folders of shards into `target`, which may be one of them: their pictures are copied and checked
/// against their hashes, their journals taken over. What was there already is left alone, so that a merge that broke
/// off is done again.
///
/// # Errors
/// [`Error::NoBatch`], [`Error::Busy`] while a shard is still being made, [`Error::Conflict`], [`Error::Copy`], or
/// what opening a journal says. Nothing is taken over from a shard that fails.
pub fn merge(shards: &[PathBuf], target: &Path) -> Result<(Journal, Summary), Error> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if let Some(none) = shards.iter().find(|s| !Journal::exists(s)) {
        return Err(Error::NoBatch(none.clone()));
    }
    let mut journal = Journal::open(target)?;
    for shard in shards.iter().filter(|s| real(s) != real(target)) {
        let other = Journal::open(shard)?;
        take(&mut journal, target, &other, shard)?;
        let began = other.fact("began", "")?;
        journal.fact("began", &began)?;
    }
    let summary = summary(&journal.records()?);
    Ok((journal, summary))
}

/// Takes one shard over.
fn take(journal: &mut Journal, target: &Path, other: &Journal, shard: &Path) -> Result<(), Error> {
    let known: BTreeMap<PathBuf, Record> = journal
        .records()?
        .into_iter()
        .map(|r| (r.output.clone(), r))
        .collect();
    let mut wanted = Vec::new();
    let mut conflicts = Vec::new();
    for record in other.records()? {
        match known.get(&record.output) {
            Some(own) if own.state == State::Done && record.state == State::Done => {
                if own.sha256 != record.sha256 {
                    conflicts.push(record.output.display().to_string());
                }
            }
            Some(own) if own.state == State::Done => {}
            _ => wanted.push(record),
        }
    }
    if !conflicts.is_empty() {
        return Err(Error::Conflict(conflicts));
    }
    let mut open = Vec::new();
    for record in wanted.iter().filter(|r| r.state == State::Done) {
        if !copy(shard, target, record)? {
            open.push(record.output.clone());
        }
    }
    let outputs: Vec<PathBuf> = wanted.into_iter().map(|r| r.output).collect();
    journal.adopt(other, &outputs, &open)
}

/// Copies a picture; false when the shard's own copy is gone or is not the one that was made.
fn copy(shard: &Path, target: &Path, record: &Record) -> Result<bool, Error> {
    let (from, to) = (shard.join(&record.output), target.join(&record.output));
    let same = |bytes: &[u8]| publish::sha256(&[bytes]) == record.sha256;
    if std::fs::read(&to).is_ok_and(|bytes| same(&bytes)) {
        return Ok(true);
    }
    let bytes = match std::fs::read(&from) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(Error::Copy { path: from, source }),
    };
    if !same(&bytes) {
        return Ok(false);
    }
    let write = |source| Error::Write {
        path: to.clone(),
        source,
    };
    std::fs::create_dir_all(publish::parent(&to)).map_err(write)?;
    publish::file(&to, &bytes, false).map_err(write)?;
    Ok(true)
}
