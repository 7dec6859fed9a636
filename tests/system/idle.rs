//! Time that goes on without packets: flows leave then, with the rows that they would have had anyway.

use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_capture::{Input, Options, Source};
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

use crate::kit::{Scratch, Table, data};

fn engine(dir: &Scratch) -> Engine {
    flowz_plugins::link();
    flowz_sinks::link();
    let catalog = Catalog::default();
    let names = ["basicFlow", "tcpStates"].map(str::to_owned);
    let selection = Selection::plugins(&catalog, Some(&names)).unwrap();
    let selection = selection.with_sinks(&catalog, None).unwrap();
    Engine::start(EngineSetup {
        selection: &selection,
        run: Run::default(),
        sinks: selection.sinks(),
        destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes: 1,
    })
    .unwrap()
}

/// Rows of a run, sorted; `idle` may tell the engine the time behind the last packet.
fn rows(idle: impl FnOnce(&mut Engine, Timestamp)) -> Vec<String> {
    let dir = Scratch::new();
    let mut engine = engine(&dir);
    let source = Source::File(data("web.pcap").into());
    let mut input = Input::open(&source, &Options::default()).unwrap();
    let mut last = Timestamp::default();
    while let Some(packet) = input.next_packet() {
        last = packet.ts;
        engine.packet(&packet).unwrap();
    }
    idle(&mut engine, last);
    engine.finish().unwrap();
    let text = dir.read("x_flows.txt");
    Table::parse(&text);
    let mut rows: Vec<_> = text.lines().map(str::to_owned).collect();
    rows.sort();
    rows
}

#[test]
fn flows_leave_by_the_clock() {
    let expected = rows(|_, _| {});
    let with_time = rows(|engine, last| {
        let live = engine.live_flows();
        assert!(live > 10);
        engine.advance(Timestamp(last.0 + 11 * NANOS)).unwrap();
        let closed = live - engine.live_flows();
        assert!(closed > 0 && closed < live, "those that were closed have ten seconds");
        engine.advance(Timestamp(last.0 + 1000 * NANOS)).unwrap();
        assert_eq!(engine.live_flows(), 0);
    });
    assert_eq!(with_time, expected);
}

#[test]
fn all_flows_leave_when_the_clock_was_set_back() {
    let expected = rows(|_, _| {});
    let set_back = rows(|engine, last| {
        assert!(engine.live_flows() > 10);
        engine.clock_set_back().unwrap();
        assert_eq!(engine.live_flows(), 0);
        let ended: u64 = engine.counters().flows.ended.iter().sum();
        assert_eq!(ended, engine.counters().flows.all);
        engine.advance(Timestamp(last.0 - 3600 * NANOS)).unwrap();
    });
    assert_eq!(set_back, expected);
}
