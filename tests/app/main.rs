//! The window, driven by role and label as a person or a screen reader would, and the document behind it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arrivals;
mod batch_room;
mod camera;
mod hands;
mod live;
mod rooms;
mod snapshots;
mod status;
mod trouble;
mod walk;
mod workflow;

use bijou::app::session::{Preferences, Session};
use bijou::app::words::Language;
use bijou::app::{App, FrameTimes, Options};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The longest anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// The source tree.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A window and the folder its session lies in.
pub struct Desk {
    /// The window.
    pub window: Harness<'static, App>,
    /// Where its session lies.
    pub folder: tempfile::TempDir,
}

/// Opens a window on a folder, in English whatever the machine speaks.
pub fn open(root: &Path, folder: tempfile::TempDir, portraits: &[PathBuf]) -> Desk {
    open_with(root, folder, |options| options.portraits = portraits.to_vec())
}

/// The same with other options.
pub fn open_with(root: &Path, folder: tempfile::TempDir, change: impl FnOnce(&mut Options)) -> Desk {
    let mut options = Options {
        root: root.to_owned(),
        folder: Some(folder.path().to_owned()),
        products: Some(folder.path().join("products")),
        ..Options::default()
    };
    change(&mut options);
    let window = Harness::builder()
        .with_size([1280.0, 800.0])
        .allow_missing_glyphs()
        .build_eframe(|cc| App::new(&cc.egui_ctx, options, FrameTimes::default()).unwrap());
    let mut desk = Desk { window, folder };
    if desk.window.state().desk().words.language != Language::English {
        desk.press("English");
    }
    desk
}

/// Opens a window as on the first day.
pub fn first_day() -> Desk {
    open(&root(), tempfile::tempdir().unwrap(), &[])
}

/// Opens a window whose user likes it so.
pub fn with(preferences: Preferences) -> Desk {
    let fresh = first_day();
    let document = fresh.window.state().desk().document().clone();
    let folder = tempfile::tempdir().unwrap();
    let session = Session::new(document, preferences).text().unwrap();
    std::fs::write(Session::path(folder.path()), session).unwrap();
    open(&root(), folder, &[])
}

impl Desk {
    /// Draws frames until `done`, or fails.
    pub fn until(&mut self, what: &str, done: impl Fn(&App) -> bool) {
        let start = Instant::now();
        loop {
            self.window.step();
            if done(self.window.state()) {
                self.window.step();
                return;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Until the result of everything asked for is shown.
    pub fn settle(&mut self) {
        self.window.step();
        self.until("a settled window", App::is_settled);
        assert_eq!(self.window.state().desk().problem, None);
    }

    /// Clicks what has this name.
    pub fn press(&mut self, label: &str) {
        self.window.get_by_label(label).click_accesskit();
        // A dialog that opens is laid out unseen first.
        self.window.run_steps(4);
    }

    /// Draws frames until something of this name is on the screen, or fails.
    pub fn until_shown(&mut self, label: &str) {
        let start = Instant::now();
        while !self.shows(label) {
            assert!(start.elapsed() < PATIENCE, "never shown: {label}");
            self.window.step();
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Is something of this name on the screen?
    pub fn shows(&self, label: &str) -> bool {
        self.window.query_all_by_label_contains(label).next().is_some()
    }

    /// What is worn, by id.
    pub fn worn(&self) -> Vec<String> {
        let document = self.window.state().desk().document();
        document.worn.iter().map(|w| w.id.clone()).collect()
    }
}
