//! The panels that open over the others: export, status, keys, import, camera, recent portraits.

use super::action::Action;
use super::camera::Camera;
use super::desk::Desk;
use super::{App, filmstrip, icon, shortcuts, status, theme};
use eframe::egui::{self, Align, Frame, Layout, Margin, Ui};
use std::time::Instant;

/// A panel over the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Overlay {
    Export,
    Status,
    Shortcuts,
    Import,
    Camera,
    Recent,
}

impl App {
    /// The panel over the others, closed by Escape or a click beside it.
    pub(super) fn overlay(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        if self.overlay != Some(Overlay::Camera) {
            // Nobody looks: the camera is let go.
            self.camera = Camera::default();
        }
        let Some(overlay) = self.overlay else { return };
        let palette = self.desk.palette;
        let frame = Frame::new()
            .fill(palette.panel)
            .stroke(egui::Stroke::new(1.0, palette.line))
            .corner_radius(14)
            .inner_margin(Margin::same(28));
        let modal = egui::Modal::new(egui::Id::unique("overlay"))
            .backdrop_color(palette.veil)
            .frame(frame);
        let response = modal.show(ctx, |ui| {
            let title = match overlay {
                Overlay::Export => "export",
                Overlay::Status => "status",
                Overlay::Shortcuts => "shortcuts",
                Overlay::Import => "import",
                Overlay::Camera => "camera",
                Overlay::Recent => "recent",
            };
            ui.set_width(match overlay {
                Overlay::Shortcuts => 640.0,
                Overlay::Camera => 600.0,
                _ => 440.0,
            });
            let close = title_row(ui, &self.desk, title);
            match overlay {
                Overlay::Export => {
                    let before = self.desk.preferences.export.clone();
                    let mut settings = before.clone();
                    settings.show(ui, &self.desk, &self.progress, actions);
                    if settings != before {
                        self.desk.preferences.export = settings;
                        self.unsaved.get_or_insert_with(Instant::now);
                    }
                }
                Overlay::Status => status::panel(ui, &mut self.desk, actions),
                Overlay::Shortcuts => shortcuts::sheet(ui, &self.desk),
                Overlay::Import => self.import.show(ui, &self.desk, actions),
                Overlay::Camera => {
                    let (origin, wake) = (self.options.camera.as_ref(), &self.wake);
                    self.camera.show(ui, &self.desk, origin, wake, actions);
                }
                Overlay::Recent => filmstrip::recent(ui, &self.desk, actions),
            }
            close
        });
        if response.inner || response.should_close() {
            self.overlay = None;
        }
    }
}

/// A dialog's title and its cross; true when that was clicked.
fn title_row(ui: &mut Ui, desk: &Desk, key: &str) -> bool {
    let words = desk.words;
    let title = egui::RichText::new(words.say(key)).font(theme::text::large());
    let closed = ui.horizontal(|ui| {
        ui.label(title);
        let end = Layout::right_to_left(Align::Center);
        ui.with_layout(end, |ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(28.0, 28.0), egui::Sense::hover());
            let label = words.say("close-panel");
            icon::small(ui, &desk.palette, icon::Icon::Close, &label, rect, "overlay").clicked()
        })
    });
    ui.add_space(theme::GRID);
    closed.inner.inner
}
