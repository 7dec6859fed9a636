//! Presets: tables of plugins as other tools write them, with their columns, order, units and header, for scripts and models that were
//! made for these. `--preset NAME` selects the sink of that name with the plugin that makes its rows, and sets what makes flows those of
//! that tool; `--sinks NAME` only writes the table, with the run's own settings.
//!
//! A preset is data: which table, which columns, how each cell is written ([`Layout`]). The numbers are those of the plugin's table, where
//! what is unknown is empty; the text that a tool writes for that stands here.

mod cic;
pub(crate) mod layout;
mod lycos;
mod netmate;
mod nfstream;
mod table;
pub(crate) mod tcptrace;
mod text;
mod tstat;
mod waiting;

use std::marker::PhantomData;
use std::sync::Arc;

use flowz_api::record::Record;
use flowz_api::sink::{Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_api::toggles::NoToggles;

use crate::common::rotating_file::RotatingFile;
use crate::common::stream;
use crate::common::tables::Rows;
use layout::Layout;
use table::PresetTable;

/// Another tool's tables.
pub(crate) trait Preset: Send + 'static {
    /// Name, summary, settings, the tables of plugins that it is made of.
    const INFO: SinkInfo;
    /// How the tables are written; the first one goes to standard output if rows are wanted there.
    const TABLES: &'static [Layout];
}

/// The sink of a preset.
pub(crate) struct PresetSink<P> {
    tables: Vec<(TableId, Box<dyn Rows + Send>)>,
    preset: PhantomData<P>,
}

impl<P: Preset> NamedSink for PresetSink<P> {
    const INFO: SinkInfo = P::INFO;
    type Toggles = NoToggles;

    fn new(_: &NoToggles) -> Self {
        Self { tables: Vec::new(), preset: PhantomData }
    }
}

impl<P: Preset> Sink for PresetSink<P> {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        for (n, layout) in P::TABLES.iter().enumerate() {
            let is_first = n == 0;
            let named = |(_, table): &(usize, &Table)| table.name == layout.table;
            let Some((at, table)) = setup.tables.iter().enumerate().find(named) else { continue };
            if to.stdout && !is_first {
                continue;
            }
            let file = RotatingFile::flow_table(to, layout.suffix, false)?;
            let open = Box::new(PresetTable::new(file, layout, &table.schema)?);
            let open = if is_first { stream::for_readers(open, to) } else { open };
            self.tables.push((TableId(u16::try_from(at).unwrap_or(u16::MAX)), open));
        }
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        let mut open = self.tables.iter_mut().filter(|(open, _)| *open == id);
        open.try_for_each(|(_, open)| open.row(&table.schema, record))
    }

    fn size(&self) -> u64 {
        self.tables.first().map_or(0, |(_, open)| open.size())
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        for (_, open) in &mut self.tables {
            open.use_executor(executor);
        }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.tables.iter_mut().try_for_each(|(_, open)| open.prepare())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.tables.iter_mut().try_for_each(|(_, open)| open.finish())
    }
}

#[cfg(test)]
mod tests;
