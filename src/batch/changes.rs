//! Changes: is what done pictures were made of still what is there now?

use super::{Changed, Error, Journal, Plan, Record, State};
use crate::pipeline::Choice;
use crate::product::Catalogue;
use crate::publish;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What inputs are now, each looked at once.
struct Now<'a> {
    plan: &'a Plan,
    catalogue: &'a Catalogue,
    models: String,
    portraits: BTreeMap<PathBuf, Option<String>>,
    /// Hash and id.
    products: BTreeMap<String, Option<(String, String)>>,
}

/// Compares what done pictures were made of with what is there now: portraits, products, models, presets and
/// corrections, by hash. What differs is made again, kept, or asked about. What is gone cannot be made anew: its
/// pictures stay.
pub fn notice_changes(
    plan: &Plan,
    catalogue: &Catalogue,
    choice: &Choice,
    journal: &mut Journal,
    changed: Option<Changed>,
) -> Result<(), Error> {
    let records = journal.records()?;
    if records.iter().all(|r| r.state != State::Done) {
        return Ok(());
    }
    let models = choice.models();
    let mut now = Now {
        plan,
        catalogue,
        models: models.map(|m| m.fingerprint()).unwrap_or_default(),
        portraits: BTreeMap::new(),
        products: BTreeMap::new(),
    };
    let (mut names, mut ids) = (BTreeSet::new(), Vec::new());
    for record in records.iter().filter(|r| r.state == State::Done) {
        let gone = !plan.job.output.folder.join(&record.output).is_file();
        let other = now.other(record);
        if gone || (other.is_some() && changed == Some(Changed::Redo)) {
            ids.push(record.id);
        }
        names.extend(other);
    }
    if !names.is_empty() && changed.is_none() {
        return Err(Error::Changed(names.into_iter().collect()));
    }
    journal.start(&ids)
}

impl Now<'_> {
    /// The first thing a picture was made of that is another one now.
    fn other(&mut self, record: &Record) -> Option<String> {
        let then = &record.inputs;
        let differs = |now: Option<&String>, then: &str| now.is_some_and(|n| n != then);
        let portrait = self.portraits.entry(record.portrait.clone()).or_insert_with(|| {
            let bytes = std::fs::read(&record.portrait).ok()?;
            Some(publish::sha256(&[&bytes]))
        });
        if differs(portrait.as_ref(), &then.portrait) {
            return Some(record.portrait.display().to_string());
        }
        let product = self.products.entry(record.product.clone()).or_insert_with(|| {
            let product = self.catalogue.get(&record.product).ok()?;
            Some((product.sha256, product.id))
        });
        if differs(product.as_ref().map(|p| &p.0), &then.product) {
            return Some(record.product.clone());
        }
        // A packshot has no models; a picture of an older program has no settings.
        if !then.models.is_empty() && !self.models.is_empty() && then.models != self.models {
            return Some("the models".into());
        }
        let id = product.as_ref().map(|p| p.1.as_str())?;
        self.plan.preset(&record.preset)?;
        let settings = self.plan.settings(&record.preset, &then.portrait, id);
        (!then.settings.is_empty() && settings != then.settings).then(|| {
            format!(
                "the output `{}` or corrections of {}",
                record.preset,
                record.output.display()
            )
        })
    }
}
