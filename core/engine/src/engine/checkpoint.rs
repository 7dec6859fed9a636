//! All state of a run, for the next one to go on with.
//!
//! The order of the bytes is that of the calls here. Numbers of slots, lists and timeouts stay what they are, so tables are written as they
//! lie; only what hashes are drawn for is put in anew.

use std::io::Write;
use std::path::Path;

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

/// The file that the state of a run goes to.
pub trait StateFile: Write + Send {
    /// Its name.
    fn path(&self) -> &Path;

    /// All is written: it appears.
    fn complete(self: Box<Self>) -> Result<(), SinkError>;
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
        (self.run.start, self.last_id, self.ends, self.current).save(out);
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
        (self.run.start, self.last_id, self.ends, self.current) = Checkpoint::load(from)?;
        self.of_parts = Vec::load(from)?;
        self.services.resume(&slots, from)?;
        self.plugins.resume(from, &slots)?;
        if let WayOut::Records(records) = &mut self.way_out {
            records.output.resume(from)?;
        }
        if from.is_empty() { Ok(()) } else { Err(LoadError::Other("this run")) }
    }

    /// When the input is over, another run goes on: the state goes to this file, and flows that live stay unwritten.
    pub fn continue_in(&mut self, file: Box<dyn StateFile>) {
        self.run.continues = true;
        self.state_file = Some(file);
    }

    /// The input is over, and another run goes on with it. The file of the state appears when those of the sinks are complete.
    pub(super) fn hand_on(&mut self, mut file: Box<dyn StateFile>) -> Result<(), SinkError> {
        let mut out = Writer::new(&mut *file);
        self.save(&mut out);
        if let Err(source) = out.finish() {
            let failed = SinkError::io("write", file.path(), source);
            drop(self.suspend());
            return Err(failed);
        }
        self.suspend()?;
        file.complete()
    }

    /// The input goes on in another run: sinks complete their files with the records so far, and flows that live stay unwritten.
    fn suspend(&mut self) -> Result<(), SinkError> {
        let WayOut::Records(records) = &mut self.way_out else { return Ok(()) };
        records.output.finish_plugin_files();
        let closed = records.output.finish();
        self.counters.output(&records.output);
        closed
    }
}
