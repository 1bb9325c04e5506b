//! Undo and redo: every state of the document, with the name of the change that made it.

use super::state::{Document, Edit};
use std::path::Path;

/// States that are kept.
const LENGTH: usize = 1000;

/// One change and what it led to.
#[derive(Clone, Debug)]
pub struct Step {
    /// Key of the change's name.
    pub key: &'static str,
    /// What it was about.
    pub subject: String,
    /// Changes of one gesture are one step.
    gesture: Option<u64>,
    document: Document,
}

/// The states; there is always one.
#[derive(Clone, Debug)]
pub struct History {
    first: Document,
    steps: Vec<Step>,
    /// How many steps are done; the others can be redone.
    done: usize,
}

impl History {
    /// Begins with a document.
    pub fn new(first: Document) -> Self {
        Self {
            first,
            steps: Vec::new(),
            done: 0,
        }
    }

    /// The document as it is now.
    pub fn document(&self) -> &Document {
        match self.done.checked_sub(1).and_then(|i| self.steps.get(i)) {
            Some(step) => &step.document,
            None => &self.first,
        }
    }

    /// Applies a change; what was undone is forgotten. Changes of the same thing with the same `gesture` are one
    /// step. False when nothing changed.
    pub fn apply(&mut self, edit: &Edit, gesture: Option<u64>) -> bool {
        let document = self.document().after(edit);
        if document == *self.document() {
            return false;
        }
        self.steps.truncate(self.done);
        let step = Step {
            key: edit.key(),
            subject: edit.subject(),
            gesture,
            document,
        };
        match self.steps.last_mut() {
            Some(last)
                if gesture.is_some()
                    && (last.gesture, last.key, &last.subject) == (gesture, step.key, &step.subject) =>
            {
                *last = step;
            }
            _ => self.steps.push(step),
        }
        if self.steps.len() > LENGTH {
            self.first = self.steps.remove(0).document;
        }
        self.done = self.steps.len();
        true
    }

    /// One step back; false at the start.
    pub fn undo(&mut self) -> bool {
        let before = self.done;
        self.done = before.saturating_sub(1);
        self.done != before
    }

    /// One step forward; false at the end.
    pub fn redo(&mut self) -> bool {
        let before = self.done;
        self.done = (before + 1).min(self.steps.len());
        self.done != before
    }

    /// Was a portrait opened by the newest step?
    pub fn has_just_opened(&self, path: &Path) -> bool {
        let before = match self.steps.len().checked_sub(2) {
            Some(i) => &self.steps[i].document,
            None => &self.first,
        };
        let has = |document: &Document| document.portraits.iter().any(|p| p == path);
        self.done == self.steps.len()
            && self.steps.last().is_some_and(|s| s.key == "edit-open")
            && !has(before)
    }

    /// Takes a portrait out of all states, as if it had never been opened; a step that did nothing else goes as well.
    pub fn forget(&mut self, path: &Path) {
        let place = |document: &Document| document.portraits.iter().position(|p| p == path);
        if let Some(i) = place(&self.first) {
            self.first = self.first.after(&Edit::Close(i));
        }
        let (mut before, done) = (self.first.clone(), self.done);
        let mut kept = Vec::with_capacity(self.steps.len());
        for (number, mut step) in std::mem::take(&mut self.steps).into_iter().enumerate() {
            if let Some(i) = place(&step.document) {
                let looked_at = step.document.current == i;
                step.document = step.document.after(&Edit::Close(i));
                if looked_at && step.document.portraits == before.portraits {
                    step.document.current = before.current;
                }
            }
            if step.document != before {
                before = step.document.clone();
                kept.push(step);
            } else if number < done {
                self.done -= 1;
            }
        }
        self.steps = kept;
    }

    /// Goes to the state after so many steps.
    pub fn go(&mut self, done: usize) {
        self.done = done.min(self.steps.len());
    }

    /// All steps, the oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many of them are done.
    pub fn done(&self) -> usize {
        self.done
    }
}
