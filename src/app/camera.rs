//! The camera panel: which cameras there are, what one sees, a countdown, a picture that is taken again or used. Takes
//! a [`Feed`] that never waits; gives [`Action::Shot`].

use super::action::Action;
use super::desk::Desk;
use super::icon::{self, Icon};
use super::theme::{GRID, RADIUS, text};
use crate::camera::{Device, Error, Feed, Frame, Origin, Pace, RATE, Search, State, choose};
use crate::job::Wake;
use crate::photo::{Photo, Samples};
use eframe::egui::epaint::RectShape;
use eframe::egui::{
    Align, Align2, Button, Color32, ColorImage, ComboBox, FontId, Layout, Rect, RichText, Role, Sense,
    TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Seconds a person has to smile.
const COUNTDOWN: u64 = 3;
/// Size of the preview, points.
const PREVIEW: Vec2 = vec2(600.0, 450.0);
/// Width of the preview's pixels: more is not seen.
const SHOWN: usize = 800;

/// The panel's own state; dropped, the camera is let go.
#[derive(Default)]
pub struct Camera {
    search: Option<Search>,
    devices: Vec<Device>,
    feed: Option<Feed>,
    /// Index into `devices`.
    chosen: usize,
    newest: Option<Frame>,
    texture: Option<TextureHandle>,
    /// When the picture is taken.
    taken_at: Option<Instant>,
    shot: Option<Photo>,
}

/// What can be done now.
enum Now {
    /// Nothing: this stands in the preview's place.
    Wait(String),
    /// Nothing until something changes: why.
    Failed(Arc<Error>),
    Live,
    Taken,
}

impl Camera {
    /// Shows it. With an `origin` that is used in the place of cameras.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        desk: &Desk,
        origin: Option<&Origin>,
        wake: &Wake,
        actions: &mut Vec<Action>,
    ) {
        self.start(origin, wake);
        let now = self.now(ui, desk, origin, wake);
        let (rect, response) = ui.allocate_exact_size(PREVIEW, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, desk.words.say("camera-preview")));
        ui.painter()
            .rect_filled(rect, f32::from(RADIUS), desk.palette.canvas);
        match &now {
            Now::Wait(words) => sign(ui, desk, rect, words, ""),
            Now::Failed(error) => {
                let hint = desk.words.say("camera-hint");
                sign(ui, desk, rect, &reason(desk, error), &hint);
            }
            Now::Live | Now::Taken => self.picture(ui, rect),
        }
        if let Some(left) = self.left() {
            ui.ctx().request_repaint_after(Duration::from_millis(60));
            let font = FontId::proportional(120.0);
            let number = left.as_secs_f32().ceil().max(1.0);
            let place = rect.center();
            let painter = ui.painter();
            painter.circle_filled(place, 88.0, Color32::from_black_alpha(110));
            painter.text(
                place,
                Align2::CENTER_CENTER,
                format!("{number:.0}"),
                font,
                Color32::WHITE,
            );
        }
        ui.add_space(GRID);
        self.buttons(ui, desk, &now, actions);
    }

    /// Looks for cameras once.
    fn start(&mut self, origin: Option<&Origin>, wake: &Wake) {
        if let (Some(origin), None) = (origin, &self.feed) {
            // Without a thread nothing opens; the panel says that it waits.
            self.feed = Feed::open(origin, Pace::Rate(RATE), Arc::clone(wake)).ok();
        } else if origin.is_none() && self.search.is_none() {
            self.search = Search::start(Arc::clone(wake)).ok();
        }
    }

    fn now(&mut self, ui: &Ui, desk: &Desk, origin: Option<&Origin>, wake: &Wake) -> Now {
        if self.shot.is_some() {
            return Now::Taken;
        }
        if origin.is_none() && self.devices.is_empty() {
            match self.search.as_ref().and_then(Search::result) {
                Some(Ok(devices)) => self.devices = devices,
                Some(Err(error)) => return Now::Failed(error),
                None => {
                    // Its patience ends without a call.
                    ui.ctx().request_repaint_after(Duration::from_millis(200));
                    return Now::Wait(desk.words.say("camera-looking"));
                }
            }
        }
        if origin.is_none() && self.feed.is_none() {
            self.open(wake);
        }
        let Some(feed) = &self.feed else {
            return Now::Failed(Arc::new(Error::None));
        };
        let state = feed.state();
        while let Some(frame) = feed.take() {
            self.newest = Some(frame);
        }
        if let Some(frame) = &self.newest {
            let image = small(&frame.photo, SHOWN);
            match &mut self.texture {
                Some(texture) => texture.set(image, TextureOptions::LINEAR),
                None => {
                    self.texture = Some(ui.ctx().load_texture("camera", image, TextureOptions::LINEAR));
                }
            }
        }
        match state {
            State::Failed(error) => Now::Failed(error),
            State::Running if self.newest.is_some() => {
                ui.ctx().request_repaint_after(Duration::from_millis(500));
                self.count();
                if self.shot.is_some() {
                    Now::Taken
                } else {
                    Now::Live
                }
            }
            State::Opening | State::Running => {
                ui.ctx().request_repaint_after(Duration::from_millis(200));
                Now::Wait(desk.words.say("camera-opening"))
            }
        }
    }

    /// Opens the camera now chosen.
    fn open(&mut self, wake: &Wake) {
        let Some(device) = self.devices.get(self.chosen) else {
            return;
        };
        let origin = Origin::Camera {
            number: device.number,
            format: choose(&device.formats, true),
        };
        self.feed = Feed::open(&origin, Pace::Rate(RATE), Arc::clone(wake)).ok();
    }

    /// What is left of the countdown.
    fn left(&self) -> Option<Duration> {
        self.taken_at
            .map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Takes the picture when its time has come.
    fn count(&mut self) {
        if self.left().is_some_and(|left| left.is_zero()) {
            self.taken_at = None;
            self.shot = self.newest.as_ref().map(|frame| frame.photo.clone());
        }
    }

    /// What the camera sees, as a mirror shows it.
    fn picture(&self, ui: &Ui, rect: Rect) {
        let Some(texture) = &self.texture else { return };
        let size = texture.size_vec2();
        let shown = rect.size() / (size * (rect.size() / size).max_elem());
        let free = (Vec2::splat(1.0) - shown) / 2.0;
        let uv = Rect::from_min_max(pos2(1.0 - free.x, free.y), pos2(free.x, 1.0 - free.y));
        let shape = RectShape::filled(rect, RADIUS, Color32::WHITE);
        ui.painter().add(shape.with_texture(texture.id(), uv));
    }

    fn buttons(&mut self, ui: &mut Ui, desk: &Desk, now: &Now, actions: &mut Vec<Action>) {
        let words = desk.words;
        ui.horizontal(|ui| {
            if matches!(now, Now::Live | Now::Failed(_) | Now::Wait(_)) {
                self.choice(ui, desk);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| match now {
                Now::Taken => {
                    if loud(ui, desk, "camera-use")
                        && let Some(shot) = self.shot.take()
                    {
                        actions.push(Action::Shot(Box::new(shot)));
                    }
                    if ui.button(words.say("camera-again")).clicked() {
                        self.shot = None;
                    }
                }
                Now::Live if self.taken_at.is_some() => {
                    if ui.button(words.say("cancel")).clicked() {
                        self.taken_at = None;
                    }
                }
                Now::Live => {
                    if loud(ui, desk, "camera-take") {
                        self.taken_at = Some(Instant::now() + Duration::from_secs(COUNTDOWN));
                    }
                }
                Now::Failed(_) => {
                    if ui.button(words.say("camera-retry")).clicked() {
                        *self = Self::default();
                    }
                }
                Now::Wait(_) => {}
            });
        });
    }

    /// The cameras by their names.
    fn choice(&mut self, ui: &mut Ui, desk: &Desk) {
        let Some(device) = self.devices.get(self.chosen) else {
            return;
        };
        let mut chosen = self.chosen;
        let list = ComboBox::from_id_salt("cameras")
            .selected_text(&device.name)
            .width(260.0)
            .icon(icon::chevron);
        let response = list.show_ui(ui, |ui| {
            for (i, device) in self.devices.iter().enumerate() {
                ui.selectable_value(&mut chosen, i, &device.name);
            }
        });
        let _ = response.response.accessible_name(desk.words.say("camera-choose"));
        if chosen != self.chosen {
            (self.chosen, self.feed, self.newest, self.texture) = (chosen, None, None, None);
            self.taken_at = None;
        }
    }
}

/// The button that matters.
pub(super) fn loud(ui: &mut Ui, desk: &Desk, key: &str) -> bool {
    let words = RichText::new(desk.words.say(key)).color(desk.palette.on_accent);
    let button = Button::new(words).fill(desk.palette.accent);
    ui.add(button.min_size(vec2(120.0, 34.0))).clicked()
}

/// A camera drawn in the preview's place, and what there is to say.
pub(super) fn sign(ui: &mut Ui, desk: &Desk, rect: Rect, title: &str, hint: &str) {
    let palette = &desk.palette;
    let at = rect.center() - vec2(0.0, 60.0);
    icon::paint(ui.painter(), Icon::Camera, at, 44.0, palette.faint);
    let place = Rect::from_center_size(rect.center() + vec2(0.0, 40.0), vec2(440.0, 100.0));
    let mut ui = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(title).color(palette.ink));
        if !hint.is_empty() {
            ui.label(RichText::new(hint).font(text::small()).color(palette.soft));
        }
    });
}

/// Why there is no picture, in the language now chosen.
pub(super) fn reason(desk: &Desk, error: &Error) -> String {
    let words = desk.words;
    let named = |key: &str, name: &String| words.fill(key, &[("name", name)]);
    match error {
        Error::None => words.say("camera-none"),
        Error::NotBuilt => words.say("camera-not-built"),
        Error::Denied => words.say("camera-denied"),
        Error::Busy { name, .. } => named("camera-busy", name),
        Error::Silent { name, .. } => named("camera-silent", name),
        Error::Stopped { name, .. } | Error::Lost { name, .. } => named("camera-lost", name),
        other => other.to_string(),
    }
}

/// A frame at most so many pixels wide: single pixels are enough for something that moves.
pub(super) fn small(photo: &Photo, most: usize) -> ColorImage {
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let step = width.div_ceil(most).max(1);
    let size = [width / step, height / step];
    let Samples::U8(samples) = photo.samples() else {
        return ColorImage::filled(size, Color32::BLACK);
    };
    let mut pixels = Vec::with_capacity(size[0] * size[1]);
    for y in 0..size[1] {
        let line = &samples[y * step * width * 3..][..width * 3];
        let colours = line.chunks_exact(3).step_by(step).take(size[0]);
        pixels.extend(colours.map(|p| Color32::from_rgb(p[0], p[1], p[2])));
    }
    ColorImage::new(size, pixels)
}
