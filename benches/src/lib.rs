//! What the benches work on: captures of the project, their packets, the rows of a run over them.
#![forbid(unsafe_code)]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flowz_api::column::Schema;
use flowz_api::packet::Packet;
use flowz_api::record::Record;
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_capture::{Input, Options};
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

/// The bytes of a capture of the project.
///
/// # Panics
///
/// If it is not there.
pub fn capture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Opens bytes as a capture.
///
/// # Panics
///
/// If they are none.
pub fn open(bytes: Vec<u8>) -> Input {
    let opened = Input::from_reader(Cursor::new(bytes), Path::new("bench"), &Options::default());
    opened.expect("a capture of the project can be read")
}

/// A packet with its bytes.
pub struct Kept {
    head: Packet<'static>,
    data: Vec<u8>,
}

impl Kept {
    /// As the reader gives it.
    pub fn packet(&self) -> Packet<'_> {
        Packet { data: &self.data, ..self.head }
    }
}

/// All packets of a capture.
pub fn packets(bytes: Vec<u8>) -> Vec<Kept> {
    let mut input = open(bytes);
    let mut all = Vec::new();
    while let Some(packet) = input.next_packet() {
        let head = Packet { data: &[], ..packet };
        all.push(Kept { head, data: packet.data.to_vec() });
    }
    all
}

/// A flow table: its columns and its rows.
#[derive(Default)]
pub struct Rows {
    /// The columns.
    pub schema: Schema,
    /// The rows.
    pub records: Vec<Record>,
}

/// The flow table of the standard plugins for these packets.
///
/// # Panics
///
/// If the run fails.
pub fn rows(packets: &[Kept]) -> Rows {
    flowz_plugins::link();
    let kept = Arc::new(Mutex::new(Rows::default()));
    let selection =
        Selection::plugins(&Catalog::default(), Some(&plugins())).expect("these are all there");
    let setup = EngineSetup {
        selection: &selection,
        run: Run { core: selection.settings.core.clone(), sensor: 666, ..Run::default() },
        sinks: vec![Box::new(Keep(Arc::clone(&kept)))],
        destination: &nowhere(),
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes: 1,
    };
    let mut engine = Engine::start(setup).expect("defaults are sound");
    for kept in packets {
        engine.packet(&kept.packet()).expect("the sink takes everything");
    }
    engine.finish().expect("the sink takes everything");
    drop(engine);
    std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The plugins that are timed: they write no files of their own, and what is timed stays the same whatever is on by default.
fn plugins() -> Vec<String> {
    ["basicFlow", "basicStats", "tcpFlags", "tcpStates"].map(str::to_owned).to_vec()
}

fn nowhere() -> Destination {
    Destination { prefix: PathBuf::from("bench"), ..Destination::default() }
}

/// A sink that keeps what it gets.
struct Keep(Arc<Mutex<Rows>>);

impl Sink for Keep {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.schema.columns.clone_from(&setup.tables[0].schema.columns);
        Ok(())
    }

    fn record(&mut self, _: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.records.push(record.clone());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
