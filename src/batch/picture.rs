//! One picture of a batch: put on, laid out, judged, written.

use super::journal::{Finished, Inputs, Timings};
use super::layout::{self, Laid};
use super::preset::{Preset, Shows};
use super::{Existing, Plan, Record, State, Verdict};
use crate::photo::{Photo, SaveOptions};
use crate::pipeline::{Choice, Engine, Item, Outcome, Request};
use crate::product::{Catalogue, Product};
use crate::publish::Disk;
use crate::style::Style;
use std::path::{Component, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

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
    /// Where pictures are written.
    pub disk: &'a dyn Disk,
}

/// How many products a worker keeps decoded.
const PRODUCTS: usize = 16;
/// Longer side of the small pictures for reports and contact sheets, pixels, and their JPEG quality.
const THUMB: (u32, u8) = (448, 82);

/// A try-on, to be written in several ways.
struct Worn {
    portrait: String,
    product: String,
    style: String,
    outcome: Outcome,
}

/// One worker's place.
pub struct Station<'a> {
    shop: &'a Shop<'a>,
    /// None where all pictures are packshots.
    engine: Option<Engine>,
    products: Vec<(String, Arc<Product>)>,
    worn: Option<Worn>,
}

impl<'a> Station<'a> {
    /// A place with an engine of its own, if it needs one.
    pub fn new(shop: &'a Shop<'a>, engine: Option<Engine>) -> Self {
        Self {
            shop,
            engine,
            products: Vec::new(),
            worn: None,
        }
    }

    /// Makes and publishes one picture. `photo` is its portrait, when it has one.
    pub fn make(&mut self, photo: Option<&Photo>, record: &Record) -> Result<Finished, String> {
        let (plan, gate) = (self.shop.plan, &self.shop.plan.job.gate);
        let gone = || format!("the job has no preset `{}` any more", record.preset);
        let preset = plan.preset(&record.preset).ok_or_else(gone)?;
        let product = self.product(&record.product)?;
        let portrait = photo.map_or("", Photo::sha256);
        let mut done = Finished::failed(String::new());
        done.inputs = Inputs {
            portrait: portrait.to_owned(),
            product: product.sha256.clone(),
            models: String::new(),
            settings: plan.settings(&preset.name, portrait, &product.id),
        };
        let mut inside = None;
        let since;
        let laid = match (preset.shows, photo) {
            (Shows::OnModel, Some(photo)) => {
                let worn = self.wear(photo, &product, record, &mut done.timings)?;
                let mut recipe = worn.outcome.recipe.clone();
                (recipe.before_after, recipe.quality) = (preset.before_after, preset.quality);
                done.recipe = serde_json::to_string(&recipe).map_err(|e| e.to_string())?;
                done.inputs.models = recipe.models.fingerprint();
                inside = Some(done.recipe.clone());
                since = Instant::now();
                let laid = layout::on_model(photo, &worn.outcome, preset, &[product.size_mm]);
                done.judgement = gate.judge(&worn.outcome.report, laid.enlarged);
                laid
            }
            _ => {
                since = Instant::now();
                let laid = layout::packshot(&product, preset);
                done.judgement = gate.judge_packshot(laid.enlarged);
                laid
            }
        };
        if done.judgement.verdict != Verdict::Fail {
            done.thumb = laid.photo.thumbnail(THUMB.0).to_jpeg(THUMB.1).unwrap_or_default();
            done.timings.lay_out = ms(since);
            self.publish(record, preset, &laid, inside, &mut done)?;
        }
        Ok(done)
    }

    /// The try-on of a line, remembered for its other outputs.
    fn wear(
        &mut self,
        photo: &Photo,
        product: &Arc<Product>,
        record: &Record,
        timings: &mut Timings,
    ) -> Result<&Worn, String> {
        let known = self.worn.take().filter(|w| {
            (w.portrait.as_str(), &w.product, &w.style) == (photo.sha256(), &record.product, &record.style)
        });
        if let Some(worn) = known {
            return Ok(self.worn.insert(worn));
        }
        let corrections = &self.shop.plan.corrections;
        let style = (!record.style.is_empty()).then(|| Style::parse(&record.style));
        let request = Request {
            items: vec![Item {
                product: Arc::clone(product),
                adjustments: corrections.adjustments(photo.sha256(), &product.id),
            }],
            points: corrections.points(photo.sha256()).to_vec(),
            style: style.transpose().map_err(|e| sentence(&e))?,
        };
        let cancel = self.shop.cancel;
        let mut go_on = |_| !cancel.load(Ordering::Relaxed);
        let since = Instant::now();
        let engine = self.engine.as_mut().ok_or("there is no engine")?;
        let outcome = engine
            .run(photo, &request, &mut go_on)
            .map_err(|e| sentence(&e))?;
        timings.run = ms(since);
        timings.models = outcome.report.models_ms;
        Ok(self.worn.insert(Worn {
            portrait: photo.sha256().to_owned(),
            product: record.product.clone(),
            style: record.style.clone(),
            outcome,
        }))
    }

    /// Writes a picture under its name.
    fn publish(
        &self,
        record: &Record,
        preset: &Preset,
        laid: &Laid,
        recipe: Option<String>,
        done: &mut Finished,
    ) -> Result<(), String> {
        let output = &self.shop.plan.job.output;
        let options = SaveOptions {
            quality: preset.quality,
            // Begun before: a file of that name is an earlier attempt of this batch.
            force: record.state == State::Started || output.existing == Existing::Overwrite,
            recipe,
        };
        make_folders(&output.folder, &record.output)?;
        let path = output.folder.join(&record.output);
        let since = Instant::now();
        let saved = laid.photo.save_on(self.shop.disk, &path, &options);
        let saved = saved.map_err(|e| sentence(&e))?;
        done.timings.encode = saved.encode_ms;
        done.timings.write = ms(since) - saved.encode_ms;
        done.sha256 = saved.sha256;
        Ok(())
    }

    /// A product, decoded once in a while.
    fn product(&mut self, name: &str) -> Result<Arc<Product>, String> {
        if let Some((_, product)) = self.products.iter().find(|(n, _)| n == name) {
            return Ok(Arc::clone(product));
        }
        let product = Arc::new(self.shop.catalogue.get(name).map_err(|e| sentence(&e))?);
        if self.products.len() == PRODUCTS {
            self.products.remove(0);
        }
        self.products.push((name.to_owned(), Arc::clone(&product)));
        Ok(product)
    }
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// Makes the folders of a file below `root`. A link on the way could lead out of it and is refused.
fn make_folders(root: &Path, file: &Path) -> Result<(), String> {
    let mut folder = root.to_owned();
    for part in file.parent().into_iter().flat_map(Path::components) {
        let Component::Normal(name) = part else {
            return Err(format!("{} would lie outside the output folder", file.display()));
        };
        folder.push(name);
        match folder.symlink_metadata() {
            Ok(found) if found.is_symlink() => {
                return Err(format!(
                    "{} is a link and may lead out of the output folder: remove it, or choose another name",
                    folder.display()
                ));
            }
            Ok(_) => {}
            Err(_) => match std::fs::create_dir(&folder) {
                // Another worker was faster.
                Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => {
                    return Err(format!("{}: cannot be made: {e}", folder.display()));
                }
                _ => {}
            },
        }
    }
    Ok(())
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
