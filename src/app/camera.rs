//! The camera panel: says clearly that this build takes pictures from files.

use super::desk::Desk;
use super::icon::{self, Icon};
use eframe::egui::{RichText, Sense, Ui, vec2};

/// Shows it.
pub fn show(ui: &mut Ui, desk: &Desk) {
    ui.vertical_centered(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(96.0, 72.0), Sense::hover());
        icon::paint(
            ui.painter(),
            Icon::Camera,
            rect.center(),
            44.0,
            desk.palette.faint,
        );
        ui.label(RichText::new(desk.words.say("camera-none")).color(desk.palette.ink));
        ui.label(RichText::new(desk.words.say("camera-hint")).color(desk.palette.soft));
    });
}
