//! A queue between threads in which the newest of a kind can take the place of the older ones.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

struct State<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

/// The queue; clones share it.
pub(super) struct Queue<T> {
    shared: Arc<(Mutex<State<T>>, Condvar)>,
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let state = State {
            waiting: VecDeque::new(),
            closed: false,
        };
        Self {
            shared: Arc::new((Mutex::new(state), Condvar::new())),
        }
    }
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        // The state is whole between any two statements, so a panic elsewhere does not spoil it.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a task at the end.
    pub fn push(&self, task: T) {
        self.state().waiting.push_back(task);
        self.shared.1.notify_one();
    }

    /// Forgets the waiting tasks that `same` names and puts this one at the end.
    pub fn push_newest(&self, task: T, same: impl Fn(&T) -> bool) {
        let mut state = self.state();
        state.waiting.retain(|t| !same(t));
        state.waiting.push_back(task);
        drop(state);
        self.shared.1.notify_one();
    }

    /// Forgets the waiting tasks that `same` names and puts this one before all others but those of `first`.
    pub fn push_urgent(&self, task: T, same: impl Fn(&T) -> bool, first: impl Fn(&T) -> bool) {
        let mut state = self.state();
        state.waiting.retain(|t| !same(t));
        let place = state.waiting.iter().rposition(first).map_or(0, |i| i + 1);
        state.waiting.insert(place, task);
        drop(state);
        self.shared.1.notify_one();
    }

    /// Waits for a task; `None` when the queue was closed.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(task) = state.waiting.pop_front() {
                return Some(task);
            }
            if state.closed {
                return None;
            }
            state = self.shared.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends the reader, at once or after what is waiting.
    pub fn close(&self, finish: bool) {
        let mut state = self.state();
        state.closed = true;
        if !finish {
            state.waiting.clear();
        }
        drop(state);
        self.shared.1.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_kind_replaces_the_older_and_keeps_its_place() {
        let queue = Queue::default();
        for task in ["start", "fit 1", "export"] {
            queue.push(task);
        }
        queue.push_urgent("fit 2", |t| t.starts_with("fit"), |t| *t == "start");
        queue.close(true);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, ["start", "fit 2", "export"]);
    }

    #[test]
    fn a_closed_queue_can_forget_what_waits() {
        let queue = Queue::default();
        queue.push(1);
        queue.close(false);
        assert_eq!(queue.pop(), None);
    }
}
