//! What can go wrong with a whole batch. One bad picture is no error: it is an item that failed.

use crate::{photo, pipeline, product, style};
use std::io;
use std::path::PathBuf;

/// Why a batch does not start or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A job file that cannot be read.
    #[error("{} cannot be read; name a job file, or use --portraits, --products and --out", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A job file that is not a job.
    #[error("{}: not a job; correct the line shown", .path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A setting that cannot be meant.
    #[error("{field} must be {expected}; found {found}")]
    Field {
        /// The setting.
        field: &'static str,
        /// What would be right.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A preset that cannot be meant.
    #[error("the output preset `{name}` must have {expected}")]
    Preset {
        /// Which.
        name: String,
        /// What would be right.
        expected: &'static str,
    },
    /// No preset has this name.
    #[error("no output preset `{name}`; there are {}; `bijou batch presets` tells what each is", .known.join(", "))]
    NoPreset {
        /// The name asked for.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The job's corrections.
    #[error(transparent)]
    Corrections(#[from] pipeline::CorrectionsError),
    /// A folder that holds no batch.
    #[error("{} holds no batch (it has no journal); name the output folders of shards", .0.display())]
    NoBatch(PathBuf),
    /// Shards that made different pictures of one name.
    #[error("the shards made different pictures of one name ({}); merge shards of one job only", .0.join(", "))]
    Conflict(Vec<String>),
    /// A picture of a shard that cannot be read.
    #[error("{} cannot be copied; check the shard's folder, then merge again", .path.display())]
    Copy {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The contact sheets.
    #[error("the contact sheets cannot be made")]
    Sheet(#[from] photo::Error),
    /// A list that is empty.
    #[error("the job names no {0}; add at least one")]
    Nothing(&'static str),
    /// A pattern that matches no file.
    #[error("`{0}` matches no picture; check the folder and the pattern")]
    NoMatch(String),
    /// A table without the column that is needed.
    #[error("{}: no usable column; its first line must name one of: {columns}", .path.display())]
    Table {
        /// Which.
        path: PathBuf,
        /// Columns that would do.
        columns: &'static str,
    },
    /// A product of the job.
    #[error(transparent)]
    Product(#[from] product::Error),
    /// No product has this stock keeping unit.
    #[error("{}: no product has the SKU or id `{sku}`; `bijou products list --json` shows all", .path.display())]
    Sku {
        /// The table.
        path: PathBuf,
        /// What it asks for.
        sku: String,
    },
    /// A look of the job.
    #[error(transparent)]
    Style(#[from] style::Error),
    /// A picture's own failure while the batch was being prepared.
    #[error("the batch stopped unexpectedly; start the same command again, and report this if it repeats")]
    Stopped,
    /// The engines do not start.
    #[error(transparent)]
    Pipeline(#[from] pipeline::Error),
    /// Another batch works on the same folder.
    #[error("{} is being filled by another batch; wait for it, or choose another folder", .0.display())]
    Busy(PathBuf),
    /// The output folder cannot be used.
    #[error("{} cannot be written; check free space and permissions, then start the same command again", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The journal cannot be read or written.
    #[error(
        "the journal {} failed; check free space, then start the same command again", .path.display()
    )]
    Journal {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The journal is of a newer program.
    #[error("the journal {} is of a newer bijou (version {version}); update bijou", .path.display())]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// Inputs changed since pictures were made of them.
    #[error(
        "{} input(s) changed since their pictures were made ({}); add --changed redo to make those again, or --changed keep",
        .0.len(), .0.join(", ")
    )]
    Changed(Vec<String>),
}
