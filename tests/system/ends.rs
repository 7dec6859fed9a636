//! Why flows end is counted, each end under one reason, on one thread and with lanes.

use flowz_api::settings::{CoreToggles, Run};
use flowz_api::sink::Destination;
use flowz_capture::{Input, Options, Source};
use flowz_engine::counters::{Counters, Volume};
use flowz_engine::end_reason::EndReason;
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

use crate::kit::{self, Scratch, data};
use crate::standards::{capture, ipv4, segment};

fn counters(core: CoreToggles, max_flows: Option<u64>, path: &str, lanes: usize) -> Counters {
    flowz_plugins::link();
    flowz_sinks::link();
    let dir = Scratch::new();
    let catalog = Catalog::default();
    let selection = Selection::plugins(&catalog, Some(&["basicFlow".to_owned()])).unwrap();
    let selection = selection.with_sinks(&catalog, None).unwrap();
    let mut engine = Engine::start(EngineSetup {
        selection: &selection,
        run: Run { core, ..Run::default() },
        sinks: selection.sinks(),
        destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
        preamble: &[],
        limits: Limits { max_flows, max_mem: None },
        lanes,
    })
    .unwrap();
    let mut input = Input::open(&Source::File(path.into()), &Options::default()).unwrap();
    if lanes > 1 {
        kit::lanes::run(&mut engine, &mut input, 100).unwrap();
    } else {
        while let Some(packet) = input.next_packet() {
            engine.packet(&packet).unwrap();
        }
        engine.finish().unwrap();
    }
    engine.counters().clone()
}

/// Ends by reason; they add up to all flows, however many lanes there are.
fn ended(core: &CoreToggles, max_flows: Option<u64>, path: &str) -> Vec<(&'static str, u64)> {
    let [alone, in_lanes] =
        [1, 4].map(|lanes| counters(core.clone(), max_flows, path, lanes).flows);
    assert_eq!(alone.ended, in_lanes.ended);
    assert_eq!(alone.ended.iter().sum::<u64>(), alone.all);
    assert!(alone.all > 0 && alone.all == alone.a + alone.b);
    let named = EndReason::ALL.iter().map(|reason| reason.word()).zip(alone.ended);
    named.filter(|(_, n)| *n > 0).collect()
}

#[test]
fn by_time_and_at_the_end() {
    let mut core = CoreToggles { flow_timeout: 1e9, ..CoreToggles::default() };
    let found = ended(&core, None, &data("web.pcap"));
    assert!(matches!(found[..], [("end_of_input", _)]), "{found:?}");
    core.flow_timeout = 0.5;
    let found = ended(&core, None, &data("web.pcap"));
    assert!(matches!(found[..], [("timeout", _), ("end_of_input", _)]), "{found:?}");
}

#[test]
fn for_want_of_room() {
    let core = CoreToggles { flow_timeout: 1e9, ..CoreToggles::default() };
    let found = ended(&core, Some(4), &data("web.pcap"));
    assert!(matches!(found[..], [("end_of_input", _), ("evicted", _)]), "{found:?}");
    let c = counters(core, Some(4), &data("web.pcap"), 1);
    assert_eq!(c.flows.ended[EndReason::Evicted as usize], c.evicted);
}

/// Four packets, a second apart, of a connection that begins twice.
#[test]
fn by_settings() {
    let dir = Scratch::new();
    let syn = |number| segment(false, (number, 0), 2, 4096, b"");
    let answer = segment(true, (7000, 1001), 0x12, 4096, b"");
    dir.write("in.pcap", capture(&[syn(1000), answer, syn(90_000), syn(90_000)]));
    let path = dir.path("in.pcap");
    let path = path.to_str().unwrap();
    let core = CoreToggles { tcp_reuse: true, ..CoreToggles::default() };
    assert_eq!(ended(&core, None, path), [("end_of_input", 1), ("port_reuse", 2)]);
    let core = CoreToggles { fdurlimit: 2, ..CoreToggles::default() };
    assert_eq!(ended(&core, None, path), [("end_of_input", 1), ("duration_limit", 2)]);
}

/// Packets and bytes of what is neither TCP nor UDP.
#[test]
fn volumes() {
    const ICMP: u8 = 1;
    let dir = Scratch::new();
    let arp = [&[2_u8; 12][..], &[8, 6], &[0; 28]].concat();
    let (ping, pong) = ([8, 0, 0, 0, 0, 1, 0, 1], [0, 0, 0, 0, 0, 1, 0, 1]);
    let pings = [ping, pong].map(|content| ipv4(ICMP, 0, 28, &content));
    dir.write("in.pcap", capture(&[arp, pings[0].clone(), pings[1].clone()]));
    let path = dir.path("in.pcap");
    let c = counters(CoreToggles::default(), None, path.to_str().unwrap(), 1);
    assert_eq!(c.arp, Volume { packets: 1, bytes: 42 });
    assert_eq!(c.icmp, Volume { packets: 2, bytes: 120 });
    assert_eq!((c.rarp, c.icmpv6), (Volume::default(), Volume::default()));
}
