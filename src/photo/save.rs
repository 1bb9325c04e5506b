//! Writing: a picture to a file that is either whole or not there.

use super::{Error, Format, Photo, SaveOptions, Saved, encode};
use crate::publish::{self, Disk};
use std::io;
use std::path::Path;
use std::time::Instant;

/// Encodes and writes a picture.
pub(super) fn save(
    photo: &Photo,
    disk: &dyn Disk,
    path: &Path,
    options: &SaveOptions,
) -> Result<Saved, Error> {
    let format = check(path, photo.format, options.force)?;
    let since = Instant::now();
    let bytes = encode::encode(photo, format, options, path)?;
    let encode_ms = since.elapsed().as_secs_f64() * 1e3;
    publish::file_on(disk, path, &bytes, options.force).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::write(path.to_owned(), e),
    })?;
    Ok(Saved {
        sha256: publish::sha256(&[&bytes]),
        encode_ms,
    })
}

/// What can be known to be wrong with an output before there is a picture for it; gives its format.
pub(super) fn check(path: &Path, source: Format, force: bool) -> Result<Format, Error> {
    let format = format_for(path, source)?;
    let folder = publish::parent(path);
    if !folder.is_dir() {
        return Err(Error::NoFolder {
            path: path.to_owned(),
            folder: folder.to_owned(),
        });
    }
    if path.is_dir() {
        return Err(Error::NotAFile(path.to_owned()));
    }
    if !force && path.symlink_metadata().is_ok() {
        return Err(Error::Exists(path.to_owned()));
    }
    Ok(format)
}

/// The format an extension asks for; that of the source when there is none.
fn format_for(path: &Path, source: Format) -> Result<Format, Error> {
    let Some(extension) = path.extension() else {
        return Ok(source);
    };
    let extension = extension.to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => Ok(Format::Jpeg),
        "png" => Ok(Format::Png),
        "webp" => Ok(Format::WebP),
        "tif" | "tiff" => Ok(Format::Tiff),
        _ => Err(Error::UnknownExtension {
            path: path.to_owned(),
            extension,
        }),
    }
}
