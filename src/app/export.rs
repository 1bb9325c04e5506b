//! The export dialog: what is written, how, where and under which names; progress and cancel.

use super::action::Action;
use super::controls::{quiet, row, segments};
use super::desk::Desk;
use super::theme::{GRID, text};
use crate::job::{Export, ExportItem};
use crate::photo::Format;
use eframe::egui::{Button, ProgressBar, RichText, TextEdit, Ui, vec2};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Longer sides offered, pixels; none is the portrait's own.
const SIDES: [Option<u32>; 4] = [None, Some(2048), Some(1080), Some(640)];
/// What a name may have in braces.
const FIRST_TEMPLATE: &str = "{portrait}-{product}";

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The picture looked at.
    #[default]
    One,
    /// The same, before and after side by side.
    BeforeAfter,
    /// All open portraits.
    All,
}

/// How pictures are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    what: What,
    /// Extension of the format.
    format: String,
    quality: u8,
    longest: Option<u32>,
    template: String,
    /// Where to; the pictures folder or the working folder when none was chosen.
    pub folder: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            what: What::One,
            format: "png".into(),
            quality: 92,
            longest: None,
            template: FIRST_TEMPLATE.into(),
            folder: None,
        }
    }
}

/// How far an export is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Pictures in all; zero when nothing is written.
    pub total: usize,
    /// Finished ones.
    pub done: usize,
    /// The last one written.
    pub last: Option<PathBuf>,
    /// What went wrong, by picture.
    pub problems: Vec<String>,
}

impl Progress {
    /// Is something still being written?
    pub fn is_running(&self) -> bool {
        self.done < self.total
    }
}

impl Settings {
    fn format(&self) -> Format {
        [Format::Jpeg, Format::WebP, Format::Tiff]
            .into_iter()
            .find(|f| f.extension() == self.format)
            .unwrap_or(Format::Png)
    }

    /// The folder pictures go to.
    pub fn folder(&self) -> PathBuf {
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
        let pictures = home.map(|home| PathBuf::from(home).join("Pictures"));
        self.folder
            .clone()
            .or_else(|| pictures.filter(|p| p.is_dir()))
            .or_else(|| std::env::current_dir().ok())
            .unwrap_or_default()
    }

    /// The file name of a portrait's export, without its folder.
    fn name(&self, desk: &Desk, portrait: &Path, number: usize) -> String {
        let document = desk.document();
        let stem = portrait.file_stem().unwrap_or_default().to_string_lossy();
        let worn: Vec<_> = document.worn.iter().map(|w| w.id.as_str()).collect();
        let product = if worn.is_empty() {
            "plain".into()
        } else {
            worn.join("-")
        };
        let look = document.look.as_deref().unwrap_or("plain");
        // Of a file its kind is enough.
        let look = look.split(':').next().unwrap_or(look);
        let filled = self
            .template
            .replace("{portrait}", &stem)
            .replace("{product}", &product)
            .replace("{look}", look)
            .replace("{n}", &format!("{number:03}"));
        let safe = |c: char| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                '_'
            } else {
                c
            }
        };
        let name: String = filled.trim().chars().map(safe).take(180).collect();
        let name = name.trim_matches('.');
        let name = if name.is_empty() { "bijou" } else { name };
        let suffix = if self.what == What::BeforeAfter {
            "-before-after"
        } else {
            ""
        };
        format!("{name}{suffix}.{}", self.format().extension())
    }

    /// What the worker is to write; names that exist get a number.
    pub fn export(&self, desk: &Desk) -> Export {
        let document = desk.document();
        let portraits: Vec<&PathBuf> = match self.what {
            What::All => document.portraits.iter().collect(),
            What::One | What::BeforeAfter => document.portraits.get(document.current).into_iter().collect(),
        };
        let folder = self.folder();
        let look = desk.style();
        let mut taken = BTreeSet::new();
        let items = portraits.into_iter().enumerate().map(|(i, portrait)| {
            let output = free(&folder, &self.name(desk, portrait, i + 1), &mut taken);
            let decoded = desk.current_portrait().filter(|p| p.path == *portrait);
            ExportItem {
                portrait: portrait.clone(),
                photo: decoded.map(|p| std::sync::Arc::clone(&p.photo)),
                items: desk.items(portrait),
                points: document.points(portrait).to_vec(),
                look: look.clone(),
                output,
            }
        });
        Export {
            items: items.collect(),
            before_after: self.what == What::BeforeAfter,
            longest: self.longest,
            quality: self.quality.clamp(1, 100),
            force: false,
        }
    }

    /// The dialog.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk, progress: &Progress, actions: &mut Vec<Action>) {
        let words = desk.words;
        ui.spacing_mut().item_spacing.y = 6.0;
        let label = |ui: &mut Ui, key: &str| {
            ui.label(RichText::new(words.say(key)).color(desk.palette.soft));
        };
        label(ui, "export-what");
        let whats = [
            (What::One, words.say("export-one")),
            (What::BeforeAfter, words.say("export-before-after")),
            (
                What::All,
                words.fill("export-all", &[("count", &desk.document().portraits.len())]),
            ),
        ];
        segments(ui, desk, &words.say("export-what"), &whats, &mut self.what);
        label(ui, "export-format");
        let formats = [Format::Png, Format::Jpeg, Format::WebP, Format::Tiff];
        let formats = formats.map(|f| (f, f.to_string()));
        let mut format = self.format();
        segments(ui, desk, &words.say("export-format"), &formats, &mut format);
        self.format = format.extension().into();
        if format == Format::Jpeg {
            let mut quality = f64::from(self.quality);
            ui.scope(|ui| row(ui, desk, "export-quality", &mut quality, 1.0..=100.0, "", 0));
            self.quality = quality as u8;
        }
        label(ui, "export-size");
        let sides = SIDES.map(|side| {
            (
                side,
                side.map_or_else(|| words.say("export-full"), |s| format!("{s} px")),
            )
        });
        segments(ui, desk, &words.say("export-size"), &sides, &mut self.longest);
        label(ui, "export-name");
        let field = TextEdit::singleline(&mut self.template).desired_width(f32::INFINITY);
        let _ = ui.add(field).accessible_name(words.say("export-name"));
        ui.label(
            RichText::new(words.say("export-placeholders"))
                .font(text::small())
                .color(desk.palette.faint),
        );
        ui.add_space(GRID);
        self.place(ui, desk, actions);
        ui.add_space(GRID);
        finish(ui, desk, progress, actions);
        if !desk.document().corrections.is_empty() && quiet(ui, desk, &words.say("corrections-save")) {
            actions.push(Action::SaveCorrections);
        }
    }

    /// The folder and what the first file will be called.
    fn place(&self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let words = desk.words;
        ui.horizontal(|ui| {
            if ui.button(words.say("export-folder")).clicked() {
                actions.push(Action::ExportFolder);
            }
            let portrait = desk.document().portrait().unwrap_or(Path::new("portrait"));
            let path = self.folder().join(self.name(desk, portrait, 1));
            let shown = RichText::new(path.display().to_string()).font(text::small());
            ui.add(eframe::egui::Label::new(shown.color(desk.palette.soft)).truncate());
        });
    }
}

/// The button, or how far it is.
fn finish(ui: &mut Ui, desk: &Desk, progress: &Progress, actions: &mut Vec<Action>) {
    let (words, palette) = (desk.words, &desk.palette);
    if progress.is_running() {
        let part = progress.done as f32 / progress.total as f32;
        let figures = [
            ("done", &progress.done as &dyn ToString),
            ("total", &progress.total),
        ];
        ui.add(ProgressBar::new(part).desired_height(8.0).fill(palette.accent));
        ui.horizontal(|ui| {
            ui.label(words.fill("export-progress", &figures));
            if ui.button(words.say("cancel")).clicked() {
                actions.push(Action::CancelExport);
            }
        });
        return;
    }
    let go = RichText::new(words.say("export-start")).color(palette.on_accent);
    let size = vec2(ui.available_width(), 38.0);
    if ui.add_sized(size, Button::new(go).fill(palette.accent)).clicked() {
        actions.push(Action::StartExport);
    }
    for problem in progress.problems.iter().take(3) {
        ui.label(RichText::new(problem).font(text::small()).color(palette.alert));
    }
    if let Some(path) = &progress.last {
        ui.horizontal(|ui| {
            ui.label(words.fill(
                "export-done",
                &[("count", &(progress.done - progress.problems.len()))],
            ));
            if ui.button(words.say("reveal")).clicked() {
                actions.push(Action::Reveal(path.clone()));
            }
        });
    }
}

/// A path that no file has and no other picture of this export gets.
fn free(folder: &Path, name: &str, taken: &mut BTreeSet<PathBuf>) -> PathBuf {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let numbered = (2..10_000).map(|n| folder.join(format!("{stem}-{n}.{extension}")));
    let first = std::iter::once(folder.join(name));
    let free = first.chain(numbered).find(|p| !taken.contains(p) && !p.exists());
    let path = free.unwrap_or_else(|| folder.join(name));
    taken.insert(path.clone());
    path
}
