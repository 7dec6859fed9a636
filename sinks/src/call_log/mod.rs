//! Sink `callLog`: the tables `calls`, `sip` and `h323` of voipCalls, sipDecode and h323Decode to standard output, for people. `flowz calls` uses it.
//!
//! Without `CALL` some lines for each call: who with whom, how it went, its media, what is odd. With the number or Call-ID of a call its messages as a ladder:
//! a column for each address, an arrow for each message. What could steer a terminal is escaped as in the text files.

mod ladder;
mod list;
mod values;

use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_api::{Toggles, inventory};

use crate::common::file::OutputFile;
use ladder::Ladder;

inventory::submit! { SinkEntry::new::<CallLog>() }

/// Bytes that are written at once.
const BLOCK: usize = 1 << 16;

/// What callLog shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct CallLogToggles {
    /// Shows the messages of this call only: its number or its Call-ID.
    #[toggle(name = "CALL", default = "")]
    call: String,
}

/// The sink.
struct CallLog {
    file: Option<OutputFile>,
    text: String,
    /// The messages of one call are wanted.
    ladder: Option<Ladder>,
}

impl NamedSink for CallLog {
    const INFO: SinkInfo = SinkInfo {
        name: "callLog",
        toggles: "callLogSink",
        number: 906,
        summary: "Calls to standard output, for people (flowz calls)",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = CallLogToggles;

    fn new(toggles: &CallLogToggles) -> Self {
        let call = Some(toggles.call.clone()).filter(|call| !call.is_empty());
        Self { file: None, text: String::new(), ladder: call.map(Ladder::new) }
    }
}

impl CallLog {
    fn write_out(&mut self) -> Result<(), SinkError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

impl Sink for CallLog {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.file = Some(OutputFile::stdout(false));
        Ok(())
    }

    fn record(&mut self, _: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        match (&mut self.ladder, table.name) {
            (Some(ladder), "sip") => ladder.sip(&values::read(table, record)),
            (Some(ladder), "h323") => ladder.h323(&values::read(table, record)),
            (Some(ladder), "calls") => ladder.call(&values::read(table, record)),
            (None, "calls") => list::call(&mut self.text, &values::read(table, record)),
            _ => {}
        }
        if self.text.len() >= BLOCK { self.write_out() } else { Ok(()) }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        if let Some(ladder) = self.ladder.take() {
            ladder.show(&mut self.text);
        }
        self.write_out()?;
        self.file.as_mut().map_or(Ok(()), OutputFile::complete)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.file.take().map_or(Ok(()), OutputFile::finish)
    }
}
