//! Several engines that share the packets of an interface, each with flows of its own.
//!
//! They have nothing in common while they run but the way of their records. At the end the first one takes the others
//! in: counts add up, plugins are merged, so that one report tells of all.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_host::panics::PluginPanic;

use super::{Engine, EngineError, WayOut};

impl Engine {
    /// From now on, before the first packet, this is one of `count` engines: the flow numbers of each differ from those
    /// of all others. `number` is from 0.
    pub fn share_numbers(&mut self, number: u64, count: u64) {
        self.id_step = count.max(1);
        self.last_id = number;
    }

    /// The input is over for this one of several engines: all its flows leave. What is to be done for the run as a whole is
    /// left to [`Engine::finish`] of the one that takes it in.
    pub fn finish_member(&mut self) -> Result<(), EngineError> {
        let flushed = self.flush();
        self.counters.last_interval();
        let last = self.counters.last;
        self.counters.reassembly = self.reassembly.as_deref_mut().map(|r| r.finish(last));
        if let WayOut::Records(records) = &mut self.way_out {
            records.output.finish_plugin_files();
            self.counters.output(&records.output);
        }
        flushed
    }

    /// Takes in another one that [has finished](Self::finish_member), before this one finishes. A plugin that panics when its
    /// instances are to become one is named.
    pub fn absorb(&mut self, mut other: Self) -> Result<(), PluginPanic> {
        match &mut self.of_others {
            Some(others) => others.merge_output(&other.counters),
            None => self.of_others = Some(Box::new(other.counters.clone())),
        }
        self.counters.merge(other.counters.clone());
        self.services.add_marks(&other.services);
        let plugins = other.take_plugins();
        let merged = catch_unwind(AssertUnwindSafe(|| self.plugins.merge(plugins)));
        merged.map_err(|payload| {
            self.plugins.panicking(&*payload).unwrap_or_else(|| resume_unwind(payload))
        })
    }
}
