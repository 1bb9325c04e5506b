//! Product import: a photo on a plain background, cut out, its points and millimetres put right, saved.

use super::action::Action;
use super::controls::{row, segments};
use super::desk::Desk;
use super::picture::Picture;
use super::theme::{GRID, text};
use crate::cutout::{Proposal, Size, Spec};
use crate::job::Pyramid;
use crate::product::{Attach, Category, Pair};
use eframe::egui::{
    Button, Color32, CursorIcon, Rect, RichText, Role, Sense, Stroke, TextEdit, Ui, WidgetInfo, pos2, vec2,
};
use glam::DVec2;
use std::cell::Cell;
use std::path::PathBuf;

/// Longer side of the cut-out on the screen, pixels.
const SHOWN: usize = 1024;

/// The panel's own state.
pub struct Import {
    photo: Option<PathBuf>,
    category: Category,
    cut: Option<(Box<Proposal>, Picture)>,
    waiting: bool,
    problem: Option<String>,
    name: String,
    metal: String,
    stone: String,
    height_mm: f64,
}

impl Default for Import {
    fn default() -> Self {
        Self {
            photo: None,
            category: Category::Earring,
            cut: None,
            waiting: false,
            problem: None,
            name: String::new(),
            metal: "gold".into(),
            stone: "none".into(),
            height_mm: 25.0,
        }
    }
}

impl Import {
    /// A photo was chosen or dropped; gives the category to cut it out for.
    pub fn photo(&mut self, path: PathBuf) -> Category {
        if self.name.is_empty() {
            self.name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
        }
        self.photo = Some(path);
        (self.cut, self.waiting, self.problem) = (None, true, None);
        self.category
    }

    /// The cut-out has come.
    pub fn cut(&mut self, result: Result<Box<Proposal>, String>) {
        self.waiting = false;
        match result {
            Ok(proposal) => {
                let picture = Picture::new(Pyramid::of_art(&proposal.art, SHOWN));
                self.cut = Some((proposal, picture));
            }
            Err(why) => self.problem = Some(why),
        }
    }

    /// Saving failed.
    pub fn failed(&mut self, why: String) {
        self.waiting = false;
        self.problem = Some(why);
    }

    /// The cut-out with its points as they are set now.
    pub fn proposal(&self) -> Option<Box<Proposal>> {
        self.cut.as_ref().map(|(proposal, _)| proposal.clone())
    }

    /// Shows it.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let words = desk.words;
        ui.spacing_mut().item_spacing.y = 6.0;
        let categories = Category::ALL.map(|c| (c, words.named("category", c.name())));
        let before = self.category;
        segments(ui, desk, &words.say("category"), &categories, &mut self.category);
        if before != self.category
            && let Some(photo) = self.photo.clone()
        {
            self.photo(photo.clone());
            actions.push(Action::Cutout(photo, self.category));
        }
        self.ground(ui, desk, actions);
        if let Some(problem) = &self.problem {
            ui.label(RichText::new(problem).color(desk.palette.alert));
        }
        if self.cut.is_some() {
            self.form(ui, desk, actions);
        }
    }

    /// The cut-out, or where to drop a photo.
    fn ground(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let (palette, words) = (&desk.palette, desk.words);
        let (rect, response) = ui.allocate_exact_size(vec2(440.0, 240.0), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words.say("import-photo")));
        ui.painter().rect_filled(rect, 10.0, palette.ground);
        let Some((proposal, picture)) = &mut self.cut else {
            let key = if self.waiting {
                "import-cutting"
            } else {
                "import-drop"
            };
            super::catalogue::centered(ui, rect, &words.say(key), text::body(), palette.soft);
            if response.clicked() {
                actions.push(Action::ImportPhoto);
            }
            return;
        };
        let room = rect.shrink(16.0);
        let (width, height) = (proposal.art.width as f32, proposal.art.height as f32);
        let scale = (room.width() / width).min(room.height() / height);
        let place = Rect::from_center_size(rect.center(), vec2(width, height) * scale);
        picture.paint(ui.painter(), place);
        let mut attach = proposal.attach;
        for (i, (name, point)) in proposal.attach.points().into_iter().enumerate() {
            let at = pos2(point.x as f32, point.y as f32);
            let dot = place.min + at.to_vec2() * scale;
            let grab = ui.interact(
                Rect::from_center_size(dot, vec2(20.0, 20.0)),
                ui.scope_id().with(name),
                Sense::drag(),
            );
            grab.widget_info(|| WidgetInfo::labeled(Role::Button, true, words.named("attach", name)));
            if grab.dragged() {
                let moved = (dot + grab.drag_delta() - place.min) / scale;
                let moved = moved.clamp(vec2(0.0, 0.0), vec2(width, height));
                attach = with_point(attach, i, DVec2::new(moved.x.into(), moved.y.into()));
            }
            ui.painter()
                .circle(dot, 5.0, palette.accent, Stroke::new(1.5, Color32::WHITE));
            let _ = grab
                .on_hover_text(words.named("attach", name))
                .on_hover_and_drag_cursor(CursorIcon::Move);
        }
        proposal.attach = attach;
    }

    fn form(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let words = desk.words;
        ui.scope(|ui| {
            row(
                ui,
                desk,
                "import-height",
                &mut self.height_mm,
                1.0..=400.0,
                " mm",
                1,
            )
        });
        ui.horizontal(|ui| {
            for (key, value, width) in [
                ("import-name", &mut self.name, 190.0),
                ("metal", &mut self.metal, 100.0),
                ("stone", &mut self.stone, 100.0),
            ] {
                let field = TextEdit::singleline(value)
                    .desired_width(width)
                    .hint_text(words.say(key));
                let _ = ui.add(field).accessible_name(words.say(key));
            }
        });
        ui.add_space(GRID);
        let go = RichText::new(words.say("import-save")).color(desk.palette.on_accent);
        let button = Button::new(go).fill(desk.palette.accent);
        let named = !self.name.trim().is_empty();
        let saved = ui.add_enabled_ui(named, |ui| ui.add_sized([440.0, 38.0], button).clicked());
        if saved.inner {
            actions.push(Action::SaveProduct(Box::new(self.spec())));
        }
    }

    fn spec(&self) -> Spec {
        let word = |text: &str, other: &str| {
            let text = text.trim().to_lowercase().replace(' ', "_");
            if text.is_empty() { other.to_owned() } else { text }
        };
        Spec {
            id: id_of(&self.name),
            name: self.name.trim().to_owned(),
            name_zh: None,
            category: self.category,
            size: Size::Height(self.height_mm),
            metal: word(&self.metal, "gold"),
            stone: word(&self.stone, "none"),
            pair: if self.category == Category::Earring {
                Pair::Mirror
            } else {
                Pair::Single
            },
            sku: None,
            price: None,
        }
    }
}

/// A name as an id: what is no letter or figure becomes a dash.
fn id_of(name: &str) -> String {
    let plain = |c: char| {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            c
        } else {
            '-'
        }
    };
    let text: String = name.trim().chars().map(plain).take(60).collect();
    let parts: Vec<_> = text.split('-').filter(|p| !p.is_empty()).collect();
    let id = parts.join("-");
    if id.is_empty() {
        // A name without Latin letters still needs an id that can be typed.
        format!("product-{}", &crate::publish::sha256(&[name.as_bytes()])[..8])
    } else {
        id
    }
}

/// The same points with one moved, in the order of [`Attach::points`].
fn with_point(attach: Attach, index: usize, to: DVec2) -> Attach {
    let count = Cell::new(0);
    attach.map(|p| {
        let here = count.replace(count.get() + 1);
        if here == index { to } else { p }
    })
}
