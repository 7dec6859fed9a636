//! Any bytes as a capture, once through the engine alone and once with a recorder that reads its notes: the same
//! records in the same order, the same status bits, the same reports of plugins.
//!
//! The last byte of the input chooses the modes of the run, the first one how many packets a batch has.
#![no_main]

use std::mem::take;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_api::report::Report;
use flowz_engine::Engine;
use flowz_engine::decoding::Verdict;
use flowz_engine::output::Portion;
use flowz_engine::recording::{Notes, Packets};
use flowz_fuzz::modes;
use libfuzzer_sys::fuzz_target;

/// A packet that has left its capture.
struct Kept {
    packet: Packet<'static>,
    bytes: Vec<u8>,
    layers: Layers,
    verdict: Verdict,
}

struct Batch(Vec<Kept>);

impl Kept {
    fn packet(&self) -> Packet<'_> {
        Packet { data: &self.bytes, ..self.packet }
    }
}

impl Packets for Batch {
    fn packet(&self, index: u32) -> (Packet<'_>, &Layers) {
        let kept = &self.0[index as usize];
        (kept.packet(), &kept.layers)
    }
}

/// The sum of all records, all status bits, and what plugins report.
type Outcome = (u64, u64, String);

fuzz_target!(|input: &[u8]| {
    let modes = input.last().copied().unwrap_or(0);
    let size = usize::from(input.first().copied().unwrap_or(0)) % 32 + 1;
    assert_eq!(alone(input, modes), apart(input, modes, size), "batches of {size}");
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
    let mut engine = modes::engine(modes, &sum);
    while let Some(packet) = capture.next_packet() {
        engine.packet(&packet).expect("the sink takes everything");
    }
    engine.finish().expect("the sink takes everything");
    Some(outcome(&engine, &sum))
}

fn apart(input: &[u8], modes: u8, size: usize) -> Option<Outcome> {
    let mut capture = flowz_fuzz::open(input).ok()?;
    let sum = Arc::default();
    let mut engine = modes::engine(modes, &sum);
    let noted = Arc::new(Mutex::new(Vec::new()));
    let made = Arc::new(Mutex::new(Vec::new()));
    let (to_recorder, to_writer) = (Arc::clone(&noted), Arc::clone(&made));
    let send = move |notes: Notes| {
        to_recorder.lock().expect("nobody panics").push(notes);
        Notes::default()
    };
    let exchange = move |portion: Portion| {
        to_writer.lock().expect("nobody panics").push(portion);
        Portion::default()
    };
    let parts = engine.split(Box::new(send), Box::new(exchange));
    let (mut recorder, mut writer) = parts.expect("it is split once");
    let mut at_end = false;
    while !at_end {
        let mut batch = Batch(Vec::new());
        while batch.0.len() < size
            && let Some(packet) = capture.next_packet()
        {
            let mut layers = Layers::default();
            let verdict = engine.decoder().decode(&packet, &mut layers);
            let bytes = packet.data.to_vec();
            batch.0.push(Kept { packet: Packet { data: &[], ..packet }, bytes, layers, verdict });
        }
        at_end = batch.0.is_empty();
        for (kept, n) in batch.0.iter().zip(0..) {
            let done = engine.decoded(n, &kept.packet(), &kept.layers, kept.verdict);
            done.expect("the sink takes everything");
        }
        if at_end {
            engine.finish().expect("the sink takes everything");
        } else {
            engine.pass_on();
        }
        for notes in take(&mut *noted.lock().expect("nobody panics")) {
            let recorded = recorder.process(&notes, &batch).expect("no plugin panics");
            recorded.expect("the sink takes everything");
        }
    }
    recorder.finish().expect("the sink takes everything");
    for portion in made.lock().expect("nobody panics").iter() {
        writer.write(portion).expect("the sink takes everything");
    }
    engine.rejoin(recorder);
    Some(outcome(&engine, &sum))
}
