//! How a queue is doing, and what a writer does for which there is no room.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread::park_timeout;
use std::time::Duration;

use flowz_api::sink::Patience;

/// What happens when a queue is full.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum WhenFull {
    /// The engine waits, and with it the packets: what the kernel's buffer cannot hold is lost.
    #[default]
    Block,
    /// Rows are dropped.
    DropRows,
}

/// How a queue is doing.
#[derive(Debug)]
pub struct QueueFigures {
    bound: u64,
    pub(super) queued: AtomicU64,
    pub(super) most: AtomicU64,
    pub(super) rows: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) waited: AtomicU64,
    lost: AtomicU64,
    held_up: AtomicBool,
    held_up_times: AtomicU64,
    /// Who waits for room gives up.
    pub(super) hurry: AtomicBool,
    /// What went wrong since somebody asked.
    failure: Mutex<Option<String>>,
    /// What could not be completed at the end, the first of it.
    at_the_end: Mutex<Option<String>>,
}

/// The longest time between two tries to write.
const PAUSE: Duration = Duration::from_millis(100);

impl QueueFigures {
    pub(super) fn new(bound: u64) -> Self {
        Self {
            bound,
            queued: AtomicU64::new(0),
            most: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            held_up: AtomicBool::new(false),
            held_up_times: AtomicU64::new(0),
            hurry: AtomicBool::new(false),
            failure: Mutex::default(),
            at_the_end: Mutex::default(),
        }
    }

    /// What could not be written and is tried again, since this was last asked: the latest.
    pub fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn note_failure(&self, words: String) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }

    /// What could not be completed at the end of the run, the first of it: what could be is there.
    pub fn failure_at_the_end(&self) -> Option<String> {
        self.at_the_end.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note_at_the_end(&self, words: String) {
        let mut first = self.at_the_end.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(words);
    }

    /// Rows for which there was no room at the end.
    pub fn lost_at_the_end(&self) -> u64 {
        self.lost.load(Relaxed)
    }

    /// Most bytes of rows that wait.
    pub fn bound(&self) -> u64 {
        self.bound
    }

    /// Bytes of rows that wait now.
    pub fn queued(&self) -> u64 {
        self.queued.load(Relaxed)
    }

    /// Most bytes that have waited at once.
    pub fn most_queued(&self) -> u64 {
        self.most.load(Relaxed)
    }

    /// Rows that the sinks have taken, each counted once however many sinks there are.
    pub fn rows(&self) -> u64 {
        self.rows.load(Relaxed)
    }

    /// Rows that were dropped, because the queue was full or because there was no room for them at the end.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Relaxed) + self.lost.load(Relaxed)
    }

    /// Times that the engine has waited because the queue was full.
    pub fn waited(&self) -> u64 {
        self.waited.load(Relaxed)
    }

    /// Whether writing is held up for want of room.
    pub fn is_held_up(&self) -> bool {
        self.held_up.load(Relaxed)
    }

    /// Times that writing was held up for want of room.
    pub fn held_up_times(&self) -> u64 {
        self.held_up_times.load(Relaxed)
    }
}

impl Patience for QueueFigures {
    fn wait(&self) -> bool {
        if !self.held_up.swap(true, Relaxed) {
            self.held_up_times.fetch_add(1, Relaxed);
        }
        if self.hurry.load(Relaxed) {
            return false;
        }
        park_timeout(PAUSE);
        true
    }

    fn goes_on(&self) {
        // Looked at first: this is called for every piece that is written.
        if self.held_up.load(Relaxed) {
            self.held_up.store(false, Relaxed);
        }
    }

    fn lost(&self, rows: u64) {
        self.lost.fetch_add(rows, Relaxed);
    }
}
