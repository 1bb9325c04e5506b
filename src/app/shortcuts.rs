//! Every command and its key, in one table; the sheet that shows them.

use super::action::Command;
use super::desk::Desk;
use super::theme::text;
use super::words::Words;
use eframe::egui::{Context, Grid, Key, KeyboardShortcut, Modifiers, RichText, ScrollArea, Ui};

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;
const BOTH: Modifiers = Modifiers {
    shift: true,
    ..Modifiers::COMMAND
};

/// Command, modifiers, key, key of its name. Where a command has two keys the first is shown.
const TABLE: &[(Command, Modifiers, Key, &str)] = &[
    (Command::TryOnRoom, CTRL, Key::Num1, "room-try-on"),
    (Command::LiveRoom, CTRL, Key::Num2, "room-live"),
    (Command::BatchRoom, CTRL, Key::Num3, "room-batch"),
    (Command::Open, CTRL, Key::O, "open-portrait"),
    (Command::OpenFolder, BOTH, Key::O, "open-folder"),
    (Command::Recent, CTRL, Key::R, "recent"),
    (Command::Paste, CTRL, Key::V, "paste"),
    (Command::Camera, CTRL, Key::K, "camera"),
    (Command::Import, CTRL, Key::I, "import"),
    (Command::Export, CTRL, Key::E, "export"),
    (Command::Redo, BOTH, Key::Z, "redo"),
    (Command::Redo, CTRL, Key::Y, "redo"),
    (Command::Undo, CTRL, Key::Z, "undo"),
    (Command::History, CTRL, Key::H, "history"),
    (Command::TakeOff, CTRL, Key::Backspace, "take-off-all"),
    (Command::Previous, NONE, Key::PageUp, "previous"),
    (Command::Next, NONE, Key::PageDown, "next"),
    (Command::Worn, NONE, Key::Num2, "mode-worn"),
    (Command::Wipe, NONE, Key::Num3, "mode-wipe"),
    (Command::SideBySide, NONE, Key::Num4, "mode-side"),
    (Command::Difference, NONE, Key::Num5, "mode-difference"),
    (Command::Points, NONE, Key::P, "points"),
    (Command::Fit, NONE, Key::Num0, "fit"),
    (Command::Actual, NONE, Key::Num1, "actual-size"),
    (Command::ZoomIn, NONE, Key::Plus, "zoom-in"),
    (Command::ZoomIn, NONE, Key::Equals, "zoom-in"),
    (Command::ZoomOut, NONE, Key::Minus, "zoom-out"),
    (Command::Search, CTRL, Key::F, "search"),
    (Command::Theme, CTRL, Key::T, "theme"),
    (Command::Language, CTRL, Key::L, "language"),
    (Command::Status, CTRL, Key::Comma, "status"),
    (Command::Quit, CTRL, Key::Q, "quit"),
    (Command::Shortcuts, NONE, Key::Questionmark, "shortcuts"),
    (Command::Shortcuts, NONE, Key::F1, "shortcuts"),
];

/// The commands whose keys were pressed.
pub fn pressed(ctx: &Context) -> Vec<Command> {
    let typing = ctx.egui_wants_keyboard_input();
    let mut commands = Vec::new();
    for &(command, modifiers, key, _) in TABLE {
        // Letters and figures belong to the field that is being typed into.
        let plain = modifiers == NONE;
        if plain && typing {
            continue;
        }
        let hit = ctx.input_mut(|i| {
            // A question mark needs the shift key on most keyboards.
            let loose = key == Key::Questionmark && i.key_pressed(key);
            loose || i.consume_shortcut(&KeyboardShortcut::new(modifiers, key))
        });
        if hit {
            commands.push(command);
        }
    }
    commands
}

/// A name with its key behind it.
pub fn with_key(ctx: &Context, words: Words, name: &str, command: Command) -> String {
    let name = words.say(name);
    match TABLE.iter().find(|(c, ..)| *c == command) {
        Some((_, modifiers, key, _)) => {
            format!("{name}  ({})", written(ctx, *modifiers, *key))
        }
        None => name,
    }
}

/// A key with its modifiers, as keyboards have it.
fn written(ctx: &Context, modifiers: Modifiers, key: Key) -> String {
    let keys = ctx.format_shortcut(&KeyboardShortcut::new(modifiers, key));
    let signs = [
        ("Questionmark", "?"),
        ("Comma", ","),
        ("Plus", "+"),
        ("Minus", "-"),
        ("Equals", "="),
    ];
    let sign = signs.iter().find(|(name, _)| keys.ends_with(name));
    sign.map_or_else(|| keys.clone(), |(name, sign)| keys.replace(name, sign))
}

/// All of them.
pub fn sheet(ui: &mut Ui, desk: &Desk) {
    let words = desk.words;
    let line = |ui: &mut Ui, name: &str, key: &str| {
        ui.label(RichText::new(name).color(desk.palette.ink));
        ui.label(RichText::new(key).font(text::body()).color(desk.palette.accent));
    };
    // A dialog is first laid out small; the sheet takes the room the window has.
    let room = (ui.ctx().content_rect().height() - 220.0).clamp(200.0, 600.0);
    let area = ScrollArea::vertical().max_height(room).min_scrolled_height(room);
    area.show(ui, |ui| {
        Grid::new("shortcuts")
            .num_columns(4)
            .min_col_width(136.0)
            .spacing([28.0, 6.0])
            .show(ui, |ui| {
                let mut rows: Vec<(String, String)> = Vec::new();
                for (_, modifiers, key, name) in TABLE {
                    let name = words.say(name);
                    let key = written(ui.ctx(), *modifiers, *key);
                    match rows.iter_mut().find(|(n, _)| *n == name) {
                        Some((_, keys)) => *keys = format!("{keys}, {key}"),
                        None => rows.push((name, key)),
                    }
                }
                rows.push((words.say("hold-original"), words.say("key-hold-o")));
                rows.push((words.say("zoom-wheel"), words.say("key-wheel")));
                rows.push((words.say("close-panel"), words.say("key-escape")));
                let half = rows.len().div_ceil(2);
                for i in 0..half {
                    for row in [rows.get(i), rows.get(i + half)].into_iter().flatten() {
                        line(ui, &row.0, &row.1);
                    }
                    ui.end_row();
                }
            });
    });
}
