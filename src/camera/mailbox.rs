//! A place for one thing between two threads: the newest replaces what was not taken.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

struct Inside<T> {
    thing: Option<T>,
    replaced: u64,
    closed: bool,
}

/// See the module.
pub struct Mailbox<T> {
    inside: Mutex<Inside<T>>,
    changed: Condvar,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        let inside = Inside {
            thing: None,
            replaced: 0,
            closed: false,
        };
        Self {
            inside: Mutex::new(inside),
            changed: Condvar::new(),
        }
    }
}

impl<T> Mailbox<T> {
    fn inside(&self) -> MutexGuard<'_, Inside<T>> {
        // Every change is one assignment, so a panic elsewhere does not spoil it.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a thing in; never waits. What lay there is dropped and counted.
    pub fn put(&self, thing: T) {
        let mut inside = self.inside();
        let old = inside.thing.replace(thing);
        inside.replaced += u64::from(old.is_some());
        drop(inside);
        self.changed.notify_all();
    }

    /// Takes what is there; at once.
    pub fn take(&self) -> Option<T> {
        let thing = self.inside().thing.take();
        self.changed.notify_all();
        thing
    }

    /// Takes the next thing, waiting at most so long; `None` at once when closed and empty.
    pub fn wait(&self, longest: Duration) -> Option<T> {
        let until = Instant::now() + longest;
        let mut inside = self.inside();
        loop {
            if let Some(thing) = inside.thing.take() {
                drop(inside);
                self.changed.notify_all();
                return Some(thing);
            }
            let left = until.saturating_duration_since(Instant::now());
            if inside.closed || left.is_zero() {
                return None;
            }
            inside = self
                .changed
                .wait_timeout(inside, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until what lies there was taken; false when `over` was set or the mailbox closed.
    pub fn wait_empty(&self, over: &AtomicBool) -> bool {
        let mut inside = self.inside();
        while inside.thing.is_some() {
            if over.load(Ordering::SeqCst) || inside.closed {
                return false;
            }
            let pause = Duration::from_millis(50);
            inside = self
                .changed
                .wait_timeout(inside, pause)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    /// Wakes everybody who waits; what lies there may still be taken.
    pub fn close(&self) {
        self.inside().closed = true;
        self.changed.notify_all();
    }

    /// How many things were dropped for newer ones.
    pub fn replaced(&self) -> u64 {
        self.inside().replaced
    }
}
