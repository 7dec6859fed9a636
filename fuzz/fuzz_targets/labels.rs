//! Any text as rows of labels, in CSV and in TOML: a row that is wrong has a line of the text, and each row that is none is found again.
#![no_main]

use flowz_plugins::parsers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    parsers::labels(text);
});
