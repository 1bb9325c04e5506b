//! Photo finish: one slider for each of its amounts, all at nothing until moved.

use super::action::Action;
use super::controls::heading;
use super::desk::Desk;
use super::looks::share;
use super::state::Edit;
use crate::style;
use eframe::egui::Ui;

/// Labels of the finish's amounts, in the order of its parameters; its seed has no slider.
const ROWS: [&str; 5] = [
    "finish-contrast",
    "finish-denoise",
    "finish-sharpen",
    "finish-glow",
    "finish-grain",
];

/// Shows them.
pub fn show(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    heading(ui, desk, "finish-title", |_| {});
    for (parameter, key) in style::finish().parameters.iter().zip(ROWS) {
        let value = desk.document().finish.get(parameter.name).copied();
        if let Some(value) = share(ui, desk, key, value.unwrap_or(0.0)) {
            actions.push(Action::Edit(Edit::Finish(parameter.name, value)));
        }
    }
}
