//! All state of a run, for the next one to go on with.
//!
//! The order of the bytes is that of the calls here. Numbers of slots, lists and timeouts stay what they are, so tables are written as they
//! lie; only what hashes are drawn for is put in anew.

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::sink::SinkError;

use super::{Engine, WayOut};
use crate::counters::Counters;

/// Why a run cannot be continued.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Plugins whose state cannot be written.
    #[error("a run with {} cannot be continued: leave {} out, or do without checkpoints", .0.join(", "), if .0.len() == 1 { "it" } else { "them" })]
    Plugins(Vec<&'static str>),
    /// The state is not one of such a run.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl Engine {
    /// Whether all that takes part can be written and read back.
    pub fn can_be_continued(&self) -> Result<(), CheckpointError> {
        let without: Vec<_> = self.plugins.without_checkpoint().collect();
        if without.is_empty() { Ok(()) } else { Err(CheckpointError::Plugins(without)) }
    }

    /// Writes all state of a run on one thread behind its last packet: flows, plugins, streams, counters.
    pub fn save(&mut self, out: &mut Writer<'_>) {
        let slots = self.table.occupied();
        self.table.save(out);
        self.timeout_list.save(out);
        self.fragments.save(out);
        if let Some(active) = &self.active {
            active.save(out);
        }
        if let Some(reassembly) = &self.reassembly {
            reassembly.save(out);
        }
        if let Some(growth) = &self.growth {
            growth.save(out);
        }
        self.counters.save(out);
        (self.last_id, self.ends, self.current).save(out);
        self.of_parts.save(out);
        self.services.save(&slots, out);
        self.plugins.save(out, &slots);
        if let WayOut::Records(records) = &self.way_out {
            records.output.save(out);
        }
    }

    /// Goes on where a run with the same plugins and settings has ended; before the first packet.
    pub fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        self.table.resume(from)?;
        let slots = self.table.occupied();
        self.timeout_list.resume(from)?;
        self.fragments.resume(from)?;
        if let Some(active) = &mut self.active {
            active.resume(from)?;
        }
        if let Some(reassembly) = &mut self.reassembly {
            reassembly.resume(from)?;
        }
        if let Some(growth) = &mut self.growth {
            growth.resume(from)?;
        }
        self.counters = Counters::load(from)?;
        (self.last_id, self.ends, self.current) = Checkpoint::load(from)?;
        self.of_parts = Vec::load(from)?;
        self.services.resume(&slots, from)?;
        self.plugins.resume(from, &slots)?;
        if let WayOut::Records(records) = &mut self.way_out {
            records.output.resume(from)?;
        }
        if from.is_empty() { Ok(()) } else { Err(LoadError::Other("this run")) }
    }

    /// The input goes on in another run: sinks complete their files with the records so far, and flows that live stay unwritten.
    pub fn suspend(&mut self) -> Result<(), SinkError> {
        let WayOut::Records(records) = &mut self.way_out else { return Ok(()) };
        records.output.finish_plugin_files();
        let closed = records.output.finish();
        self.counters.output(&records.output);
        closed
    }
}
