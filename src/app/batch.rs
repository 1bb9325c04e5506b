//! The batch room: portraits × products × looks × outputs, put together by hand and made by the very same batch as
//! the command line's. Takes the desk; gives a job to a [`Night`] and shows how far it is.

use super::action::Action;
use super::batch_parts::{chip, facts, portrait, stem};
use super::batch_run::Course;
use super::controls::heading;
use super::desk::Desk;
use super::theme::{GRID, RADIUS, text};
use crate::batch::{Job, Output, Preset, Sheets, Shows, Template};
use crate::job::{Listing, Night, Order, Wake};
use crate::pipeline::{Choice, PortraitCorrections};
use crate::product::Category;
use crate::style;
use eframe::egui::{
    CentralPanel, Checkbox, Frame, Label, Margin, RichText, Role, ScrollArea, TextEdit, Ui, vec2,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Width of the right column.
const ASIDE: f32 = 400.0;

/// Which products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Products {
    /// Those worn in the first room.
    #[default]
    Worn,
    Favourites,
    Of(Category),
    All,
}

/// What the room needs of the window.
pub struct Around<'a> {
    /// Engine and models.
    pub choice: Choice,
    /// Folders of products.
    pub shelves: Vec<PathBuf>,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

/// The room's own state.
pub struct BatchRoom {
    /// Where pictures go, once it was chosen.
    pub folder: Option<PathBuf>,
    left_out: BTreeSet<PathBuf>,
    products: Products,
    /// Ids of looks; empty for none.
    looks: BTreeSet<&'static str>,
    outputs: BTreeSet<String>,
    template: String,
    sheets: bool,
    listing: Option<Listing>,
    presets: Vec<Preset>,
    course: Course,
}

impl Default for BatchRoom {
    fn default() -> Self {
        Self {
            folder: None,
            left_out: BTreeSet::new(),
            products: Products::default(),
            looks: [""].into(),
            outputs: ["web".to_owned()].into(),
            template: Output::new("").name,
            sheets: false,
            listing: None,
            presets: Vec::new(),
            course: Course::default(),
        }
    }
}

impl BatchRoom {
    /// Is a batch under way?
    pub fn is_running(&self) -> bool {
        self.course.is_running()
    }

    /// The whole room.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk, around: &Around<'_>, actions: &mut Vec<Action>) {
        self.work(ui, around);
        let ground = Frame::new()
            .fill(desk.palette.canvas)
            .inner_margin(Margin::symmetric(28, 20));
        CentralPanel::default().frame(ground).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 4.0 * GRID;
                    let wide = (ui.available_width() - ASIDE - 4.0 * GRID).max(360.0);
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.x = GRID;
                        ui.set_width(wide);
                        self.what(ui, desk);
                    });
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.x = GRID;
                        ui.set_width(ASIDE);
                        self.how(ui, desk, actions);
                        self.course(ui, desk, around, actions);
                    });
                });
            });
        });
    }

    /// Hears what threads say.
    fn work(&mut self, ui: &Ui, around: &Around<'_>) {
        let listing = self
            .listing
            .get_or_insert_with(|| Listing::start(&around.choice.root, Arc::clone(around.wake)));
        if let Some(presets) = listing.take() {
            match presets {
                Ok(presets) => self.presets = presets,
                Err(why) => self.course.problem = Some(why),
            }
        }
        self.course.hear(ui.ctx());
    }

    /// Portraits, products, looks.
    fn what(&mut self, ui: &mut Ui, desk: &Desk) {
        let words = desk.words;
        let portraits = &desk.document().portraits;
        let chosen = portraits.iter().filter(|p| !self.left_out.contains(*p)).count();
        heading(ui, desk, "batch-portraits", |ui| {
            let all = words.say("batch-all");
            if super::controls::quiet(ui, desk, &all) {
                self.left_out.clear();
            }
            let count = words.fill("batch-of", &[("count", &chosen), ("total", &portraits.len())]);
            ui.label(RichText::new(count).font(text::small()).color(desk.palette.soft));
        });
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GRID, GRID);
            for path in portraits {
                if portrait(ui, desk, path, !self.left_out.contains(path)) && !self.left_out.remove(path) {
                    self.left_out.insert(path.clone());
                }
            }
        });
        ui.add_space(2.0 * GRID);
        heading(ui, desk, "batch-products", |_| {});
        let mut choices = vec![
            (Products::Worn, words.say("batch-worn")),
            (Products::Favourites, words.say("favourites")),
        ];
        choices.extend(Category::ALL.map(|c| (Products::Of(c), words.named("category", c.name()))));
        choices.push((Products::All, words.say("category-all")));
        ui.horizontal_wrapped(|ui| {
            for (value, name) in choices {
                let count = self.ids(desk, value).len();
                if chip(
                    ui,
                    desk,
                    &format!("{name}  {count}"),
                    self.products == value,
                    Role::RadioButton,
                ) {
                    self.products = value;
                }
            }
        });
        ui.add_space(2.0 * GRID);
        heading(ui, desk, "looks-title", |_| {});
        ui.horizontal_wrapped(|ui| {
            let none = ("", words.say("look-none"));
            let looks = style::looks().iter();
            let looks = looks.map(|l| (l.id, words.pick(l.name_en, l.name_zh).to_owned()));
            for (id, name) in std::iter::once(none).chain(looks) {
                let on = self.looks.contains(id);
                if chip(ui, desk, &name, on, Role::CheckBox) && !self.looks.remove(id) {
                    self.looks.insert(id);
                }
            }
        });
    }

    /// Outputs, folder, names.
    fn how(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let (words, palette) = (desk.words, &desk.palette);
        heading(ui, desk, "batch-outputs", |_| {});
        for preset in &self.presets {
            let mut on = self.outputs.contains(&preset.name);
            let before = on;
            let name = words.named("preset", &preset.name);
            ui.horizontal(|ui| {
                ui.add(Checkbox::new(&mut on, RichText::new(&name).color(palette.ink)));
                let facts = RichText::new(facts(preset))
                    .font(text::small())
                    .color(palette.faint);
                ui.add(Label::new(facts).truncate());
            });
            if on != before && !self.outputs.remove(&preset.name) {
                self.outputs.insert(preset.name.clone());
            }
        }
        ui.add(Checkbox::new(&mut self.sheets, words.say("batch-sheets")));
        ui.add_space(GRID);
        heading(ui, desk, "batch-names", |_| {});
        ui.horizontal(|ui| {
            if ui.button(words.say("export-folder")).clicked() {
                actions.push(Action::BatchFolder);
            }
            let shown = match &self.folder {
                Some(folder) => folder.display().to_string(),
                None => words.say("batch-no-folder"),
            };
            let shown = RichText::new(shown).font(text::small()).color(palette.soft);
            ui.add(Label::new(shown).truncate());
        });
        let field = TextEdit::singleline(&mut self.template).desired_width(f32::INFINITY);
        let _ = ui.add(field).accessible_name(words.say("export-name"));
        let (preview, ink) = match self.preview(desk) {
            Some(name) => (name, palette.soft),
            None => (words.say("batch-name-wrong"), palette.alert),
        };
        ui.label(RichText::new(preview).font(text::small()).color(ink));
        let fields = "{portrait} {product} {sku} {style} {output} {index} {date}";
        ui.label(RichText::new(fields).font(text::small()).color(palette.faint));
        ui.add_space(GRID);
    }

    /// What would be made, and how far it is.
    fn course(&mut self, ui: &mut Ui, desk: &Desk, around: &Around<'_>, actions: &mut Vec<Action>) {
        let frame = Frame::new()
            .fill(desk.palette.panel)
            .corner_radius(RADIUS)
            .inner_margin(Margin::same(16));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            let total = self.summary(ui, desk);
            let ready = total > 0 && self.folder.is_some() && self.preview(desk).is_some();
            let asked = self.course.show(ui, desk, ready, actions);
            if let Some(changed) = asked {
                let order = Order {
                    job: self.job(desk),
                    choice: around.choice.clone(),
                    shelves: around.shelves.clone(),
                    corrections: corrections(desk),
                    changed,
                };
                match Night::start(order, Arc::clone(around.wake)) {
                    Ok(night) => self.course.begin(night),
                    Err(error) => self.course.problem = Some(error.to_string()),
                }
            }
        });
    }

    /// "9 portraits × 40 products × 1 look × 2 outputs"; gives how many pictures that is.
    fn summary(&self, ui: &mut Ui, desk: &Desk) -> usize {
        let words = desk.words;
        let portraits = self.portraits(desk).len();
        let products = self.ids(desk, self.products).len();
        let (worn, alone): (Vec<&Preset>, _) = self.chosen().partition(|p| p.shows == Shows::OnModel);
        let pictures = portraits * products * self.looks.len() * worn.len();
        let packshots = products * alone.len();
        let factors = [
            ("portraits", &portraits as &dyn ToString),
            ("products", &products),
            ("looks", &self.looks.len()),
            ("outputs", &worn.len()),
            ("packshots", &packshots),
        ];
        let total = pictures + packshots;
        let title = words.fill("batch-total", &[("count", &total)]);
        ui.label(RichText::new(title).font(text::large()).color(desk.palette.ink));
        let mut line = words.fill("batch-factors", &factors);
        if packshots > 0 {
            line = format!("{line}  +  {}", words.fill("batch-packshots", &factors));
        }
        ui.label(RichText::new(line).color(desk.palette.soft));
        ui.add_space(GRID);
        total
    }

    fn portraits<'d>(&self, desk: &'d Desk) -> Vec<&'d PathBuf> {
        let all = desk.document().portraits.iter();
        all.filter(|p| !self.left_out.contains(*p)).collect()
    }

    fn chosen(&self) -> impl Iterator<Item = &Preset> {
        self.presets.iter().filter(|p| self.outputs.contains(&p.name))
    }

    /// Ids of the products of a choice.
    fn ids(&self, desk: &Desk, products: Products) -> Vec<String> {
        let document = desk.document();
        let wanted = |p: &&crate::product::Summary| match products {
            Products::Worn => document.wears(&p.id),
            Products::Favourites => document.favourites.contains(&p.id),
            Products::Of(category) => p.category == category,
            Products::All => true,
        };
        let found = desk.products.iter().filter(wanted);
        found.map(|p| p.id.clone()).collect()
    }

    /// The name of the first picture, when the template can be meant.
    fn preview(&self, desk: &Desk) -> Option<String> {
        let several = self.chosen().count() > 1;
        let template = Template::of_job(&self.template, several).ok()?;
        let first = self.chosen().find(|p| p.shows == Shows::OnModel);
        let portrait = self.portraits(desk).first().map(|p| stem(p)).unwrap_or_default();
        let product = self
            .ids(desk, self.products)
            .into_iter()
            .next()
            .unwrap_or_default();
        let sku = desk.product(&product).and_then(|p| p.sku.clone());
        let name = template.fill(|field| match field {
            "portrait" => portrait.clone(),
            "product" => product.clone(),
            "sku" => sku.clone().unwrap_or_else(|| product.clone()),
            "style" => match self.looks.first().copied().unwrap_or_default() {
                "" => "plain".into(),
                id => id.to_owned(),
            },
            "output" => first.map(|p| p.name.clone()).unwrap_or_default(),
            "index" => "00001".into(),
            _ => time::OffsetDateTime::now_utc().date().to_string(),
        });
        let format = first.map_or("jpg", |p| p.format.as_str());
        Some(format!("{}.{format}", name.display()))
    }

    /// The job as it is put together now.
    fn job(&self, desk: &Desk) -> Job {
        let mut job = Job::new(self.folder.clone().unwrap_or_default());
        let portraits = self.portraits(desk);
        job.portraits = portraits.iter().map(|p| p.display().to_string()).collect();
        job.products = self.ids(desk, self.products);
        let look = |id: &&str| {
            if id.is_empty() {
                "none".to_owned()
            } else {
                (*id).to_owned()
            }
        };
        job.looks = self.looks.iter().map(look).collect();
        job.outputs = self.chosen().map(|p| p.name.clone()).collect();
        job.output.name.clone_from(&self.template);
        job.sheets = self.sheets.then(|| Sheets {
            names: desk
                .words
                .pick_value(crate::batch::Names::En, crate::batch::Names::Zh),
            ..Sheets::default()
        });
        job
    }
}

/// What was put right by hand on the open portraits.
fn corrections(desk: &Desk) -> Vec<(PathBuf, PortraitCorrections)> {
    let all = desk.document().corrections.iter();
    all.map(|(path, own)| {
        let corrections = PortraitCorrections {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            points: own.points.clone(),
            products: own.adjustments.clone(),
        };
        (path.clone(), corrections)
    })
    .collect()
}
