//! Packets on their way to the engine, decoded already.

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_capture::Batch;
use flowz_engine::decoding::{Decoder, Verdict};
use flowz_engine::recording::Packets;
use flowz_engine::{Engine, EngineError};

use crate::source::PacketSource;

/// A batch of packets with what the decoder found in them.
#[derive(Default)]
pub(crate) struct DecodedBatch {
    pub(crate) packets: Batch,
    found: Vec<(Layers, Verdict)>,
}

/// Reads and decodes.
pub(crate) struct Reader {
    pub(crate) source: PacketSource,
    decoder: Decoder,
}

impl Reader {
    /// A reader over this source for this engine.
    pub(crate) fn new(mut source: PacketSource, engine: &Engine) -> Self {
        source.enable_batches();
        Self { source, decoder: engine.decoder() }
    }

    /// Reads and decodes the next packets; false if there are none.
    pub(crate) fn read(&mut self, batch: &mut DecodedBatch) -> bool {
        if !self.source.read_batch(&mut batch.packets) {
            return false;
        }
        batch.found.resize(batch.packets.len(), (Layers::NOTHING, Ok(())));
        for (seen, (layers, verdict)) in batch.packets.packets().zip(&mut batch.found) {
            // Nobody looks into a copy.
            if !seen.duplicate {
                *verdict = self.decoder.decode(&seen.packet, layers);
            }
        }
        true
    }
}

impl DecodedBatch {
    /// Gives all packets to the engine.
    /// Stops behind the packet with which as many conversations have begun as are wanted; then it yields false.
    pub(crate) fn process(&self, engine: &mut Engine, flows: u64) -> Result<bool, EngineError> {
        for ((seen, (layers, verdict)), n) in self.packets.packets().zip(&self.found).zip(0..) {
            if self.packets.set_back_at == Some(n as usize) {
                engine.clock_set_back()?;
            }
            if seen.duplicate {
                engine.duplicate(&seen.packet);
            } else {
                engine.decoded(n, &seen.packet, layers, *verdict)?;
                if engine.begun() >= flows {
                    // Whatever time it is behind this packet, nothing ends by it any more.
                    engine.pass_on();
                    return Ok(false);
                }
            }
        }
        if let Some(now) = self.packets.quiet {
            engine.advance(now)?;
        }
        engine.pass_on();
        Ok(true)
    }
}

impl Packets for DecodedBatch {
    #[inline]
    fn packet(&self, index: u32) -> (Packet<'_>, &Layers) {
        let index = index as usize;
        (self.packets.packet(index), &self.found[index].0)
    }
}
