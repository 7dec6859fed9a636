//! Plugins that record see the same, whether the engine calls them or a recorder does that reads its notes.

use flowz_api::flow::Flow;
use flowz_api::plugin::{SetupError, TimeoutId};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_api::toggles::NoToggles;
use flowz_capture::{Input, Options, Source};
use flowz_engine::catalog::Catalog;
use flowz_engine::limits::Limits;
use flowz_engine::selection::Selection;
use flowz_engine::{Engine, Setup as EngineSetup};

use crate::kit::{self, Scratch, captures, data};

/// Sees and does what its number tells: 1 and 3 record, 2 steers, 4 changes a timeout without saying so.
struct Probe<const N: usize> {
    timeouts: [TimeoutId; 2],
}

#[derive(Default, Debug)]
struct Seen {
    packets: u64,
    sum: u64,
}

#[derive(Row, Debug)]
#[row(toggles = NoToggles)]
struct Sum {
    /// All that was seen.
    #[col(name = "seen")]
    sum: u64,
}

impl Seen {
    fn add(&mut self, value: u64) {
        self.sum = self.sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(value);
    }

    fn flow(&mut self, flow: &Flow, hears: bool) {
        // Those that steer do not hear of bits that others have set.
        let status = if hears { flow.status } else { FlowStat::empty() };
        self.add(status.bits());
        self.add(flow.id.0 ^ flow.first.0 as u64 ^ flow.last.0 as u64);
        self.add(flow.timeout.0.into());
    }
}

impl<const N: usize> Plugin for Probe<N> {
    const INFO: Info = Info {
        name: ["", "early", "helm", "late", "liar"][N],
        number: 700 + N as u16,
        summary: "Looks",
        requires: &[],
        default: false,
        steers: N == 2,
    };
    type Toggles = NoToggles;
    type Flow = Seen;
    type Row<'a> = Sum;
    type PacketRow<'a> = Sum;

    fn new(setup: &mut Setup<'_, NoToggles>) -> Result<Self, SetupError> {
        let timeouts = [setup.timeouts.register(0.5)?, setup.timeouts.register(30.0)?];
        Ok(Self { timeouts })
    }

    fn on_new_flow(&mut self, cx: &PacketContext<'_>, _: &mut Seen) -> Interest {
        Interest::when(N != 3 || !cx.flow.id.0.is_multiple_of(3))
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen, peer: Option<&mut Seen>) {
        self.on_packet(cx, flow, peer);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen, _: Option<&mut Seen>) {
        flow.packets += 1;
        flow.add(cx.number ^ cx.previous.0 as u64 ^ u64::from(cx.layers.l7_len));
        flow.add(cx.key.src_port.into());
        flow.add(cx.related.map_or(0, |id| id.0));
        flow.add(cx.datagram.map_or(0, |datagram| datagram.bytes.len() as u64));
        flow.flow(cx.flow, N != 2);
        if let Some(peer) = cx.peer.as_deref() {
            flow.flow(peer, N != 2);
        }
        let bit = |set: bool, bit| if set { bit } else { FlowStat::empty() };
        match (N, flow.packets) {
            (1, 3) => cx.flow.status |= FlowStat::ALARM,
            (3, 2) => cx.flow.status |= FlowStat::PPP_COMPRESSED,
            (1, 4) => {
                if let Some(peer) = cx.peer.as_deref_mut() {
                    peer.status |= FlowStat::STOPPED;
                }
            }
            (2, n) => {
                cx.flow.timeout = self.timeouts[(n % 2) as usize];
                cx.flow.status |= bit(n == 2, FlowStat::VLAN_ZERO);
                // Also of flows without opposite.
                cx.flow.status ^= bit(n == 4, FlowStat::INVERTED);
                if let Some(peer) = cx.peer.as_deref_mut() {
                    peer.timeout = self.timeouts[(n / 2 % 2) as usize];
                    peer.status |= bit(n == 3, FlowStat::LAPD);
                }
            }
            (4, 3) => cx.flow.timeout = self.timeouts[0],
            _ => {}
        }
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a Seen) -> Sum {
        Sum { sum: flow.sum ^ u64::from(cx.flow.timeout.0) }
    }

    fn on_terminate<'a>(
        &'a mut self,
        cx: &'a EndContext<'_>,
        flow: &'a mut Seen,
        peer: Option<&'a mut Seen>,
    ) -> Sum {
        flow.flow(cx.flow, N != 2);
        flow.add(cx.key.dst_port.into());
        if let (Some(peer), Some(seen)) = (cx.peer, peer) {
            flow.flow(peer, N != 2);
            flow.add(seen.sum);
        }
        Sum { sum: flow.sum }
    }
}

fn engine(names: &[&str], dir: &Scratch, run: Run) -> Engine {
    flowz_plugins::link();
    flowz_sinks::link();
    let catalog = Catalog::new(vec![
        PluginEntry::of::<Probe<1>>(),
        PluginEntry::of::<Probe<2>>(),
        PluginEntry::of::<Probe<3>>(),
        PluginEntry::of::<Probe<4>>(),
    ]);
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection::plugins(&catalog, Some(&names)).unwrap();
    let selection = selection.with_sinks(&catalog, &["txt".to_owned()]).unwrap();
    Engine::start(EngineSetup {
        selection: &selection,
        run,
        sinks: selection.sinks(),
        destination: &Destination { prefix: dir.path("x"), stdout: false, split: None },
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
    })
    .unwrap()
}

fn input(path: &str) -> Input {
    Input::open(&Source::File(path.into()), &Options::default()).unwrap()
}

/// All bits, and the tables.
type Outcome = (u64, String, Option<String>);

fn result(engine: &Engine, dir: &Scratch) -> Outcome {
    let packets = engine.run().packet_mode.then(|| dir.read("x_packets.txt"));
    (engine.counters().status.bits(), dir.read("x_flows.txt"), packets)
}

fn alone(names: &[&str], run: Run, path: &str) -> Outcome {
    let dir = Scratch::new();
    let mut engine = engine(names, &dir, run);
    let mut input = input(path);
    while let Some(packet) = input.next_packet() {
        engine.packet(&packet).unwrap();
    }
    engine.finish().unwrap();
    result(&engine, &dir)
}

/// In batches of so many packets; or the words of a plugin's panic.
fn apart(names: &[&str], run: Run, path: &str, size: usize) -> Result<Outcome, String> {
    let dir = Scratch::new();
    let mut engine = engine(names, &dir, run);
    kit::apart::run(&mut engine, &mut input(path), size).map_err(|panic| panic.to_string())?;
    Ok(result(&engine, &dir))
}

const ALL: [&str; 7] =
    ["basicFlow", "basicStats", "tcpFlags", "tcpStates", "early", "helm", "late"];

#[track_caller]
fn the_same(names: &[&str], run: &Run, path: &str) {
    let alone = alone(names, run.clone(), path);
    for size in [1, 7, 100_000] {
        let apart = apart(names, run.clone(), path, size).unwrap();
        assert!(apart == alone, "{names:?}, {path}, batches of {size}");
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
        run.compat = true;
        the_same(&ALL, &run, &path);
    }
}

#[test]
fn whoever_is_there() {
    let path = data("many.pcap");
    for names in [&["helm"][..], &["early"], &["basicFlow", "tcpWin"], &["tcpStates", "late"]] {
        for packet_mode in [false, true] {
            the_same(names, &Run { packet_mode, ..Run::default() }, &path);
        }
    }
}

#[test]
fn a_plugin_that_steers_and_does_not_say_so() {
    for packet_mode in [false, true] {
        let run = Run { packet_mode, ..Run::default() };
        let said = apart(&["basicFlow", "liar"], run, &data("zerowin.pcap"), 7).unwrap_err();
        assert!(
            said.starts_with("plugin liar panicked in on_packet: it changes the timeout"),
            "{said}"
        );
    }
}
