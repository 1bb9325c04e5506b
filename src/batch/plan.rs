//! The plan: every picture of a job, in an order that never changes, before the first one is made.

use super::preset::{Preset, Presets, Shows};
use super::{Error, Existing, Job, Template, name};
use crate::pipeline::Corrections;
use crate::product::{self, Catalogue};
use crate::publish;
use crate::style::Style;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Extensions of pictures taken out of folders.
const PICTURES: [&str; 7] = ["jpg", "jpeg", "png", "webp", "tif", "tiff", "jfif"];

/// One picture to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The portrait's file; empty for a packshot.
    pub portrait: PathBuf,
    /// Product id or folder, as [`Catalogue::get`] takes it.
    pub product: String,
    /// The look, if any.
    pub style: Option<Style>,
    /// Name of the preset it is written by.
    pub preset: String,
    /// Below the output folder.
    pub output: PathBuf,
    /// There before the batch, and to be left alone.
    pub skipped: bool,
}

/// Every picture of a job.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The job.
    pub job: Job,
    /// Its presets.
    pub presets: Vec<Preset>,
    /// What a person has put right.
    pub corrections: Corrections,
    /// Its pictures; those of one portrait stand together.
    pub items: Vec<Item>,
}

/// The share of a job one machine does: the portraits whose number leaves `part - 1` when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// 1..=of.
    pub part: usize,
    /// How many machines.
    pub of: usize,
}

impl Default for Shard {
    fn default() -> Self {
        Self { part: 1, of: 1 }
    }
}

impl Plan {
    /// The preset of a name.
    pub fn preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|p| p.name == name)
    }

    /// A hash of everything else that decides a picture: its preset and what was put right by hand. `portrait` is
    /// the SHA-256 of its file, `product` the id.
    pub fn settings(&self, preset: &str, portrait: &str, product: &str) -> String {
        let points = self.corrections.points(portrait);
        let adjustments = self.corrections.adjustments(portrait, product);
        let text = serde_json::to_vec(&(self.preset(preset), points, adjustments)).unwrap_or_default();
        publish::sha256(&[&text])
    }
}

/// What [`plan`] needs beside the job.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Where products come from.
    pub catalogue: &'a Catalogue,
    /// Presets there are.
    pub presets: &'a Presets,
    /// This machine's share.
    pub shard: Shard,
    /// Fills `{date}`.
    pub today: &'a str,
    /// Outputs an earlier start of the same batch planned, which do not count as having been there before.
    pub ours: &'a HashSet<PathBuf>,
}

/// Lists every picture of a job.
///
/// # Errors
/// What cannot be known to be meant: unknown products, looks or presets, patterns without a picture, bad templates
/// or corrections.
pub fn plan(job: &Job, given: Given<'_>) -> Result<Plan, Error> {
    job.check()?;
    let presets = job.presets(given.presets)?;
    let corrections = match &job.corrections {
        Some(file) => Corrections::load(file)?,
        None => Corrections::default(),
    };
    let products = products(&job.products, given.catalogue)?;
    let mut looks = Vec::new();
    for word in &job.looks {
        looks.push((word != "none").then(|| Style::parse(word)).transpose()?);
    }
    let (worn, alone): (Vec<_>, Vec<_>) = templates(job, &presets)?
        .into_iter()
        .partition(|(preset, _)| preset.shows == Shows::OnModel);
    let portraits = if worn.is_empty() {
        Vec::new()
    } else {
        portraits(&job.portraits)?
    };
    let mut list = List {
        job,
        given,
        taken: HashSet::new(),
        items: Vec::new(),
        index: 0,
    };
    for (number, portrait) in portraits.iter().enumerate() {
        for product in &products {
            for style in &looks {
                worn.iter()
                    .for_each(|output| list.add(number, portrait, product, style.as_ref(), output));
            }
        }
    }
    for (number, product) in products.iter().enumerate() {
        alone
            .iter()
            .for_each(|output| list.add(number, Path::new(""), product, None, output));
    }
    let items = list.items;
    Ok(Plan {
        job: job.clone(),
        presets,
        corrections,
        items,
    })
}

/// Presets with the templates of their names.
fn templates<'a>(job: &Job, presets: &'a [Preset]) -> Result<Vec<(&'a Preset, Template)>, Error> {
    let shared = Template::of_job(&job.output.name, presets.len() > 1)?;
    presets
        .iter()
        .map(|preset| {
            let own = preset.file.as_deref().map(Template::parse).transpose()?;
            Ok((preset, own.unwrap_or_else(|| shared.clone())))
        })
        .collect()
}

/// The list while it grows.
struct List<'a> {
    job: &'a Job,
    given: Given<'a>,
    taken: HashSet<String>,
    items: Vec<Item>,
    index: usize,
}

impl List<'_> {
    fn add(
        &mut self,
        number: usize,
        portrait: &Path,
        (product, sku): &(String, String),
        style: Option<&Style>,
        (preset, template): &(&Preset, Template),
    ) {
        self.index += 1;
        let value = |field: &str| match field {
            "portrait" => stem(portrait),
            "product" => stem(Path::new(product)),
            "sku" => sku.clone(),
            "style" => style.map_or("plain".into(), |s| s.name()),
            "output" => preset.name.clone(),
            "index" => format!("{:05}", self.index),
            _ => self.given.today.to_owned(),
        };
        let (output, skipped) = self.free(&template.fill(value), &preset.format);
        let shard = self.given.shard;
        if number % shard.of + 1 == shard.part {
            self.items.push(Item {
                portrait: portrait.to_owned(),
                product: product.clone(),
                style: style.cloned(),
                preset: preset.name.clone(),
                output,
                skipped,
            });
        }
    }

    /// A name nobody else in this job has, and whether a file of it is to be left alone.
    fn free(&mut self, base: &Path, extension: &str) -> (PathBuf, bool) {
        let named = |n: usize| {
            let mut name = base.as_os_str().to_owned();
            if n > 1 {
                name.push(format!("-{n}"));
            }
            name.push(format!(".{extension}"));
            PathBuf::from(name)
        };
        let output = &self.job.output;
        let mut n = 1;
        loop {
            let path = named(n);
            let ours = self.given.ours.contains(&path);
            let there = !ours && output.folder.join(&path).symlink_metadata().is_ok();
            let unique = output.existing == Existing::Unique && there;
            if !unique && self.taken.insert(name::folded(&path)) {
                return (path, there && output.existing == Existing::Skip);
            }
            n += 1;
        }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The portraits' files, each once, in the order named; folders and patterns in the order of their names.
fn portraits(words: &[String]) -> Result<Vec<PathBuf>, Error> {
    let mut all = Vec::new();
    for word in words {
        let path = Path::new(word);
        let found = if path.is_dir() {
            folder(path)?
        } else if has_extension(path, &["csv"]) {
            let lines = column(path, "portrait")?;
            let beside = publish::parent(path);
            lines.into_iter().map(|line| beside.join(line)).collect()
        } else if path.exists() || !word.contains(['*', '?', '[']) {
            // A file that is missing fails as an item; the others go on.
            vec![path.to_owned()]
        } else {
            let matches = glob::glob(word).map_err(|_| Error::NoMatch(word.clone()))?;
            matches
                .filter_map(Result::ok)
                .filter(|p| has_extension(p, &PICTURES))
                .collect()
        };
        if found.is_empty() {
            return Err(Error::NoMatch(word.clone()));
        }
        all.extend(found);
    }
    let mut seen = HashSet::new();
    let mut all: Vec<PathBuf> = all
        .into_iter()
        .map(|p| std::path::absolute(&p).unwrap_or(p))
        .collect();
    all.retain(|path| seen.insert(path.clone()));
    Ok(all)
}

/// The pictures of a folder, by name.
fn folder(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.is_file() && has_extension(p, &PICTURES))
        .collect();
    files.sort();
    Ok(files)
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    wanted.contains(&extension.to_ascii_lowercase().as_str())
}

/// The products (as [`Catalogue::get`] takes them) and their stock keeping units, each once.
fn products(words: &[String], catalogue: &Catalogue) -> Result<Vec<(String, String)>, Error> {
    let list = catalogue.list();
    let sku = |s: &product::Summary| s.sku.clone().unwrap_or_else(|| s.id.clone());
    let mut all: Vec<(String, String)> = Vec::new();
    for word in words {
        let category = word.parse::<product::Category>();
        let path = Path::new(word);
        if has_extension(path, &["csv"]) {
            let by_sku: BTreeMap<String, &product::Summary> = list.iter().map(|s| (sku(s), s)).collect();
            for line in column(path, "sku").or_else(|_| column(path, "id"))? {
                let found = by_sku.get(&line).copied();
                let found = found.or_else(|| list.iter().find(|s| s.id == line));
                let summary = found.ok_or_else(|| Error::Sku {
                    path: path.to_owned(),
                    sku: line.clone(),
                })?;
                all.push((summary.id.clone(), sku(summary)));
            }
        } else if word == "all" || category.is_ok() {
            let wanted =
                |s: &&product::Summary| category.as_ref().is_ok_and(|c| s.category == *c) || word == "all";
            all.extend(list.iter().filter(wanted).map(|s| (s.id.clone(), sku(s))));
        } else {
            let product = catalogue.get(word)?;
            let named = if path.is_dir() {
                product.folder.to_string_lossy().into_owned()
            } else {
                word.clone()
            };
            all.push((named, product.sku.unwrap_or(product.id)));
        }
    }
    let mut seen = HashSet::new();
    all.retain(|(product, _)| seen.insert(product.clone()));
    if all.is_empty() {
        return Err(Error::Nothing("products"));
    }
    Ok(all)
}

/// A column of a table by its name in the first line; empty cells are left out.
fn column(path: &Path, name: &'static str) -> Result<Vec<String>, Error> {
    let unusable = || Error::Table {
        path: path.to_owned(),
        columns: name,
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_path(path)
        .map_err(|_| unusable())?;
    let headers = reader.headers().map_err(|_| unusable())?;
    let is = |h: &str| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name);
    let at = headers.iter().position(is).ok_or_else(unusable)?;
    let cells = reader.records().filter_map(Result::ok);
    let cells = cells.filter_map(|r| r.get(at).filter(|c| !c.is_empty()).map(str::to_owned));
    Ok(cells.collect())
}
