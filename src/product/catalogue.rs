//! The catalogue: all products of some folders, read without decoding artwork.
//!
//! Takes folders whose children are product folders; gives summaries, problems (broken products
//! never hide the others) and loads one by id or path.

use super::{Category, Description, Error, FILE, Pair, Product};
use crate::resources;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Similarity (Jaro-Winkler, 0..1) from which a name is worth suggesting.
const SIMILAR: f64 = 0.7;

/// One product in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Unique name.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Where it is worn.
    pub category: Category,
    /// Metal.
    pub metal: String,
    /// Stone.
    pub stone: String,
    /// Pair rule.
    pub pair: Pair,
    /// Millimetres of the whole artwork, width.
    pub width_mm: f64,
    /// Millimetres of the whole artwork, height.
    pub height_mm: f64,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Price.
    pub price: Option<String>,
    /// Its folder.
    pub folder: PathBuf,
}

/// A product that could not be listed.
#[derive(Debug)]
pub struct Problem {
    /// Its folder.
    pub folder: PathBuf,
    /// What is wrong.
    pub error: Error,
}

/// The products of some folders.
#[derive(Debug, Default)]
pub struct Catalogue {
    products: Vec<Summary>,
    problems: Vec<Problem>,
}

impl Catalogue {
    /// Where products are looked for: `root/assets/products`, then [`Self::user_folder`].
    pub fn folders(root: &Path) -> Vec<PathBuf> {
        [Some(root.join("assets/products")), Self::user_folder()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// The user's own products: `BIJOU_PRODUCTS`, or `products` in the user's folder for Bijou.
    pub fn user_folder() -> Option<PathBuf> {
        let named = resources::variable("BIJOU_PRODUCTS").map(PathBuf::from);
        named.or_else(|| resources::user_folder().map(|folder| folder.join("products")))
    }

    /// Lists the product folders in each of `folders`; a folder that does not exist is empty. Where
    /// an id comes twice the first one stays and the other is a problem.
    pub fn open(folders: &[PathBuf]) -> Self {
        let mut found: BTreeMap<String, Summary> = BTreeMap::new();
        let mut problems = Vec::new();
        for parent in folders {
            let children = match product_folders(parent) {
                Ok(children) => children,
                Err(error) => {
                    problems.push(Problem {
                        folder: parent.clone(),
                        error,
                    });
                    continue;
                }
            };
            for folder in children {
                match summarise(&folder) {
                    Ok(summary) => match found.get(&summary.id) {
                        None => drop(found.insert(summary.id.clone(), summary)),
                        Some(first) => {
                            let error = Error::Duplicate {
                                path: folder.join(FILE),
                                id: summary.id,
                                other: first.folder.clone(),
                            };
                            problems.push(Problem { folder, error });
                        }
                    },
                    Err(error) => problems.push(Problem { folder, error }),
                }
            }
        }
        Self {
            products: found.into_values().collect(),
            problems,
        }
    }

    /// All products, by id.
    pub fn list(&self) -> &[Summary] {
        &self.products
    }

    /// The products that are broken, and why.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Loads a product: a path of a folder that has a `product.toml`, else an id.
    ///
    /// # Errors
    /// [`Error::Unknown`] with the nearest names, or what [`Product::load`] says.
    pub fn get(&self, id_or_path: &str) -> Result<Product, Error> {
        let path = Path::new(id_or_path);
        if path.join(FILE).is_file() {
            return Product::load(path);
        }
        if let Some(summary) = self.products.iter().find(|p| p.id == id_or_path) {
            return Product::load(&summary.folder);
        }
        let broken = |p: &&Problem| p.folder.file_name().is_some_and(|name| name == id_or_path);
        if let Some(problem) = self.problems.iter().find(broken) {
            return Product::load(&problem.folder);
        }
        if path.is_dir() {
            let source = io::Error::new(io::ErrorKind::NotFound, "the folder has no such file");
            return Err(Error::Read {
                path: path.join(FILE),
                source,
            });
        }
        Err(Error::Unknown {
            id: id_or_path.to_owned(),
            near: self.near(id_or_path),
        })
    }

    /// Up to three ids like `id`, the most similar first.
    fn near(&self, id: &str) -> Vec<String> {
        let similarity = |p: &Summary| (strsim::jaro_winkler(id, &p.id), p.id.clone());
        let mut near: Vec<_> = self
            .products
            .iter()
            .map(similarity)
            .filter(|(s, _)| *s >= SIMILAR)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        near.into_iter().take(3).map(|(_, id)| id).collect()
    }
}

/// Children of `parent` that have a `product.toml`, by name. Hidden ones are unfinished imports.
fn product_folders(parent: &Path) -> Result<Vec<PathBuf>, Error> {
    let wrap = |source| Error::Read {
        path: parent.to_owned(),
        source,
    };
    let entries = match fs::read_dir(parent) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(wrap)?,
    };
    let paths = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(wrap)?;
    let hidden = |p: &Path| {
        p.file_name()
            .is_some_and(|n| n.as_encoded_bytes().starts_with(b"."))
    };
    let mut folders: Vec<_> = paths
        .into_iter()
        .filter(|p| !hidden(p) && p.join(FILE).exists())
        .collect();
    folders.sort();
    Ok(folders)
}

fn summarise(folder: &Path) -> Result<Summary, Error> {
    let (_, d) = Description::read(folder)?;
    Ok(Summary {
        id: d.id,
        name_en: d.name_en,
        name_zh: d.name_zh,
        category: d.category,
        metal: d.metal,
        stone: d.stone,
        pair: d.pair,
        width_mm: d.size_mm.x,
        height_mm: d.size_mm.y,
        sku: d.sku,
        price: d.price,
        folder: folder.to_owned(),
    })
}
