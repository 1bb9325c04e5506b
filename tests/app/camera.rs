//! The camera panel, with pictures in a camera's place.

use super::{Desk, open_with, root};
use bijou::camera::Origin;
use bijou::photo::Photo;
use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use std::time::{Duration, Instant};

fn with_camera(origin: Origin) -> Desk {
    open_with(&root(), tempfile::tempdir().unwrap(), |options| {
        options.camera = Some(origin);
    })
}

#[test]
fn a_picture_is_counted_down_taken_again_and_used() {
    let portrait = root().join("assets/portraits/chen.jpg");
    let mut desk = with_camera(Origin::Files(vec![portrait]));
    desk.settle();
    let count = desk.window.state().desk().document().portraits.len();
    desk.press("Camera");
    desk.until_shown("Take the picture");
    let begun = Instant::now();
    desk.press("Take the picture");
    assert!(desk.shows("Cancel"), "a countdown can be given up");
    desk.until_shown("Use this picture");
    assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
    desk.press("Take it again");
    desk.until_shown("Take the picture");
    desk.press("Take the picture");
    desk.until_shown("Use this picture");
    desk.press("Use this picture");
    desk.until("the new portrait", |app| {
        app.desk().document().portraits.len() == count + 1
    });
    desk.settle();
    let path = desk
        .window
        .state()
        .desk()
        .document()
        .portrait()
        .unwrap()
        .to_owned();
    assert!(path.starts_with(desk.folder.path()), "{}", path.display());
    let photo = Photo::open(&path).unwrap();
    // Frames are at most as large as a camera's.
    assert!(photo.width() > 200 && photo.height() > 200);
    // The panel is closed and nothing of the camera's is left behind.
    assert!(!desk.shows("Use this picture"));
}

#[test]
fn a_camera_that_fails_says_why_within_five_seconds_and_changes_nothing() {
    let mut desk = with_camera(Origin::Files(vec!["/nowhere/at-all.png".into()]));
    desk.settle();
    let before = desk.window.state().desk().document().clone();
    let asked = Instant::now();
    desk.press("Camera");
    desk.until_shown("Try again");
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert!(desk.window.query_by_label("Take the picture").is_none());
    desk.window.key_press(Key::Escape);
    desk.window.run_steps(3);
    assert!(!desk.shows("Try again"));
    assert_eq!(desk.window.state().desk().document(), &before);
}
