//! Sink `arrow`: `_flows.arrow`, `_packets.arrow` and the tables of plugins as files of Arrow IPC, which programs map into
//! their memory; with `-w -` the flow table as a stream of Arrow IPC.

mod toggles;
mod writer;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::columnar::table::ColumnarTable;
use crate::common::file::Form;
use crate::common::rotating_file::RotatingFile;
use crate::common::stream;
use crate::common::tables::{OpenTables, Rows};
use toggles::ArrowToggles;
use writer::Plan;

inventory::submit! { SinkEntry::new::<Arrow>() }

/// The sink.
struct Arrow {
    toggles: ArrowToggles,
    tables: OpenTables<Box<dyn Rows + Send>>,
}

impl NamedSink for Arrow {
    const INFO: SinkInfo = SinkInfo {
        name: "arrow",
        toggles: "arrowSink",
        number: 910,
        summary: "Arrow IPC files and streams: all tables",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = ArrowToggles;

    fn new(toggles: &ArrowToggles) -> Self {
        Self { toggles: toggles.clone(), tables: OpenTables::default() }
    }
}

impl Sink for Arrow {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        let batch = usize::from(self.toggles.batch) << 20;
        self.tables = OpenTables::open(setup, |table| {
            let is_flows = table.kind == TableKind::Flows;
            let form = Form::Made(Arc::new(Plan {
                table: table.clone(),
                preamble: setup.preamble.to_vec(),
                batch,
                is_stream: is_flows && to.stdout,
            }));
            let suffix = format!("_{}.arrow", table.name);
            if !is_flows {
                let file = RotatingFile::single_as(to, &suffix, &form)?;
                return Ok(Box::new(ColumnarTable::new(file)) as Box<dyn Rows + Send>);
            }
            let file = RotatingFile::flow_table_as(to, &suffix, form)?;
            Ok(stream::for_readers(Box::new(ColumnarTable::new(file)), to))
        })?;
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        self.tables.record(id, table, record)
    }

    fn size(&self) -> u64 {
        self.tables.size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.tables.use_executor(executor);
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.tables.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.tables.finish()
    }
}
