//! The top bar: the wordmark, how before and after are shown, undo and redo, export.

use super::action::{Action, Command};
use super::canvas::Mode;
use super::desk::Desk;
use super::icon::{self, Icon};
use super::shortcuts;
use super::theme::{GRID, Theme, text};
use eframe::egui::{
    Align, Align2, Button, Id, Layout, Popup, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

/// Width of one way to show before and after.
const MODE: f32 = 96.0;

/// Shows it.
pub fn show(ui: &mut Ui, desk: &Desk, history: &mut bool, actions: &mut Vec<Action>) {
    let bar = ui.max_rect();
    wordmark(ui, desk, bar);
    modes(ui, desk, bar, actions);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let (palette, words) = (&desk.palette, desk.words);
        let export = RichText::new(words.say("export")).color(palette.on_accent);
        let button = Button::new(export)
            .fill(palette.accent)
            .min_size(vec2(88.0, 34.0));
        let ready = desk.current_portrait().is_some();
        let response = ui.add_enabled(ready, button);
        if response
            .on_hover_text(shortcuts::with_key(ui.ctx(), words, "export", Command::Export))
            .clicked()
        {
            actions.push(Action::Do(Command::Export));
        }
        ui.add_space(GRID);
        let steps = desk.history.steps().len();
        let sun = if desk.preferences.theme == Theme::Dark {
            Icon::Sun
        } else {
            Icon::Moon
        };
        let mut tool = |ui: &mut Ui, icon, key: &str, command, enabled| {
            let label = shortcuts::with_key(ui.ctx(), words, key, command);
            let response = icon::button(ui, palette, icon, &label, enabled, false);
            if response.clicked() {
                actions.push(Action::Do(command));
            }
            response
        };
        tool(ui, Icon::Help, "shortcuts", Command::Shortcuts, true);
        tool(ui, sun, "theme", Command::Theme, true);
        let label = words.say("language-other");
        let other = Button::new(RichText::new(&label).font(text::body())).frame_when_inactive(false);
        let response = ui.add(other.min_size(vec2(36.0, 32.0)));
        let name = words.say("language");
        if response.on_hover_text(&name).accessible_name(name).clicked() {
            actions.push(Action::Do(Command::Language));
        }
        ui.add_space(GRID);
        let mut tool = |ui: &mut Ui, icon, key: &str, command, enabled| {
            let label = shortcuts::with_key(ui.ctx(), words, key, command);
            let response = icon::button(ui, palette, icon, &label, enabled, false);
            if response.clicked() {
                actions.push(Action::Do(command));
            }
            response
        };
        let clock = tool(ui, Icon::Clock, "history", Command::History, steps > 0);
        tool(ui, Icon::Redo, "redo", Command::Redo, desk.history.done() < steps);
        tool(ui, Icon::Undo, "undo", Command::Undo, desk.history.done() > 0);
        list(desk, &clock, history, actions);
    });
}

fn wordmark(ui: &Ui, desk: &Desk, bar: Rect) {
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
}

fn modes(ui: &Ui, desk: &Desk, bar: Rect, actions: &mut Vec<Action>) {
    let palette = &desk.palette;
    let width = MODE * Mode::ALL.len() as f32;
    // Over the canvas, which lies between panels of different widths.
    let left = (super::theme::LEFT + 8.0).max(bar.center().x - width / 2.0 - 100.0);
    let rect = Rect::from_min_size(pos2(left, bar.center().y - 17.0), vec2(width, 34.0));
    ui.painter().rect_filled(rect, 9.0, palette.card);
    for (i, (mode, key, command)) in Mode::ALL.into_iter().enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(i as f32 * MODE, 0.0), vec2(MODE, rect.height()));
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
fn list(desk: &Desk, button: &eframe::egui::Response, open: &mut bool, actions: &mut Vec<Action>) {
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
