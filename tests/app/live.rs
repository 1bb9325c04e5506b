//! The live room: what is picked is worn by whoever moves, and a source that is not there is no dead end.

use super::{open_with, root};
use bijou::app::room::Room;
use bijou::camera::Origin;
use eframe::egui::Role;
use egui_kittest::kittest::Queryable;

#[test]
fn a_turning_head_wears_what_is_picked_and_a_photograph_becomes_a_portrait() {
    let mut desk = open_with(&root(), tempfile::tempdir().unwrap(), |options| {
        options.camera = Some(Origin::Synthetic(root()));
        options.room = Room::Live;
    });
    desk.until("a head in the live picture", |app| app.live_heads() == Some(1));
    assert!(desk.shows("Live picture"));
    assert!(desk.shows("Source"));
    // Another product, in the same catalogue as everywhere.
    desk.press("Pearl drop, gold");
    assert_eq!(desk.worn(), ["pearl-drop-gold"]);
    desk.until("a head after the change", |app| app.live_heads() == Some(1));
    let before = desk.window.state().desk().document().portraits.len();
    desk.press("Take a photograph");
    desk.until("the photograph", |app| {
        app.desk().document().portraits.len() == before + 1
    });
    assert_eq!(desk.window.state().desk().room, Room::TryOn);
    desk.settle();
    assert_eq!(
        desk.window.state().live_heads(),
        None,
        "the camera is let go when nobody looks"
    );
}

#[test]
fn without_a_camera_the_room_says_so_and_goes_on() {
    let mut desk = open_with(&root(), tempfile::tempdir().unwrap(), |options| {
        options.camera = Some(Origin::Files(vec!["/nowhere/at-all.jpg".into()]));
        options.room = Room::Live;
    });
    desk.until("a sentence", |app| {
        app.live_heads().is_none() && app.desk().listed
    });
    for _ in 0..400 {
        desk.window.step();
        if desk.shows("at-all.jpg:") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(desk.shows("at-all.jpg:"));
    desk.press("Try again");
    desk.window.run_steps(3);
    // The room can be left and other work goes on.
    desk.window
        .get_by_role_and_label(Role::RadioButton, "Try-on")
        .click_accesskit();
    desk.settle();
}
