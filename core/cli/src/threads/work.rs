//! Packets on their way to the engine, decoded already.

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_api::sink::SinkError;
use flowz_capture::Batch;
use flowz_engine::Engine;
use flowz_engine::decoding::{Decoder, Verdict};
use flowz_engine::recording::Packets;

use crate::feed::Feed;

/// A batch of packets with what the decoder found in them.
#[derive(Default)]
pub(super) struct Work {
    pub(super) batch: Batch,
    found: Vec<(Layers, Verdict)>,
}

/// Reads and decodes.
pub(super) struct Reader {
    pub(super) feed: Feed,
    decoder: Decoder,
}

impl Reader {
    /// A reader over this input for this engine.
    pub(super) fn new(mut feed: Feed, engine: &Engine) -> Self {
        feed.lend();
        Self { feed, decoder: engine.decoder() }
    }

    /// Reads and decodes the next packets; false if there are none.
    pub(super) fn read(&mut self, work: &mut Work) -> bool {
        if !self.feed.read_batch(&mut work.batch) {
            return false;
        }
        work.found.resize(work.batch.len(), (Layers::NOTHING, Ok(())));
        for (seen, (layers, verdict)) in work.batch.packets().zip(&mut work.found) {
            // Nobody looks into a copy.
            if !seen.duplicate {
                *verdict = self.decoder.decode(&seen.packet, layers);
            }
        }
        true
    }
}

impl Work {
    /// Gives all packets to the engine.
    pub(super) fn process(&self, engine: &mut Engine) -> Result<(), SinkError> {
        for ((seen, (layers, verdict)), n) in self.batch.packets().zip(&self.found).zip(0..) {
            if seen.duplicate {
                engine.duplicate(&seen.packet);
            } else {
                engine.decoded(n, &seen.packet, layers, *verdict)?;
            }
        }
        engine.pass_on();
        Ok(())
    }
}

impl Packets for Work {
    #[inline]
    fn packet(&self, index: u32) -> (Packet<'_>, &Layers) {
        let index = index as usize;
        (self.batch.packet(index), &self.found[index].0)
    }
}
