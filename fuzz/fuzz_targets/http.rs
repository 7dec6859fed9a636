//! Any bytes as an HTTP conversation, with holes and repetitions: no panic, and every record fits its schema.
//!
//! The first byte of the input chooses the modes of the run; what follows is told at [`flowz_fuzz::conversation`].
#![no_main]

use std::sync::Arc;

use flowz_fuzz::{conversation, modes};
use libfuzzer_sys::fuzz_target;

const SETTINGS: [&str; 3] =
    ["httpSniffer.HTTP_HASH=1", "httpSniffer.HTTP_MESSAGES=1", "httpSniffer.HTTP_PARTS=1"];

fuzz_target!(|input: &[u8]| {
    let Some((modes, pieces)) = input.split_first() else { return };
    let names = ["httpSniffer".to_owned()];
    let mut engine = modes::engine_with(&names, &SETTINGS, *modes, &Arc::default(), 1);
    conversation::show(&mut engine, 80, pieces);
    engine.finish().expect("the sink takes everything");
    assert_eq!(engine.live_flows(), 0, "flows are left");
});
