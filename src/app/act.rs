//! What panels and keys ask for is done here.

use super::action::{Action, Command};
use super::canvas::Mode;
use super::desk::EngineState;
use super::dialog::Question;
use super::export::Progress;
use super::overlay::Overlay;
use super::room::Room;
use super::state::Edit;
use super::words::Words;
use super::{App, theme};
use crate::job::FileTask;
use eframe::egui::Context;
use std::path::PathBuf;

/// Recent portraits that are remembered.
const RECENT: usize = 12;

impl App {
    /// Does one thing.
    pub(super) fn act(&mut self, ctx: &Context, action: Action) {
        let words = self.desk.words;
        match action {
            Action::Edit(edit) => self.edit(&edit),
            Action::Do(command) => self.command(ctx, command),
            Action::Open(paths) => {
                self.overlay = None;
                self.bring(paths);
            }
            Action::GoTo(done) => {
                self.desk.history.go(done);
                self.changed();
            }
            Action::Mode(mode) => self.mode(mode),
            Action::Engine => self.restart(),
            Action::Install(kind) => {
                self.toasts.tell(words.say("runtime-installing"));
                self.worker.file(FileTask::Install(kind));
            }
            Action::Generator(true) => self.dialogs.ask(Question::Generator, words),
            Action::Generator(false) => {
                self.desk.preferences.generator = None;
                self.restart();
            }
            Action::ExportFolder => self.dialogs.ask(Question::ExportFolder, words),
            Action::SaveCorrections => self.dialogs.ask(Question::Corrections, words),
            Action::Unfold(id) => self.controls.unfold(id),
            Action::StartExport => self.export(),
            Action::CancelExport => self.worker.cancel_export(),
            Action::Reveal(path) => self.dialogs.reveal(path),
            Action::BatchFolder => self.dialogs.ask(Question::BatchFolder, words),
            Action::Show(path) => self.dialogs.show(path),
            Action::Shot(photo) => self.shot(*photo),
            Action::Recorded(result) => self.recorded(result),
            Action::Restart => self.again(ctx),
            Action::PickLook(question) => self.dialogs.ask(question, words),
            Action::BringLook(id) => self.bring_look(id),
            Action::SavePreset(name) => self.save_preset(name),
            Action::ImportPhoto => self.dialogs.ask(Question::ProductPhoto, words),
            Action::Cutout(path, category) => self.worker.file(FileTask::Cutout(path, category)),
            Action::SaveProduct(spec) => {
                let folder = self.options.products.clone();
                if let (Some(proposal), Some(folder)) = (self.import.proposal(), folder) {
                    self.worker.file(FileTask::Import {
                        proposal,
                        spec,
                        folder,
                    });
                }
            }
        }
    }

    /// Changes the document.
    pub(super) fn edit(&mut self, edit: &Edit) {
        let drags = matches!(
            edit,
            Edit::Adjust(..) | Edit::Strength(_) | Edit::Setting(..) | Edit::Finish(..) | Edit::Point(..)
        );
        let gesture = drags.then_some(self.gesture);
        if let Edit::Wear(worn) = edit {
            self.controls.unfold(worn.id.clone());
        }
        if self.desk.history.apply(edit, gesture) {
            self.changed();
        }
    }

    /// Opens portraits that were found to be pictures.
    pub(super) fn open(&mut self, paths: Vec<PathBuf>) {
        let recent = &mut self.desk.preferences.recent;
        recent.retain(|p| !paths.contains(p));
        recent.splice(0..0, paths.iter().take(RECENT).cloned());
        recent.truncate(RECENT);
        self.edit(&Edit::Open(paths));
        self.strips();
        self.changed();
    }

    /// Starts the engine again as the user now wants it.
    pub(super) fn restart(&mut self) {
        self.desk.engine = EngineState::Loading;
        self.desk.problem = None;
        // The same wish again, of another engine.
        (self.desk.wanted, self.desk.shown) = (None, None);
        self.worker.engine(self.choice());
        self.changed();
    }

    fn mode(&mut self, mode: Mode) {
        self.desk.preferences.mode = mode;
        self.changed();
    }

    fn export(&mut self) {
        let export = self.desk.preferences.export.export(&self.desk);
        if export.items.is_empty() || self.progress.is_running() {
            return;
        }
        self.progress = Progress {
            total: export.items.len(),
            ..Progress::default()
        };
        self.worker.export(export);
    }

    /// Does what a button or a key stands for.
    fn command(&mut self, ctx: &Context, command: Command) {
        let words = self.desk.words;
        if self.desk.room != Room::TryOn && !command.is_everywhere() {
            return;
        }
        match command {
            Command::TryOnRoom => self.desk.room = Room::TryOn,
            Command::LiveRoom => self.desk.room = Room::Live,
            Command::BatchRoom => self.desk.room = Room::Batch,
            Command::Open => self.dialogs.ask(Question::Portraits, words),
            Command::OpenFolder => self.dialogs.ask(Question::Folder, words),
            Command::Recent => self.overlay = Some(Overlay::Recent),
            Command::Paste => self.dialogs.paste(),
            Command::Camera => self.overlay = Some(Overlay::Camera),
            Command::Import => self.overlay = Some(Overlay::Import),
            Command::Export => self.overlay = Some(Overlay::Export),
            Command::Status => self.overlay = Some(Overlay::Status),
            Command::Shortcuts => self.overlay = Some(Overlay::Shortcuts),
            Command::Quit => ctx.send_viewport_cmd(eframe::egui::ViewportCommand::Close),
            Command::Undo => {
                self.desk.history.undo();
                self.changed();
            }
            Command::Redo => {
                self.desk.history.redo();
                self.changed();
            }
            Command::History => self.history_open = !self.history_open,
            Command::TakeOff => self.edit(&Edit::TakeOff),
            Command::Previous | Command::Next => self.turn(command == Command::Next),
            Command::Worn => self.mode(Mode::Worn),
            Command::Wipe => self.mode(Mode::Wipe),
            Command::SideBySide => self.mode(Mode::SideBySide),
            Command::Difference => self.mode(Mode::Difference),
            Command::Points | Command::Fit | Command::Actual | Command::ZoomIn | Command::ZoomOut => {
                self.canvas.command(command, ctx.pixels_per_point());
            }
            Command::Search => self.catalogue.focus = true,
            Command::Theme => {
                let theme = self.desk.preferences.theme.other();
                self.desk.preferences.theme = theme;
                self.desk.palette = theme.palette();
                theme::dress(ctx, theme);
                self.changed();
            }
            Command::Language => {
                let language = words.language.other();
                self.desk.preferences.language = Some(language);
                self.desk.words = Words { language };
                self.changed();
            }
        }
    }

    /// The next or the previous portrait.
    fn turn(&mut self, forward: bool) {
        let document = self.desk.document();
        let count = document.portraits.len();
        if count > 1 {
            let step = if forward { 1 } else { count - 1 };
            self.edit(&Edit::Look((document.current + step) % count));
        }
    }
}
