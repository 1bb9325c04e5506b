//! What comes in: the worker's events; and what goes out: the newest wish and the session.

use super::desk::{self, EngineState, PRESET, Portrait, Wish};
use super::picture::Picture;
use super::session::Session;
use super::{App, SAVE_AFTER};
use crate::job::{BareTask, Event, FileTask, Fitted, Fitting, Reason};
use crate::product::{Category, Summary};
use eframe::egui::Context;
use std::path::{Path, PathBuf};
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
            Event::Product(folder, Ok(product)) => {
                self.desk.shelf.insert(folder, product);
            }
            Event::Product(folder, Err(why)) => {
                self.loading.remove(&folder);
                self.toasts.warn(why);
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
            Event::Nothing(path) => self.unreadable(&path, None),
            Event::Unreadable(path, why) => self.unreadable(&path, Some(why)),
            // What was open before says so when it is looked at.
            Event::NoThumbnail(path, why) if self.desk.history.has_just_opened(&path) => {
                self.unreadable(&path, Some(why));
            }
            Event::NoThumbnail(..) => {}
            Event::Engine(Ok(info)) => self.desk.engine = EngineState::Ready(info),
            Event::Engine(Err(why)) => {
                self.desk.problem = Some(why.clone());
                self.desk.engine = EngineState::Failed(why);
            }
            Event::Bare(bare) => self.desk.bare = Some((*bare).into()),
            Event::Look(id, result) => self.look_read(id, result),
            Event::Presets(names) => self.desk.presets = names,
            Event::PresetKept(name) => self.bring_look(format!("{PRESET}{name}")),
            Event::NotKept(why) => self.toasts.warn(why),
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
            Event::Corrections(Ok(path)) => {
                let words = self.desk.words;
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let text = words.fill("corrections-saved", &[("name", &name)]);
                self.toasts.wrote(text, path, words.say("reveal"));
            }
            Event::Corrections(Err(why)) => self.toasts.warn(why),
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
        self.undress();
    }

    /// With a look, where something was taken off, or in black and white: asks for the portrait and the artwork like that,
    /// for when a piece is dragged.
    fn undress(&mut self) {
        let desk = &self.desk;
        let (style, monochrome) = (desk.style(), desk.is_monochrome());
        let Some(portrait) = desk.current_portrait() else {
            return;
        };
        if desk.is_plain() {
            return;
        }
        let worn: Vec<_> = desk.document().worn.iter().map(|w| w.id.clone()).collect();
        let plain = style.is_none() && !monochrome;
        let dressed = |bare: &desk::Dressed| plain || worn.iter().all(|id| bare.art.contains_key(id));
        if desk.current_bare().is_some_and(dressed) || desk.shown != desk.wanted {
            return;
        }
        let folder = |id: &String| Some((id.clone(), desk.product(id)?.folder.clone()));
        let task = BareTask {
            portrait: portrait.path.clone(),
            photo: Arc::clone(&portrait.photo),
            style,
            taken_off: desk.taken_off().to_vec(),
            monochrome: desk
                .current_result()
                .map(|result| result.fitted.outcome.anchors.crop)
                .filter(|_| monochrome),
            products: worn.iter().filter_map(folder).collect(),
        };
        self.worker.file(FileTask::Bare(Box::new(task)));
    }

    fn unreadable(&mut self, path: &Path, why: Option<Reason>) {
        let looked_at = self.decoding.as_deref() == Some(path);
        if looked_at {
            self.decoding = None;
        }
        let portraits = &self.desk.document().portraits;
        if portraits.iter().any(|p| p == path) && portraits.len() > 1 {
            // The session stays as it was without it.
            self.desk.history.forget(path);
            self.changed();
        } else if looked_at {
            self.desk.problem.clone_from(&why);
        }
        let words = self.desk.words;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        self.toasts.warn(match &why {
            Some(why) => words.fill("unreadable", &[("name", &name), ("why", &words.why(why))]),
            None => words.fill("nothing-there", &[("name", &name)]),
        });
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
                self.worker.file(FileTask::Catalogue(self.shelves()));
            }
            Err(why) => self.import.failed(why),
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

    /// Sends the newest wish. While a hand moves a piece its flat artwork is ahead; the networks follow at their own
    /// rate, and what they give is shown as soon as it is where the hand is.
    pub(super) fn ask(&mut self) {
        if !self.desk.listed || matches!(self.desk.engine, EngineState::Failed(_)) {
            return;
        }
        // What was wished for another portrait is not shown when it comes, and wished again when that is looked at again.
        let desk = &mut self.desk;
        if desk.wanted.as_ref().map(|w| w.portrait.as_path()) != desk.document().portrait() {
            desk.wanted = None;
        }
        let difference = self.desk.preferences.mode == super::canvas::Mode::Difference;
        let (Some(wish), Some(portrait)) = (self.desk.wish(difference), self.desk.current_portrait()) else {
            return;
        };
        if self.desk.wanted.as_ref() == Some(&wish) {
            return;
        }
        let style = self.desk.style();
        if wish.look.is_some() && style.is_none() {
            // The files it comes from are being read.
            return;
        }
        let fitting = Fitting {
            portrait: wish.portrait.clone(),
            photo: Arc::clone(&portrait.photo),
            items: wish.items.clone(),
            points: wish.points.clone(),
            look: style,
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
}
