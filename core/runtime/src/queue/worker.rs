//! The thread of the sinks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use flowz_api::record::Record;
use flowz_api::sink::{Destination, Patience, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableKind};

use super::state::{Block, Item, Shared};
use super::{in_words, tables_for};

/// The sinks and what they need.
pub(super) struct Worker {
    sinks: Vec<Box<dyn Sink>>,
    shared: Arc<Shared>,
    destination: Destination,
    tables: Vec<Table>,
    preamble: Vec<String>,
    record: Record,
    rotations: u64,
    /// The files of the period could not be begun, and nobody waits until they can.
    has_no_files: bool,
}

impl Worker {
    /// Sinks that have started.
    pub(super) fn new(
        sinks: Vec<Box<dyn Sink>>,
        shared: Arc<Shared>,
        destination: Destination,
        setup: &SinkSetup<'_>,
    ) -> Self {
        let (tables, preamble) = (setup.tables.to_vec(), setup.preamble.to_vec());
        let record = Record::new();
        Self {
            sinks,
            shared,
            destination,
            tables,
            preamble,
            record,
            rotations: 0,
            has_no_files: false,
        }
    }

    /// Does what there is to do until all is over.
    pub(super) fn run(mut self) {
        while let Some(item) = self.shared.next() {
            let done = catch_unwind(AssertUnwindSafe(|| self.perform(item)));
            let outcome = done.unwrap_or_else(|_| {
                Err(SinkError::Other("a sink panicked; please report this".into()))
            });
            let size = self.sinks.iter().map(|sink| sink.size()).max().unwrap_or(0);
            self.shared.finished(outcome, (self.rotations, size));
        }
    }

    fn perform(&mut self, item: Item) -> Result<(), SinkError> {
        match item {
            Item::Rows(block) => {
                let outcome = self.write(&block);
                self.shared.took(block);
                outcome
            }
            Item::Rotate(destination) => self.rotate(destination),
            Item::Prepare => each(&mut self.sinks, |sink| sink.prepare()),
            Item::Finish => each(&mut self.sinks, |sink| sink.finish()),
        }
    }

    fn write(&mut self, block: &Block) -> Result<(), SinkError> {
        if self.has_no_files {
            self.shared.figures.lost(block.len() as u64);
            return Ok(());
        }
        for (id, bytes) in block.rows() {
            let Some(table) = self.tables.get(usize::from(id.0)) else { continue };
            self.record.clear();
            self.record.raw(bytes);
            for sink in &mut self.sinks {
                if table.kind != TableKind::Requested || sink.requests().contains(&table.name) {
                    sink.record(id, table, &self.record)?;
                }
            }
        }
        Ok(())
    }

    /// Completes the files, and begins those of the next period. Where that cannot be done, because there is no room or the
    /// folder is gone, it is told and tried again: the run goes on.
    fn rotate(&mut self, destination: Destination) -> Result<(), SinkError> {
        self.rotations += 1;
        let ended = std::mem::replace(&mut self.destination, destination);
        let begun = self.begin();
        self.has_no_files = begun.is_err();
        if let Some(guard) = &ended.guard {
            guard.complete();
        }
        begun
    }

    /// Lets all sinks complete their files and begin the next ones.
    fn begin(&mut self) -> Result<(), SinkError> {
        let (figures, mut first) = (&self.shared.figures, Ok(()));
        for sink in &mut self.sinks {
            let tables = tables_for(&**sink, &self.tables);
            let (destination, preamble) = (&self.destination, &self.preamble[..]);
            let (mut is_first, mut is_last) = (true, false);
            while let Err(error) = sink.rotate(&SinkSetup { tables, destination, preamble }) {
                if is_last {
                    first = first.and(Err(error));
                    break;
                }
                // At the end once more: the first time it may have been files of the period before that could not be completed.
                is_last = !figures.wait();
                if !is_last {
                    figures.note_failure(in_words(&error));
                } else if is_first {
                    figures.note_at_the_end(in_words(&error));
                }
                is_first = false;
            }
            figures.goes_on();
        }
        first
    }
}

/// Does it with all sinks; yields the first failure.
fn each(
    sinks: &mut [Box<dyn Sink>],
    mut step: impl FnMut(&mut Box<dyn Sink>) -> Result<(), SinkError>,
) -> Result<(), SinkError> {
    let mut first = Ok(());
    for sink in sinks {
        let outcome = step(sink);
        first = first.and(outcome);
    }
    first
}
