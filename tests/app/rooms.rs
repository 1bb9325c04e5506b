//! The rooms: one switch, and in each only what belongs there.

use super::first_day;
use bijou::app::room::Room;
use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

#[test]
fn rooms_are_one_click_or_one_key_apart_and_modes_belong_to_the_first() {
    let mut desk = first_day();
    desk.window.step();
    for (label, room) in [
        ("Live", Room::Live),
        ("Batch", Room::Batch),
        ("Try-on", Room::TryOn),
    ] {
        desk.window
            .get_by_role_and_label(Role::RadioButton, label)
            .click_accesskit();
        desk.window.run_steps(2);
        assert_eq!(desk.window.state().desk().room, room);
        let modes = desk.window.query_by_role_and_label(Role::RadioButton, "Wipe");
        assert_eq!(modes.is_some(), room == Room::TryOn);
    }
    let before = desk.window.state().desk().document().clone();
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Num2);
    desk.window.run_steps(2);
    assert_eq!(desk.window.state().desk().room, Room::Live);
    // Keys of the picture do nothing where no picture is.
    desk.window
        .key_press_modifiers(Modifiers::COMMAND, Key::Backspace);
    desk.window.key_press(Key::PageDown);
    desk.window.run_steps(2);
    assert_eq!(desk.window.state().desk().document(), &before);
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    desk.window.run_steps(2);
    assert_eq!(desk.window.state().desk().room, Room::TryOn);
}
