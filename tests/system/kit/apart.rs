//! A run with a recorder that reads the engine's notes, without threads. The fuzz target `recording` has this file
//! too.

use std::mem::take;
use std::sync::{Arc, Mutex};

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_capture::Input;
use flowz_engine::Engine;
use flowz_engine::blame::PluginPanic;
use flowz_engine::decoding::Verdict;
use flowz_engine::output::Portion;
use flowz_engine::recording::{Notes, Packets};

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

/// Works on all packets in batches of this size and completes the files, or yields a plugin's panic.
pub(crate) fn run(engine: &mut Engine, input: &mut Input, size: usize) -> Result<(), PluginPanic> {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let made = Arc::new(Mutex::new(Vec::new()));
    let (to_recorder, to_writer) = (Arc::clone(&noted), Arc::clone(&made));
    let send = move |notes| {
        to_recorder.lock().unwrap().push(notes);
        Notes::default()
    };
    let exchange = move |portion| {
        to_writer.lock().unwrap().push(portion);
        Portion::default()
    };
    let (mut recorder, mut writer) = engine.split(Box::new(send), Box::new(exchange)).unwrap();
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
        for notes in take(&mut *noted.lock().unwrap()) {
            recorder.process(&notes, &batch)?.unwrap();
        }
    }
    recorder.finish().unwrap();
    made.lock().unwrap().iter().for_each(|portion| writer.write(portion).unwrap());
    writer.finish().unwrap();
    engine.rejoin(recorder);
    Ok(())
}
