//! The live room's controls: which source, which of its formats, mirror, swing and faces.

use super::controls::heading;
use super::desk::Desk;
use super::live_room::{Around, LiveRoom, Source};
use super::theme::GRID;
use crate::camera::{Format, Origin};
use crate::live::MOST;
use eframe::egui::{ComboBox, RichText, Slider, Ui};

impl LiveRoom {
    /// Which source, which of its formats, and how it is shown.
    pub fn controls(&mut self, ui: &mut Ui, desk: &Desk, around: &Around<'_>) {
        let words = desk.words;
        heading(ui, desk, "live-source", |_| {});
        let before = (self.source, self.format);
        self.sources(ui, desk, around);
        self.formats(ui, desk);
        if (self.source, self.format) != before {
            (self.live, self.trouble, self.last, self.texture) = (None, None, None, None);
            self.recent.clear();
        }
        ui.add_space(GRID);
        ui.checkbox(&mut self.mirror, words.say("live-mirror"));
        ui.checkbox(&mut self.swing, words.say("live-swing"));
        ui.horizontal(|ui| {
            ui.label(RichText::new(words.say("live-faces")).color(desk.palette.soft));
            let slider = Slider::new(&mut self.faces, 1..=MOST);
            let _ = ui.add(slider).accessible_name(words.say("live-faces"));
        });
    }

    fn sources(&mut self, ui: &mut Ui, desk: &Desk, around: &Around<'_>) {
        let words = desk.words;
        let name = |source: Option<Source>| match source {
            Some(Source::Given) => match around.origin {
                Some(Origin::Files(files)) => {
                    let first = files.first().and_then(|f| f.file_name());
                    first.map_or_else(String::new, |n| n.to_string_lossy().into_owned())
                }
                Some(Origin::Camera { number, .. }) => format!("camera:{number}"),
                _ => words.say("live-synthetic"),
            },
            Some(Source::Camera(i)) => self.devices.get(i).map_or_else(String::new, |d| d.name.clone()),
            Some(Source::Synthetic) => words.say("live-synthetic"),
            None => words.say("live-pick"),
        };
        let mut all: Vec<Source> = around.origin.map(|_| Source::Given).into_iter().collect();
        all.extend((0..self.devices.len()).map(Source::Camera));
        if !matches!(around.origin, Some(Origin::Synthetic(_))) {
            all.push(Source::Synthetic);
        }
        let mut chosen = self.source;
        let list = ComboBox::from_id_salt("live-source").selected_text(name(chosen));
        let response = list.width(ui.available_width()).show_ui(ui, |ui| {
            for source in all {
                ui.selectable_value(&mut chosen, Some(source), name(Some(source)));
            }
        });
        let _ = response.response.accessible_name(words.say("live-source"));
        if chosen != self.source {
            (self.source, self.format) = (chosen, None);
        }
    }

    fn formats(&mut self, ui: &mut Ui, desk: &Desk) {
        let Some(Source::Camera(index)) = self.source else {
            return;
        };
        let Some(device) = self.devices.get(index).filter(|d| !d.formats.is_empty()) else {
            return;
        };
        let best = desk.words.say("live-format-best");
        let name = |format: Option<Format>| format.map_or_else(|| best.clone(), |f| f.to_string());
        let list = ComboBox::from_id_salt("live-format").selected_text(name(self.format));
        let mut chosen = self.format;
        let response = list.width(ui.available_width()).show_ui(ui, |ui| {
            ui.selectable_value(&mut chosen, None, name(None));
            for format in &device.formats {
                ui.selectable_value(&mut chosen, Some(*format), name(Some(*format)));
            }
        });
        let _ = response.response.accessible_name(desk.words.say("live-format"));
        self.format = chosen;
    }
}
