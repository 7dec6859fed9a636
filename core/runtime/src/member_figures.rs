//! What engines beside the first one have counted, for whoever reads it while they run.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowz_capture::Progress;
use flowz_engine::counters::Counters;
use flowz_engine::{Engine, EngineError};

use crate::attention::{Attention, Overseer};

/// The counters of an engine, as it has put them here when it was asked last.
#[derive(Clone, Default, Debug)]
pub struct MemberFigures {
    attention: Attention,
    state: Arc<Mutex<(Counters, usize)>>,
}

impl MemberFigures {
    /// Counters and flows alive. The engine is asked for newer ones, which will be there next time.
    pub fn read(&self) -> (Counters, usize) {
        self.attention.ask();
        self.state().clone()
    }

    pub(crate) fn attention(&self) -> Attention {
        self.attention.clone()
    }

    fn state(&self) -> MutexGuard<'_, (Counters, usize)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Overseer for MemberFigures {
    fn attend(&mut self, engine: &mut Engine, _: &Progress) -> Result<(), EngineError> {
        *self.state() = (engine.counters().clone(), engine.live_flows());
        Ok(())
    }
}
