//! Where records, rows of plugins' own tables and files go: to the sinks, and to the disk.

mod alarms;
mod choice;
mod columns;
mod cumulative;
mod files;
mod locator;
mod rotation;
mod rows;
mod schemas;
mod staged;

use std::sync::Arc;

use flowz_api::cell::Cell;
use flowz_api::cell_writer::TextStyle;
use flowz_api::checkpoint::{Checkpoint as _, LoadError, Reader, Writer};
use flowz_api::flow::Flow;
use flowz_api::plugin::{Emission, EmissionKind};
use flowz_api::record::Record;
use flowz_api::settings::CoreToggles;
use flowz_api::sink::{Destination, Executor, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use staged::Staged;

pub(crate) use alarms::AlarmTally;
use alarms::Alarms;
pub(crate) use cumulative::Cumulative;

pub use alarms::{AlarmCounts, AlarmSettings};
pub use choice::{Choice, ChoiceError, View};
pub use columns::FieldError;
pub use files::{FileCounts, PluginFiles};
pub use rotation::{Period, Rotation, Rule};
pub use rows::Rows;
pub use schemas::{ClashingNames, Tables, tables};

/// All sinks of a run, the tables that they get, and the files of plugins.
pub struct Output {
    sinks: Vec<Box<dyn Sink>>,
    tables: Vec<Table>,
    /// Number of the packet table, if there is one.
    packets: Option<TableId>,
    /// Numbers of the tables of each plugin, by its place in the order of all.
    ids: Vec<Vec<TableId>>,
    /// So many tables, the first ones, go to every sink.
    common: usize,
    files: PluginFiles,
    /// Files about the run.
    about_run: Vec<Staged>,
    destination: Destination,
    row: Record,
    /// What of the tables is written.
    view: View,
    /// Lines about the run for headers.
    preamble: Vec<String>,
    /// Whether and how files are complete period by period.
    rotation: Option<Box<Rotation>>,
    /// Counters of flows with interim records, if they go on.
    cumulative: Option<Box<Cumulative>>,
    /// Which records are rows of text.
    styles: RowStyles,
}

/// Which records are rows of text from the beginning, and how they are written: those of tables that only one sink gets,
/// as nobody looks at their values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RowStyles {
    /// Of flows.
    pub flows: Option<TextStyle>,
    /// Of packets.
    pub packets: Option<TextStyle>,
}

impl Output {
    /// Starts the sinks: of the tables they get what the view leaves.
    pub fn start(
        mut sinks: Vec<Box<dyn Sink>>,
        (tables, view): (Tables, View),
        core: &CoreToggles,
        destination: &Destination,
        preamble: &[String],
    ) -> Result<Self, SinkError> {
        let Tables { tables, packets, ids, common, plugins, files: about_run, writes_text } =
            tables;
        let setup = |sink: &dyn Sink| {
            let asks = !sink.requests().is_empty();
            let tables = if asks { &tables[..] } else { &tables[..common] };
            SinkSetup { tables, destination, preamble }
        };
        sinks.iter_mut().try_for_each(|s| s.start(&setup(&**s)))?;
        mind_names(&about_run, destination)?;
        sinks.iter_mut().try_for_each(|s| s.all_started(&setup(&**s)))?;
        // Columns in microseconds are those of the schema: the rows themselves know of nanoseconds only.
        let styles = if writes_text && view.is_blind() && core.tstamp_prec {
            RowStyles::of(&sinks, &tables, packets)
        } else {
            RowStyles::default()
        };
        let files = PluginFiles::new(plugins, core, destination);
        let destination = destination.clone();
        let (about_run, row) = (Vec::new(), Record::new());
        let preamble = preamble.to_vec();
        Ok(Self {
            sinks,
            tables,
            packets,
            ids,
            common,
            files,
            about_run,
            destination,
            row,
            view,
            preamble,
            rotation: None,
            cumulative: None,
            styles,
        })
    }

    /// Which records are rows of text.
    pub(crate) fn styles(&self) -> RowStyles {
        self.styles
    }

    /// Counters of interim records go on from record to record (`core.ACTIVE_CUMULATIVE`): those of the flow table as it is before columns
    /// are chosen. A flow goes on within so many seconds; there are so many of them at most.
    pub(crate) fn accumulate(&mut self, flows: &Table, seconds: f32, most: usize) {
        self.cumulative = Some(Box::new(Cumulative::new(flows, seconds, most)));
        self.styles.flows = None;
    }

    /// Writes what goes on from record to record for the next run.
    pub(crate) fn save(&self, out: &mut Writer<'_>) {
        self.cumulative.is_some().save(out);
        if let Some(cumulative) = &self.cumulative {
            cumulative.save(out);
        }
    }

    /// Takes it over.
    pub(crate) fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        match (bool::load(from)?, &mut self.cumulative) {
            (true, Some(cumulative)) => cumulative.resume(from),
            (false, None) => Ok(()),
            _ => Err(LoadError::Other("interim records")),
        }
    }

    /// A flow's record is complete, of letter A or B, and so many plugins have raised an alarm on it.
    #[inline]
    pub fn flow(
        &mut self,
        record: &mut Record,
        (letter, flow): (u8, &Flow),
        alarms: u32,
    ) -> Result<(), SinkError> {
        if let Some(cumulative) = &mut self.cumulative {
            cumulative.take(record, letter, flow);
        }
        if !self.view.takes_flow(record, alarms) {
            return Ok(());
        }
        self.record(TableId::FLOWS, record)?;
        if self.rotation.is_some() { self.count_row(flow.last) } else { Ok(()) }
    }

    /// A packet's record is complete.
    #[inline]
    pub fn packet(&mut self, record: &Record) -> Result<(), SinkError> {
        self.packets.map_or(Ok(()), |id| self.record(id, record))
    }

    #[inline]
    fn record(&mut self, id: TableId, record: &Record) -> Result<(), SinkError> {
        let Some(table) = self.tables.get(usize::from(id.0)) else { return Ok(()) };
        let record = if self.view.is_all() { record } else { self.view.record(id, record) };
        self.sinks.iter_mut().try_for_each(|s| s.record(id, table, record))
    }

    /// A record of a table that was made on request.
    fn requested(&mut self, id: TableId, record: &Record) -> Result<(), SinkError> {
        let Some(table) = self.tables.get(usize::from(id.0)) else { return Ok(()) };
        let mut takers = self.sinks.iter_mut().filter(|s| s.requests().contains(&table.name));
        takers.try_for_each(|s| s.record(id, table, record))
    }

    /// What the plugin at this place in the order of all has emitted.
    pub fn emit(
        &mut self,
        position: u16,
        emission: &Emission,
        bytes: &[u8],
    ) -> Result<(), SinkError> {
        match &emission.kind {
            EmissionKind::File { name } => {
                self.files.append(position, name, bytes);
                Ok(())
            }
            EmissionKind::Row { table, flow } => {
                let ids = self.ids.get(usize::from(position)).map_or(&[][..], Vec::as_slice);
                let id = ids.get(usize::from(*table)).copied().unwrap_or(TableId(u16::MAX));
                let mut row = std::mem::take(&mut self.row);
                row.clear();
                flow.0.put(&mut row);
                row.raw(bytes);
                let outcome = if usize::from(id.0) < self.common {
                    self.record(id, &row)
                } else {
                    self.requested(id, &row)
                };
                self.row = row;
                outcome
            }
        }
    }

    /// Writes a file about the run beside the tables, unless nobody asked for such files. It appears with the tables.
    pub fn file(&mut self, suffix: &str, bytes: &[u8]) -> Result<(), SinkError> {
        if self.destination.only_requested {
            return Ok(());
        }
        let path = self.destination.file(suffix);
        self.destination.claim(&path)?;
        match Staged::write(path, bytes) {
            Ok(staged) => self.about_run.push(staged),
            // Sinks that wait for room keep their rows; a file about the run is no reason to lose them.
            Err(SinkError::Io { .. }) if self.waits() => {
                self.files.note_failure();
            }
            Err(error) => {
                self.discard();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether sinks wait for room on a full disk.
    fn waits(&self) -> bool {
        self.sinks.iter().any(|sink| sink.is_deferred())
    }

    /// How many flow records were not written, if there is a condition.
    pub fn left_out(&self) -> Option<u64> {
        self.view.left_out()
    }

    /// The alarms so far, if anybody can raise one or wants to see them only.
    pub fn alarms(&self) -> Option<AlarmCounts> {
        self.view.alarms.as_deref().map(Alarms::counts)
    }

    /// Where the alarms so far can be read while others write.
    pub(crate) fn alarm_tally(&self) -> Option<Arc<AlarmTally>> {
        self.view.alarms.as_deref().map(Alarms::tally)
    }

    /// What became of the files of plugins.
    pub fn file_counts(&self) -> FileCounts {
        self.files.counts()
    }

    /// No plugin writes to files any more: they get their names.
    pub fn finish_plugin_files(&mut self) {
        self.files.finish();
    }

    /// From now on there are threads that could write to files meanwhile.
    pub fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.sinks.iter_mut().for_each(|sink| sink.use_executor(executor));
    }

    /// Writes what is still held back. If anything cannot be written, no file of the run appears; those of an earlier
    /// run stay. That a reader has left is no reason: the files that were asked for besides are whole.
    pub fn prepare(&mut self) -> Result<(), SinkError> {
        let mut first = Ok(());
        for sink in &mut self.sinks {
            let outcome = sink.prepare();
            if !matches!(first, Err(ref error) if !is_closed(error)) {
                first = outcome.and(first);
            }
        }
        if first.as_ref().is_err_and(|error| !is_closed(error)) {
            self.discard();
        }
        first
    }

    /// No file of the run appears.
    fn discard(&mut self) {
        self.sinks.clear();
        self.about_run.clear();
        self.files.discard();
    }

    /// Completes the files of all sinks and plugins, or none of them: see [`Self::prepare`]. Yields the first failure.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        let mut first = self.prepare();
        self.files.finish();
        for file in self.about_run.drain(..) {
            first = first.and(file.finish());
        }
        for sink in &mut self.sinks {
            let outcome = sink.finish();
            first = first.and(outcome);
        }
        if let (Ok(()), Some(guard), Some(_)) = (&first, &self.destination.guard, &self.rotation) {
            guard.complete();
        }
        first
    }
}

impl RowStyles {
    /// What a single sink wants.
    fn of(sinks: &[Box<dyn Sink>], tables: &[Table], packets: Option<TableId>) -> Self {
        let [sink] = sinks else { return Self::default() };
        let style = |id: TableId| sink.text_style(tables.get(usize::from(id.0))?);
        Self { flows: style(TableId::FLOWS), packets: packets.and_then(style) }
    }
}

/// Refuses files about the run, of these suffixes, that would be an input, another output, or each other.
fn mind_names(suffixes: &[String], destination: &Destination) -> Result<(), SinkError> {
    if destination.only_requested {
        return Ok(());
    }
    for (n, suffix) in suffixes.iter().enumerate() {
        let path = destination.file(suffix);
        if suffixes[..n].contains(suffix) {
            let path = path.display();
            let why = format!("two plugins write a file '{path}': give one another suffix");
            return Err(SinkError::Settings(why));
        }
        destination.check(&path)?;
    }
    Ok(())
}

/// Whether it only says that nobody reads any more.
fn is_closed(error: &SinkError) -> bool {
    match error {
        SinkError::Closed => true,
        SinkError::Io { source, .. } => source.kind() == std::io::ErrorKind::BrokenPipe,
        _ => false,
    }
}
