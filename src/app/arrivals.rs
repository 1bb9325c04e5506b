//! What a person brings: dropped files, what was pasted, the dialogs' answers, pictures taken with the camera.
//! Whatever it is, it either becomes part of the work or gets one sentence, and the work stays as it was.

use super::App;
use super::action::Action;
use super::desk::{self, LIKE, TABLE};
use super::dialog::Answer;
use super::overlay::Overlay;
use super::room::Room;
use super::state::{Corrections, Edit};
use crate::job::{CorrectionsTask, FileTask};
use crate::photo::Photo;
use crate::style::Style;
use eframe::egui::{ColorImage, Context, Event};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// What was pasted in a frame.
#[derive(Default)]
struct Pasted {
    text: Option<String>,
    image: Option<std::sync::Arc<ColorImage>>,
}

impl App {
    /// Takes what a dialog or the clipboard gave.
    pub fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Portraits(paths) | Answer::Files(paths) => self.bring(paths),
            Answer::ProductPhoto(path) => {
                self.overlay = Some(Overlay::Import);
                let category = self.import.photo(path.clone());
                self.worker.file(FileTask::Cutout(path, category));
            }
            Answer::ExportFolder(path) => {
                self.desk.preferences.export.folder = Some(path);
                self.changed();
            }
            Answer::BatchFolder(path) => self.batch.folder = Some(path),
            Answer::Corrections(path) => {
                let corrections = &self.desk.document().corrections;
                let entry = |(portrait, c): (&PathBuf, &Corrections)| {
                    (portrait.clone(), c.points.clone(), c.adjustments.clone())
                };
                let portraits = corrections.iter().map(entry).collect();
                let task = CorrectionsTask { path, portraits };
                self.worker.file(FileTask::Corrections(Box::new(task)));
            }
            Answer::Generator(path) => {
                self.desk.preferences.generator = Some(path);
                self.changed();
                self.restart();
            }
            Answer::Reference(path) => self.bring_look(format!("{LIKE}{}", path.display())),
            Answer::Table(path) => self.bring_look(format!("{TABLE}{}", path.display())),
            Answer::Picture(width, height, rgba) => self.pasted(width, height, &rgba),
            Answer::NoPicture => self.toasts.tell(self.desk.words.say("paste-nothing")),
            Answer::NoChooser => self.toasts.warn(self.desk.words.say("no-chooser")),
            Answer::NotRevealed(why) => {
                let text = self.desk.words.fill("not-revealed", &[("why", &why)]);
                self.toasts.warn(text);
            }
        }
    }

    /// Files dropped on the window, and what was pasted.
    pub(super) fn dropped(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        let (paths, pasted) = ctx.input(|i| {
            let files = i.raw.dropped_files.iter().map(|f| f.path().to_owned());
            let mut pasted = None;
            for event in &i.events {
                match event {
                    Event::Paste(text) => {
                        pasted.get_or_insert_with(Pasted::default).text = Some(text.clone());
                    }
                    Event::PasteImage(image) => {
                        pasted.get_or_insert_with(Pasted::default).image = Some(image.clone());
                    }
                    _ => {}
                }
            }
            (files.collect::<Vec<PathBuf>>(), pasted)
        });
        if let Some(pasted) = pasted.filter(|_| !ctx.egui_wants_keyboard_input() && self.overlay.is_none()) {
            self.paste(&pasted, actions);
        }
        if paths.is_empty() {
            return;
        }
        if self.overlay == Some(Overlay::Import) {
            self.answer(Answer::ProductPhoto(paths[0].clone()));
        } else {
            actions.push(Action::Open(paths));
        }
    }

    /// A picture, or the names of files; for anything else the clipboard itself is asked.
    fn paste(&mut self, pasted: &Pasted, actions: &mut Vec<Action>) {
        if self.desk.room != Room::TryOn {
            return;
        }
        if let Some(image) = &pasted.image {
            let rgba: Vec<u8> = image
                .pixels
                .iter()
                .flat_map(|p| p.to_srgba_unmultiplied())
                .collect();
            return self.pasted(image.width() as u32, image.height() as u32, &rgba);
        }
        let files = pasted.text.as_deref().map(files_named).unwrap_or_default();
        if files.is_empty() {
            self.dialogs.paste();
        } else {
            actions.push(Action::Open(files));
        }
    }

    /// Portraits, folders of them, colour tables and presets.
    pub(super) fn bring(&mut self, paths: Vec<PathBuf>) {
        let (presets, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|p| is_a(p, "toml"));
        for preset in presets {
            self.worker.file(FileTask::ImportPreset(preset));
        }
        let (tables, pictures): (Vec<_>, Vec<_>) = paths.into_iter().partition(|p| is_a(p, "cube"));
        // Of several looks the last is seen.
        if let Some(table) = tables.into_iter().next_back() {
            self.bring_look(format!("{TABLE}{}", table.display()));
        }
        if !pictures.is_empty() {
            self.worker.file(FileTask::Find(pictures));
        }
    }

    /// Reads a look that comes from a file; it is chosen when it is there.
    pub(super) fn bring_look(&mut self, id: String) {
        // Read again, because the file may be another now.
        self.desk.tables.remove(&id);
        self.brought = Some(id.clone());
        self.worker.file(FileTask::Look(id));
    }

    /// A look that comes from files was read: it becomes the look where it was asked for.
    pub(super) fn look_read(&mut self, id: String, result: Result<Box<Style>, String>) {
        let asked = self.brought.take_if(|brought| *brought == id).is_some();
        match result {
            Ok(style) => {
                self.desk.tables.insert(id.clone(), *style);
                if asked && self.desk.document().look.as_ref() != Some(&id) {
                    self.edit(&Edit::Style(Some(id)));
                }
                // A wish with this look may have waited for it.
                self.desk.wanted = None;
            }
            Err(why) => {
                let document = self.desk.document();
                if document.look.as_ref() == Some(&id) || document.under.as_ref() == Some(&id) {
                    self.edit(&Edit::Style(None));
                }
                let words = self.desk.words;
                let name = id.split_once(':').map_or(id.as_str(), |(_, file)| file);
                let name = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
                let key = if id.starts_with(TABLE) {
                    "no-table"
                } else {
                    "no-look-file"
                };
                self.toasts
                    .warn(words.fill(key, &[("name", &name), ("why", &why)]));
            }
        }
    }

    /// Looks of the session's own that come from files are read again, and the saved rows listed.
    pub(super) fn tables(&self) {
        let document = self.desk.document();
        for id in [&document.look, &document.under].into_iter().flatten() {
            if desk::comes_from_files(id) && !self.desk.tables.contains_key(id) {
                self.worker.file(FileTask::Look(id.clone()));
            }
        }
        self.worker.file(FileTask::Presets);
    }

    /// Keeps the looks now chosen as a preset.
    pub(super) fn save_preset(&mut self, name: String) {
        if let Some(style) = self.desk.style() {
            self.worker.file(FileTask::SavePreset(name, style));
        }
    }

    /// A picture from the clipboard becomes a file, so that the session can name it.
    fn pasted(&mut self, width: u32, height: u32, rgba: &[u8]) {
        if width == 0 || height == 0 {
            return self.toasts.tell(self.desk.words.say("paste-nothing"));
        }
        let samples = rgba
            .chunks_exact(4)
            .flat_map(|px| [px[0], px[1], px[2]])
            .collect();
        let photo = Photo::from_rgb8(width, height, samples);
        let name = crate::publish::sha256(&[rgba]);
        let path = self.kept("pasted").join(format!("{}.png", &name[..12]));
        self.worker.file(FileTask::Paste { photo, path });
    }

    /// A picture taken with the camera becomes a file and is opened.
    pub(super) fn shot(&mut self, photo: Photo) {
        let name = format!("{}.png", now_as_name("camera"));
        self.overlay = None;
        let path = self.kept("camera").join(name);
        self.worker.file(FileTask::Paste { photo, path });
    }

    /// A recording of the live room ended.
    pub(super) fn recorded(&mut self, result: Result<(PathBuf, u64), String>) {
        let words = self.desk.words;
        match result {
            Ok((folder, frames)) => {
                let text = words.fill("live-recorded", &[("frames", &frames)]);
                self.toasts.wrote(text, folder, words.say("reveal"));
            }
            Err(why) => self
                .toasts
                .warn(words.fill("live-not-recorded", &[("why", &why)])),
        }
    }

    /// Where pictures are kept that had no file.
    pub(super) fn kept(&self, kind: &str) -> PathBuf {
        let folder = self.options.folder.clone();
        folder.unwrap_or_else(std::env::temp_dir).join(kind)
    }
}

/// A name for what is made now: kind, day and time (UTC).
pub(super) fn now_as_name(kind: &str) -> String {
    let now = OffsetDateTime::now_utc();
    format!(
        "{kind}-{}{:02}{:02}-{:02}{:02}{:02}",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second()
    )
}

/// Does a file's name end so?
fn is_a(path: &Path, extension: &str) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

/// The files a text names, one a line, as file managers copy them; none unless every line does.
fn files_named(text: &str) -> Vec<PathBuf> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let paths: Vec<PathBuf> = lines
        .map(|line| PathBuf::from(line.strip_prefix("file://").unwrap_or(line)))
        .collect();
    // A question to the disk, but only for what looks like a few paths.
    let plain = paths.len() <= 64 && paths.iter().all(|p| p.is_absolute() && p.exists());
    if plain { paths } else { Vec::new() }
}
