//! Publishing a product folder: complete and checked, or not at all.

use super::{Error, FILE, Product};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes `product.toml` and the artwork as `parent/name`.
///
/// Both are written and synced in a hidden folder beside, loaded from there, and only then
/// renamed; an existing product is replaced when `force`, any other folder never.
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
    let wrap = |source| Error::Write {
        path: target.clone(),
        source,
    };
    if target.symlink_metadata().is_ok() {
        if !force {
            return Err(Error::Exists(target));
        }
        if !target.join(FILE).is_file() {
            return Err(Error::NotAProduct(target));
        }
    }
    fs::create_dir_all(parent).map_err(wrap)?;
    let staging = tempfile::Builder::new()
        .prefix(".bijou-")
        .tempdir_in(parent)
        .map_err(wrap)?;
    let fresh = staging.path().join("new");
    fs::create_dir(&fresh).map_err(wrap)?;
    write(&fresh.join(art.0), art.1).map_err(wrap)?;
    write(&fresh.join(FILE), toml.as_bytes()).map_err(wrap)?;
    sync_folder(&fresh).map_err(wrap)?;
    let mut product = Product::load(&fresh)?;
    swap(&fresh, &target, &staging.path().join("old"), force).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(target.clone()),
        _ => Error::Write {
            path: target.clone(),
            source: e,
        },
    })?;
    sync_folder(parent).map_err(wrap)?;
    product.folder = target;
    Ok(product)
}

/// Renames `fresh` to `target`; what is there goes to `old` first, and back when that fails.
fn swap(fresh: &Path, target: &Path, old: &Path, force: bool) -> io::Result<()> {
    let occupied = target.symlink_metadata().is_ok();
    if occupied && !force {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if occupied {
        fs::rename(target, old)?;
    }
    fs::rename(fresh, target).inspect_err(|_| {
        if occupied {
            // Best effort: the error that is returned is the one that matters.
            drop(fs::rename(old, target));
        }
    })
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes names durable where folders can be opened (not on Windows).
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
