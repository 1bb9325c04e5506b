//! Publishing a product folder: complete and checked, or not at all.

use super::{Error, FILE, Product};
use crate::publish;
use std::fs;
use std::io;
use std::path::Path;

/// Writes `product.toml` and the artwork as `parent/name`.
///
/// Both are written in a hidden folder beside, loaded from there, and only then renamed; an existing product is replaced when `force`, any other folder never.
///
/// # Errors
/// [`Error::Exists`], [`Error::NotAProduct`], [`Error::Write`], or what [`Product::load`] finds wrong with the content.
pub fn publish(
    parent: &Path,
    name: &str,
    toml: &str,
    art: (&str, &[u8]),
    force: bool,
) -> Result<Product, Error> {
    let target = parent.join(name);
    let wrap = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(target.clone()),
        _ => Error::Write {
            path: target.clone(),
            source,
        },
    };
    if target.symlink_metadata().is_ok() {
        if !force {
            return Err(Error::Exists(target));
        }
        if !target.join(FILE).is_file() {
            return Err(Error::NotAProduct(target));
        }
    }
    let fill = |fresh: &Path| {
        fs::write(fresh.join(art.0), art.1).map_err(wrap)?;
        fs::write(fresh.join(FILE), toml).map_err(wrap)?;
        // Loading is the check; its complaints should name the place the user knows.
        Product::load(fresh).map_err(|e| e.moved(fresh, &target))
    };
    let mut product = publish::folder(&target, force, fill, wrap)?;
    product.folder = target;
    Ok(product)
}
