//! The session: the document and the preferences in a file of the user's, so that nothing is lost when the
//! program ends, however it ends. A broken file is set aside, one of a newer version is left alone.

use super::canvas::Mode;
use super::export::Settings;
use super::state::Document;
use super::theme::Theme;
use super::words::Language;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The version this program writes.
const VERSION: u32 = 1;
/// Name of the file in the user's folder.
const FILE: &str = "session.json";

/// How the user likes the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Dark or light.
    pub theme: Theme,
    /// Language; that of the system when none was chosen.
    pub language: Option<Language>,
    /// How before and after are shown.
    pub mode: Mode,
    /// Engine and device by their command line names.
    pub engine: String,
    /// See `engine`.
    pub device: String,
    /// A generator of the user's own.
    pub generator: Option<PathBuf>,
    /// How pictures are exported.
    pub export: Settings,
    /// Portraits opened before, the newest first.
    pub recent: Vec<PathBuf>,
}

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Session {
    version: u32,
    /// The user's work.
    pub document: Document,
    /// The user's likes.
    #[serde(default)]
    pub preferences: Preferences,
}

/// What came of opening a session.
#[derive(Debug, PartialEq)]
pub enum Opened {
    /// There was none.
    None,
    /// Here it is.
    Found(Box<Session>),
    /// It was broken and now lies there.
    Broken(PathBuf),
    /// It is of a newer program; nothing will be written over it.
    Newer(PathBuf),
}

/// What every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Session {
    /// As it will be written.
    pub fn new(document: Document, preferences: Preferences) -> Self {
        Self {
            version: VERSION,
            document,
            preferences,
        }
    }

    /// Its file in a folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Its text; none when a path in it cannot be written down.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string_pretty(self).ok()
    }

    /// Opens the session of a folder.
    pub fn open(folder: &Path) -> Opened {
        let path = Self::path(folder);
        let text = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Opened::None,
            Err(_) => return set_aside(&path),
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        match serde_json::from_str::<Version>(&text) {
            Ok(v) if v.version > VERSION => return Opened::Newer(path),
            Ok(_) => {}
            Err(_) => return set_aside(&path),
        }
        match serde_json::from_str::<Self>(&text) {
            Ok(mut session) => {
                session.document = session.document.checked();
                Opened::Found(Box::new(session))
            }
            Err(_) => set_aside(&path),
        }
    }
}

/// Keeps a broken session under another name, so that somebody can look at it.
fn set_aside(path: &Path) -> Opened {
    let aside = path.with_extension("json.broken");
    // When even that fails the file stays where it is and is replaced by the next session.
    drop(std::fs::rename(path, &aside));
    Opened::Broken(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let mut document = Document::new();
        document.portraits.push("/a/b.jpg".into());
        document.favourites.insert("pearl".into());
        let session = Session::new(document, Preferences::default());
        std::fs::write(Session::path(folder.path()), session.text().unwrap()).unwrap();
        assert_eq!(Session::open(folder.path()), Opened::Found(Box::new(session)));
    }

    #[test]
    fn a_broken_one_is_set_aside_and_a_newer_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = Session::path(folder.path());
        std::fs::write(&path, "{\"version\": 1, \"docu").unwrap();
        assert!(matches!(Session::open(folder.path()), Opened::Broken(aside) if aside.exists()));
        assert!(!path.exists());
        std::fs::write(&path, "{\"version\": 99}").unwrap();
        assert_eq!(Session::open(folder.path()), Opened::Newer(path.clone()));
        assert!(path.exists());
    }
}
