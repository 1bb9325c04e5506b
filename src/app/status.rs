//! Status: what runs the networks, where and how fast; the panel that changes it.

use super::action::{Action, Command};
use super::controls::segments;
use super::desk::{Desk, EngineState};
use super::theme::text;
use super::words::{Language, Words};
use crate::job::EngineInfo;
use crate::model::{Device, EngineChoice, Kind};
use crate::pipeline::Stage;
use eframe::egui::{Align, Button, Grid, Label, Layout, RichText, Ui};
use std::path::Path;

/// The bar at the bottom: one line.
pub fn bar(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let (palette, words) = (&desk.palette, desk.words);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let (dot, line) = match &desk.engine {
            EngineState::Loading => (palette.accent, words.say("engine-loading")),
            EngineState::Failed(_) => (palette.alert, words.say("engine-failed")),
            EngineState::Ready(info) => {
                let device = words.named("device", &info.device);
                (palette.accent, format!("{} · {device}", engine_name(words, info)))
            }
        };
        let (rect, _) = ui.allocate_exact_size(eframe::egui::vec2(8.0, 8.0), eframe::egui::Sense::hover());
        ui.painter().circle_filled(rect.center(), 3.0, dot);
        let line = RichText::new(line).font(text::small()).color(palette.soft);
        let button = ui.add(Button::new(line).frame_when_inactive(false).small());
        if button.on_hover_text(words.say("status")).clicked() {
            actions.push(Action::Do(Command::Status));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let line = match (desk.stage.filter(|_| desk.is_busy()), desk.current_result()) {
                (Some(stage), _) => words.say(stage_key(stage)),
                (None, Some(result)) => {
                    let ms = format!("{:.0}", result.fitted.ms);
                    words.fill("took", &[("ms", &ms)])
                }
                (None, None) => String::new(),
            };
            ui.label(RichText::new(line).font(text::small()).color(palette.faint));
            if let Some(portrait) = desk.current_portrait() {
                let size = format!("{} × {} px", portrait.photo.width(), portrait.photo.height());
                ui.label(RichText::new(size).font(text::small()).color(palette.faint));
            }
        });
    });
}

/// The panel: engine, device, times, memory, a generator of one's own.
pub fn panel(ui: &mut Ui, desk: &mut Desk, actions: &mut Vec<Action>) {
    let words = desk.words;
    facts(ui, desk);
    ui.add_space(10.0);
    let soft = desk.palette.soft;
    let label = |ui: &mut Ui, key: &str| {
        ui.label(RichText::new(words.say(key)).color(soft));
    };
    label(ui, "engine");
    let engines = EngineChoice::ALL.map(|e| (e, words.named("engine", e.name())));
    let before: EngineChoice = desk.preferences.engine.parse().unwrap_or_default();
    let mut engine = before;
    segments(ui, desk, &words.say("engine"), &engines, &mut engine);
    label(ui, "device");
    let devices = Device::ALL.map(|d| (d, words.named("device", d.name())));
    let was: Device = desk.preferences.device.parse().unwrap_or_default();
    let mut device = was;
    segments(ui, desk, &words.say("device"), &devices, &mut device);
    if (engine, device) != (before, was) {
        desk.preferences.engine = engine.name().into();
        desk.preferences.device = device.name().into();
        actions.push(Action::Engine);
    }
    generator(ui, desk, actions);
    ui.add_space(8.0);
    ui.label(RichText::new(words.say("runtime")).color(soft));
    ui.horizontal(|ui| {
        for kind in Kind::ALL {
            let name = words.named("runtime", kind.name());
            let label = words.fill("runtime-install", &[("name", &name)]);
            let button = ui.button(name).on_hover_text(&label);
            if button.accessible_name(label).clicked() {
                actions.push(Action::Install(kind));
            }
        }
    });
}

fn facts(ui: &mut Ui, desk: &Desk) {
    let (palette, words) = (desk.palette, desk.words);
    let row = |ui: &mut Ui, name: String, value: String| {
        ui.label(RichText::new(name).color(palette.soft));
        ui.label(RichText::new(value).color(palette.ink));
        ui.end_row();
    };
    Grid::new("facts")
        .num_columns(2)
        .spacing([24.0, 6.0])
        .show(ui, |ui| {
            match &desk.engine {
                EngineState::Ready(info) => {
                    row(ui, words.say("engine"), engine_name(words, info));
                    let [wanted, used] = [&info.requested, &info.device].map(|d| words.named("device", d));
                    let devices = [("wanted", &wanted as &dyn ToString), ("used", &used)];
                    row(ui, words.say("device"), words.fill("device-used", &devices));
                    row(ui, words.say("engine-load"), format!("{:.0} ms", info.ms));
                }
                EngineState::Loading => row(ui, words.say("engine"), words.say("engine-loading")),
                EngineState::Failed(_) => row(ui, words.say("engine"), words.say("engine-failed")),
            }
            let Some(result) = desk.current_result() else {
                return;
            };
            for time in &result.fitted.outcome.report.stages {
                row(ui, words.say(stage_key(time.stage)), format!("{:.0} ms", time.ms));
            }
            row(ui, words.say("total"), format!("{:.0} ms", result.fitted.ms));
            if let Some(bytes) = result.fitted.memory {
                row(ui, words.say("memory"), format!("{} MB", bytes / 1_000_000));
            }
        });
    let note = match &desk.engine {
        EngineState::Failed(why) => Some((words.why(why), palette.alert)),
        EngineState::Ready(info) => note(words, info).map(|n| (n, palette.faint)),
        EngineState::Loading => None,
    };
    if let Some((note, ink)) = note {
        ui.label(RichText::new(note).font(text::small()).color(ink));
    }
}

/// The engine's name and version.
fn engine_name(words: Words, info: &EngineInfo) -> String {
    let (name, version) = info.engine.split_once(' ').unwrap_or((&info.engine, ""));
    format!("{} {version}", words.named("engine", name))
}

/// What a person should know about the engine.
fn note(words: Words, info: &EngineInfo) -> Option<String> {
    if info.engine.starts_with(EngineChoice::Tract.name()) {
        return Some(words.say("engine-note-built-in"));
    }
    // The engine's own sentences are English.
    let first = info.notes.first().cloned();
    first.filter(|_| words.language == Language::English)
}

/// What was understood of the generator, or why the user's own is not in use.
fn understood(ui: &mut Ui, desk: &Desk) {
    let EngineState::Ready(info) = &desk.engine else {
        return;
    };
    let (palette, words) = (desk.palette, desk.words);
    let generator = info.generator;
    let key = if generator.corrections {
        "generator-corrections"
    } else {
        "generator-picture"
    };
    let figures = [
        ("channels", &generator.channels as &dyn ToString),
        ("size", &generator.size),
    ];
    let line = RichText::new(words.fill(key, &figures)).font(text::small());
    ui.label(line.color(palette.soft));
    if let Some(why) = &info.refused {
        let name = desk
            .preferences
            .generator
            .as_deref()
            .map(file_name)
            .unwrap_or_default();
        let line = words.fill("generator-refused", &[("name", &name), ("why", &words.why(why))]);
        ui.label(RichText::new(line).font(text::small()).color(palette.alert));
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A generator of the user's own.
fn generator(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let (palette, words) = (desk.palette, desk.words);
    ui.label(RichText::new(words.say("generator")).color(palette.soft));
    ui.horizontal(|ui| {
        let own = &desk.preferences.generator;
        let name = own.as_deref().map(file_name);
        if ui.button(words.say("generator-pick")).clicked() {
            actions.push(Action::Generator(true));
        }
        if own.is_some() && ui.button(words.say("generator-own-none")).clicked() {
            actions.push(Action::Generator(false));
        }
        let name = name.unwrap_or_else(|| words.say("generator-default"));
        ui.add(Label::new(RichText::new(name).color(palette.ink)).truncate());
    });
    understood(ui, desk);
}

fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Anchors => "stage-anchors",
        Stage::Placement => "stage-placement",
        Stage::Clear => "stage-clear",
        Stage::Composite => "stage-composite",
        Stage::Generator => "stage-generator",
        Stage::Restore => "stage-restore",
        Stage::Style => "stage-style",
    }
}
