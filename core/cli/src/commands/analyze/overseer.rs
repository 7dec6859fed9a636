//! What is done while a run goes on: orders that come as signals, and all that watches it.

use std::io;

use flowz_capture::Progress;
use flowz_engine::{Engine, EngineError};
use flowz_monitor::Monitor;
use flowz_runtime::Overseer;

use super::watch;
use crate::clock;
use crate::log;
use crate::signals::{Order, Signals};

/// Carries out orders.
pub(super) struct RunOverseer<'a> {
    signals: &'a Signals,
    monitor: Monitor,
    is_quiet: bool,
}

impl<'a> RunOverseer<'a> {
    /// Says nothing about what cannot be reported if it `is_quiet`.
    pub(super) fn new(signals: &'a Signals, monitor: Monitor, is_quiet: bool) -> Self {
        Self { signals, monitor, is_quiet }
    }

    /// A report that cannot be made ends no run. Nobody may be there any more to read it.
    fn note(&self, outcome: io::Result<()>) {
        if let Err(error) = outcome
            && !self.is_quiet
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            log::warning(&format!("cannot report: {error}"));
        }
    }
}

impl Overseer for RunOverseer<'_> {
    fn attend(&mut self, engine: &mut Engine, progress: &Progress) -> Result<(), EngineError> {
        for order in self.signals.orders() {
            match order {
                Order::Renew => engine.rotate(clock::now())?,
                Order::Report => self.monitor.order_report(),
                Order::Periodic => {
                    let outcome = self.monitor.toggle_reports(engine);
                    self.note(outcome);
                }
            }
        }
        let outcome = self.monitor.attend(engine, || (watch::input(progress), Vec::new()));
        self.note(outcome);
        Ok(())
    }
}
