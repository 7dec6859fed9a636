//! Batches that wait, bounded by their bytes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A queue between two threads.
#[derive(Debug)]
pub(super) struct Queue<B> {
    state: Mutex<State<B>>,
    changed: Condvar,
    /// Most bytes; a batch that is larger waits alone.
    most: usize,
}

#[derive(Debug)]
struct State<B> {
    batches: VecDeque<(B, usize)>,
    bytes: usize,
    is_closed: bool,
}

impl<B> Queue<B> {
    /// An empty queue for so many bytes.
    pub(super) fn new(most: usize) -> Self {
        let state = State { batches: VecDeque::new(), bytes: 0, is_closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), most }
    }

    /// Adds a batch of so many bytes; waits until there is room. If the queue is closed, nobody takes it, and it is gone.
    pub(super) fn push(&self, batch: B, bytes: usize) {
        let mut state = self.lock();
        while !state.is_closed && state.bytes > 0 && state.bytes + bytes > self.most {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_closed {
            return;
        }
        state.batches.push_back((batch, bytes));
        state.bytes += bytes;
        self.changed.notify_all();
    }

    /// The next batch; waits for it. Nothing if the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<B> {
        let mut state = self.lock();
        loop {
            if let Some((batch, bytes)) = state.batches.pop_front() {
                state.bytes -= bytes;
                self.changed.notify_all();
                return Some(batch);
            }
            if state.is_closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether no batch waits.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().batches.is_empty()
    }

    /// No more batches come.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<B>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
