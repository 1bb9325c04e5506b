//! Writing: a picture to a file that is either whole or not there.

use super::{Error, Format, Photo, SaveOptions, encode};
use crate::publish;
use std::io;
use std::path::Path;

/// Encodes and writes a picture.
pub(super) fn save(photo: &Photo, path: &Path, options: &SaveOptions) -> Result<(), Error> {
    let format = check(path, photo.format, options.force)?;
    let bytes = encode::encode(photo, format, options, path)?;
    publish::file(path, &bytes, options.force).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::write(path.to_owned(), e),
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
