//! The status panel: what runs, what was understood of a generator; and what happens when the device is lost.

use super::{Desk, first_day, open_with, root};
use bijou::app::desk::EngineState;
use bijou::app::dialog::Answer;
use bijou::app::session::{Opened, Session};
use eframe::egui::{Key, Modifiers, ViewportCommand};
use egui_kittest::kittest::NodeT;

fn status(desk: &mut Desk) {
    desk.window.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    desk.window.run_steps(4);
}

fn model(name: &str) -> std::path::PathBuf {
    root().join("tests/fixtures/model").join(name)
}

#[test]
fn a_generator_of_ones_own_is_explained_or_refused_with_a_reason() {
    let mut desk = first_day();
    desk.settle();
    status(&mut desk);
    assert!(desk.shows("8 channels, 256 × 256 px, predicts shadow"));
    desk.window
        .state_mut()
        .answer(Answer::Generator(model("identity.onnx")));
    desk.until(
        "another engine",
        |app| matches!(&app.desk().engine, EngineState::Ready(info) if !info.generator.corrections),
    );
    assert!(desk.shows("plain Pix2Pix"));
    assert!(desk.shows("identity.onnx"));
    // One that cannot run changes nothing but the panel: Bijou's own goes on.
    desk.window
        .state_mut()
        .answer(Answer::Generator(model("channels.onnx")));
    desk.until(
        "the engine again",
        |app| matches!(&app.desk().engine, EngineState::Ready(info) if info.refused.is_some()),
    );
    assert!(desk.shows("channels.onnx is not in use"));
    desk.settle();
    assert!(desk.window.state().desk().current_result().is_some());
}

#[test]
fn in_chinese_nothing_of_the_status_is_english() {
    let mut desk = first_day();
    desk.press("中文");
    desk.settle();
    status(&mut desk);
    let mut english = Vec::new();
    for node in desk.window.root().children_recursive() {
        let label = node.accesskit_node().label().unwrap_or_default();
        let words = label.split(|c: char| !c.is_ascii_alphabetic());
        // Names of programs and devices, units, file names and the switch to English itself.
        let known = [
            "ONNX", "Runtime", "Bijou", "CPU", "CUDA", "DirectML", "CoreML", "NVIDIA", "MB", "ms", "px",
            "English", "EN", "BIJOU", "mm", "Pix", "Ctrl", "Shift", "elif", "amara", "beatriz", "chen",
            "david", "freya", "kofi", "PageUp", "PageDown", "Plus", "Minus", "Comma", "F", "O", "Z", "Y",
        ];
        let strange: Vec<_> = words.filter(|w| w.len() > 1 && !known.contains(w)).collect();
        if !strange.is_empty() {
            english.push(label.clone());
        }
    }
    assert!(english.is_empty(), "{english:?}");
}

#[test]
fn a_lost_device_loses_no_edit_and_the_next_window_says_so() {
    let mut desk = first_day();
    desk.settle();
    desk.press("Pearl strand");
    let document = desk.window.state().desk().document().clone();
    let ctx = desk.window.ctx.clone();
    desk.window.state_mut().lose(&ctx, "the driver was reset".into());
    desk.window.step();
    let commands = desk.window.output().viewport_output.values();
    let closes = commands
        .flat_map(|v| &v.commands)
        .any(|c| *c == ViewportCommand::Close);
    assert!(closes, "the window makes room for a new one");
    let Desk { window, folder } = desk;
    drop(window);
    let Opened::Found(session) = Session::open(folder.path()) else {
        panic!("no session was written");
    };
    assert_eq!(session.document, document);
    let mut again = open_with(&root(), folder, |options| {
        options.after_loss = Some("the driver was reset".into());
    });
    again.window.step();
    assert!(again.shows("The graphics device was lost"));
    assert!(again.shows("the driver was reset"));
    assert_eq!(again.window.state().desk().document(), &document);
}
