//! The live room: a camera as a mirror in which what is picked is worn. Takes the catalogue, the looks and a source;
//! gives [`Action::Shot`] for a photograph and [`Action::Recorded`] for a recording.

use super::action::{Action, Command};
use super::camera::{loud, reason, sign, small};
use super::desk::Desk;
use super::live_record::Recording;
use super::theme::{GRID, RADIUS, text};
use crate::camera::{Device, Error, Format, Origin, Pace, Search};
use crate::job::Wake;
use crate::live::{self, Live, Shown, Status, Wish};
use crate::pipeline::{Choice, Item};
use eframe::egui::epaint::RectShape;
use eframe::egui::{
    Align, Align2, Color32, Id, Layout, Rect, RichText, Role, Sense, TextureHandle, TextureOptions, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Pictures a second of sources without a clock.
const RATE: f64 = 30.0;
/// Frames the shown rate and latency are taken over.
const RECENT: usize = 30;
/// Longest side of what is shown, pixels.
const SHOWN: usize = 1280;
/// Height of the bar below the picture.
const BAR: f32 = 64.0;

/// Where the picture comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// What the program was started with.
    Given,
    /// Index into the cameras found.
    Camera(usize),
    /// The head that turns.
    Synthetic,
}

/// What the running view was asked for last.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    worn: Vec<PathBuf>,
    look: Option<String>,
    faces: usize,
    swing: bool,
}

/// The room's own state.
pub struct LiveRoom {
    pub(super) search: Option<Search>,
    pub(super) devices: Vec<Device>,
    pub(super) source: Option<Source>,
    pub(super) format: Option<Format>,
    pub(super) mirror: bool,
    pub(super) swing: bool,
    pub(super) faces: usize,
    pub(super) live: Option<Live>,
    asked: Option<Asked>,
    pub(super) trouble: Option<Trouble>,
    pub(super) last: Option<Shown>,
    pub(super) texture: Option<TextureHandle>,
    pub(super) recent: VecDeque<(Instant, Duration)>,
    pub(super) recording: Option<Recording>,
    /// Recordings the disk is still busy with.
    pub(super) ending: Vec<Recording>,
}

/// Why there is no picture.
pub(super) enum Trouble {
    Camera(Arc<Error>),
    Other(String),
}

impl Default for LiveRoom {
    fn default() -> Self {
        Self {
            search: None,
            devices: Vec::new(),
            source: None,
            format: None,
            mirror: true,
            swing: true,
            faces: 1,
            live: None,
            asked: None,
            trouble: None,
            last: None,
            texture: None,
            recent: VecDeque::new(),
            recording: None,
            ending: Vec::new(),
        }
    }
}

/// What the room needs of the window.
pub struct Around<'a> {
    /// Used in the place of cameras.
    pub origin: Option<&'a Origin>,
    /// Models and engine.
    pub choice: Choice,
    /// Where recordings go.
    pub recordings: PathBuf,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

impl LiveRoom {
    /// Nobody looks: the camera is let go, a recording is finished.
    pub fn leave(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        self.stop_recording();
        self.end_recordings(ui, actions);
        if self.live.is_some() || self.search.is_some() || self.trouble.is_some() {
            let (source, format) = (self.source, self.format);
            let (mirror, swing, faces) = (self.mirror, self.swing, self.faces);
            *self = Self {
                source,
                format,
                mirror,
                swing,
                faces,
                devices: std::mem::take(&mut self.devices),
                ending: std::mem::take(&mut self.ending),
                ..Self::default()
            };
        }
    }

    /// How many heads the newest picture has, once there is one.
    pub fn heads(&self) -> Option<usize> {
        self.last.as_ref().map(|s| s.heads.len())
    }

    /// Opens what is to be opened, takes what is there, asks for what is wanted now.
    pub fn work(&mut self, ui: &Ui, desk: &Desk, around: &Around<'_>) {
        self.look_for_cameras(ui, around);
        self.start(desk, around);
        let Some(live) = &self.live else { return };
        let newest = live.take();
        if let Status::Failed(error) = live.status() {
            self.trouble = Some(match &*error {
                live::Error::Camera(error) => Trouble::Camera(Arc::clone(error)),
                other => Trouble::Other(other.to_string()),
            });
            self.live = None;
            return;
        }
        if let Some(shown) = newest {
            self.receive(ui, shown);
        }
        // A source that falls silent reports itself only to who asks.
        ui.ctx().request_repaint_after(Duration::from_millis(500));
        if let Some((asked, wish)) = self.wanted(desk)
            && self.asked.as_ref() != Some(&asked)
            && let Some(live) = &self.live
        {
            live.wish(wish);
            self.asked = Some(asked);
        }
    }

    fn look_for_cameras(&mut self, ui: &Ui, around: &Around<'_>) {
        if around.origin.is_some() {
            self.source.get_or_insert(Source::Given);
            return;
        }
        if self.search.is_none() && self.devices.is_empty() {
            self.search = Search::start(Arc::clone(around.wake)).ok();
        }
        if !self.devices.is_empty() {
            self.source.get_or_insert(Source::Camera(0));
            return;
        }
        match self.search.as_ref().and_then(Search::result) {
            Some(Ok(devices)) => {
                self.devices = devices;
                self.source.get_or_insert(Source::Camera(0));
            }
            Some(Err(error)) if self.source.is_none() => self.trouble = Some(Trouble::Camera(error)),
            Some(Err(_)) => {}
            None => ui.ctx().request_repaint_after(Duration::from_millis(200)),
        }
    }

    /// What is wanted now, once all products are loaded.
    fn wanted(&self, desk: &Desk) -> Option<(Asked, Wish)> {
        let folders = desk.document().worn.iter().filter_map(|w| desk.product(&w.id));
        let folders: Vec<PathBuf> = folders.map(|p| p.folder.clone()).collect();
        let products = folders.iter().map(|folder| desk.shelf.get(folder).cloned());
        let items = products
            .map(|p| p.map(Item::new))
            .collect::<Option<Vec<Item>>>()?;
        let style = desk.style();
        let asked = Asked {
            worn: folders,
            look: style.as_ref().map(ToString::to_string),
            faces: self.faces,
            swing: self.swing,
        };
        let wish = Wish {
            items,
            style,
            faces: self.faces,
            swing: self.swing,
        };
        Some((asked, wish))
    }

    fn start(&mut self, desk: &Desk, around: &Around<'_>) {
        if self.live.is_some() || self.trouble.is_some() {
            return;
        }
        let (Some(source), Some((asked, wish))) = (self.source, self.wanted(desk)) else {
            return;
        };
        let origin = match source {
            Source::Given => around.origin.cloned(),
            Source::Camera(index) => self.devices.get(index).map(|device| Origin::Camera {
                number: device.number,
                format: self.format.filter(|f| device.formats.contains(f)),
            }),
            Source::Synthetic => Some(Origin::Synthetic(around.choice.root.clone())),
        };
        let origin = origin.unwrap_or_else(|| Origin::Synthetic(around.choice.root.clone()));
        let wake = Arc::clone(around.wake);
        match Live::start(around.choice.clone(), &origin, Pace::Rate(RATE), wish, wake) {
            Ok(live) => (self.live, self.asked) = (Some(live), Some(asked)),
            Err(error) => self.trouble = Some(Trouble::Other(error.to_string())),
        }
    }

    fn receive(&mut self, ui: &Ui, shown: Shown) {
        let image = small(&shown.photo, SHOWN);
        match &mut self.texture {
            Some(texture) => texture.set(image, TextureOptions::LINEAR),
            None => self.texture = Some(ui.ctx().load_texture("live", image, TextureOptions::LINEAR)),
        }
        if let Some(recording) = &mut self.recording {
            recording.recorder.add(&shown.photo, shown.frame.time);
        }
        self.recent
            .push_back((Instant::now(), shown.frame.stamp.elapsed()));
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        self.last = Some(shown);
    }

    /// The picture and the bar below it.
    pub fn picture(&mut self, ui: &mut Ui, desk: &Desk, around: &Around<'_>, actions: &mut Vec<Action>) {
        self.end_recordings(ui, actions);
        let all = ui.max_rect();
        ui.painter().rect_filled(all, 0.0, desk.palette.canvas);
        let bar = Rect::from_min_max(pos2(all.left(), all.bottom() - BAR), all.max);
        let room = Rect::from_min_max(all.min, pos2(all.right(), bar.top())).shrink(3.0 * GRID);
        let response = ui.interact(room, Id::unique("live-picture"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, desk.words.say("live-picture")));
        match (&self.trouble, &self.texture) {
            (Some(trouble), _) => {
                let (title, hint) = match trouble {
                    Trouble::Camera(error) => (reason(desk, error), desk.words.say("live-hint")),
                    Trouble::Other(sentence) => (sentence.clone(), String::new()),
                };
                sign(ui, desk, room, &title, &hint);
            }
            (None, Some(texture)) => {
                let size = texture.size_vec2();
                let size = size * (room.size() / size).min_elem();
                let place = Rect::from_center_size(room.center(), size);
                let (left, right) = if self.mirror { (1.0, 0.0) } else { (0.0, 1.0) };
                let uv = Rect::from_min_max(pos2(left, 0.0), pos2(right, 1.0));
                let shape = RectShape::filled(place, RADIUS, Color32::WHITE);
                ui.painter().add(shape.with_texture(texture.id(), uv));
                self.note(ui, desk, place);
            }
            (None, None) => sign(ui, desk, room, &desk.words.say("live-opening"), ""),
        }
        let mut ui = ui.new_child(UiBuilder::new().max_rect(bar.shrink2(vec2(3.0 * GRID, GRID))));
        self.buttons(&mut ui, desk, around, actions);
    }

    /// What there is to say over the picture.
    fn note(&self, ui: &Ui, desk: &Desk, place: Rect) {
        let nobody = self.last.as_ref().is_some_and(|s| s.heads.is_empty());
        let words = match &self.recording {
            Some(recording) => {
                let seconds = recording.since.elapsed().as_secs();
                let time = format!("{}:{:02}", seconds / 60, seconds % 60);
                desk.words.fill("live-recording", &[("time", &time)])
            }
            None if nobody => desk.words.say("live-nobody"),
            None => return,
        };
        let galley = ui.painter().layout_no_wrap(words, text::body(), Color32::WHITE);
        let size = galley.size() + vec2(28.0, 14.0);
        let ground = Align2::CENTER_TOP.anchor_size(place.center_top() + vec2(0.0, 14.0), size);
        ui.painter()
            .rect_filled(ground, size.y / 2.0, Color32::from_black_alpha(150));
        let at = ground.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, Color32::WHITE);
    }

    fn buttons(&mut self, ui: &mut Ui, desk: &Desk, around: &Around<'_>, actions: &mut Vec<Action>) {
        let words = desk.words;
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if self.trouble.is_some() {
                if loud(ui, desk, "camera-retry") {
                    (self.trouble, self.search, self.live) = (None, None, None);
                    self.devices.clear();
                }
                return;
            }
            let ready = self.last.is_some();
            ui.add_enabled_ui(ready, |ui| {
                if loud(ui, desk, "live-snapshot")
                    && let Some(shown) = &self.last
                {
                    actions.push(Action::Shot(Box::new(shown.frame.photo.clone())));
                    actions.push(Action::Do(Command::TryOnRoom));
                }
                let key = if self.recording.is_some() {
                    "live-stop"
                } else {
                    "live-record"
                };
                let button = eframe::egui::Button::new(words.say(key)).min_size(vec2(96.0, 34.0));
                if ui.add(button).clicked() {
                    if self.recording.is_some() {
                        self.stop_recording();
                    } else {
                        self.record(&around.recordings, actions);
                    }
                }
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let figures = RichText::new(self.figures(desk)).font(text::small());
                ui.label(figures.color(desk.palette.soft));
            });
        });
    }

    /// Rate, latency and drops in a line.
    fn figures(&self, desk: &Desk) -> String {
        let (Some(first), Some(last), Some(live)) = (self.recent.front(), self.recent.back(), &self.live)
        else {
            return String::new();
        };
        let span = last.0.duration_since(first.0).as_secs_f64();
        if self.recent.len() < 5 || span <= 0.0 {
            return String::new();
        }
        let rate = (self.recent.len() - 1) as f64 / span;
        let delays = self.recent.iter().map(|(_, delay)| delay.as_secs_f64());
        let delay = delays.sum::<f64>() / self.recent.len() as f64 * 1e3;
        desk.words.fill(
            "live-figures",
            &[
                ("rate", &format!("{rate:.0}")),
                ("delay", &format!("{delay:.0}")),
                ("dropped", &live.dropped()),
            ],
        )
    }
}
