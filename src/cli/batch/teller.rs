//! Says how a batch goes.

use crate::cli::{print, say};
use bijou::batch::{Event, Summary, Verdict};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Says that an interrupt was heard.
pub fn stopping(json: bool) {
    say("\nbijou: stopping; start the same command again to go on");
    if json {
        // A reader that is gone hears nothing any more.
        drop(print("{\"event\":\"stopping\"}"));
    }
}

/// Says how a batch goes: a bar on a terminal, lines when piped, or JSON lines.
pub struct Teller {
    json: bool,
    bar: ProgressBar,
    terminal: bool,
}

impl Teller {
    /// Events as JSON lines, or for people.
    pub fn new(json: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && !json;
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {per_sec}  {eta} left  {msg}");
        let bar = if terminal {
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        } else {
            ProgressBar::hidden()
        };
        Self { json, bar, terminal }
    }

    /// Tells what happened.
    pub fn tell(&mut self, event: &Event<'_>) {
        if self.json {
            // A reader that is gone does not stop the night's work.
            drop(serde_json::to_string(event).map(|line| print(&line)));
            return;
        }
        match event {
            Event::Planned { total, todo } => {
                self.bar.set_length(*todo as u64);
                if !self.terminal {
                    say(&format!("{todo} of {total} pictures to make"));
                }
            }
            Event::Item {
                output, judgement, ..
            } => {
                self.bar.inc(1);
                let word = match judgement.verdict {
                    Verdict::Pass => "made",
                    Verdict::Look => "look",
                    Verdict::Fail => "FAIL",
                };
                let why = judgement.reasons.join("; ");
                let line = format!("{word} {}  {why}", output.display());
                if judgement.verdict != Verdict::Pass && self.terminal {
                    self.bar.println(line.trim_end());
                } else if !self.terminal {
                    say(line.trim_end());
                }
            }
        }
    }

    /// Tells how it ended and where the report and the contact sheets are.
    pub fn end(self, summary: &Summary, page: &Path, sheets: &[PathBuf]) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        if self.json {
            let last = serde_json::json!({
                "event": "end", "summary": summary, "report": page, "sheets": sheets
            });
            return print(&last.to_string());
        }
        let Summary {
            total,
            done,
            look,
            failed,
            skipped,
            ..
        } = summary;
        say(&format!(
            "{done} of {total} made, {look} to look at, {failed} failed, {skipped} skipped"
        ));
        if summary.stopped {
            say("stopped, because a picture failed and the job says so; the same command goes on");
        }
        for sheet in sheets {
            print(&sheet.display().to_string())?;
        }
        print(&page.display().to_string())
    }
}
