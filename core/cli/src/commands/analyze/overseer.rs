//! What is done while a run goes on: orders that come as signals.

use flowz_capture::Progress;
use flowz_engine::{Engine, EngineError};
use flowz_runtime::Overseer;

use crate::clock;
use crate::signals::{Order, Signals};

/// Carries out orders.
pub(super) struct RunOverseer<'a> {
    signals: &'a Signals,
}

impl<'a> RunOverseer<'a> {
    pub(super) fn new(signals: &'a Signals) -> Self {
        Self { signals }
    }
}

impl Overseer for RunOverseer<'_> {
    fn attend(&mut self, engine: &mut Engine, _: &Progress) -> Result<(), EngineError> {
        for order in self.signals.orders() {
            match order {
                Order::Renew => engine.rotate(clock::now())?,
                Order::Report | Order::Periodic => {}
            }
        }
        Ok(())
    }
}
