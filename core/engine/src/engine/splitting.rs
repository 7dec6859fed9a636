//! Some of the engine's work given away, to be done by other threads.

use super::{Engine, Outlet};
use crate::crew::{Crew, Parts};
use crate::output::{Exchange, Sinks};
use crate::recording::{Recorder, Scribe, Send};

impl Engine {
    /// Gives away, before the first packet, the plugins that only record, and the sinks. From now on the engine
    /// works on packets of batches ([`Self::decoded`]) and passes notes to `send`, for the recorder; that
    /// passes portions of records to `exchange`, for the sinks. Completing the files is left to the caller.
    ///
    /// Nothing comes back if that was done before.
    pub fn split(&mut self, send: Send, exchange: Exchange) -> Option<(Recorder, Sinks)> {
        let outlet = std::mem::replace(&mut self.outlet, Outlet::Closed);
        let Outlet::Records(mut records) = outlet else { return None };
        let sinks = records.output.hand_over(exchange)?;
        let Parts { steering, recording, groups } = self.take_crew().split();
        self.crew = steering;
        self.is_plain = false;
        let changes_layers =
            self.aggregation.is_some() || self.reassembly.is_some() || self.divides();
        let scribe = Scribe::new(&self.run, changes_layers, groups.clone(), send);
        self.outlet = Outlet::Notes(Box::new(scribe));
        let (run, timeouts) = (self.run.clone(), self.timeouts.clone());
        Some((Recorder::new(run, timeouts, self.decoder, (recording, groups), records), sinks))
    }

    /// The packets of a batch are done with: passes on what was noted of them.
    pub fn pass_on(&mut self) {
        if let Outlet::Notes(scribe) = &mut self.outlet {
            scribe.hand_over(&self.run);
        }
    }

    /// Takes back what [`Self::split`] gave away, for the report.
    pub fn rejoin(&mut self, recorder: Recorder) {
        self.counters.status |= recorder.status();
        let (recording, groups) = recorder.into_crews();
        self.crew = Parts { steering: self.take_crew(), recording, groups }.reunite();
        self.outlet = Outlet::Closed;
    }

    fn take_crew(&mut self) -> Crew {
        std::mem::replace(&mut self.crew, Crew::new(Vec::new()))
    }
}
