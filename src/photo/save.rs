//! Writing: bytes to a file that is either whole or not there.
//!
//! The bytes go to a temporary file in the same folder, which is synced and renamed, so
//! that neither a full disk nor a power cut leaves half a picture under the name asked for.

use super::{Error, Format, Photo, SaveOptions, encode};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// Encodes and writes a picture.
pub(super) fn save(photo: &Photo, path: &Path, options: &SaveOptions) -> Result<(), Error> {
    let format = format_for(path, photo.format)?;
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Error::NoFolder {
            path: path.to_owned(),
            folder: folder.to_owned(),
        });
    }
    if path.is_dir() {
        return Err(Error::NotAFile(path.to_owned()));
    }
    if !options.force && path.symlink_metadata().is_ok() {
        return Err(Error::Exists(path.to_owned()));
    }
    let bytes = encode::encode(photo, format, options, path)?;
    let failed = |source| Error::write(path.to_owned(), source);
    let file = temporary(folder, path, &bytes).map_err(failed)?;
    let published = if options.force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    published.map_err(|e| match e.error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => failed(e.error),
    })?;
    sync_folder(folder);
    Ok(())
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

/// The bytes, synced, under a temporary name; deleted when dropped. It gets the permissions of the
/// file it replaces, or those the user's umask gives a new one.
fn temporary(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".bijou-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    if let Ok(replaced) = path.metadata() {
        file.as_file().set_permissions(replaced.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Makes the new name survive a power cut. The picture is complete already, and some file systems
/// cannot sync a folder, so a failure is no error.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|f| f.sync_all());
    }
}
