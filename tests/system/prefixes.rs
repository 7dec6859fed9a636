//! Every prefix of every small capture goes through reader, decoder, engine and all plugins: none
//! panics, none hangs, and every packet is counted once.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use flowz_api::record::Record;
use flowz_api::registry;
use flowz_api::report::Report;
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_capture::{Input, Options};
use flowz_engine::limits::Limits;
use flowz_engine::report::packet_balance;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

use crate::kit::{Scratch, broken, captures, workspace};

/// Captures up to this size are cut at every byte.
const SMALL: usize = 1500;

/// Takes everything and keeps nothing.
struct Forget;

impl Sink for Forget {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, _: TableId, _: &Table, _: &Record) -> Result<(), SinkError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Packets read from these bytes, and whether they are sound to the end; none if they are no capture.
/// Files of plugins go into the folder.
fn packets(bytes: &[u8], compat: bool, (selection, folder): (&Selection, &Scratch)) -> (u64, bool) {
    let reader = Cursor::new(bytes.to_vec());
    let Ok(mut input) = Input::from_reader(reader, Path::new("cut"), &Options::default()) else {
        return (0, false);
    };
    let mut engine = Engine::start(EngineSetup {
        selection,
        run: Run { packet_mode: true, compat, ..Run::default() },
        sinks: vec![Box::new(Forget)],
        destination: &Destination { prefix: folder.path("cut"), ..Destination::default() },
        preamble: &[],
        limits: Limits::default(),
        lanes: 1,
    })
    .unwrap();
    while let Some(packet) = input.next_packet() {
        engine.packet(&packet).unwrap();
    }
    engine.finish().unwrap();
    assert!(packet_balance(engine.counters(), &mut Report::default()), "the counts do not add up");
    (engine.counters().read.packets, input.damages().is_empty())
}

/// The captures of the project and, where they are, the shared ones.
fn small_captures() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<_> = captures().into_iter().chain(broken()).map(PathBuf::from).collect();
    match fs::read_dir(workspace().join("../shared/captures")) {
        Ok(entries) => paths.extend(entries.map(|entry| entry.unwrap().path())),
        Err(_) => println!("skipped: no ../shared here, only the captures of the project"),
    }
    let read = |path: PathBuf| (path.display().to_string(), fs::read(path).unwrap());
    paths.into_iter().map(read).filter(|(_, bytes)| bytes.len() <= SMALL).collect()
}

/// Parts that run side by side: they take a minute together.
const PARTS: usize = 4;

#[test]
fn every_prefix_is_read_0() {
    every_prefix_is_read(0);
}

#[test]
fn every_prefix_is_read_1() {
    every_prefix_is_read(1);
}

#[test]
fn every_prefix_is_read_2() {
    every_prefix_is_read(2);
}

#[test]
fn every_prefix_is_read_3() {
    every_prefix_is_read(3);
}

fn every_prefix_is_read(part: usize) {
    flowz_plugins::link();
    let folder = Scratch::new();
    let names: Vec<_> = registry::plugins().iter().map(|p| p.info.name.to_owned()).collect();
    let selection = Selection::plugins(&Catalog::default(), Some(&names)).unwrap();
    let folder = (&selection, &folder);
    for (name, bytes) in small_captures().into_iter().skip(part).step_by(PARTS) {
        // Behind damage a longer capture may show that something was no record after all.
        let (_, sound) = packets(&bytes, false, folder);
        let mut before = 0;
        for end in 0..=bytes.len() {
            let (now, _) = packets(&bytes[..end], end % 2 == 0, folder);
            assert!(!sound || now >= before, "{name}: {before} packets, {now} in {end} bytes");
            before = now;
        }
    }
}
