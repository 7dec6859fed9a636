//! Any bytes as a capture, once through the engine alone and once with plugins in lanes that read its events: the same
//! records in the same order, the same status bits, the same reports of plugins.
//!
//! The last byte of the input chooses the modes of the run, the first one how many packets a batch has.
#![no_main]

#[path = "../../tests/system/kit/lanes.rs"]
mod lanes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flowz_api::report::Report;
use flowz_engine::Engine;
use flowz_fuzz::modes;
use libfuzzer_sys::fuzz_target;

/// The sum of all records, all status bits, and what plugins report.
type Outcome = (u64, u64, String);

fuzz_target!(|input: &[u8]| {
    let modes = input.last().copied().unwrap_or(0);
    let size = usize::from(input.first().copied().unwrap_or(0)) % 32 + 1;
    assert_eq!(alone(input, modes), in_parts(input, modes, size), "batches of {size}");
});

fn outcome(engine: &Engine, sum: &AtomicU64) -> Outcome {
    let mut report = Report::default();
    engine.report(&mut report);
    let bits = engine.counters().status.bits();
    (sum.load(Ordering::Relaxed), bits, format!("{report:?}"))
}

fn alone(input: &[u8], modes: u8) -> Option<Outcome> {
    let mut capture = flowz_fuzz::open(input).ok()?;
    let sum = Arc::default();
    let mut engine = modes::engine(modes, &sum, 1);
    while let Some(packet) = capture.next_packet() {
        engine.packet(&packet).expect("the sink takes everything");
    }
    engine.finish().expect("the sink takes everything");
    Some(outcome(&engine, &sum))
}

fn in_parts(input: &[u8], modes: u8, size: usize) -> Option<Outcome> {
    let mut capture = flowz_fuzz::open(input).ok()?;
    let sum = Arc::default();
    let mut engine = modes::engine(modes, &sum, size % 5 + 1);
    lanes::run(&mut engine, &mut capture, size).expect("no plugin panics");
    Some(outcome(&engine, &sum))
}
