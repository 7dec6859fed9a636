//! Any bytes as a capture through the reader and the engine with all plugins: no panic, every record
//! fits its schema, and every packet is counted once.
//!
//! The last byte of the input chooses the modes of the run; a capture does not miss it.
#![no_main]

use std::sync::Arc;

use flowz_api::report::Report;
use flowz_engine::report;
use flowz_fuzz::modes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let modes = input.last().copied().unwrap_or(0);
    let Ok(mut capture) = flowz_fuzz::open(input) else { return };
    let mut engine = modes::engine(modes, &Arc::default(), 1);
    while let Some(packet) = capture.next_packet() {
        engine.packet(&packet).expect("the sink takes everything");
    }
    engine.finish().expect("the sink takes everything");
    let mut out = Report::default();
    assert!(report::packet_balance(engine.counters(), &mut out), "the packet counts do not add up");
    if let Some(fragments) = &engine.counters().reassembly {
        let ended: u64 = fragments.outcomes.iter().sum();
        assert_eq!(ended, fragments.begun, "the datagrams do not add up");
        let seen = engine.counters().ipv4_fragments + engine.counters().ipv6_fragments;
        // The reference counts some fragments of IPv6 twice, and some of IPv4 not at all.
        if !modes::is_compat(modes) {
            assert_eq!(fragments.fates.iter().sum::<u64>(), seen, "the fragments do not add up");
        }
    }
    engine.report(&mut out);
    assert_eq!(engine.live_flows(), 0, "flows are left");
});
