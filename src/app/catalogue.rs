//! The catalogue: large pictures to pick from, with filters, search in both languages and favourites.

use super::action::{Action, Command};
use super::desk::Desk;
use super::icon::{self, Icon};
use super::state::{Edit, Worn};
use super::theme::{GRID, RADIUS, text};
use crate::job::Subject;
use crate::product::{Category, Summary};
use eframe::egui::{
    self, Align2, ComboBox, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use std::collections::BTreeSet;

/// Height of a card's words.
const CAPTION: f32 = 40.0;

/// Height of a chip and the space beside its words.
const CHIP: f32 = 26.0;
const CHIP_PADDING: f32 = 10.0;

/// What is shown of the catalogue.
#[derive(Default)]
pub struct Catalogue {
    search: String,
    category: Option<Category>,
    metal: Option<String>,
    stone: Option<String>,
    favourites: bool,
    /// The search field wants the keyboard.
    pub focus: bool,
}

impl Catalogue {
    /// Shows it.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        ui.spacing_mut().item_spacing = vec2(GRID, GRID);
        self.find(ui, desk);
        self.categories(ui, desk);
        self.materials(ui, desk);
        ui.add_space(2.0);
        let shown: Vec<&Summary> = desk.products.iter().filter(|p| self.shows(desk, p)).collect();
        if shown.is_empty() {
            ui.add_space(3.0 * GRID);
            let key = if desk.listed {
                "catalogue-none"
            } else {
                "catalogue-loading"
            };
            ui.vertical_centered(|ui| {
                ui.label(egui::RichText::new(desk.words.say(key)).color(desk.palette.soft));
                if desk.listed && !self.is_open() && ui.button(desk.words.say("catalogue-all")).clicked() {
                    *self = Self::default();
                }
            });
            return;
        }
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            let gap = GRID * 1.25;
            let width = ((ui.available_width() - gap) / 2.0).floor();
            for row in shown.chunks(2) {
                let (rect, _) =
                    ui.allocate_exact_size(vec2(ui.available_width(), width + CAPTION), Sense::hover());
                for (i, product) in row.iter().enumerate() {
                    let min = rect.min + vec2(i as f32 * (width + gap), 0.0);
                    card(
                        ui,
                        desk,
                        product,
                        Rect::from_min_size(min, vec2(width, width + CAPTION)),
                        actions,
                    );
                }
            }
            let import = egui::RichText::new(desk.words.say("import")).color(desk.palette.soft);
            let size = vec2(ui.available_width(), 36.0);
            if ui.add_sized(size, egui::Button::new(import)).clicked() {
                actions.push(Action::Do(Command::Import));
            }
            ui.add_space(GRID);
        });
    }

    /// Is nothing filtered?
    fn is_open(&self) -> bool {
        self.search.is_empty()
            && self.category.is_none()
            && self.metal.is_none()
            && self.stone.is_none()
            && !self.favourites
    }

    fn find(&mut self, ui: &mut Ui, desk: &Desk) {
        let label = desk.words.say("search");
        let field = TextEdit::singleline(&mut self.search)
            .hint_text(label.clone())
            .desired_width(f32::INFINITY)
            .margin(egui::Margin {
                left: 34,
                right: 12,
                top: 8,
                bottom: 8,
            });
        let response = ui.add(field).accessible_name(label);
        let place = pos2(response.rect.left() + 18.0, response.rect.center().y);
        icon::paint(ui.painter(), Icon::Search, place, 13.0, desk.palette.soft);
        if std::mem::take(&mut self.focus) {
            response.request_focus();
        }
    }

    fn categories(&mut self, ui: &mut Ui, desk: &Desk) {
        let words = desk.words;
        let all = self.category.is_none() && !self.favourites;
        let mut chips = vec![(words.say("category-all"), all)];
        for category in Category::ALL {
            let on = self.category == Some(category);
            chips.push((words.named("category", category.name()), on));
        }
        chips.push((words.say("favourites"), self.favourites));
        match flow(ui, desk, &chips) {
            Some(0) => (self.category, self.favourites) = (None, false),
            Some(i) => match Category::ALL.get(i - 1) {
                Some(category) => self.category = (self.category != Some(*category)).then_some(*category),
                None => self.favourites = !self.favourites,
            },
            None => {}
        }
    }

    fn materials(&mut self, ui: &mut Ui, desk: &Desk) {
        let metals: BTreeSet<&str> = desk.products.iter().map(|p| p.metal.as_str()).collect();
        let stones: BTreeSet<&str> = desk.products.iter().map(|p| p.stone.as_str()).collect();
        ui.horizontal(|ui| {
            let width = ((ui.available_width() - GRID) / 2.0).floor();
            choice(ui, desk, "metal", width, &metals, &mut self.metal);
            choice(ui, desk, "stone", width, &stones, &mut self.stone);
        });
    }

    fn shows(&self, desk: &Desk, product: &Summary) -> bool {
        let needle = self.search.trim().to_lowercase();
        let metal = desk.words.named("metal", &product.metal);
        let stone = desk.words.named("stone", &product.stone);
        let texts = [
            &product.id,
            &product.name_en,
            &product.name_zh,
            &product.metal,
            &product.stone,
            &metal,
            &stone,
        ];
        let sku = product.sku.as_deref().unwrap_or_default().to_lowercase();
        let has = |word: &str| sku.contains(word) || texts.iter().any(|t| t.to_lowercase().contains(word));
        needle.split_whitespace().all(has)
            && self.category.is_none_or(|c| c == product.category)
            && self.metal.as_ref().is_none_or(|m| *m == product.metal)
            && self.stone.as_ref().is_none_or(|s| *s == product.stone)
            && (!self.favourites || desk.document().favourites.contains(&product.id))
    }
}

/// Words that are on or off, one after the other, in as many rows as they need. Gives the one clicked.
fn flow(ui: &mut Ui, desk: &Desk, chips: &[(String, bool)]) -> Option<usize> {
    let palette = &desk.palette;
    let (start, width) = (ui.cursor().min, ui.available_width());
    let (mut place, mut clicked) = (start, None);
    for (i, (label, on)) in chips.iter().enumerate() {
        let ink = if *on { palette.on_accent } else { palette.soft };
        let galley = ui.painter().layout_no_wrap(label.clone(), text::small(), ink);
        let size = vec2(galley.size().x + 2.0 * CHIP_PADDING, CHIP);
        if place.x > start.x && place.x + size.x > start.x + width {
            place = pos2(start.x, place.y + CHIP + 6.0);
        }
        let rect = Rect::from_min_size(place, size);
        let response = ui.interact(rect, ui.scope_id().with(("chip", i)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, *on, label));
        let fill = match (on, response.hovered()) {
            (true, _) => palette.accent,
            (false, true) => palette.card_hover,
            (false, false) => palette.card,
        };
        ui.painter().rect_filled(rect, CHIP / 2.0, fill);
        if response.has_focus() {
            icon::ring(ui.painter(), palette, rect);
        }
        ui.painter()
            .galley(rect.center() - galley.size() / 2.0, galley, ink);
        if response.clicked() {
            clicked = Some(i);
        }
        place.x = rect.right() + 6.0;
    }
    ui.allocate_rect(
        Rect::from_min_max(start, pos2(start.x + width, place.y + CHIP)),
        Sense::hover(),
    );
    clicked
}

fn choice(
    ui: &mut Ui,
    desk: &Desk,
    kind: &'static str,
    width: f32,
    all: &BTreeSet<&str>,
    chosen: &mut Option<String>,
) {
    let any = desk.words.say(&format!("{kind}-any"));
    let name = |value: &str| desk.words.named(kind, value);
    let shown = chosen.as_deref().map_or_else(|| any.clone(), name);
    let ink = if chosen.is_some() {
        desk.palette.ink
    } else {
        desk.palette.soft
    };
    let response = ComboBox::from_id_salt(kind)
        .selected_text(egui::RichText::new(shown).color(ink))
        .width(width)
        .icon(icon::chevron)
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, any.clone());
            for value in all {
                ui.selectable_value(chosen, Some((*value).to_owned()), name(value));
            }
        });
    let _ = response
        .response
        .accessible_name(desk.words.say(&format!("{kind}-filter")));
}

fn card(ui: &mut Ui, desk: &Desk, product: &Summary, rect: Rect, actions: &mut Vec<Action>) {
    let palette = &desk.palette;
    let name = desk.words.pick(&product.name_en, &product.name_zh);
    let worn = desk.document().wears(&product.id);
    let response = ui.interact(rect, ui.scope_id().with(("product", &product.id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, worn, name));
    if response.clicked() {
        actions.push(Action::Edit(Edit::Wear(Worn {
            id: product.id.clone(),
            category: product.category,
        })));
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    let art = Rect::from_min_size(rect.min, Vec2::splat(rect.width()));
    let hovered = response.hovered() || response.has_focus();
    if !ui.is_rect_visible(rect) {
        // The keyboard reaches what the eye does not see yet.
        heart(ui, desk, product, name, art, hovered, actions);
        return;
    }
    let ground = if hovered {
        palette.card_hover
    } else {
        palette.ground
    };
    let painter = ui.painter();
    painter.rect_filled(art, f32::from(RADIUS) + 2.0, ground);
    if let Some(picture) = desk.pictures.get(&Subject::Product(product.id.clone())) {
        let room = art.shrink(14.0);
        let size = picture.size();
        let size = size * (room.width() / size.x).min(room.height() / size.y);
        picture.paint(painter, Rect::from_center_size(room.center(), size));
    }
    if worn || response.has_focus() {
        let stroke = Stroke::new(1.6, palette.accent);
        painter.rect_stroke(art, f32::from(RADIUS) + 2.0, stroke, StrokeKind::Inside);
    }
    if worn {
        let center = art.left_top() + vec2(16.0, 16.0);
        painter.circle_filled(center, 8.0, palette.accent);
        let at = |x: f32, y: f32| center + vec2(x, y);
        let tick = vec![at(-3.5, 0.2), at(-1.0, 2.8), at(3.6, -2.6)];
        painter.line(tick, Stroke::new(1.5, palette.on_accent));
    }
    let mut job =
        egui::text::LayoutJob::simple(name.to_owned(), text::small(), palette.soft, rect.width() - 4.0);
    job.wrap.max_rows = 2;
    let galley = painter.layout_job(job);
    painter.galley(pos2(rect.left() + 2.0, art.bottom() + 5.0), galley, palette.soft);
    heart(ui, desk, product, name, art, hovered, actions);
    response.on_hover_ui(|ui| tooltip(ui, desk, product));
}

fn heart(
    ui: &Ui,
    desk: &Desk,
    product: &Summary,
    name: &str,
    art: Rect,
    hovered: bool,
    actions: &mut Vec<Action>,
) {
    let liked = desk.document().favourites.contains(&product.id);
    let place = Rect::from_center_size(art.right_top() + vec2(-16.0, 16.0), Vec2::splat(26.0));
    let over = ui.rect_contains_pointer(place);
    let icon = if liked { Icon::HeartFull } else { Icon::Heart };
    let key = if liked {
        "favourite-remove"
    } else {
        "favourite-add"
    };
    let label = desk.words.fill(key, &[("name", &name)]);
    // A heart that is not set is quiet until somebody comes near, but a keyboard always finds it.
    let faint = !(liked || hovered || over);
    let mut quiet = desk.palette;
    if faint {
        quiet.soft = desk.palette.soft.gamma_multiply(0.35);
    }
    if icon::small(ui, &quiet, icon, &label, place, ("heart", &product.id)).clicked() {
        actions.push(Action::Edit(Edit::Favourite(product.id.clone())));
    }
}

fn tooltip(ui: &mut Ui, desk: &Desk, product: &Summary) {
    let words = desk.words;
    ui.label(words.pick(&product.name_en, &product.name_zh));
    let size = format!("{:.1} × {:.1} mm", product.width_mm, product.height_mm);
    let mut facts = vec![words.named("metal", &product.metal)];
    if product.stone != "none" {
        facts.push(words.named("stone", &product.stone));
    }
    facts.push(size);
    facts.extend(product.price.clone());
    facts.extend(product.sku.clone());
    ui.label(
        egui::RichText::new(facts.join("  ·  "))
            .font(text::small())
            .color(desk.palette.soft),
    );
}

/// Words in the middle of a rectangle.
pub fn centered(ui: &Ui, rect: Rect, words: &str, font: egui::FontId, ink: egui::Color32) {
    ui.painter()
        .text(rect.center(), Align2::CENTER_CENTER, words, font, ink);
}
