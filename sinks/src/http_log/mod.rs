//! Sink `httpLog`: the table `httpmsg` of httpSniffer (`HTTP_MESSAGES`) to standard output, as a log for people; nothing where that table is not made.
//! `flowz http` uses it.
//!
//! A line for each head, body and loss: time (seconds since 1970), flow and connection, direction, packet, what it is. Fields of a head and
//! what a body begins with stand below, with four blanks in front. What could steer a terminal is escaped as in the text files.

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_api::toggles::NoToggles;
use flowz_api::value::Value;

use crate::common::file::OutputFile;
use crate::common::format::buffer::Buffer;
use crate::common::format::string;

inventory::submit! { SinkEntry::new::<HttpLog>() }

/// The table that is shown.
const TABLE: &str = "httpmsg";
/// Bytes that are written at once.
const BLOCK: usize = 1 << 16;

/// The sink.
struct HttpLog {
    file: Option<OutputFile>,
    lines: Buffer,
}

impl NamedSink for HttpLog {
    const INFO: SinkInfo = SinkInfo {
        name: "httpLog",
        toggles: "httpLogSink",
        number: 905,
        summary: "Messages of HTTP to standard output, for people (flowz http)",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = NoToggles;

    fn new(_: &NoToggles) -> Self {
        Self { file: None, lines: Buffer::with_capacity(BLOCK) }
    }
}

impl HttpLog {
    fn write_out(&mut self) -> Result<(), SinkError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write(self.lines.as_slice())?;
        self.lines.clear();
        Ok(())
    }
}

impl Sink for HttpLog {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.file = Some(OutputFile::stdout(false));
        Ok(())
    }

    fn record(&mut self, _: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        if table.name != TABLE {
            return Ok(());
        }
        line(&mut self.lines, table, record);
        if self.lines.len() >= BLOCK { self.write_out() } else { Ok(()) }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.write_out()?;
        self.file.as_mut().map_or(Ok(()), OutputFile::complete)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.file.take().map_or(Ok(()), OutputFile::finish)
    }
}

/// A row as lines.
fn line(out: &mut Buffer, table: &Table, record: &Record) {
    let columns = &table.schema.columns;
    let mut values = record.values(columns);
    let mut text = &b""[..];
    let mut fields = None;
    let mut what = &b""[..];
    let mut len = 0;
    for (column, value) in columns.iter().zip(values.by_ref()) {
        match (column.name.as_ref(), value) {
            ("time", Value::Time(seconds, nanos)) => {
                out.extend(format!("{seconds}.{nanos:09}").as_bytes());
            }
            ("flowInd", Value::Unsigned(flow)) => out.extend(format!("{flow} ").as_bytes()),
            ("dir", Value::Char(direction)) => out.extend(&[b' ', direction]),
            ("conn", Value::Unsigned(number)) => out.extend(format!("{number}").as_bytes()),
            ("pktNo", Value::Unsigned(number)) => out.extend(format!(" {number} ").as_bytes()),
            ("what", Value::Label(label)) => what = label,
            ("length", Value::Unsigned(number)) => len = number,
            ("text", Value::Text(bytes)) => text = bytes,
            ("fields", Value::List(list)) => fields = Some(list),
            _ => {}
        }
    }
    out.extend(what);
    out.push(b' ');
    let is_head = matches!(what, b"request" | b"response");
    if is_head {
        string::lossy(out, text);
    } else {
        out.extend(format!("{len} bytes").as_bytes());
    }
    out.push(b'\n');
    if !is_head && !text.is_empty() {
        out.extend(b"    ");
        string::lossy(out, text);
        out.push(b'\n');
    }
    for field in fields.into_iter().flatten() {
        if let Value::Text(field) = field {
            out.extend(b"    ");
            string::lossy(out, field);
            out.push(b'\n');
        }
    }
}
