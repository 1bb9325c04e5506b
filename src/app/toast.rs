//! Toasts: one sentence that comes, can be read, and goes.

use super::action::Action;
use super::theme::{GRID, Palette, text};
use eframe::egui::{Align2, Area, Button, Context, Frame, Id, Label, Margin, Order, RichText, Stroke, vec2};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a toast stays, and how much longer for each character.
const STAY: Duration = Duration::from_secs(4);
const READ: Duration = Duration::from_millis(45);
/// At most so many at once.
const MOST: usize = 3;

struct Toast {
    text: String,
    alert: bool,
    /// Words of a button and what it asks for.
    button: Option<(String, Action)>,
    until: Instant,
}

/// Those that can be read now.
#[derive(Default)]
pub struct Toasts {
    shown: Vec<Toast>,
}

impl Toasts {
    /// Something is done.
    pub fn tell(&mut self, text: String) {
        self.add(text, false, None);
    }

    /// Something went wrong.
    pub fn warn(&mut self, text: String) {
        self.add(text, true, None);
    }

    /// A file was written; the button's words open its folder.
    pub fn wrote(&mut self, text: String, path: PathBuf, button: String) {
        self.add(text, false, Some((button, Action::Reveal(path))));
    }

    /// Something went wrong, and the button's words offer a way out.
    pub fn offer(&mut self, text: String, button: String, action: Action) {
        self.add(text, true, Some((button, action)));
    }

    fn add(&mut self, text: String, alert: bool, button: Option<(String, Action)>) {
        self.shown.retain(|t| t.text != text);
        if self.shown.len() == MOST {
            self.shown.remove(0);
        }
        let until = Instant::now() + STAY + READ * text.chars().count() as u32;
        self.shown.push(Toast {
            text,
            alert,
            button,
            until,
        });
    }

    /// Shows them above the filmstrip.
    pub fn show(&mut self, ctx: &Context, palette: &Palette, actions: &mut Vec<Action>) {
        let now = Instant::now();
        self.shown.retain(|t| t.until > now);
        let Some(next) = self.shown.iter().map(|t| t.until).min() else {
            return;
        };
        ctx.request_repaint_after(next - now);
        Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -160.0))
            .interactable(true)
            .show(ctx, |ui| {
                ui.spacing_mut().item_spacing.y = GRID;
                for toast in &self.shown {
                    let edge = if toast.alert {
                        palette.alert
                    } else {
                        palette.accent
                    };
                    Frame::new()
                        .fill(palette.panel)
                        .stroke(Stroke::new(1.0, edge))
                        .corner_radius(10)
                        .shadow(ui.visuals().popup_shadow)
                        .inner_margin(Margin::symmetric(16, 10))
                        .show(ui, |ui| toast.show(ui, palette, actions));
                }
            });
    }
}

impl Toast {
    fn show(&self, ui: &mut eframe::egui::Ui, palette: &Palette, actions: &mut Vec<Action>) {
        ui.set_max_width(460.0);
        ui.horizontal(|ui| {
            let words = RichText::new(&self.text).font(text::body()).color(palette.ink);
            let width = if self.button.is_some() { 320.0 } else { 440.0 };
            ui.scope(|ui| {
                ui.set_max_width(width);
                ui.add(Label::new(words).wrap());
            });
            if let Some((words, action)) = &self.button {
                let words = RichText::new(words).color(palette.accent);
                if ui.add(Button::new(words).frame_when_inactive(false)).clicked() {
                    actions.push(action.clone());
                }
            }
        });
    }
}
