//! Batch: thousands of try-ons that nobody watches.
//!
//! Takes a [`Job`] (which portraits, products and looks, and how the pictures are to be written); gives a
//! folder of pictures, a journal that survives kills and power cuts, and a report. [`plan`] lists every
//! picture before the first is made, [`run`] makes what the [`Journal`] does not know as done.

mod error;
mod job;
mod journal;
mod name;
mod plan;
mod report;
mod run;
mod verdict;

pub use error::Error;
pub use job::{Existing, Gate, Job, Output};
pub use journal::{Changed, Journal, Record, State};
pub use name::Template;
pub use plan::{Item, Plan, Shard, plan};
pub use report::report;
pub use run::{Event, Manner, Summary, run};
pub use verdict::{Judgement, Verdict};
