//! The plan: every picture of a job, in an order that never changes, before the first one is made.

use super::{Error, Existing, Job, Template, name};
use crate::product::{self, Catalogue};
use crate::style::Style;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Extensions of pictures taken out of folders.
const PICTURES: [&str; 7] = ["jpg", "jpeg", "png", "webp", "tif", "tiff", "jfif"];

/// One picture to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// Product id or folder, as [`Catalogue::get`] takes it.
    pub product: String,
    /// The look, if any.
    pub style: Option<Style>,
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

/// Lists every picture of a job. `today` fills `{date}`; `ours` are outputs an earlier start of the same
/// batch planned, which do not count as having been there before.
///
/// # Errors
/// What cannot be known to be meant: unknown products or looks, patterns without a picture, bad templates.
pub fn plan(
    job: &Job,
    catalogue: &Catalogue,
    shard: Shard,
    today: &str,
    ours: &HashSet<PathBuf>,
) -> Result<Plan, Error> {
    job.check()?;
    let template = Template::parse(&job.output.name)?;
    let portraits = portraits(&job.portraits)?;
    let products = products(&job.products, catalogue)?;
    let mut looks = Vec::new();
    for word in &job.looks {
        looks.push((word != "none").then(|| Style::parse(word)).transpose()?);
    }
    let mut taken = HashSet::new();
    let mut items = Vec::new();
    let mut index = 0_usize;
    for (number, portrait) in portraits.iter().enumerate() {
        for (product, sku) in &products {
            for style in &looks {
                index += 1;
                let value = |field: &str| match field {
                    "portrait" => stem(portrait),
                    "product" => stem(Path::new(product)),
                    "sku" => sku.clone(),
                    "style" => style.as_ref().map_or("plain".into(), |s| s.name()),
                    "index" => format!("{index:05}"),
                    _ => today.to_owned(),
                };
                let (output, skipped) = free(job, &template.fill(value), &mut taken, ours);
                if number % shard.of + 1 == shard.part {
                    items.push(Item {
                        portrait: portrait.clone(),
                        product: product.clone(),
                        style: style.clone(),
                        output,
                        skipped,
                    });
                }
            }
        }
    }
    Ok(Plan {
        job: job.clone(),
        items,
    })
}

/// A name nobody else in this job has, and whether a file of it is to be left alone.
fn free(job: &Job, base: &Path, taken: &mut HashSet<String>, ours: &HashSet<PathBuf>) -> (PathBuf, bool) {
    let extension = &job.output.format;
    let named = |n: usize| {
        let mut name = base.as_os_str().to_owned();
        if n > 1 {
            name.push(format!("-{n}"));
        }
        name.push(format!(".{extension}"));
        PathBuf::from(name)
    };
    let foreign =
        |path: &Path| !ours.contains(path) && job.output.folder.join(path).symlink_metadata().is_ok();
    let mut n = 1;
    loop {
        let path = named(n);
        let there = foreign(&path);
        let unique = job.output.existing == Existing::Unique && there;
        if !unique && taken.insert(name::folded(&path)) {
            return (path, there && job.output.existing == Existing::Skip);
        }
        n += 1;
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
            let beside = crate::publish::parent(path);
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
