//! The course of a batch in its room: start and stop, how far it is, what was thought of the pictures, the report.

use super::action::Action;
use super::desk::Desk;
use super::theme::{GRID, text};
use crate::batch::{Changed, Summary, Verdict};
use crate::job::{Night, Said};
use eframe::egui::{Button, Context, ProgressBar, RichText, Ui, vec2};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Names of changed inputs that are shown.
const NAMES: usize = 4;

/// How far a batch is.
#[derive(Default)]
pub struct Course {
    night: Option<Night>,
    since: Option<Instant>,
    total: usize,
    todo: usize,
    pass: usize,
    look: usize,
    fail: usize,
    ended: Option<(Summary, PathBuf)>,
    changed: Vec<String>,
    /// Why it did not go on.
    pub problem: Option<String>,
}

impl Course {
    /// Is it under way?
    pub fn is_running(&self) -> bool {
        self.night.is_some()
    }

    /// A batch was started.
    pub fn begin(&mut self, night: Night) {
        *self = Self {
            night: Some(night),
            ..Self::default()
        };
    }

    /// Hears what it says.
    pub fn hear(&mut self, ctx: &Context) {
        while let Some(said) = self.night.as_ref().and_then(Night::hear) {
            match said {
                Said::Planned(total, todo) => {
                    (self.total, self.todo, self.since) = (total, todo, Some(Instant::now()));
                }
                Said::Item(Verdict::Pass) => self.pass += 1,
                Said::Item(Verdict::Look) => self.look += 1,
                Said::Item(Verdict::Fail) => self.fail += 1,
                Said::Ended(summary, page) => self.ended = Some((summary, page)),
                Said::Changed(names) => self.changed = names,
                Said::Failed(why) => self.problem = Some(why),
            }
            if self.ended.is_some() || !self.changed.is_empty() || self.problem.is_some() {
                self.night = None;
            }
        }
        if self.is_running() {
            ctx.request_repaint_after(Duration::from_secs(1));
        }
    }

    /// Shows it; gives what becomes of changed inputs when a start is asked for.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        desk: &Desk,
        ready: bool,
        actions: &mut Vec<Action>,
    ) -> Option<Option<Changed>> {
        if let Some(night) = &self.night {
            let stopping = night.is_stopping();
            self.progress(ui, desk);
            let words = desk.words;
            let label = words.say(if stopping { "batch-stopping" } else { "batch-stop" });
            let size = vec2(ui.available_width(), 38.0);
            let stop = ui.add_enabled_ui(!stopping, |ui| ui.add_sized(size, Button::new(label)));
            if stop.inner.clicked() {
                self.night.iter().for_each(Night::stop);
            }
            return None;
        }
        let (words, palette) = (desk.words, &desk.palette);
        if let Some(why) = &self.problem {
            ui.label(RichText::new(why).color(palette.alert));
            ui.add_space(GRID);
        }
        if !self.changed.is_empty() {
            return self.ask(ui, desk);
        }
        self.end(ui, desk, actions);
        let go = RichText::new(words.say("batch-start")).color(palette.on_accent);
        let size = vec2(ui.available_width(), 38.0);
        let go = Button::new(go).fill(palette.accent);
        let go = ui.add_enabled_ui(ready, |ui| ui.add_sized(size, go)).inner;
        go.clicked().then_some(None)
    }

    /// Inputs changed: what is to become of their pictures?
    fn ask(&mut self, ui: &mut Ui, desk: &Desk) -> Option<Option<Changed>> {
        let words = desk.words;
        let names = self
            .changed
            .iter()
            .take(NAMES)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let text = words.fill(
            "batch-changed",
            &[("count", &self.changed.len()), ("names", &names)],
        );
        ui.label(RichText::new(text).color(desk.palette.ink));
        ui.add_space(GRID);
        let mut chosen = None;
        ui.horizontal(|ui| {
            if ui.button(words.say("batch-redo")).clicked() {
                chosen = Some(Some(Changed::Redo));
            }
            if ui.button(words.say("batch-keep")).clicked() {
                chosen = Some(Some(Changed::Keep));
            }
            if ui.button(words.say("cancel")).clicked() {
                self.changed.clear();
            }
        });
        chosen
    }

    fn made(&self) -> usize {
        self.pass + self.look + self.fail
    }

    /// Bar, rate, time left, counts.
    fn progress(&self, ui: &mut Ui, desk: &Desk) {
        let (words, palette) = (desk.words, &desk.palette);
        let share = self.made() as f32 / self.todo.max(1) as f32;
        ui.add(ProgressBar::new(share).desired_height(8.0).fill(palette.accent));
        let figures = words.fill(
            "export-progress",
            &[("done", &self.made()), ("total", &self.todo)],
        );
        ui.label(RichText::new(figures).color(palette.ink));
        let seconds = self.since.map_or(0.0, |s| s.elapsed().as_secs_f64());
        if self.made() > 1 && seconds > 0.5 {
            let rate = self.made() as f64 / seconds;
            let left = (self.todo - self.made().min(self.todo)) as f64 / rate;
            let text = words.fill(
                "batch-rate",
                &[("rate", &format!("{rate:.1}")), ("left", &clock(left))],
            );
            ui.label(RichText::new(text).font(text::small()).color(palette.soft));
        }
        self.counts(ui, desk, [self.pass, self.look, self.fail]);
        ui.add_space(GRID);
    }

    fn counts(&self, ui: &mut Ui, desk: &Desk, [pass, look, fail]: [usize; 3]) {
        let palette = &desk.palette;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0 * GRID;
            for (key, count, ink) in [
                ("batch-pass", pass, palette.soft),
                ("batch-look", look, palette.accent),
                ("batch-fail", fail, palette.alert),
            ] {
                let quiet = if count == 0 { palette.faint } else { ink };
                let text = desk.words.fill(key, &[("count", &count)]);
                ui.label(RichText::new(text).color(quiet));
            }
        });
    }

    /// How the last one ended.
    fn end(&self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let Some((summary, page)) = &self.ended else {
            return;
        };
        let words = desk.words;
        let key = if summary.cancelled {
            "batch-stopped"
        } else {
            "batch-ended"
        };
        let figures = [
            ("done", &summary.done as &dyn ToString),
            ("total", &summary.total),
        ];
        ui.label(RichText::new(words.fill(key, &figures)).color(desk.palette.ink));
        let pass = summary.done - summary.look;
        self.counts(ui, desk, [pass, summary.look, summary.failed]);
        ui.horizontal(|ui| {
            if ui.button(words.say("batch-report")).clicked() {
                actions.push(Action::Show(page.clone()));
            }
            if ui.button(words.say("reveal")).clicked() {
                actions.push(Action::Reveal(page.clone()));
            }
        });
        ui.add_space(GRID);
    }
}

/// Seconds as `1:02:03` or `2:03`.
fn clock(seconds: f64) -> String {
    let all = seconds.min(359_999.0) as u64;
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}
