//! Sink `txt`: `_flows.txt`, `_headers.txt` and `_packets.txt` as the reference writes them, one line
//! a record, fields separated by tabulators. A table of a plugin, say `dns`, is in `_dns.txt`, and what its columns
//! mean in `_dns_headers.txt`.
//!
//! The flow file may be split (`-W`) or go to standard output (`-w -`). Then only the packet table is written as a file,
//! and that if it is asked for; with `--compat` all other files are beside the input. `_headers.txt` is complete as soon as the run has started, the
//! others at its end.
//!
//! How values are written (`IP4_FORMAT` to `B2T_NON_IP_STR`, `HDR_CHR`, `SEP_CHR`) holds for flows and
//! packets, the other toggles for the flow file alone. Pieces of a compressed flow file are named
//! `_flows.txt0.gz` and so on; `-W` counts bytes before compression. `TFS_EXTENDED_HEADER` tells the
//! number of rows at the beginning of a file when all are written: not in a stream or a compressed file.

mod cell_format;
mod custom_format;
mod fast;
mod header_file;
mod header_lines;
mod table;
mod text_row;
mod toggles;
mod types;

use std::path::PathBuf;
use std::sync::Arc;

use flowz_api::cell_writer::TextStyle;
use flowz_api::column::Schema;
use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Destination, Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::common::file::OutputFile;
use crate::common::format::cell_cache::CellCache;
use crate::common::rotating_file::{GZIP_SUFFIX, RotatingFile};
use crate::common::stream;
use crate::common::tables::{OpenTables, Rows};
use cell_format::StandardFormat;
use custom_format::CustomFormat;
use fast::FastLine;
use header_lines::HeaderLines;
use table::{GeneralLine, TxtTable};
use toggles::TxtToggles;

pub(crate) use text_row::{TextRow, cell};

inventory::submit! { SinkEntry::new::<Txt>() }

/// End of the packet file's name.
const PACKETS_SUFFIX: &str = "_packets.txt";

/// The sink.
#[derive(Default)]
struct Txt {
    toggles: TxtToggles,
    tables: OpenTables<Box<dyn Rows + Send>>,
    /// The files that describe columns.
    headers: Vec<OutputFile>,
    /// Texts keep what steers a terminal and is not ASCII.
    raw: bool,
}

impl NamedSink for Txt {
    const INFO: SinkInfo = SinkInfo {
        name: "txt",
        toggles: "txtSink",
        number: 901,
        summary: "Tab-separated text files: flows, column descriptions, packets",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = TxtToggles;

    fn new(toggles: &TxtToggles) -> Self {
        Self {
            toggles: toggles.clone(),
            tables: OpenTables::default(),
            headers: Vec::new(),
            raw: false,
        }
    }
}

impl Txt {
    /// Refuses toggles that contradict each other.
    fn check(&self, tables: &[Table]) -> Result<(), SinkError> {
        let t = &self.toggles;
        let wrong = |sentence: String| Err(SinkError::Settings(sentence));
        let flows = if t.gzip { GZIP_SUFFIX } else { "" };
        let flows = format!("{}{flows}", t.flows_suffix);
        let mut names = vec![
            (flows, "the flow file (txtSink.TFS_FLOWS_TXT_SUFFIX)".to_owned()),
            (t.header_suffix.to_string(), "the header file (txtSink.TFS_HEADER_SUFFIX)".to_owned()),
            (PACKETS_SUFFIX.to_owned(), "the packet file".to_owned()),
        ];
        for table in tables.iter().filter(|table| table.kind == TableKind::Plugin) {
            let name = table.name;
            names.push((format!("_{name}.txt"), format!("the table {name}")));
            let headers = format!("the header file of the table {name}");
            names.push((format!("_{name}_headers.txt"), headers));
        }
        for (n, (name, file)) in names.iter().enumerate() {
            if let Some((_, other)) = names[..n].iter().find(|(other, _)| other == name) {
                return wrong(format!("{file} and {other} have the same name"));
            }
        }
        if t.separator.is_empty() {
            return wrong("txtSink.SEP_CHR is empty: nothing would separate the cells".to_owned());
        }
        for (text, toggle) in [
            (&t.separator, "SEP_CHR"),
            (&t.mac_separator, "MAC_SEP"),
            (&t.no_address, "B2T_NON_IP_STR"),
        ] {
            if text.contains(['\n', '\r']) {
                return wrong(format!("txtSink.{toggle} holds a line end: rows would break"));
            }
        }
        Ok(())
    }

    /// A table with cells in the format that the toggles ask for.
    fn table(
        &self,
        file: RotatingFile,
        (quotes, raw): (bool, bool),
        cache: CellCache,
        names: HeaderLines,
    ) -> Box<dyn Rows + Send> {
        if self.toggles.is_plain() {
            let format = StandardFormat { quotes, raw };
            Box::new(TxtTable::new(file, GeneralLine { format, cache }, names))
        } else {
            let format = CustomFormat::new(&self.toggles, quotes, raw);
            Box::new(TxtTable::new(file, GeneralLine { format, cache }, names))
        }
    }

    fn flow_table(
        &self,
        to: &Destination,
        schema: &Schema,
    ) -> Result<Box<dyn Rows + Send>, SinkError> {
        let split = to.split.filter(|_| self.toggles.split);
        let to = Destination { split, ..to.clone() };
        let file = RotatingFile::flow_table(&to, &self.toggles.flows_suffix, self.toggles.gzip)?;
        let names = HeaderLines::for_flows(&self.toggles, schema);
        if names.rows_at.is_some() && !file.can_write_row_count() {
            return Err(SinkError::Settings(
                "txtSink.TFS_EXTENDED_HEADER puts the number of rows at the beginning of the flow file when \
                 all are written: it must be a file, and not compressed"
                    .to_owned(),
            ));
        }
        let table = self.table(file, (true, to.raw), CellCache::default(), names);
        Ok(stream::for_readers(table, &to))
    }

    fn packet_table(
        &self,
        to: &Destination,
        schema: &Schema,
    ) -> Result<Box<dyn Rows + Send>, SinkError> {
        let file = RotatingFile::single(to, PACKETS_SUFFIX)?;
        let names = HeaderLines::for_packets(&self.toggles, schema);
        if self.toggles.is_plain()
            && let Some(line) = FastLine::new(schema, to.raw)
        {
            return Ok(Box::new(TxtTable::new(file, line, names)));
        }
        Ok(self.table(file, (false, to.raw), CellCache::disabled(), names))
    }

    /// A table of a plugin: named after it, with quotes as in the flow table.
    fn plugin_table(
        &self,
        to: &Destination,
        table: &Table,
    ) -> Result<Box<dyn Rows + Send>, SinkError> {
        let file = RotatingFile::single(to, &format!("_{}.txt", table.name))?;
        let names = HeaderLines::for_packets(&self.toggles, &table.schema);
        Ok(self.table(file, (true, to.raw), CellCache::default(), names))
    }

    /// What the columns mean: a file for the flow table, and one for each table of a plugin; their names, each with
    /// its table.
    fn header_files<'a>(&self, setup: &SinkSetup<'a>) -> Vec<(PathBuf, &'a Table)> {
        if !self.toggles.header_file || setup.destination.only_requested {
            return Vec::new();
        }
        let suffix = |table: &Table| match table.kind {
            TableKind::Flows => Some(self.toggles.header_suffix.to_string()),
            TableKind::Packets => None,
            TableKind::Plugin | TableKind::Requested => {
                Some(format!("_{}{}", table.name, self.toggles.header_suffix))
            }
        };
        let named = |table| Some((setup.destination.file(&suffix(table)?), table));
        setup.tables.iter().filter_map(named).collect()
    }
}

impl Sink for Txt {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.check(setup.tables)?;
        self.raw = setup.destination.raw;
        let to = setup.destination;
        self.tables = OpenTables::open(setup, |table| match table.kind {
            TableKind::Flows => self.flow_table(to, &table.schema),
            TableKind::Packets => self.packet_table(to, &table.schema),
            TableKind::Plugin | TableKind::Requested => self.plugin_table(to, table),
        })?;
        self.header_files(setup).iter().try_for_each(|(path, _)| to.claim(path))
    }

    fn all_started(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let files = self.header_files(setup).into_iter();
        let written = files.map(|(path, table)| {
            header_file::write(path, setup.preamble, &table.schema, &self.toggles)
        });
        self.headers = written.collect::<Result<_, _>>()?;
        Ok(())
    }

    fn text_style(&self, table: &Table) -> Option<TextStyle> {
        let quotes = table.kind != TableKind::Packets;
        self.toggles.is_plain().then_some(TextStyle { quotes, raw: self.raw })
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
        self.headers.iter_mut().try_for_each(OutputFile::complete)?;
        self.tables.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let headers = self.headers.drain(..).try_for_each(OutputFile::finish);
        self.tables.finish().and(headers)
    }
}

#[cfg(test)]
mod tests;
