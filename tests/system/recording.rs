//! Plugins see and do the same, whether the engine calls them or lanes do that read its events.

use flowz_api::Fact;
use flowz_api::expect::{Announcement, Expectation};
use flowz_api::fact::FactId;
use flowz_api::flow::{Direction, Flow, FlowId};
use flowz_api::merge::Largest;
use flowz_api::packet::NANOS;
use flowz_api::plugin::{
    FindDirection, FinishContext, NewFlow, PacketView, Scope, Steer, SteerContext, TimeoutId,
};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_api::table::TableList;
use flowz_api::toggles::NoToggles;
use flowz_capture::{Input, Options, Source};
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

use crate::kit::{self, Scratch, captures, data};

/// Sees and does what its number tells: 1 and 3 record, 2 steers, 4 records and needs all flows.
#[derive(Merge)]
struct Probe<const N: usize> {
    #[merge(keep)]
    timeouts: [TimeoutId; 2],
    #[merge(sum)]
    packets: u64,
    #[merge(nested)]
    longest: Largest<u64, FlowId>,
}

#[derive(Default, Debug)]
struct Seen {
    packets: u64,
    sum: u64,
}

#[derive(Row, Debug)]
#[row(toggles = NoToggles)]
struct Sum<const N: usize> {
    /// All that was seen.
    #[col(name = format!("seen{N}"))]
    sum: u64,
}

/// One row for each seventh packet of a flow.
#[derive(Row, Debug)]
#[row(toggles = NoToggles, table = ["", "early_own", "helm_own", "late_own", "all_own"][N])]
struct Own<const N: usize> {
    /// All that was seen.
    sum: u64,
}

/// What a plugin in front tells those behind.
#[derive(Fact, Debug)]
#[fact(plugin = "helm", name = "packets", version = 3)]
struct Packets {
    packets: u64,
    words: Vec<(u8, String)>,
}

/// What stays known of a flow.
#[derive(Fact, Debug)]
#[fact(plugin = "early", name = "first", version = 1)]
struct First {
    number: Option<u64>,
}

const PACKETS: FactId = FactId::of::<Packets>();
const FIRST: FactId = FactId::of::<First>();

impl Seen {
    fn add(&mut self, value: u64) {
        self.sum = self.sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(value);
    }

    fn flow(&mut self, flow: &Flow) {
        self.add(flow.status.bits());
        self.add(flow.id.0 ^ flow.first.0 as u64 ^ flow.last.0 as u64);
    }

    fn packet(&mut self, cx: &PacketView<'_>) {
        self.packets += 1;
        self.add(cx.number ^ cx.previous.0 as u64 ^ u64::from(cx.layers.l7_len));
        self.add(cx.key.src_port.into());
        self.add(cx.related.map_or(0, |id| id.0));
        self.add(cx.datagram.map_or(0, |datagram| datagram.bytes.len() as u64));
        self.flow(cx.flow);
        if let Some(peer) = cx.peer {
            self.flow(peer);
        }
    }
}

/// Changes timeouts, and tells of the packet.
fn steer<const N: usize>(
    plugin: &mut Probe<N>,
    cx: &mut SteerContext<'_>,
    flow: &mut Seen,
    _: Option<&mut Seen>,
) {
    flow.packet(cx);
    let n = flow.packets;
    cx.set_timeout(plugin.timeouts[(n % 2) as usize]);
    cx.set_peer_timeout(plugin.timeouts[(n / 2 % 2) as usize]);
    flow.add(cx.timeout().0.into());
    if n.is_multiple_of(3) {
        let fact = Packets { packets: n, words: vec![(1, "x".repeat(n as usize % 5))] };
        cx.packet_context().publish::<Probe<2>, Packets>(&fact);
    }
}

/// Now and then the ports are wrong.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "the contract hands toggles on by reference")]
fn find_direction(_: &NoToggles, new: &NewFlow<'_>) -> Option<Direction> {
    new.flow.id.0.is_multiple_of(5).then_some(Direction::B)
}

impl<const N: usize> Plugin for Probe<N> {
    const INFO: Info = {
        let name = ["", "early", "helm", "late", "all"][N];
        let info = Info::new(name, 700 + N as u16, "Looks");
        match N {
            1 => info.publishes(&[FIRST]),
            2 => info.publishes(&[PACKETS]),
            3 => info.reads(&[PACKETS, FIRST]).alarms(),
            _ => info.expects().reads(&[PACKETS]),
        }
    };
    const STEER: Option<Steer<Self>> = if N == 2 { Some(steer) } else { None };
    const FIND_DIRECTION: Option<FindDirection<Self>> =
        if N == 1 { Some(find_direction) } else { None };
    type Toggles = NoToggles;
    type Flow = Seen;
    type Row<'a> = Sum<N>;
    type PacketRow<'a> = Sum<N>;

    /// A plugin that expects flows has one instance, whatever it says.
    fn scope(_: &Run) -> Scope {
        Scope::Flow
    }

    fn new(setup: &mut PluginSetup<'_, NoToggles>) -> Result<Self, PluginError> {
        let timeouts = [setup.timeouts.register(0.5)?, setup.timeouts.register(30.0)?];
        Ok(Self { timeouts, packets: 0, longest: Largest::default() })
    }

    fn tables(list: &mut TableList<'_, NoToggles>) {
        list.add::<Own<N>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen) -> Interest {
        if N == 1 {
            cx.publish_for_flow::<Probe<1>, First>(&First { number: Some(cx.number) });
        }
        flow.add(cx.number);
        match N {
            2 => cx.publish::<Probe<2>, Packets>(&Packets { packets: 0, words: Vec::new() }),
            // What the packet's hook publishes comes behind.
            3 => flow.add(cx.fact::<Probe<3>, Packets>().map_or(9, |f| f.packets)),
            _ => {}
        }
        Interest::when(N != 3 || !cx.flow.id.0.is_multiple_of(3))
    }

    fn on_expected(
        &mut self,
        _: &mut PacketContext<'_>,
        announcement: Announcement,
        flow: &mut Seen,
        parent: Option<&mut Seen>,
    ) -> Interest {
        flow.add(announcement.by.0 ^ announcement.tag);
        if let Some(parent) = parent {
            parent.add(flow.sum);
        }
        Interest::when(announcement.tag.is_multiple_of(2))
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen, peer: Option<&mut Seen>) {
        self.on_packet(cx, flow, peer);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen, _: Option<&mut Seen>) {
        flow.packet(cx);
        self.packets += 1;
        if flow.packets.is_multiple_of(7) {
            cx.emit(&Own::<N> { sum: flow.sum });
            cx.append_to_file(&format!("{}.txt", cx.flow.id.0), &flow.sum.to_be_bytes());
        }
        match (N, flow.packets) {
            (3, n) => {
                let fact = cx.fact::<Probe<3>, Packets>();
                flow.add(fact.map_or(0, |f| f.packets + f.words.len() as u64));
                let first = cx.fact::<Probe<3>, First>().and_then(|f| f.number);
                flow.add(first.unwrap_or(0));
                if n == 2 {
                    cx.mark::<Probe<3>>(Mark::ALARM);
                    cx.mark_peer::<Probe<3>>(Mark::SIP_RTP);
                }
                flow.add(cx.marked_status::<Probe<3>>().bits());
                // Lets go, and comes back by way of the other direction.
                if n % 11 == 10 {
                    cx.set_interest(Interest::None);
                }
                cx.set_peer_interest(Interest::Packets);
            }
            (4, n) => {
                flow.add(cx.fact::<Probe<4>, Packets>().map_or(7, |f| f.packets));
                cx.expect::<Probe<4>>(Expectation {
                    proto: cx.key.proto,
                    src: Some(cx.key.src),
                    src_port: None,
                    dst: None,
                    dst_port: None,
                    both_ways: n.is_multiple_of(2),
                    until: Timestamp(cx.packet.ts.0 + NANOS),
                    tag: n,
                });
            }
            _ => {}
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a Seen) -> Sum<N> {
        Sum { sum: flow.sum }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut Seen,
        peer: Option<&'a mut Seen>,
    ) -> Sum<N> {
        self.longest.offer(flow.packets, cx.order, cx.flow.id);
        flow.flow(cx.flow);
        flow.add(cx.key.dst_port.into());
        flow.add(cx.order);
        if let (Some(peer), Some(seen)) = (cx.peer, peer) {
            flow.flow(peer);
            flow.add(seen.sum);
        }
        if N == 2 && flow.packets > 1 {
            let fact = Packets { packets: flow.packets, words: vec![(0, String::new())] };
            cx.publish::<Probe<2>, Packets>(&fact);
        }
        if N == 3 {
            flow.add(cx.fact::<Probe<3>, Packets>().map_or(0, |f| f.packets));
            flow.add(cx.fact::<Probe<3>, First>().and_then(|f| f.number).unwrap_or(0));
            cx.emit(&Own::<N> { sum: flow.sum });
        }
        Sum { sum: flow.sum }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        let longest = (self.longest.amount(), self.longest.what());
        out.line(format!("{} {longest:?}", self.packets), []);
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        cx.file(format!("_{N}.txt"), format!("{} {}", self.packets, cx.totals.flows));
        Ok(())
    }
}

fn engine(names: &[&str], dir: &Scratch, run: Run, lanes: usize) -> Engine {
    flowz_plugins::link();
    flowz_sinks::link();
    let catalog = Catalog::new(vec![
        PluginEntry::new::<Probe<1>>(),
        PluginEntry::new::<Probe<2>>(),
        PluginEntry::new::<Probe<3>>(),
        PluginEntry::new::<Probe<4>>(),
    ]);
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection::plugins(&catalog, Some(&names)).unwrap();
    let selection = selection.with_sinks(&catalog, None).unwrap();
    Engine::start(EngineSetup {
        selection: &selection,
        run,
        sinks: selection.sinks(),
        destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes,
    })
    .unwrap()
}

fn input(path: &str) -> Input {
    Input::open(&Source::File(path.into()), &Options::default()).unwrap()
}

/// All bits, what plugins report, and all files.
type Outcome = (u64, Vec<String>, Vec<(String, Vec<u8>)>);

fn result(engine: &Engine, dir: &Scratch) -> Outcome {
    let mut report = Report::default();
    engine.report(&mut report);
    let lines = report.lines.iter().map(ToString::to_string).collect();
    (engine.counters().status.bits(), lines, dir.files())
}

fn alone(names: &[&str], run: Run, path: &str) -> Outcome {
    let dir = Scratch::new();
    let mut engine = engine(names, &dir, run, 1);
    let mut input = input(path);
    while let Some(packet) = input.next_packet() {
        engine.packet(&packet).unwrap();
    }
    engine.finish().unwrap();
    result(&engine, &dir)
}

/// In batches of so many packets and so many lanes.
fn in_lanes(names: &[&str], run: Run, path: &str, (size, lanes): (usize, usize)) -> Outcome {
    let dir = Scratch::new();
    let mut engine = engine(names, &dir, run, lanes);
    kit::lanes::run(&mut engine, &mut input(path), size).unwrap();
    result(&engine, &dir)
}

const ALL: [&str; 8] =
    ["basicFlow", "basicStats", "tcpFlags", "tcpStates", "early", "helm", "late", "all"];

#[track_caller]
fn the_same(names: &[&str], run: &Run, path: &str) {
    let alone = alone(names, run.clone(), path);
    for (size, lanes) in [(1, 1), (7, 2), (100_000, 3), (50, 8)] {
        let apart = in_lanes(names, run.clone(), path, (size, lanes));
        assert_eq!((apart.0, &apart.1), (alone.0, &alone.1));
        for (one, other) in apart.2.iter().zip(&alone.2) {
            assert!(one == other, "{names:?}, {path}, {}, batches of {size}, {lanes} lanes", one.0);
        }
        assert_eq!(apart.2.len(), alone.2.len(), "{names:?}, {path}");
    }
}

#[test]
fn all_captures() {
    for path in captures() {
        for packet_mode in [false, true] {
            the_same(&ALL, &Run { packet_mode, ..Run::default() }, &path);
        }
    }
}

#[test]
fn settings_that_change_layers_and_keys() {
    for path in captures() {
        let mut run = Run { packet_mode: true, ..Run::default() };
        run.core.reassemble = true;
        run.core.icmp_related = true;
        run.core.sctp_activate = 3;
        run.core.tstamp_prec = false;
        the_same(&ALL, &run, &path);
        run.core.fdurlimit = 1;
        (run.compat, run.packet_mode) = (true, false);
        the_same(&ALL, &run, &path);
    }
}

#[test]
fn whoever_is_there() {
    let path = data("many.pcap");
    let sets = [
        &["helm"][..],
        &["early"],
        &["all"],
        &["basicFlow", "tcpWin"],
        &["tcpStates", "late"],
        &["early", "late"],
        &["helm", "all"],
        &[],
    ];
    for names in sets {
        for packet_mode in [false, true] {
            the_same(names, &Run { packet_mode, ..Run::default() }, &path);
        }
    }
}

#[test]
fn rows_files_and_facts_are_there() {
    let path = data("loss.pcap");
    let (_, report, files) = alone(&ALL, Run::default(), &path);
    let file = |name: &str| {
        let found = files.iter().find(|(other, _)| other == name);
        String::from_utf8_lossy(&found.unwrap_or_else(|| panic!("{name}: {files:?}")).1)
            .into_owned()
    };
    assert!(file("x_early_own.txt").lines().count() > 10);
    assert!(file("x_early_own.txt").starts_with("%flowInd\tsum\n"));
    assert!(file("x_late_own_headers.txt").contains("\tsum\tAll that was seen\n"));
    assert!(files.iter().any(|(name, _)| name.starts_with("x_files/late/")));
    assert!(file("x_3.txt").split(' ').all(|number| number.parse::<u64>().unwrap() > 0));
    assert!(report.iter().any(|line| line.contains("Some(FlowId(")), "{report:?}");
}
