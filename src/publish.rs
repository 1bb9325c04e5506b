//! Publishing: a file or a folder appears whole under its name, or not at all.
//!
//! What is new is written and synced under a hidden name beside its target and then renamed, so that
//! neither a full disk nor a power cut leaves half of it behind. Errors are the operating system's; the
//! caller adds the name. Also the one way bytes get their identity.

use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// How the names of unfinished files begin and end.
const UNFINISHED: (&str, &str) = (".bijou-", ".tmp");

/// SHA-256 of byte strings one after the other, lowercase hexadecimal.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The folder a file lies in, also when it was named without one.
pub fn parent(path: &Path) -> &Path {
    let named = path.parent().filter(|p| !p.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

/// The three steps in which a new file reaches its name. Tests put a disk in place whose steps fail.
pub trait Disk: Sync {
    /// Puts the bytes into the temporary file.
    ///
    /// # Errors
    /// What the operating system says.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    /// Waits until they are on the disk.
    ///
    /// # Errors
    /// What the operating system says.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Gives the file its name; on an error the temporary one is deleted.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] without `replace`; else what the operating system says.
    fn rename(&self, file: NamedTempFile, path: &Path, replace: bool) -> io::Result<()> {
        let published = if replace {
            file.persist(path)
        } else {
            file.persist_noclobber(path)
        };
        published.map(drop).map_err(|e| e.error)
    }
}

/// The disk there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Disk for System {}

/// Writes a file. One that exists is replaced when `replace` (its permissions stay).
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] without `replace`; else what the operating system says.
pub fn file(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    file_on(&System, path, bytes, replace)
}

/// The same on a disk of the caller's.
///
/// # Errors
/// As [`file`].
pub fn file_on(disk: &dyn Disk, path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let file = temporary(disk, path, bytes)?;
    disk.rename(file, path, replace)?;
    // The file is complete already, and some file systems cannot sync a folder: a failure is no error.
    drop(sync_folder(parent(path)));
    Ok(())
}

/// The bytes, synced, under a temporary name; deleted when dropped. It gets the permissions of the
/// file it replaces, or those the user's umask gives a new one.
fn temporary(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED.0).suffix(UNFINISHED.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent(path))?;
    if let Ok(replaced) = path.metadata() {
        file.as_file().set_permissions(replaced.permissions())?;
    }
    disk.write(file.as_file_mut(), bytes)?;
    disk.sync(file.as_file())?;
    Ok(file)
}

/// Deletes the temporary files that a killed program left in a folder. Only for who knows that no other program
/// writes there now. What cannot be deleted stays: it is in nobody's way.
pub fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Makes a folder: `fill` writes into a fresh one, which then takes the target's place. One that exists is
/// replaced whole when `replace`, and comes back when that fails. `wrap` turns a system error into the caller's.
///
/// # Errors
/// What `fill` says, [`io::ErrorKind::AlreadyExists`] without `replace`, or what the operating system says.
pub fn folder<T, E>(
    target: &Path,
    replace: bool,
    fill: impl FnOnce(&Path) -> Result<T, E>,
    wrap: impl Fn(io::Error) -> E,
) -> Result<T, E> {
    let parent = parent(target);
    let staged = || {
        fs::create_dir_all(parent)?;
        let staging = Builder::new().prefix(".bijou-").tempdir_in(parent)?;
        fs::create_dir(staging.path().join("new"))?;
        Ok(staging)
    };
    let staging = staged().map_err(&wrap)?;
    let fresh = staging.path().join("new");
    let answer = fill(&fresh)?;
    let publish = || {
        for entry in fs::read_dir(&fresh)? {
            File::open(entry?.path())?.sync_all()?;
        }
        sync_folder(&fresh)?;
        swap(&fresh, target, &staging.path().join("old"), replace)?;
        sync_folder(parent)
    };
    publish().map_err(&wrap)?;
    Ok(answer)
}

/// Renames `fresh` to `target`; what is there goes to `old` first, and back when that fails.
fn swap(fresh: &Path, target: &Path, old: &Path, replace: bool) -> io::Result<()> {
    let occupied = target.symlink_metadata().is_ok();
    if occupied && !replace {
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

/// Makes names durable where folders can be opened (not on Windows).
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_folder_leaves_the_old_one_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("thing");
        let fill = |word: &'static str| {
            move |folder: &Path| -> io::Result<()> { fs::write(folder.join("word"), word) }
        };
        folder(&target, false, fill("one"), |e| e).unwrap();
        let refused = folder(&target, false, fill("two"), |e| e).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        let broken = folder(&target, true, |_| Err::<(), _>(io::Error::other("no")), |e| e);
        assert!(broken.is_err());
        assert_eq!(fs::read_to_string(target.join("word")).unwrap(), "one");
        folder(&target, true, fill("three"), |e| e).unwrap();
        assert_eq!(fs::read_to_string(target.join("word")).unwrap(), "three");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_replaced_only_when_asked() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        file(&path, b"one", false).unwrap();
        assert_eq!(
            file(&path, b"two", false).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read(&path).unwrap(), b"one");
        file(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }

    #[test]
    fn a_hash_is_the_standards() {
        // FIPS 180-2, appendix B.1.
        assert!(sha256(&[b"a", b"bc"]).starts_with("ba7816bf8f01cfea414140de5dae2223"));
    }
}
