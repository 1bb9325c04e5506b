//! What can go wrong with a picture file, one sentence each: what, why, what to do.

use super::Format;
use std::io;
use std::path::PathBuf;

/// What can go wrong with a picture file. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not there.
    #[error("{path}: there is no such file; check the name and the folder", path = .0.display())]
    Missing(PathBuf),
    /// A folder or a device stands where a file was expected.
    #[error("{path} is a folder or a device, not a file; give a {reads} file", path = .0.display(), reads = Format::LIST)]
    NotAFile(PathBuf),
    /// The file has no bytes.
    #[error("{path} is empty; copy it again from where it came", path = .0.display())]
    Empty(PathBuf),
    /// The file is longer than any picture within the limits.
    #[error("{path} is longer than 2 GiB; save it smaller or compressed", path = path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused to read.
    #[error("cannot read {path}; check its permissions and the disk", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The content is none of the formats read.
    #[error("{path} is {found}; convert it to {reads}, which are read", path = path.display(), reads = Format::LIST)]
    UnknownContent {
        /// The file.
        path: PathBuf,
        /// What it looks like, with its article.
        found: &'static str,
    },
    /// The header announces more pixels than the limits allow.
    #[error(
        "{path} is {width} x {height} pixels; at most {side} on a side and {megapixels} megapixels are read: \
         make it smaller",
        path = path.display(), side = super::MAX_SIDE, megapixels = super::MAX_PIXELS / 1_000_000
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Width in the header, pixels.
        width: u32,
        /// Height in the header, pixels.
        height: u32,
    },
    /// The file ends before its picture does.
    #[error("{path} ends before the {format} picture is complete; copy it again from where it came", path = path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: Format,
    },
    /// The file is damaged or lies about itself.
    #[error(
        "{path} is a damaged {format} picture ({reason}); open and save it in an image editor, or copy it again",
        path = path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: Format,
        /// What the decoder found.
        reason: String,
    },
    /// The format is read, this variant of it is not.
    #[error(
        "{path} is a {format} picture of a kind that is not read ({reason}); save it with 8 or 16 bits a channel",
        path = path.display()
    )]
    Variant {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: Format,
        /// Which feature.
        reason: String,
    },
    /// The extension of the output names no format written.
    #[error("{path}: .{extension} is not written; use .jpg, .png, .webp or .tif", path = path.display())]
    UnknownExtension {
        /// The output.
        path: PathBuf,
        /// Its extension.
        extension: String,
    },
    /// The output exists and may not be replaced.
    #[error("{path} exists; use --force to replace it, or another name", path = .0.display())]
    Exists(PathBuf),
    /// The folder of the output is not there.
    #[error("{folder} is not a folder, so {path} cannot be written; make the folder first",
        folder = folder.display(), path = path.display())]
    NoFolder {
        /// The output.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// The picture does not fit the format.
    #[error("{path}: {format} cannot hold this picture ({reason}); use .png or .tif", path = path.display())]
    Encode {
        /// The output.
        path: PathBuf,
        /// The format asked for.
        format: Format,
        /// Why not.
        reason: String,
    },
    /// The operating system refused to write.
    #[error("cannot write {path}; {advice}", path = path.display())]
    Write {
        /// The output.
        path: PathBuf,
        /// What to do.
        advice: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Error {
    /// A failed read, told apart by its kind.
    pub(super) fn read(path: PathBuf, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing(path),
            io::ErrorKind::IsADirectory => Self::NotAFile(path),
            _ => Self::Read { path, source },
        }
    }

    /// A failed write, with the advice its kind calls for.
    pub(super) fn write(path: PathBuf, source: io::Error) -> Self {
        let advice = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full: free some space",
            io::ErrorKind::PermissionDenied => "the folder may not be written: choose another one",
            io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only: choose another folder",
            io::ErrorKind::InvalidFilename => "the name is not allowed there: choose another one",
            _ => "check the disk and the folder",
        };
        Self::Write { path, advice, source }
    }
}
