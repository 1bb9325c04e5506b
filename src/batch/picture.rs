//! One picture of a batch: put on, written as the job wants it, read back and judged.

use super::journal::Inputs;
use super::{Existing, Judgement, Output, Plan, Record, State};
use crate::photo::{Photo, SaveOptions};
use crate::pipeline::{Choice, Engine, Item, Request};
use crate::product::{Catalogue, Product};
use crate::publish;
use crate::style::Style;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything a worker needs that does not change.
pub struct Shop<'a> {
    /// What is to be made.
    pub plan: &'a Plan,
    /// Where products come from.
    pub catalogue: &'a Catalogue,
    /// Which models.
    pub choice: &'a Choice,
    /// Set when the batch is to stop.
    pub cancel: &'a AtomicBool,
}

/// How many products a worker keeps decoded.
const PRODUCTS: usize = 16;

/// Makes and publishes one picture; gives what is thought of it, what it was made of and its hash.
pub fn make(
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
        force: ours || output.existing == Existing::Overwrite,
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

/// An error and its causes as one sentence.
pub fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {}", cause.to_string().trim_end().replace('\n', " "));
        source = cause.source();
    }
    text
}
