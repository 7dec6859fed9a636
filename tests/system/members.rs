//! Several engines with packets of their own: one output and one report, as of one engine with all of them.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink};
use flowz_capture::Source;
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_runtime::{
    Attention, InputOptions, Member, MemberFigures, Overseer, Oversight, PacketSource, Queued,
    WhenFull, run_members,
};

use crate::kit::{Pcap, Scratch, Table, data};

struct Nobody;

impl Overseer for Nobody {
    fn attend(
        &mut self,
        _: &mut Engine,
        _: &flowz_capture::Progress,
    ) -> Result<(), flowz_engine::EngineError> {
        Ok(())
    }
}

/// The sum of a packet's addresses and ports: the same for both directions.
fn hash(packet: &[u8]) -> u32 {
    // Ethernet, IPv4 without options; for all else both ends alike.
    packet.get(26..38).map_or(0, |ends| ends.iter().map(|byte| u32::from(*byte)).sum())
}

fn start(dir: &Scratch, selection: &Selection, sinks: Vec<Box<dyn Sink>>) -> Engine {
    Engine::start(EngineSetup {
        selection,
        run: Run::default(),
        sinks,
        destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes: 1,
    })
    .unwrap()
}

fn source(dir: &Scratch, name: &str) -> PacketSource {
    let source = Source::File(dir.path(name));
    PacketSource::open(&source, &InputOptions::default()).unwrap()
}

/// The rows of the flow table with what does not depend on numbers, sorted; the report; counts of the balance.
fn run(parts: u32) -> (Vec<Vec<String>>, String, [u64; 3]) {
    flowz_plugins::link();
    flowz_sinks::link();
    let dir = Scratch::new();
    let capture = Pcap::read(&data("many.pcap"));
    for part in 0..parts {
        dir.write(&format!("{part}.pcap"), capture.filtered(|packet| hash(packet) % parts == part));
    }
    let catalog = Catalog::new(Vec::new());
    let names = ["basicFlow", "basicStats", "tcpFlags", "tcpStates"].map(str::to_owned);
    let selection = Selection::plugins(&catalog, Some(&names)).unwrap();
    let selection = selection.with_sinks(&catalog, None).unwrap();
    let queued = Queued::new(selection.sinks(), 1 << 20, WhenFull::Block);
    let entrances: Vec<_> = (1..parts).map(|_| queued.entrance()).collect();
    let mut engine = start(&dir, &selection, vec![Box::new(queued)]);
    engine.share_numbers(0, u64::from(parts));
    let mut others = Vec::new();
    for (entrance, n) in entrances.into_iter().zip(1..) {
        let mut engine = start(&dir, &selection, vec![Box::new(entrance)]);
        engine.share_numbers(n, u64::from(parts));
        let (source, figures) = (source(&dir, &format!("{n}.pcap")), MemberFigures::default());
        others.push(Member { source, engine, figures });
    }
    let oversight = Oversight { attention: Attention::default(), overseer: &mut Nobody };
    let stop = Arc::new(AtomicBool::new(false));
    run_members((source(&dir, "0.pcap"), &mut engine), others, &stop, oversight, || ()).unwrap();
    let table = Table::parse(&dir.read("x_flows.txt"));
    let mut rows: Vec<_> = table.rows.iter().map(|row| [&row[..1], &row[2..]].concat()).collect();
    rows.sort();
    let mut numbers: Vec<_> =
        table.rows.iter().map(|row| (row[1].clone(), row[0].clone())).collect();
    numbers.sort();
    let all = numbers.len();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "a number is given once for each direction");
    let mut report = flowz_api::report::Report::default();
    engine.report(&mut report);
    // Which of several equal talkers is told depends on the order in which flows end.
    let without_name = |line: String| match line.split_once("talker: ") {
        Some((start, rest)) => format!("{start}{}", rest.split_once(": ").unwrap().1),
        None => line,
    };
    let lines: Vec<_> = report.lines.iter().map(|line| without_name(line.to_string())).collect();
    let counters = engine.counters();
    (rows, lines.join("\n"), [counters.read.packets, counters.read.bytes, counters.flows.all])
}

#[test]
fn engines_with_packets_of_their_own_write_what_one_would() {
    let one = run(1);
    assert!(one.0.len() > 100 && one.2[0] > 1000, "{:?}", one.2);
    for parts in [2, 3] {
        let several = run(parts);
        assert!(one.0 == several.0, "{parts} engines, rows");
        assert_eq!((one.1.clone(), one.2), (several.1, several.2), "{parts} engines");
    }
}
