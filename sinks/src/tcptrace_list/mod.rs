//! Sink `tcptraceList`: the tables of tcpTrace to standard output as tcptrace 6.6.7 lists connections. `flowz tcptrace` uses it.
//!
//! In front what the run has read; then, in the order of first packets, a line for each TCP connection, or some fifty (`FORM`), or a row of a table (`SEPARATOR`). Behind them UDP
//! conversations, if tcpTrace makes their table (`TCPTRACE_UDP`). Nothing is written before the end of the run: the order and the widths of columns are known then.

mod brief;
mod connection;
mod conversation;
mod long;
mod moment;
mod names;
mod rows;
mod run;
mod table;

use flowz_api::connections::Numbers;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_api::value::Value;
use flowz_api::{Toggles, inventory};

use crate::common::file::OutputFile;
use connection::Connections;
use conversation::Conversation;
use names::Names;
use run::Seen;

inventory::submit! { SinkEntry::new::<TcpTraceList>() }

/// Bytes that are written at once.
const BLOCK: usize = 1 << 16;

/// What tcptraceList shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct TcpTraceListToggles {
    /// What is printed: 0 nothing, 1 a line for each connection, 2 all its numbers, 3 those of round trips too.
    #[toggle(name = "FORM", default = 1, min = 0, max = 3)]
    form: u8,

    /// Only connections of which both sides have sent SYN and FIN.
    #[toggle(name = "COMPLETE", default = false)]
    complete: bool,

    /// Only connections with these numbers: `1,3-5`; empty for all.
    #[toggle(name = "ONLY", default = "")]
    only: String,

    /// Without connections with these numbers.
    #[toggle(name = "IGNORE", default = "")]
    ignore: String,

    /// With `FORM` 2 or 3 a table, with this between its cells.
    #[toggle(name = "SEPARATOR", default = "")]
    separator: String,

    /// Name of the capture, shown with each connection if `FORM` is 2 or 3; empty for none.
    #[toggle(name = "CAPTURE", default = "")]
    capture: String,

    /// There are several captures.
    #[toggle(name = "SEVERAL", default = false)]
    several: bool,
}

/// The sink.
struct TcpTraceList {
    toggles: TcpTraceListToggles,
    /// Which connections are wanted.
    wanted: Wanted,
    file: Option<OutputFile>,
    out: Vec<u8>,
    connections: Option<Connections>,
    conversations: Option<(conversation::Columns, Vec<Conversation>)>,
    run: Option<(run::Columns, Seen)>,
}

/// A choice of connections.
#[derive(Debug, Default)]
struct Wanted {
    complete: bool,
    only: Option<Numbers>,
    ignore: Numbers,
}

impl Wanted {
    fn new(toggles: &TcpTraceListToggles) -> Result<Self, SinkError> {
        let numbers = |text: &str| Numbers::parse(text).map_err(SinkError::Settings);
        let only = Some(toggles.only.as_str()).filter(|text| !text.is_empty());
        Ok(Self {
            complete: toggles.complete,
            only: only.map(numbers).transpose()?,
            ignore: numbers(&toggles.ignore)?,
        })
    }

    /// Whether the connection with this number is wanted, complete or not.
    fn has(&self, number: u64) -> bool {
        self.only.as_ref().is_none_or(|only| only.has(number)) && !self.ignore.has(number)
    }
}

impl NamedSink for TcpTraceList {
    const INFO: SinkInfo = SinkInfo {
        name: "tcptraceList",
        toggles: "tcptraceListSink",
        number: 909,
        summary: "TCP connections to standard output as tcptrace lists them (flowz tcptrace)",
        requests: &[connection::TABLE, run::TABLE],
        preset: None,
        is_remote: false,
    };
    type Toggles = TcpTraceListToggles;

    fn new(toggles: &TcpTraceListToggles) -> Self {
        Self {
            toggles: toggles.clone(),
            wanted: Wanted::default(),
            file: None,
            out: Vec::new(),
            connections: None,
            conversations: None,
            run: None,
        }
    }
}

/// Where columns with these names are in the rows of a table.
fn places<const N: usize>(table: &Table, names: [&str; N]) -> Result<[usize; N], SinkError> {
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        *place = place_of(table, name)?;
    }
    Ok(places)
}

fn place_of(table: &Table, name: &str) -> Result<usize, SinkError> {
    table.schema.columns.iter().position(|there| there.name == name).ok_or_else(|| {
        SinkError::Settings(format!(
            "tcptraceList needs the column '{name}' of the table '{}', which settings or --fields have taken away",
            table.name
        ))
    })
}

/// The value at a place, as a number; 0 of what is none.
fn number(values: &[Value<'_>], at: usize) -> u64 {
    match values.get(at) {
        Some(Value::Unsigned(number) | Value::Bits(number)) => *number,
        _ => 0,
    }
}

/// Writes what there is, if it is a block.
fn hand_on(out: &mut Vec<u8>, file: Option<&mut OutputFile>) -> Result<(), SinkError> {
    if out.len() >= BLOCK { write_out(out, file) } else { Ok(()) }
}

fn write_out(out: &mut Vec<u8>, file: Option<&mut OutputFile>) -> Result<(), SinkError> {
    let Some(file) = file else { return Ok(()) };
    file.write(out)?;
    out.clear();
    Ok(())
}

impl TcpTraceList {
    /// Writes what the run has seen, and titles; then connections and conversations.
    fn show(&mut self) -> Result<(), SinkError> {
        let Self { toggles, .. } = self;
        let is_table = !toggles.separator.is_empty();
        let is_long = toggles.form > 1;
        let seen = self.run.as_ref().map(|(_, seen)| *seen).unwrap_or_default();
        let has_udp = self.conversations.is_some();
        let (_, mut conversations) = self.conversations.take().unzip();
        let conversations = conversations.get_or_insert_default();
        conversations.sort_by_key(|conversation| conversation.number);
        let names = Names::new(conversations.iter().map(|of| of.tcp_before).collect());
        let title = run::Title {
            several: toggles.several,
            has_udp,
            is_long,
            sign: if is_table { "#" } else { "" },
        };
        title.write(&mut self.out, &seen);
        let capture = toggles.capture.clone();
        if let Some(mut connections) = self.connections.take() {
            connections.sort();
            let Self { out, file, .. } = self;
            connections.show(out, (&names, &capture), |out| hand_on(out, file.as_mut()))?;
        }
        if has_udp {
            let long = is_long.then_some(capture.as_str());
            let form = conversation::Form::new(conversations, &names, long);
            form.title(&mut self.out, seen.connections > 0);
            for at in 0..conversations.len() {
                form.write(&mut self.out, at);
                hand_on(&mut self.out, self.file.as_mut())?;
            }
        }
        Ok(())
    }
}

impl Sink for TcpTraceList {
    fn requests(&self) -> &[&'static str] {
        Self::INFO.requests
    }

    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let toggles = &self.toggles;
        self.wanted = Wanted::new(toggles)?;
        if !toggles.separator.is_empty() && toggles.form < 2 {
            return Err(SinkError::Settings(
                "tcptraceList writes a table of the long form only: set FORM to 2 or 3".to_owned(),
            ));
        }
        for table in setup.tables {
            match table.name {
                connection::TABLE => {
                    let separator = &toggles.separator;
                    self.connections = Some(Connections::new(table, toggles.form, separator)?);
                }
                conversation::TABLE => {
                    self.conversations = Some((conversation::columns(table)?, Vec::new()));
                }
                run::TABLE => self.run = Some((run::columns(table)?, Seen::default())),
                _ => {}
            }
        }
        self.file = Some(OutputFile::stdout(false));
        Ok(())
    }

    fn record(&mut self, _: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        let values = || record.values(&table.schema.columns).collect::<Vec<_>>();
        match table.name {
            _ if self.toggles.form == 0 => {}
            connection::TABLE => {
                if let Some(connections) = &mut self.connections {
                    connections.take(&values(), record, &self.wanted);
                }
            }
            conversation::TABLE => {
                if let Some((columns, all)) = &mut self.conversations {
                    all.push(Conversation::read(&values(), columns));
                }
            }
            run::TABLE => {
                if let Some((columns, seen)) = &mut self.run {
                    *seen = Seen::read(&values(), columns);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        if self.toggles.form > 0 {
            self.show()?;
        }
        write_out(&mut self.out, self.file.as_mut())?;
        self.file.as_mut().map_or(Ok(()), OutputFile::complete)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.file.take().map_or(Ok(()), OutputFile::finish)
    }
}
