//! What comes in: the worker's events, the dialogs' answers, dropped files; and what goes out: the newest wish.

use super::action::{Action, Command};
use super::desk::{self, EngineState, Portrait, Wish};
use super::dialog::Answer;
use super::overlay::Overlay;
use super::picture::Picture;
use super::session::Session;
use super::state::Edit;
use super::{App, SAVE_AFTER, live};
use crate::job::{Event, FileTask, Fitted, Fitting};
use crate::photo::Photo;
use crate::product::{Category, Summary};
use crate::style::Style;
use eframe::egui::{self, Context};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Events taken in one frame; the others wait for the next.
const AT_ONCE: usize = 24;

impl App {
    /// Takes in what the threads have to say.
    pub(super) fn hear(&mut self, ctx: &Context) {
        for i in 0..AT_ONCE {
            match self.worker.event() {
                Some(event) => self.event(event),
                None => break,
            }
            if i + 1 == AT_ONCE {
                ctx.request_repaint();
            }
        }
        while let Some(answer) = self.dialogs.answer() {
            self.answer(answer);
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Catalogue {
                mut products,
                problems,
            } => {
                let rank = |p: &Summary| Category::ALL.iter().position(|c| *c == p.category);
                products.sort_by_key(rank);
                self.desk.products = products;
                self.desk.listed = true;
                if let Some(problem) = problems.first() {
                    let count = problems.len();
                    let text = self
                        .desk
                        .words
                        .fill("products-broken", &[("count", &count), ("problem", problem)]);
                    self.toasts.warn(text);
                }
            }
            Event::Thumbnail(subject, pyramid) => {
                self.desk.pictures.insert(subject, Picture::new(pyramid));
            }
            Event::Portrait { path, photo, pixels } => {
                if self.decoding.as_ref() == Some(&path) {
                    self.decoding = None;
                }
                if self.desk.document().portrait() == Some(&path) {
                    let picture = Picture::new(pixels);
                    self.desk.portrait = Some(Portrait { path, photo, picture });
                    self.canvas.reset();
                }
            }
            Event::Pictures(paths) => self.open(paths),
            Event::Unreadable(path, why) => self.unreadable(path, &why),
            Event::Engine(Ok(info)) => self.desk.engine = EngineState::Ready(info),
            Event::Engine(Err(why)) => {
                self.desk.problem = Some(why.clone());
                self.desk.engine = EngineState::Failed(why);
            }
            Event::Stage(id, stage) if id == self.newest => self.desk.stage = Some(stage),
            Event::Stage(..) => {}
            Event::Fitted(fitted) => self.fitted(fitted),
            Event::Failed(id, why) if id == self.newest => {
                (self.desk.stage, self.desk.problem) = (None, Some(why));
            }
            Event::Failed(..) => {}
            other => self.written(other),
        }
    }

    /// What became of things that were to be written.
    fn written(&mut self, event: Event) {
        match event {
            Event::Exported { result, done, total } => self.exported(result, done, total),
            Event::Cutout(result) => self.import.cut(result),
            Event::Imported(result) => self.imported(result),
            Event::Installed(Ok(())) => {
                self.toasts.tell(self.desk.words.say("runtime-installed"));
                self.restart();
            }
            Event::Installed(Err(why)) => self.toasts.warn(why),
            Event::NotSaved(why) => {
                let text = self.desk.words.fill("session-not-saved", &[("why", &why)]);
                self.toasts.warn(text);
            }
            // Everything else is about pictures.
            _ => {}
        }
    }

    fn fitted(&mut self, fitted: Box<Fitted>) {
        if fitted.id == self.newest {
            self.desk.stage = None;
        }
        let fitting = &fitted.fitting;
        if self.desk.document().portrait() != Some(&fitting.portrait) {
            return;
        }
        self.frames.first_result();
        self.desk.shown = Some(Wish {
            portrait: fitting.portrait.clone(),
            items: fitting.items.clone(),
            points: fitting.points.clone(),
            look: fitting.look.as_ref().map(ToString::to_string),
            difference: fitting.difference,
        });
        let mut fitted = fitted;
        let empty = crate::job::Pyramid { levels: Vec::new() };
        let pixels = std::mem::replace(&mut fitted.pixels, empty);
        let difference = fitted.difference.take().map(Picture::new);
        self.desk.result = Some(desk::Result {
            picture: Picture::new(pixels),
            difference,
            fitted,
        });
    }

    fn unreadable(&mut self, path: PathBuf, why: &str) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let key = if why.is_empty() {
            "nothing-there"
        } else {
            "unreadable"
        };
        let text = self.desk.words.fill(key, &[("name", &name), ("why", &why)]);
        if self.decoding.as_ref() == Some(&path) {
            self.decoding = None;
            // The session stays as it was: what was just opened goes again, what was open before says why.
            let document = self.desk.document();
            if let Some(index) = document.portraits.iter().position(|p| *p == path)
                && document.portraits.len() > 1
            {
                let opened = self
                    .desk
                    .history
                    .steps()
                    .last()
                    .is_some_and(|s| s.key == "edit-open");
                if opened && self.desk.history.done() == self.desk.history.steps().len() {
                    self.desk.history.forget();
                } else {
                    self.edit(&Edit::Close(index));
                }
            } else {
                self.desk.problem = Some(text.clone());
            }
        }
        self.toasts.warn(text);
    }

    fn exported(&mut self, result: Result<PathBuf, String>, done: usize, total: usize) {
        (self.progress.done, self.progress.total) = (done, total);
        match result {
            Ok(path) => self.progress.last = Some(path),
            // An empty reason is the user's own cancel.
            Err(why) if why.is_empty() => {}
            Err(why) => self.progress.problems.push(why),
        }
        if done < total {
            return;
        }
        let words = self.desk.words;
        match (&self.progress.last, self.progress.problems.first()) {
            (_, Some(why)) => self.toasts.warn(why.clone()),
            (Some(path), None) => {
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let text = words.fill("export-written", &[("name", &name), ("count", &done)]);
                self.toasts.wrote(text, path.clone(), words.say("reveal"));
            }
            (None, None) => self.toasts.tell(words.say("export-cancelled")),
        }
    }

    fn imported(&mut self, result: Result<String, String>) {
        match result {
            Ok(id) => {
                self.toasts
                    .tell(self.desk.words.fill("import-done", &[("name", &id)]));
                self.import = super::import::Import::default();
                self.overlay = None;
                self.worker.file(FileTask::Catalogue(self.options.root.clone()));
            }
            Err(why) => self.import.failed(why),
        }
    }

    fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Portraits(paths) | Answer::Files(paths) => self.worker.file(FileTask::Find(paths)),
            Answer::ProductPhoto(path) => {
                self.overlay = Some(Overlay::Import);
                let category = self.import.photo(path.clone());
                self.worker.file(FileTask::Cutout(path, category));
            }
            Answer::ExportFolder(path) => {
                self.desk.preferences.export.folder = Some(path);
                self.changed();
            }
            Answer::Generator(path) => {
                self.desk.preferences.generator = Some(path);
                self.changed();
                self.restart();
            }
            Answer::Picture(width, height, rgba) => self.pasted(width, height, &rgba),
            Answer::NoPicture => self.toasts.tell(self.desk.words.say("paste-nothing")),
            Answer::NotRevealed(why) => {
                let text = self.desk.words.fill("not-revealed", &[("why", &why)]);
                self.toasts.warn(text);
            }
        }
    }

    /// A picture from the clipboard becomes a file, so that the session can name it.
    fn pasted(&mut self, width: u32, height: u32, rgba: &[u8]) {
        let samples = rgba
            .chunks_exact(4)
            .flat_map(|px| [px[0], px[1], px[2]])
            .collect();
        let photo = Photo::from_rgb8(width, height, samples);
        let name = crate::publish::sha256(&[rgba]);
        let folder = self.options.folder.clone().unwrap_or_else(std::env::temp_dir);
        let path = folder.join("pasted").join(format!("{}.png", &name[..12]));
        self.worker.file(FileTask::Paste { photo, path });
    }

    /// Files dropped on the window, and pasted ones.
    pub(super) fn dropped(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        let (paths, pasted) = ctx.input(|i| {
            let files = i.raw.dropped_files.iter().map(|f| f.path().to_owned());
            let paste = |e: &egui::Event| matches!(e, egui::Event::Paste(_) | egui::Event::PasteImage(_));
            (files.collect::<Vec<PathBuf>>(), i.events.iter().any(paste))
        });
        if pasted && !ctx.egui_wants_keyboard_input() && self.overlay.is_none() {
            actions.push(Action::Do(Command::Paste));
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

    /// Decodes the portrait looked at, when it is another.
    pub(super) fn decode(&mut self) {
        let document = self.desk.document();
        let Some(path) = document.portrait().map(PathBuf::from) else {
            self.desk.portrait = None;
            return;
        };
        let known = self.desk.portrait.as_ref().is_some_and(|p| p.path == path);
        if known || self.decoding.as_ref() == Some(&path) || !self.begun {
            return;
        }
        self.desk.problem = None;
        self.decoding = Some(path.clone());
        self.worker.file(FileTask::Portrait(path));
    }

    /// Sends the newest wish. While the hand is on a piece the flat artwork is enough.
    pub(super) fn ask(&mut self, ctx: &Context) {
        if !self.desk.listed || matches!(self.desk.engine, EngineState::Failed(_)) {
            return;
        }
        let difference = self.desk.preferences.mode == super::canvas::Mode::Difference;
        let (Some(wish), Some(portrait)) = (self.desk.wish(difference), self.desk.current_portrait()) else {
            return;
        };
        let down = ctx.input(|i| i.pointer.any_down());
        if self.desk.wanted.as_ref() == Some(&wish) || (down && live::is_ahead(&self.desk)) {
            return;
        }
        let fitting = Fitting {
            portrait: wish.portrait.clone(),
            photo: Arc::clone(&portrait.photo),
            items: wish.items.clone(),
            points: wish.points.clone(),
            look: wish.look.as_deref().and_then(|text| Style::parse(text).ok()),
            difference,
        };
        self.newest = self.worker.fit(fitting);
        self.desk.wanted = Some(wish);
        self.desk.problem = None;
    }

    /// Something is not written down yet.
    pub(super) fn changed(&mut self) {
        self.unsaved.get_or_insert_with(Instant::now);
    }

    /// Writes the session a little after a change.
    pub(super) fn save(&mut self, ctx: &Context) {
        let Some(since) = self.unsaved else { return };
        match SAVE_AFTER.checked_sub(since.elapsed()) {
            Some(rest) if !rest.is_zero() => ctx.request_repaint_after(rest),
            _ => self.save_now(),
        }
    }

    /// Writes the session, on the files' thread.
    pub(super) fn save_now(&mut self) {
        let Some(folder) = self.options.folder.as_deref().filter(|_| !self.read_only) else {
            return;
        };
        if self.unsaved.take().is_none() {
            return;
        }
        let session = Session::new(self.desk.document().clone(), self.desk.preferences.clone());
        if let Some(text) = session.text() {
            let path = Session::path(folder);
            self.worker.file(FileTask::Session { path, text });
        }
    }

    /// Notices a graphics device that went away: work is saved, the window closes.
    pub(super) fn watch(&mut self, ctx: &Context) {
        let Some(Err(error)) = self.gpu.as_ref().map(|gpu| gpu.check("drawing the window")) else {
            return;
        };
        self.unsaved.get_or_insert_with(Instant::now);
        self.save_now();
        if matches!(error, crate::gpu::Error::Lost { .. }) {
            self.lost = Some(error.to_string());
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        } else {
            self.toasts.warn(error.to_string());
        }
    }
}
