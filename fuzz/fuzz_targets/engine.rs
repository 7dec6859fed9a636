//! Any bytes as a capture through the reader and the engine with all plugins: no panic, every record
//! fits its schema, and every packet is counted once.
//!
//! The last byte of the input chooses the modes of the run; a capture does not miss it.
#![no_main]

use std::path::PathBuf;

use flowz_api::registry;
use flowz_api::report::Report;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_engine::limits::Limits;
use flowz_engine::catalog::Catalog;
use flowz_engine::report;
use flowz_engine::selection::Selection;
use flowz_engine::{Engine, Setup};
use flowz_fuzz::null::Null;
use libfuzzer_sys::fuzz_target;

const COMPAT: u8 = 1;
const PACKETS: u8 = 2;
const FEW_FLOWS: u8 = 4;
const SHORT_LIVES: u8 = 8;
const REASSEMBLE: u8 = 16;
const LAST_BYTES: u8 = 32;
const EARLIER_PARTS: u8 = 64;
const SCTP_PARTS: u8 = 128;

fuzz_target!(|input: &[u8]| {
    let modes = input.last().copied().unwrap_or(0);
    let Ok(mut capture) = flowz_fuzz::open(input) else { return };
    let mut engine = engine(modes);
    while let Some(packet) = capture.next_packet() {
        engine.packet(&packet).expect("the sink takes everything");
    }
    engine.finish().expect("the sink takes everything");
    let mut out = Report::default();
    assert!(report::ledger(engine.counters(), &mut out), "the packet counts do not add up");
    if let Some(fragments) = &engine.counters().reassembly {
        let ended: u64 = fragments.outcomes.iter().sum();
        assert_eq!(ended, fragments.begun, "the datagrams do not add up");
        let seen = engine.counters().ipv4_fragments + engine.counters().ipv6_fragments;
        assert_eq!(fragments.fates.iter().sum::<u64>(), seen, "the fragments do not add up");
    }
    engine.report(&mut out);
    assert_eq!(engine.live_flows(), 0, "flows are left");
});

fn engine(modes: u8) -> Engine {
    flowz_plugins::link();
    let names: Vec<_> = registry::plugins().iter().map(|p| p.info.name.to_owned()).collect();
    let selection =
        Selection::plugins(&Catalog::default(), Some(&names)).expect("all plugins go together");
    let mut core = selection.settings.core.clone();
    core.fdurlimit = u32::from(modes & SHORT_LIVES != 0);
    core.sctp_activate = if modes & SCTP_PARTS != 0 { 3 } else { 0 };
    core.reassemble = modes & REASSEMBLE != 0;
    core.reassemble_mem = 1;
    core.reassemble_policy = match modes {
        _ if modes & LAST_BYTES != 0 => 1,
        _ if modes & EARLIER_PARTS != 0 => 2,
        _ => 0,
    };
    let (packet_mode, compat) = (modes & PACKETS != 0, modes & COMPAT != 0);
    let run = Run { core, packet_mode, compat, sensor: 666, ..Run::default() };
    let setup = Setup {
        selection: &selection,
        run,
        sinks: vec![Box::new(Null)],
        destination: &Destination { prefix: PathBuf::from("fuzz"), stdout: false, split: None },
        preamble: &[],
        limits: Limits { max_flows: (modes & FEW_FLOWS != 0).then_some(4), max_mem: None },
    };
    Engine::start(setup).expect("defaults are sound")
}
