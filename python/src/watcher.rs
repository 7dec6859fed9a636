//! How far a run has come, for those who watch it from another thread.

use std::sync::atomic::{AtomicU64, Ordering};

use flowz_capture::Progress;
use flowz_engine::{Engine, EngineError};
use flowz_runtime::Overseer;

/// The last numbers that were told.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Bytes taken from the captures.
    bytes: AtomicU64,
    /// All their bytes; 0 if nobody knows.
    total: AtomicU64,
    /// Packets read.
    packets: AtomicU64,
}

impl Figures {
    /// Bytes, all bytes if they are known, and packets.
    pub(crate) fn read(&self) -> (u64, Option<u64>, u64) {
        let [bytes, total, packets] =
            [&self.bytes, &self.total, &self.packets].map(|number| number.load(Ordering::Relaxed));
        (bytes, Some(total).filter(|total| *total > 0), packets)
    }

    /// Notes the numbers.
    pub(crate) fn note(&self, progress: &Progress, packets: u64) {
        let numbers = [
            (&self.bytes, progress.bytes),
            (&self.total, progress.total.unwrap_or(0)),
            (&self.packets, packets),
        ];
        for (place, number) in numbers {
            place.store(number, Ordering::Relaxed);
        }
    }
}

/// Notes the numbers each time that somebody asks for them.
pub(crate) struct Watcher<'a>(pub(crate) &'a Figures);

impl Overseer for Watcher<'_> {
    fn attend(&mut self, engine: &mut Engine, progress: &Progress) -> Result<(), EngineError> {
        self.0.note(progress, engine.counters().read.packets);
        Ok(())
    }
}
