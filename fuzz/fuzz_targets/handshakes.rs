//! Any bytes as a conversation of SSH and as one of TLS, with holes and repetitions: no panic, and every record fits its schema.
//!
//! The first byte of the input chooses the modes of the run; what follows is told at [`flowz_fuzz::conversation`].
#![no_main]

use std::sync::Arc;

use flowz_fuzz::{conversation, modes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((modes, pieces)) = input.split_first() else { return };
    let names = ["sshDecode", "sslDecode"].map(str::to_owned);
    let mut engine = modes::engine_with(&names, &[], *modes, &Arc::default(), 1);
    for port in [22, 443] {
        conversation::show(&mut engine, port, pieces);
    }
    engine.finish().expect("the sink takes everything");
    assert_eq!(engine.live_flows(), 0, "flows are left");
});
