//! What the interfaces say of themselves, for others to read while the run goes on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use flowz_engine::report::LiveCounts;
use flowz_live::Statistics;

/// What the kernel has counted, and what has happened.
#[derive(Debug, Default)]
pub struct LiveFigures(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    names: Vec<String>,
    statistics: Vec<Statistics>,
    remarks: Vec<String>,
}

impl LiveFigures {
    pub(super) fn new(names: Vec<String>) -> Self {
        let statistics = vec![Statistics::default(); names.len()];
        Self(Mutex::new(State { names, statistics, ..State::default() }))
    }

    /// Name and counts of each interface, a second old at most while packets come.
    pub fn interfaces(&self) -> Vec<(String, Statistics)> {
        let state = self.state();
        state.names.iter().cloned().zip(state.statistics.iter().copied()).collect()
    }

    /// What the kernel has counted on all interfaces together.
    pub fn total(&self) -> LiveCounts {
        let mut total = LiveCounts::default();
        for one in &self.state().statistics {
            total.received += one.received;
            total.dropped += one.dropped;
            total.dropped_by_interface += one.dropped_by_interface;
        }
        total
    }

    /// Sentences about what has happened since the last call.
    pub fn remarks(&self) -> Vec<String> {
        std::mem::take(&mut self.state().remarks)
    }

    pub(super) fn set(&self, statistics: &[Statistics]) {
        self.state().statistics.clone_from_slice(statistics);
    }

    pub(super) fn remark(&self, remarks: Vec<String>) {
        self.state().remarks.extend(remarks);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
