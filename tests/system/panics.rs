//! A plugin that panics is named, the run fails, and the files are whole: they hold the flows that had
//! ended before.

use std::fs;

use flowz_api::plugin::{Scope, Timeouts};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_capture::{Input, Options, Source};
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

use crate::kit::{Scratch, Table, data, faulty, program, start};

/// Runs with a plugin from a shared object that panics in this hook at the hundredth packet; yields the
/// flow table.
#[track_caller]
fn fails_in(hook: &str, capture: &str) -> (Scratch, String) {
    let dir = Scratch::new();
    fs::create_dir(dir.path("objects")).unwrap();
    dir.write("objects/faulty.so", faulty());
    let setting = format!("faulty.FAULTY_HOOK={hook}");
    let input = data(capture);
    let args = ["-r", &input, "-w", "x", "-s", "-p", "objects", "--no-config", "-o", &setting];
    let args = [&args[..], &["--plugins", "basicFlow,faulty"]].concat();
    let output = start(program(), &dir, &args).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{hook}: {output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    let last = said.lines().last().unwrap().to_owned();
    assert!(last.starts_with("flowz: error: plugin faulty "), "{said}");
    assert!(last.contains(&format!("told to in {hook}")), "{said}");
    (dir, last)
}

#[test]
fn in_every_hook() {
    for hook in ["on_new_flow", "on_packet", "packet_row", "on_flow_end"] {
        let (dir, said) = fails_in(hook, "zerowin.pcap");
        assert!(said.contains(&format!("panicked in {hook}: told to in {hook}; ")), "{said}");
        let (flows, packets) = (dir.read("x_flows.txt"), dir.read("x_packets.txt"));
        // Reading a table checks that it is whole.
        let (flows, packets) = (Table::parse(&flows), Table::parse(&packets));
        let of_packets = packets.numbers("pktNo").last().copied();
        if hook == "on_packet" || hook == "packet_row" {
            assert_eq!(of_packets, Some(99));
        }
        assert_eq!(flows.columns.last().unwrap(), "faultyOne");
        let names = dir.names();
        let left: Vec<_> = names.iter().filter_map(|n| n.to_str()).collect();
        assert_eq!(left, ["objects", "x_flows.txt", "x_headers.txt", "x_packets.txt"]);
    }
}

#[test]
fn before_the_first_packet_and_behind_the_last() {
    let (dir, said) = fails_in("new", "zerowin.pcap");
    assert!(said.contains("plugin faulty cannot start: it panicked: told to in new"), "{said}");
    assert_eq!(dir.names(), ["objects"]);
    let (dir, said) = fails_in("report", "zerowin.pcap");
    assert!(said.contains("panicked in report"), "{said}");
    assert_eq!(Table::parse(&dir.read("x_flows.txt")).rows.len(), 26);
}

#[test]
fn flows_that_ended_before_are_there() {
    let dir = Scratch::new();
    fs::create_dir(dir.path("objects")).unwrap();
    dir.write("objects/faulty.so", faulty());
    let input = data("zerowin.pcap");
    let run = |prefix: &str, more: &[&str]| {
        let args = ["-r", &input, "-w", prefix, "-q", "-p", "objects", "--no-config"];
        let plugins = ["--plugins", "basicFlow,tcpWin,faulty"];
        start(program(), &dir, &[&args, &plugins[..], more].concat()).output().unwrap()
    };
    assert!(run("all", &[]).status.success());
    let cut = run("cut", &["-o", "faulty.FAULTY_HOOK=on_packet", "-o", "faulty.FAULTY_PACKET=300"]);
    assert_eq!(cut.status.code(), Some(1));
    let (all, cut) = (dir.read("all_flows.txt"), dir.read("cut_flows.txt"));
    let rows = cut.lines().count() - 1;
    assert!(rows > 5 && cut.len() < all.len() && all.starts_with(&cut), "{rows} flows");
}

/// A plugin that is linked in panics where its name says.
#[derive(Merge, Debug)]
struct Linked {}

/// No toggles.
#[derive(Toggles, Clone, Debug)]
struct Nothing {}

/// No columns.
#[derive(Row, Debug)]
#[row(toggles = Nothing)]
struct Empty {}

impl Plugin for Linked {
    const INFO: Info = Info::new("linked", 702, "Panics");
    type Toggles = Nothing;
    type Flow = ();
    type Row<'a> = Empty;
    type PacketRow<'a> = Empty;

    fn scope(run: &Run) -> Scope {
        assert!(!run.compat, "no scope");
        Scope::Flow
    }

    fn new(_: &mut PluginSetup<'_, Nothing>) -> Result<Self, PluginError> {
        Ok(Self {})
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, (): &mut (), _: Option<&mut ()>) {
        assert!(cx.number < 100, "packet {}", cx.number);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, (): &'a ()) -> Empty {
        Empty {}
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        (): &'a mut (),
        _: Option<&'a mut ()>,
    ) -> Empty {
        Empty {}
    }
}

#[test]
fn a_plugin_that_is_linked_in() {
    flowz_plugins::link();
    flowz_sinks::link();
    let dir = Scratch::new();
    let catalog = Catalog::new(vec![PluginEntry::new::<Linked>()]);
    let names = ["basicFlow", "linked"].map(str::to_owned);
    let selection = Selection::plugins(&catalog, Some(&names)).unwrap();
    let selection = selection.with_sinks(&catalog, None).unwrap();
    let destination = Destination { prefix: dir.path("x"), ..Destination::default() };
    let mut engine = Engine::start(EngineSetup {
        selection: &selection,
        run: Run::default(),
        sinks: selection.sinks(),
        destination: &destination,
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes: 1,
    })
    .unwrap();
    let source = Source::File(data("zerowin.pcap").into());
    let mut input = Input::open(&source, &Options::default()).unwrap();
    let outcome = engine.catch(|engine| {
        while let Some(packet) = input.next_packet() {
            engine.packet(&packet).unwrap();
        }
    });
    let panic = outcome.unwrap_err();
    assert_eq!((panic.plugin, panic.hook), ("linked", "on_packet"));
    assert_eq!(panic.message, "packet 100");
    engine.abandon().unwrap();
    Table::parse(&dir.read("x_flows.txt"));
}

/// A scope cannot fail; the start can.
#[test]
fn an_object_that_panics_in_scope() {
    let settings = (PluginEntry::guarded::<Linked>().settings)();
    let run = Run { compat: true, ..Run::default() };
    assert_eq!(settings.scope(&run), Scope::Run);
    let error = settings.start(&run, &mut Timeouts::default()).err().unwrap();
    assert_eq!(error.to_string(), "it panicked in scope: no scope");
}

/// What is no plugin's fault stays a panic.
#[test]
fn other_panics_go_on() {
    flowz_plugins::link();
    let catalog = Catalog::default();
    let selection = Selection::plugins(&catalog, None).unwrap();
    let dir = Scratch::new();
    let mut engine = Engine::start(EngineSetup {
        selection: &selection,
        run: Run::default(),
        sinks: Vec::new(),
        destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes: 1,
    })
    .unwrap();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = engine.catch(|_| panic!("mine"));
    }));
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"mine"));
}
