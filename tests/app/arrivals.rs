//! What is brought: pasted, picked in dialogs, dropped; favourites, the list of changes, and what goes out again.

use super::trouble::drop_file;
use super::{Desk, first_day, root, with};
use bijou::app::dialog::Answer;
use bijou::app::session::Preferences;
use bijou::photo::{Photo, SaveOptions};
use bijou::product::Product;
use eframe::egui::{Color32, ColorImage, Event, Key, Modifiers, Role, vec2};
use egui_kittest::kittest::Queryable;
use std::path::Path;
use std::sync::Arc;

fn save(photo: &Photo, path: &Path) {
    let options = SaveOptions {
        quality: 92,
        force: true,
        recipe: None,
    };
    photo.save(path, &options).unwrap();
}

#[test]
fn a_pasted_picture_is_opened_and_a_pasted_text_is_not() {
    let mut desk = first_day();
    desk.settle();
    let before = desk.window.state().desk().document().clone();
    desk.window.event(Event::Paste("no picture".into()));
    desk.window.step();
    desk.until_shown("The clipboard holds no picture");
    assert_eq!(desk.window.state().desk().document(), &before);
    let portrait = Photo::open(&root().join("assets/portraits/freya.jpg")).unwrap();
    let bijou::photo::Samples::U8(samples) = portrait.samples() else {
        panic!("a sample portrait has 8 bits");
    };
    let pixels = samples
        .chunks_exact(3)
        .map(|p| Color32::from_rgb(p[0], p[1], p[2]));
    let size = [portrait.width() as usize, portrait.height() as usize];
    let image = ColorImage::new(size, pixels.collect());
    desk.window.event(Event::PasteImage(Arc::new(image)));
    desk.until("the pasted portrait", |app| {
        app.desk().document().portraits.len() == before.portraits.len() + 1
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
    let kept = Photo::open(&path).unwrap();
    assert_eq!(kept.samples(), portrait.samples());
    // The name of a file, as a file manager copies it.
    let named = root().join("assets/portraits/kofi.jpg");
    desk.window
        .event(Event::Paste(format!("file://{}", named.display())));
    desk.until("the named portrait", |app| {
        app.desk()
            .document()
            .portrait()
            .is_some_and(|p| p.ends_with("kofi.jpg"))
    });
}

#[test]
fn a_dialogs_portraits_are_opened_and_what_it_gives_wrong_is_said() {
    let mut desk = first_day();
    desk.settle();
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("mine.jpg");
    std::fs::copy(root().join("assets/portraits/beatriz.jpg"), &good).unwrap();
    desk.window
        .state_mut()
        .answer(Answer::Portraits(vec![good.clone()]));
    desk.until("the chosen portrait", |app| {
        app.desk().document().portrait() == Some(good.as_path())
    });
    desk.settle();
    let before = desk.window.state().desk().document().clone();
    let gone = folder.path().join("gone.jpg");
    desk.window.state_mut().answer(Answer::Portraits(vec![gone]));
    desk.until_shown("gone.jpg was not opened");
    assert_eq!(desk.window.state().desk().document(), &before);
    desk.settle();
}

/// A gold drop on white.
fn product_photo(path: &Path) {
    let (width, height) = (480_u32, 640_u32);
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (f64::from(x) - 240.0, f64::from(y) - 340.0);
            let drop = (dx / 90.0).powi(2) + (dy / 200.0).powi(2) < 1.0;
            let wire = dx.abs() < 8.0 && (70.0..200.0).contains(&f64::from(y));
            samples.extend(if drop || wire {
                [190, 150, 60]
            } else {
                [250, 250, 250]
            });
        }
    }
    save(&Photo::from_rgb8(width, height, samples), path);
}

#[test]
fn a_product_is_cut_out_put_right_saved_and_worn() {
    let mut desk = first_day();
    desk.settle();
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.png");
    std::fs::write(&letter, "no picture").unwrap();
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::I);
    desk.window.run_steps(4);
    drop_file(&mut desk, &letter);
    desk.until_shown("letter.png");
    let photo = folder.path().join("golden drop.png");
    product_photo(&photo);
    drop_file(&mut desk, &photo);
    desk.until_shown("Save the product");
    // The panel grows with the form and is centred again.
    desk.window.run_steps(6);
    let hook = desk.window.get_by_label("Hook").rect().center();
    desk.window.hover_at(hook);
    desk.window.step();
    desk.window.drag_at(hook);
    desk.window.step();
    for i in 1..=4 {
        desk.window.hover_at(hook + vec2(2.0, 3.0) * i as f32);
        desk.window.step();
    }
    desk.window.drop_at(hook + vec2(8.0, 12.0));
    desk.window.run_steps(2);
    let moved = desk.window.get_by_label("Hook").rect().center() - hook;
    assert!((moved - vec2(8.0, 12.0)).length() < 3.0, "{moved}");
    desk.window
        .get_by_role_and_label(Role::Slider, "Height of the piece")
        .set_value_accesskit(44.0);
    desk.window.run_steps(2);
    desk.press("Save the product");
    desk.until("the product in the catalogue", |app| {
        app.desk()
            .products
            .iter()
            .any(|p| p.name_en.contains("letter") || p.name_en.contains("golden"))
    });
    let products = &desk.window.state().desk().products;
    let own = products
        .iter()
        .find(|p| p.folder.starts_with(desk.folder.path()))
        .unwrap()
        .clone();
    assert!((own.height_mm - 44.0).abs() < 4.0, "{}", own.height_mm);
    Product::load(&own.folder).unwrap();
    desk.press(&own.name_en);
    desk.settle();
    assert_eq!(desk.worn(), [own.id]);
}

#[test]
fn a_colour_table_becomes_the_look_and_a_broken_one_is_refused() {
    let mut desk = first_day();
    desk.settle();
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.cube");
    std::fs::write(&broken, "LUT_3D_SIZE two").unwrap();
    let before = desk.window.state().desk().document().clone();
    drop_file(&mut desk, &broken);
    desk.until_shown("broken.cube is no colour table");
    assert_eq!(desk.window.state().desk().document(), &before);
    let table = folder.path().join("inverse.cube");
    std::fs::write(&table, "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n").unwrap();
    drop_file(&mut desk, &table);
    desk.until("the look", |app| app.desk().document().look.is_some());
    desk.settle();
    let result = desk.window.state().desk().current_result().unwrap();
    let look = result.fitted.fitting.look.as_ref().unwrap().to_string();
    assert!(look.contains("inverse.cube"), "{look}");
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    desk.window.run_steps(2);
    assert_eq!(desk.window.state().desk().document(), &before);
}

#[test]
fn a_preset_that_cannot_be_read_is_refused_and_the_look_stays() {
    let mut desk = first_day();
    desk.settle();
    let folder = tempfile::tempdir().unwrap();
    let before = desk.window.state().desk().document().clone();
    for (name, text, said) in [
        ("newer.toml", "version = 9\nname = \"later\"\n", "newer bijou"),
        ("other.toml", "colour = \"red\"\n", "is not a preset"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        drop_file(&mut desk, &file);
        desk.until_shown(said);
        assert_eq!(desk.window.state().desk().document(), &before);
    }
}

#[test]
fn favourites_are_a_filter_and_the_list_of_changes_goes_anywhere() {
    let mut desk = first_day();
    desk.settle();
    desk.press("Add Leaf spray, gold to the favourites");
    desk.press("Favourites");
    assert!(desk.shows("Leaf spray, gold"));
    assert!(desk.window.query_by_label("Pearl strand").is_none());
    desk.press("All");
    desk.press("Pearl strand");
    let end = desk.window.state().desk().document().clone();
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::H);
    desk.window.run_steps(4);
    desk.press("Favourite Leaf spray, gold");
    assert_eq!(desk.window.state().desk().history.done(), 1);
    assert_eq!(desk.worn(), ["emerald-drop-gold"]);
    desk.press("Beginning");
    assert_eq!(desk.window.state().desk().history.done(), 0);
    assert!(desk.window.state().desk().document().favourites.is_empty());
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    desk.window.run_steps(2);
    assert_eq!(desk.window.state().desk().document(), &end);
}

fn export(desk: &mut Desk, what: &str) {
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::E);
    desk.window.run_steps(4);
    desk.press(what);
    desk.press("Longer side: 640 px");
    desk.press("Format: JPEG");
    desk.press("Write");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn before_and_after_and_all_portraits_are_exported() {
    let out = tempfile::tempdir().unwrap();
    let mut preferences = Preferences::default();
    preferences.export.folder = Some(out.path().to_owned());
    let mut desk = with(preferences);
    desk.settle();
    export(&mut desk, "Picture: Before and after");
    let name = "elif-emerald-drop-gold-before-after.jpg";
    desk.until("the pair", |_| out.path().join(name).exists());
    desk.settle();
    assert_eq!(files(out.path()), [name]);
    let pair = Photo::open(&out.path().join(name)).unwrap();
    assert!(pair.width() > pair.height(), "two pictures side by side");
    desk.press("Picture: All open (7)");
    desk.press("Write");
    desk.until("seven files more", |_| files(out.path()).len() == 8);
    desk.settle();
    let written = files(out.path());
    assert_eq!(written.len(), 8, "{written:?}");
    for name in written {
        let photo = Photo::open(&out.path().join(&name)).unwrap();
        assert!(photo.width().max(photo.height()) <= 1300, "{name}");
    }
    // Nothing is overwritten: a second run gets numbers.
    desk.press("Picture: This one");
    desk.press("Write");
    desk.until("the numbered file", |_| {
        out.path().join("elif-emerald-drop-gold-2.jpg").exists()
    });
}

#[test]
fn what_was_put_right_is_saved_for_a_batch() {
    let mut desk = first_day();
    desk.settle();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corrections.json");
    let open = |desk: &mut Desk| {
        desk.window.key_press_modifiers(Modifiers::COMMAND, Key::E);
        desk.window.run_steps(4);
    };
    open(&mut desk);
    assert!(!desk.shows("Save corrections"), "nothing was put right yet");
    desk.window.key_press(Key::Escape);
    desk.window.run_steps(2);
    let size = desk.window.get_by_role_and_label(Role::Slider, "Size");
    size.set_value_accesskit(140.0);
    desk.window.run_steps(3);
    open(&mut desk);
    assert!(desk.shows("Save corrections for a batch…"));
    desk.window.state_mut().answer(Answer::Corrections(path.clone()));
    desk.until_shown("corrections.json is written");
    let read = bijou::pipeline::Corrections::load(&path).unwrap();
    let portrait = Photo::open(&root().join("assets/portraits/elif.jpg")).unwrap();
    let adjustments = read.adjustments(portrait.sha256(), "emerald-drop-gold");
    assert!(adjustments.values().all(|a| (a.scale - 1.4).abs() < 1e-9) && adjustments.len() == 2);
}
