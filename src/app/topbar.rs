//! The top bar: the wordmark, the rooms; for the Try-on room how before and after are shown, undo and redo, export.

use super::action::{Action, Command};
use super::canvas::Mode;
use super::desk::Desk;
use super::icon::{self, Icon};
use super::room::Room;
use super::shortcuts;
use super::theme::{GRID, Theme, text};
use eframe::egui::{
    Align, Align2, Button, Color32, Id, Layout, Popup, Rect, Response, RichText, Role, ScrollArea, Sense,
    Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// Width of one way to show before and after, where there is room, and where there is not.
const MODE: f32 = 96.0;
const NARROW: f32 = 74.0;
/// Width of everything at the right end.
const TOOLS: f32 = 330.0;
/// Space round the name of a room.
const ROOM_PADDING: f32 = 12.0;

/// Shows it.
pub fn show(ui: &mut Ui, desk: &Desk, history: &mut bool, actions: &mut Vec<Action>) {
    let bar = ui.max_rect();
    let end = wordmark(ui, desk, bar);
    let end = rooms(ui, desk, bar, end + 2.0 * GRID, actions);
    let here = desk.room == Room::TryOn;
    if here {
        modes(ui, desk, bar, end + GRID, actions);
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if here {
            export(ui, desk, actions);
            ui.add_space(GRID);
        }
        window(ui, desk, actions);
        if here {
            ui.add_space(GRID);
            steps(ui, desk, history, actions);
        }
    });
}

fn export(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let (palette, words) = (&desk.palette, desk.words);
    let export = RichText::new(words.say("export")).color(palette.on_accent);
    let button = Button::new(export)
        .fill(palette.accent)
        .min_size(vec2(88.0, 34.0));
    let response = ui.add_enabled(desk.current_portrait().is_some(), button);
    let hint = shortcuts::with_key(ui.ctx(), words, "export", Command::Export);
    if response.on_hover_text(hint).clicked() {
        actions.push(Action::Do(Command::Export));
    }
}

/// Keys, theme, language.
fn window(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let words = desk.words;
    let sun = match desk.preferences.theme {
        Theme::Dark => Icon::Sun,
        Theme::Light => Icon::Moon,
    };
    tool(
        ui,
        desk,
        (Icon::Help, "shortcuts", Command::Shortcuts),
        true,
        actions,
    );
    tool(ui, desk, (sun, "theme", Command::Theme), true, actions);
    let label = words.say("language-other");
    let other = Button::new(RichText::new(&label).font(text::body())).frame_when_inactive(false);
    let response = ui.add(other.min_size(vec2(36.0, 32.0)));
    let name = words.say("language");
    if response.on_hover_text(&name).accessible_name(name).clicked() {
        actions.push(Action::Do(Command::Language));
    }
}

/// Undo, redo, the list of changes.
fn steps(ui: &mut Ui, desk: &Desk, history: &mut bool, actions: &mut Vec<Action>) {
    let (steps, done) = (desk.history.steps().len(), desk.history.done());
    let clock = (Icon::Clock, "history", Command::History);
    let clock = tool(ui, desk, clock, steps > 0, actions);
    tool(
        ui,
        desk,
        (Icon::Redo, "redo", Command::Redo),
        done < steps,
        actions,
    );
    tool(ui, desk, (Icon::Undo, "undo", Command::Undo), done > 0, actions);
    list(desk, &clock, history, actions);
}

/// A button of one icon for a command that also has a key.
fn tool(
    ui: &mut Ui,
    desk: &Desk,
    (icon, key, command): (Icon, &str, Command),
    enabled: bool,
    actions: &mut Vec<Action>,
) -> Response {
    let label = shortcuts::with_key(ui.ctx(), desk.words, key, command);
    let response = icon::button(ui, &desk.palette, icon, &label, enabled, false);
    if response.clicked() {
        actions.push(Action::Do(command));
    }
    response
}

/// Gives where it ends.
fn wordmark(ui: &Ui, desk: &Desk, bar: Rect) -> f32 {
    let palette = &desk.palette;
    let mut x = bar.left();
    for letter in desk.words.say("wordmark").chars() {
        let font = eframe::egui::FontId::proportional(21.0);
        let place = pos2(x, bar.center().y);
        let drawn = ui
            .painter()
            .text(place, Align2::LEFT_CENTER, letter, font, palette.ink);
        x = drawn.right() + 5.0;
    }
    ui.painter()
        .circle_filled(pos2(x + 4.0, bar.center().y + 6.5), 2.2, palette.accent);
    x + 6.0
}

/// The switch of rooms: words alone, a line below the one that is open. Gives where it ends.
fn rooms(ui: &Ui, desk: &Desk, bar: Rect, start: f32, actions: &mut Vec<Action>) -> f32 {
    let palette = &desk.palette;
    let mut x = start;
    for (room, key, command) in Room::ALL {
        let name = desk.words.say(key);
        let on = desk.room == room;
        let galley = ui
            .painter()
            .layout_no_wrap(name.clone(), text::body(), Color32::PLACEHOLDER);
        let size = vec2(galley.size().x + 2.0 * ROOM_PADDING, 34.0);
        let place = Rect::from_min_size(pos2(x, bar.center().y - 17.0), size);
        let response = ui.interact(place, Id::unique(key), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
        let ink = if on || response.hovered() {
            palette.ink
        } else {
            palette.soft
        };
        ui.painter()
            .galley(place.center() - galley.size() / 2.0, galley, ink);
        if on {
            let line = place.shrink2(vec2(ROOM_PADDING, 0.0)).x_range();
            let stroke = Stroke::new(1.5, palette.accent);
            ui.painter().hline(line, place.bottom() - 4.0, stroke);
        }
        if response.has_focus() {
            icon::ring(ui.painter(), palette, place);
        }
        let hint = shortcuts::with_key(ui.ctx(), desk.words, key, command);
        if response.on_hover_text(hint).clicked() {
            actions.push(Action::Do(command));
        }
        x = place.right();
    }
    x
}

fn modes(ui: &Ui, desk: &Desk, bar: Rect, start: f32, actions: &mut Vec<Action>) {
    let palette = &desk.palette;
    let count = Mode::ALL.len() as f32;
    let free = bar.right() - TOOLS - GRID - start;
    let each = (free / count).clamp(NARROW, MODE).floor();
    let width = each * count;
    // Over the canvas's middle, where the rooms leave it free.
    let middle = bar.center().x + (super::theme::LEFT - super::theme::RIGHT) / 2.0;
    let last = (bar.right() - TOOLS - GRID - width).max(start);
    let left = (middle - width / 2.0).clamp(start, last).round();
    let rect = Rect::from_min_size(pos2(left, bar.center().y - 17.0), vec2(width, 34.0));
    ui.painter().rect_filled(rect, 9.0, palette.card);
    for (i, (mode, key, command)) in Mode::ALL.into_iter().enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(i as f32 * each, 0.0), vec2(each, rect.height()));
        let on = desk.preferences.mode == mode;
        let name = desk.words.say(key);
        let response = ui.interact(place, Id::unique(("mode", i)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
        if on {
            ui.painter()
                .rect_filled(place.shrink(3.0), 7.0, palette.accent.gamma_multiply(0.22));
        }
        if response.has_focus() {
            icon::ring(ui.painter(), palette, place);
        }
        let ink = match (on, response.hovered()) {
            (true, _) => palette.accent,
            (false, true) => palette.ink,
            (false, false) => palette.soft,
        };
        super::catalogue::centered(ui, place, &name, text::body(), ink);
        let hint = shortcuts::with_key(ui.ctx(), desk.words, key, command);
        if response.on_hover_text(hint).clicked() {
            actions.push(Action::Mode(mode));
        }
    }
}

/// The list of changes below its button.
fn list(desk: &Desk, button: &Response, open: &mut bool, actions: &mut Vec<Action>) {
    let popup = Popup::from_response(button)
        .open(*open)
        .close_behavior(eframe::egui::PopupCloseBehavior::IgnoreClicks)
        .width(260.0);
    let shown = popup.show(|ui| {
        ui.set_min_width(240.0);
        ui.label(RichText::new(desk.words.say("history")).font(text::title()));
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let done = desk.history.done();
            for (i, step) in desk.history.steps().iter().enumerate().rev() {
                let name = desk.words.fill(step.key, &[("name", &desk.name(&step.subject))]);
                let ink = if i < done {
                    desk.palette.ink
                } else {
                    desk.palette.faint
                };
                let row = Button::selectable(i + 1 == done, RichText::new(name).color(ink)).truncate();
                if ui.add_sized([ui.available_width(), 28.0], row).clicked() {
                    actions.push(Action::GoTo(i + 1));
                }
            }
            let first = RichText::new(desk.words.say("history-start")).color(desk.palette.soft);
            let row = Button::selectable(done == 0, first);
            if ui.add_sized([ui.available_width(), 28.0], row).clicked() {
                actions.push(Action::GoTo(0));
            }
        });
    });
    // The button itself asks for the command, which closes too.
    let beside = shown.is_some_and(|s| s.response.clicked_elsewhere()) && !button.clicked();
    if beside || is_escape(&button.ctx) {
        *open = false;
    }
}

fn is_escape(ctx: &eframe::egui::Context) -> bool {
    ctx.input(|i| i.key_pressed(eframe::egui::Key::Escape))
}
