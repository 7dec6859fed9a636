//! Any bytes as messages of SIP, over UDP and over TCP with holes, and as packets of RTP and RTCP, with the table of packets that the sink
//! wav asks for: no panic, and every record fits its schema. The same bytes as sound: silence is bounded.
//!
//! The first byte of the input chooses the modes of the run; what follows is told at [`flowz_fuzz::conversation`] and [`flowz_fuzz::datagrams`].
#![no_main]

use std::sync::Arc;

use flowz_fuzz::{conversation, datagrams, modes};
use libfuzzer_sys::fuzz_target;

const PLUGINS: [&str; 4] = ["sipDecode", "rtpDecode", "voipCalls", "sessions"];
const SETTINGS: [&str; 5] = [
    "voipCalls.CALLS_MAX=3",
    "voipCalls.CALLS_LINGER=1",
    "sessions.SESSION_TYPES=tcp,sip,rtp,udp",
    "sessions.SESSION_EVENTS=1",
    "sessions.SESSION_MAX_CALLS=3",
];

fuzz_target!(|input: &[u8]| {
    let Some((modes, pieces)) = input.split_first() else { return };
    let names = PLUGINS.map(str::to_owned);
    let mut engine = modes::engine_for(&["wav"], &names, &SETTINGS, *modes, (&Arc::default(), 1));
    datagrams::show(&mut engine, &[5060, 4000, 4001], pieces);
    conversation::show(&mut engine, 5060, pieces);
    engine.finish().expect("the sink takes everything");
    assert_eq!(engine.live_flows(), 0, "flows are left");
    flowz_sinks::parsers::sound(pieces);
});
