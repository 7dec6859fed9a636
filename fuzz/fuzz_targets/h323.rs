//! Any bytes as messages of H.323, over UDP and over TCP with holes: no panic, and every record fits its schema; each piece as a message of
//! each kind, whose lists are no longer than allowed.
//!
//! The first byte of the input chooses the modes of the run; what follows is told at [`flowz_fuzz::conversation`] and [`flowz_fuzz::datagrams`].
#![no_main]

use std::sync::Arc;

use flowz_fuzz::{conversation, datagrams, modes};
use flowz_plugins::parsers;
use libfuzzer_sys::fuzz_target;

const PLUGINS: [&str; 4] = ["sipDecode", "h323Decode", "rtpDecode", "voipCalls"];
const SETTINGS: [&str; 2] = ["voipCalls.CALLS_MAX=3", "voipCalls.CALLS_LINGER=1"];
/// Octets in front of a packet in a stream.
const HEADER: usize = 4;

fuzz_target!(|input: &[u8]| {
    let Some((modes, pieces)) = input.split_first() else { return };
    let mut rest = pieces;
    while let Some((&[_, high, low], behind)) = rest.split_first_chunk::<3>() {
        let len = usize::from(u16::from_be_bytes([high, low])).min(behind.len());
        let (piece, behind) = behind.split_at(len);
        rest = behind;
        parsers::h323(piece);
        parsers::h323(piece.get(HEADER..).unwrap_or_default());
    }
    let names = PLUGINS.map(str::to_owned);
    let mut engine = modes::engine_with(&names, &SETTINGS, *modes, &Arc::default(), 1);
    datagrams::show(&mut engine, &[1719, 4000, 4001], pieces);
    conversation::show(&mut engine, 1720, pieces);
    conversation::show(&mut engine, 3000, pieces);
    engine.finish().expect("the sink takes everything");
    assert_eq!(engine.live_flows(), 0, "flows are left");
});
