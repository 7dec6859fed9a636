//! A run with plugins in lanes that read the engine's events, without threads. The fuzz target `recording` has this
//! file too.

use std::mem::take;
use std::sync::{Arc, Mutex};

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_capture::Input;
use flowz_engine::decoding::Verdict;
use flowz_engine::recording::{EventBatch, Fragments, LaneError, Packets};
use flowz_engine::{Engine, Split};

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

impl Batch {
    /// The next packets, at most `size`, decoded.
    fn read(input: &mut Input, engine: &Engine, size: usize) -> Self {
        let mut batch = Self(Vec::new());
        while batch.0.len() < size
            && let Some(packet) = input.next_packet()
        {
            let mut layers = Layers::default();
            let verdict = engine.decoder().decode(&packet, &mut layers);
            let bytes = packet.data.to_vec();
            batch.0.push(Kept { packet: Packet { data: &[], ..packet }, bytes, layers, verdict });
        }
        batch
    }
}

/// Works on all packets in batches of this size and completes the files, or yields a plugin's failure.
pub(crate) fn run(engine: &mut Engine, input: &mut Input, size: usize) -> Result<(), LaneError> {
    let written = Arc::new(Mutex::new(Vec::new()));
    let to_lanes = Arc::clone(&written);
    let send = move |events| {
        to_lanes.lock().unwrap().push(events);
        EventBatch::default()
    };
    let mut split = engine.split(Box::new(send)).unwrap();
    let mut at_end = false;
    while !at_end {
        let batch = Batch::read(input, engine, size);
        at_end = batch.0.is_empty();
        for (kept, n) in batch.0.iter().zip(0..) {
            engine.decoded(n, &kept.packet(), &kept.layers, kept.verdict).unwrap();
        }
        if at_end {
            engine.finish().unwrap();
        } else {
            engine.pass_on();
        }
        for events in take(&mut *written.lock().unwrap()) {
            record(&mut split, &events, &batch)?;
        }
    }
    engine.rejoin(split).unwrap();
    engine.complete().unwrap();
    Ok(())
}

/// Shows all lanes a batch of events, the last lane first: their order must not matter.
fn record(split: &mut Split, events: &EventBatch, packets: &Batch) -> Result<(), LaneError> {
    let mut whole = Fragments::default();
    if let Some(lane) = &mut split.whole {
        lane.process(events, packets, &mut whole)?;
    }
    let mut parts: Vec<_> = split.lanes.iter().map(|_| Fragments::default()).collect();
    for (lane, part) in split.lanes.iter_mut().zip(&mut parts).rev() {
        lane.process(events, packets, part)?;
    }
    let whole = split.whole.is_some().then_some(&whole);
    split.assembler.assemble(events, parts.iter(), whole, packets).unwrap();
    Ok(())
}
