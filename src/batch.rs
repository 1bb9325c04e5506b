//! Batch: thousands of try-ons that nobody watches.
//!
//! Takes a [`Job`] (which portraits, products and looks, and how the pictures are to be written); gives a
//! folder of pictures, a journal that survives kills and power cuts, and a report. [`plan`] lists every
//! picture before the first is made, [`run`] makes what the [`Journal`] does not know as done.

mod changes;
mod error;
mod job;
mod journal;
mod layout;
mod merge;
mod name;
mod picture;
mod plan;
mod preset;
mod report;
mod run;
mod sheets;
mod verdict;

pub use error::Error;
pub use job::{Existing, Gate, Job, Names, OnError, Output, Sheets};
pub use journal::{Changed, Inputs, Journal, Record, State, Timings};
pub use merge::merge;
pub use name::Template;
pub use plan::{Given, Item, Plan, Shard, plan};
pub use preset::{Colour, Fit, Preset, Presets, Shows};
pub use report::report;
pub use run::{Event, Manner, Summary, run};
pub use sheets::sheets;
pub use verdict::{Judgement, Verdict};
