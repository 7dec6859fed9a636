//! Any bytes as hellos and certificates of TLS, without their heads: no panic, and what is kept is no longer than allowed.
#![no_main]

use flowz_plugins::parsers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| parsers::tls(input));
