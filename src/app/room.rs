//! The rooms of the window: which there are, and what is laid out in each.

use super::action::{Action, Command};
use super::arrivals::now_as_name;
use super::live_room::Around;
use super::{App, batch, filmstrip, finish, looks, status, theme, topbar};
use crate::job::FileTask;
use eframe::egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

/// A room: one way to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Room {
    /// One portrait at a time, with everything that can be changed by hand.
    #[default]
    TryOn,
    /// The camera as a mirror.
    Live,
    /// Many portraits and products in one run.
    Batch,
}

impl Room {
    /// All of them with the keys of their names, in the order of the switch.
    pub const ALL: [(Self, &'static str, Command); 3] = [
        (Self::TryOn, "room-try-on", Command::TryOnRoom),
        (Self::Live, "room-live", Command::LiveRoom),
        (Self::Batch, "room-batch", Command::BatchRoom),
    ];
}

impl App {
    /// All panels: the bars are the same in every room.
    pub(super) fn panels(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let bar = self.plain(20, 0);
        let desk = &self.desk;
        let top = Panel::top("top").exact_size(theme::TOP).frame(bar);
        top.show(ui, |ui| {
            topbar::show(ui, desk, &mut self.history_open, actions);
        });
        let bottom = Panel::bottom("status").exact_size(theme::STATUS).frame(bar);
        bottom.show(ui, |ui| status::bar(ui, desk, actions));
        if self.desk.room != Room::Live {
            self.live.leave(ui, actions);
        }
        match self.desk.room {
            Room::TryOn => self.try_on(ui, actions),
            Room::Live => self.live_room(ui, actions),
            Room::Batch => self.batch_room(ui, actions),
        }
    }

    /// Many pictures in one run.
    fn batch_room(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let around = batch::Around {
            choice: self.choice(),
            shelves: self.shelves(),
            wake: &self.wake,
        };
        self.batch.show(ui, &self.desk, &around, actions);
    }

    /// Catalogue, picture, portraits, controls and looks.
    fn try_on(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let side = self.plain(theme::MARGIN, 14);
        let strip = self.plain(12, 0);
        let desk = &self.desk;
        let left = Panel::left("catalogue").exact_size(theme::LEFT).resizable(false);
        left.frame(side).show(ui, |ui| {
            self.catalogue.show(ui, desk, actions);
        });
        let right = Panel::right("controls").exact_size(theme::RIGHT).resizable(false);
        right.frame(side).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                self.controls.show(ui, desk, actions);
                ui.add_space(14.0);
                looks::show(ui, desk, actions);
                ui.add_space(14.0);
                finish::show(ui, desk, actions);
            });
        });
        let below = Panel::bottom("filmstrip").exact_size(theme::STRIP).frame(strip);
        below.show(ui, |ui| filmstrip::show(ui, desk, actions));
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
            self.canvas.show(ui, desk, actions);
        });
    }

    /// Catalogue, the moving picture, its source and the looks.
    fn live_room(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        self.shelve();
        let side = self.plain(theme::MARGIN, 14);
        let around = Around {
            origin: self.options.camera.as_ref(),
            choice: self.choice(),
            recordings: self.recordings(),
            wake: &self.wake,
        };
        let desk = &self.desk;
        self.live.work(ui, desk, &around);
        let left = Panel::left("catalogue").exact_size(theme::LEFT).resizable(false);
        left.frame(side).show(ui, |ui| {
            self.catalogue.show(ui, desk, actions);
        });
        let right = Panel::right("live").exact_size(theme::RIGHT).resizable(false);
        right.frame(side).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                self.live.controls(ui, desk, &around);
                ui.add_space(14.0);
                looks::show(ui, desk, actions);
            });
        });
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
            self.live.picture(ui, desk, &around, actions);
        });
    }

    /// Asks for the products worn that are not loaded yet.
    fn shelve(&mut self) {
        let worn = self.desk.document().worn.iter();
        let folders = worn.filter_map(|w| Some(self.desk.product(&w.id)?.folder.clone()));
        let missing: Vec<_> = folders.filter(|f| !self.desk.shelf.contains_key(f)).collect();
        for folder in missing {
            if self.loading.insert(folder.clone()) {
                self.worker.file(FileTask::Product(folder));
            }
        }
    }

    /// A fresh folder for the next recording.
    fn recordings(&self) -> std::path::PathBuf {
        self.kept("recordings").join(now_as_name("live"))
    }

    /// A panel's ground with space to its edges.
    fn plain(&self, x: i8, y: i8) -> Frame {
        Frame::new()
            .fill(self.desk.palette.panel)
            .inner_margin(Margin::symmetric(x, y))
    }
}
