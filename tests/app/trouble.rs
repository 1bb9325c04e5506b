//! What goes wrong is said in one sentence, and the session stays as it was.

use super::{Desk, first_day, open};
use bijou::app::session::Session;
use eframe::egui;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A file that lands on the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

pub fn drop_file(desk: &mut Desk, path: &Path) {
    let file: egui::DroppedFileHandle = Arc::new(Dropped(path.to_owned()));
    desk.window.input_mut().dropped_files.push(file);
    desk.window.step();
}

/// A file that is called a picture and is none, and its folder.
fn letter() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.jpg");
    std::fs::write(&path, "Dear jeweller").unwrap();
    (folder, path)
}

#[test]
fn a_file_that_is_no_picture_gets_a_sentence_and_changes_nothing() {
    let mut desk = first_day();
    desk.settle();
    let before = desk.window.state().desk().document().clone();
    let (_folder, path) = letter();
    drop_file(&mut desk, &path);
    desk.until_shown("letter.jpg was not opened");
    assert_eq!(desk.window.state().desk().document(), &before);
    desk.settle();
}

#[test]
fn of_what_is_opened_together_the_good_ones_stay() {
    let mut desk = first_day();
    desk.settle();
    let before = desk.window.state().desk().document().clone();
    let folder = tempfile::tempdir().unwrap();
    let sample = super::root().join("assets/portraits/amara.jpg");
    let good = folder.path().join("b-good.jpg");
    std::fs::copy(&sample, &good).unwrap();
    for name in ["a-letter.jpg", "c-letter.jpg"] {
        std::fs::write(folder.path().join(name), "Dear jeweller").unwrap();
    }
    drop_file(&mut desk, folder.path());
    desk.until_shown("a-letter.jpg was not opened");
    desk.until_shown("c-letter.jpg was not opened");
    desk.settle();
    let document = desk.window.state().desk().document();
    assert_eq!(document.portrait(), Some(good.as_path()));
    assert_eq!(document.portraits.len(), before.portraits.len() + 1);
}

#[test]
fn a_bad_file_can_be_undone_past() {
    let mut desk = first_day();
    desk.settle();
    let before = desk.window.state().desk().document().clone();
    let (_folder, path) = letter();
    drop_file(&mut desk, &path);
    desk.press("Pearl strand");
    desk.until_shown("letter.jpg was not opened");
    desk.settle();
    let worn = desk.window.state().desk().document().clone();
    assert_eq!(
        (&worn.portraits, worn.current),
        (&before.portraits, before.current)
    );
    assert!(worn.wears("pearl-strand"));
    let undo = |desk: &mut Desk, key| {
        desk.window.key_press_modifiers(egui::Modifiers::COMMAND, key);
        desk.window.run_steps(3);
        desk.window.state().desk().document().clone()
    };
    assert_eq!(undo(&mut desk, egui::Key::Z), before);
    assert_eq!(undo(&mut desk, egui::Key::Y), worn);
}

#[test]
fn a_bad_file_that_comes_while_pieces_are_put_on_takes_none_of_them_off() {
    let mut desk = first_day();
    let (_folder, path) = letter();
    desk.until("a wish", |app| app.desk().wanted.is_some());
    drop_file(&mut desk, &path);
    desk.until_shown("letter.jpg was not opened");
    desk.settle();
    assert!(desk.window.state().desk().current_result().is_some());
}

#[test]
fn a_folder_of_portraits_is_opened_by_dropping_it() {
    let mut desk = first_day();
    desk.settle();
    let folder = tempfile::tempdir().unwrap();
    let sample = super::root().join("assets/portraits/amara.jpg");
    for name in ["one.jpg", "two.jpg"] {
        std::fs::copy(&sample, folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("notes.txt"), "not a picture").unwrap();
    let count = desk.window.state().desk().document().portraits.len();
    drop_file(&mut desk, folder.path());
    desk.until("two more portraits", |app| {
        app.desk().document().portraits.len() == count + 2
    });
    desk.settle();
    assert!(
        desk.window
            .state()
            .desk()
            .document()
            .portrait()
            .unwrap()
            .ends_with("one.jpg")
    );
}

#[test]
fn without_models_the_window_opens_and_says_what_is_missing() {
    let nowhere = tempfile::tempdir().unwrap();
    let mut desk = open(nowhere.path(), tempfile::tempdir().unwrap(), &[]);
    desk.until("a sentence about the models", |app| app.desk().problem.is_some());
    let problem = desk.window.state().desk().problem.clone().unwrap();
    assert!(problem.text.contains("manifest.toml"), "{problem:?}");
    assert!(desk.shows("The engine did not start"));
}

#[test]
fn without_a_camera_the_panel_says_so() {
    let mut desk = first_day();
    desk.window.step();
    desk.press("Camera");
    let asked = Instant::now();
    desk.until_shown("No camera can be used here");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    desk.press("Close");
    assert!(!desk.shows("No camera can be used here"));
}

#[test]
fn a_broken_session_is_set_aside_and_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(Session::path(folder.path()), "{ not json").unwrap();
    let mut desk = open(&super::root(), folder, &[]);
    desk.window.step();
    assert!(desk.shows("The last session was broken"));
    assert!(desk.folder.path().join("session.json.broken").exists());
    assert!(desk.window.query_by_label("Open a portrait").is_some());
}
