//! What a person does on a good day.

use super::{Desk, first_day, open, root, with};
use bijou::app::canvas::Mode;
use bijou::app::session::{Opened, Preferences, Session};
use bijou::app::theme::Theme;
use bijou::app::words::Language;
use bijou::photo::Photo;
use eframe::egui::{self, Key, Modifiers, vec2};
use egui_kittest::kittest::NodeT;
use egui_kittest::kittest::Queryable;

const FIRST: &str = "emerald-drop-gold";

fn changed_pixels(desk: &Desk) -> f64 {
    let result = desk.window.state().desk().current_result().unwrap();
    result
        .fitted
        .outcome
        .report
        .pieces
        .iter()
        .map(|p| p.changed)
        .sum()
}

#[test]
fn it_opens_with_a_sample_worn_and_another_product_is_one_click() {
    let mut desk = first_day();
    desk.settle();
    assert_eq!(desk.worn(), [FIRST]);
    assert!(changed_pixels(&desk) > 0.0);
    desk.press("Pearl drop, gold");
    desk.settle();
    // One pair of earrings replaces the other; a necklace joins them.
    assert_eq!(desk.worn(), ["pearl-drop-gold"]);
    desk.press("Pearl strand");
    desk.settle();
    assert_eq!(desk.worn(), ["pearl-drop-gold", "pearl-strand"]);
    let result = desk.window.state().desk().current_result().unwrap();
    assert_eq!(result.fitted.products.len(), 2);
}

#[test]
fn every_change_can_be_undone_and_done_again() {
    let mut desk = first_day();
    desk.settle();
    let first = desk.window.state().desk().document().clone();
    desk.press("Pearl strand");
    desk.press("Add Pearl strand to the favourites");
    let last = desk.window.state().desk().document().clone();
    assert!(last.favourites.contains("pearl-strand"));
    for _ in 0..2 {
        desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        desk.window.step();
    }
    assert_eq!(desk.window.state().desk().document(), &first);
    desk.window
        .key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    desk.window.step();
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    desk.window.step();
    assert_eq!(desk.window.state().desk().document(), &last);
}

#[test]
fn the_picture_is_seen_in_four_ways_and_the_difference_is_made() {
    let mut desk = first_day();
    desk.settle();
    for (label, mode) in [
        ("Side by side", Mode::SideBySide),
        ("Wipe", Mode::Wipe),
        ("Worn", Mode::Worn),
        ("Difference", Mode::Difference),
    ] {
        desk.press(label);
        assert_eq!(desk.window.state().desk().preferences.mode, mode);
    }
    desk.settle();
    assert!(
        desk.window
            .state()
            .desk()
            .current_result()
            .unwrap()
            .difference
            .is_some()
    );
}

#[test]
fn a_dragged_earring_goes_where_the_hand_goes_and_a_slider_changes_both() {
    let mut desk = first_day();
    desk.settle();
    let label = "Emerald drop with halo, gold · right earring";
    let from = desk.window.get_by_label(label).rect().center();
    desk.window.hover_at(from);
    desk.window.step();
    desk.window.drag_at(from);
    desk.window.step();
    for i in 1..=8 {
        desk.window.hover_at(from + vec2(i as f32 * 3.0, i as f32 * 5.0));
        desk.window.step();
    }
    desk.window.drop_at(from + vec2(24.0, 40.0));
    desk.window.step();
    let state = desk.window.state().desk();
    let portrait = state.document().portrait().unwrap().to_owned();
    let moved = state.document().adjustments(&portrait, FIRST);
    let left = moved[&bijou::placement::Piece::EarringR];
    assert!(left.shift_mm.x > 1.0 && left.shift_mm.y > 2.0, "{left:?}");
    assert_eq!(state.history.steps().len(), 1, "a drag is one step");
    desk.settle();
    desk.window
        .get_by_role_and_label(egui::Role::Slider, "Size")
        .set_value_accesskit(150.0);
    desk.window.step();
    desk.window.step();
    let document = desk.window.state().desk().document();
    let sizes = document.adjustments(&portrait, FIRST);
    assert!(
        sizes.len() == 2 && sizes.values().all(|a| (a.scale - 1.5).abs() < 1e-6),
        "{sizes:?}"
    );
}

#[test]
fn language_and_theme_change_at_once_and_are_kept() {
    let mut desk = first_day();
    desk.settle();
    desk.press("中文");
    assert!(desk.shows("项链"));
    desk.press("English");
    assert!(desk.shows("Necklaces"));
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::T);
    desk.window.step();
    assert_eq!(desk.window.state().desk().preferences.theme, Theme::Light);
    // A change is written down within two seconds, with nobody closing anything.
    let folder = desk.folder.path().to_owned();
    desk.until(
        "a saved session",
        |_| matches!(Session::open(&folder), Opened::Found(s) if s.preferences.theme == Theme::Light),
    );
    let again = open(&root(), desk.folder, &[]);
    let preferences = &again.window.state().desk().preferences;
    assert_eq!(
        (preferences.theme, preferences.language),
        (Theme::Light, Some(Language::English))
    );
}

#[test]
fn an_export_is_the_picture_with_its_recipe() {
    let out = tempfile::tempdir().unwrap();
    let mut preferences = Preferences::default();
    preferences.export.folder = Some(out.path().to_owned());
    let mut desk = with(preferences);
    desk.settle();
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::E);
    desk.window.step();
    desk.window.step();
    desk.press("Write");
    let file = out.path().join(format!("elif-{FIRST}.png"));
    desk.until("the exported file", |_| file.exists());
    desk.settle();
    let exported = Photo::open(&file).unwrap();
    let shown = desk.window.state().desk().current_result().unwrap();
    assert_eq!(exported.samples(), shown.fitted.outcome.photo.samples());
    assert!(Photo::recipe_in(&file).unwrap().unwrap().contains(FIRST));
}

#[test]
fn everything_that_can_be_used_has_a_name() {
    let mut desk = first_day();
    desk.settle();
    let mut nameless = Vec::new();
    for node in desk.window.root().children_recursive() {
        let node = node.accesskit_node();
        let role = node.role();
        if egui::accessibility::is_input(role) && node.label().is_none_or(|l| l.trim().is_empty()) {
            nameless.push(format!("{role:?}"));
        }
    }
    assert!(nameless.is_empty(), "{nameless:?}");
}
