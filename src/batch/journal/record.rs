//! Lines of the journal: what is known of one picture.

use super::super::{Judgement, Verdict};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

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

    pub(super) fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }
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
    /// Of its preset and of what was put right by hand.
    pub settings: String,
}

/// Where the time of a picture went, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// Decoding the portrait; only the first picture of a portrait pays for it.
    pub decode: f64,
    /// The try-on, networks included; only the first output of a pair pays for it.
    pub run: f64,
    /// Inside the networks.
    pub models: f64,
    /// Scaling, cropping, the small picture for the report.
    pub lay_out: f64,
    /// Encoding.
    pub encode: f64,
    /// Writing, syncing, renaming.
    pub write: f64,
}

/// A line of the journal.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Number in the journal.
    pub id: i64,
    /// The portrait's file; empty for a packshot.
    pub portrait: PathBuf,
    /// The product.
    pub product: String,
    /// The look; empty for none.
    pub style: String,
    /// The preset.
    pub preset: String,
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
    /// Milliseconds in all.
    pub ms: f64,
    /// Where they went.
    pub timings: Timings,
}

/// A finished item, to be written down.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Verdict and reasons.
    pub judgement: Judgement,
    /// What it was made of.
    pub inputs: Inputs,
    /// SHA-256 of the file; empty when there is none.
    pub sha256: String,
    /// What makes it again, JSON; empty when there is none.
    pub recipe: String,
    /// A small JPEG of it for reports; empty when there is none.
    pub thumb: Vec<u8>,
    /// Milliseconds in all.
    pub ms: f64,
    /// Where they went.
    pub timings: Timings,
}

impl Finished {
    /// An item that could not be made.
    pub fn failed(reason: String) -> Self {
        Self {
            judgement: Judgement::fail(reason),
            inputs: Inputs::default(),
            sha256: String::new(),
            recipe: String::new(),
            thumb: Vec::new(),
            ms: 0.0,
            timings: Timings::default(),
        }
    }

    pub(super) fn state(&self) -> State {
        if self.judgement.verdict == Verdict::Fail {
            State::Failed
        } else {
            State::Done
        }
    }

    pub(super) fn timings_text(&self) -> String {
        serde_json::to_string(&self.timings).unwrap_or_default()
    }
}

pub(super) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Look => "look",
        Verdict::Fail => "fail",
    }
}

/// The columns [`record`] reads, in its order.
pub(super) const COLUMNS: &str = "id, portrait, product, style, output, state, verdict, reasons, portrait_sha256, \
    product_sha256, models_sha256, settings_sha256, sha256, ms, preset, timings";

pub(super) fn record(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    let text = |i: usize| row.get::<_, Option<String>>(i).map(Option::unwrap_or_default);
    let word = text(5)?;
    let verdict = match text(6)?.as_str() {
        "pass" => Some(Verdict::Pass),
        "look" => Some(Verdict::Look),
        "fail" => Some(Verdict::Fail),
        _ => None,
    };
    let reasons: Vec<String> = text(7)?.lines().map(str::to_owned).collect();
    let state = State::ALL.iter().find(|(_, w)| *w == word);
    Ok(Record {
        id: row.get(0)?,
        portrait: text(1)?.into(),
        product: text(2)?,
        style: text(3)?,
        preset: text(14)?,
        output: text(4)?.into(),
        state: state.map_or(State::Planned, |(s, _)| *s),
        judgement: verdict.map(|verdict| Judgement { verdict, reasons }),
        inputs: Inputs {
            portrait: text(8)?,
            product: text(9)?,
            models: text(10)?,
            settings: text(11)?,
        },
        sha256: text(12)?,
        ms: row.get(13)?,
        timings: serde_json::from_str(&text(15)?).unwrap_or_default(),
    })
}
