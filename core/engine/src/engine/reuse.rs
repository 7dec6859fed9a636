//! Ports that a new TCP connection uses again (`core.TCP_REUSE`).

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;

use super::{Engine, EngineError};
use crate::end_reason::EndReason;
use crate::table::Found;

impl Engine {
    /// Ends a biflow whose ports a new connection uses again. The packet belongs to no flow then.
    #[cold]
    pub(super) fn reuse(
        &mut self,
        packet: &Packet<'_>,
        found: Found,
    ) -> Result<Found, EngineError> {
        let Found::Flow(at) = found else { return Ok(found) };
        let opens = opening(&self.layers, packet.data);
        if opens.is_none() || opens == self.table.slot(at).opened {
            return Ok(found);
        }
        self.unlink(at);
        self.export(at, EndReason::PortReuse)?;
        Ok(Found::Nothing)
    }

    #[cold]
    pub(super) fn note_opening(&mut self, packet: &Packet<'_>, at: u32) {
        let opens = opening(&self.layers, packet.data);
        let opened = &mut self.table.slot_mut(at).opened;
        *opened = opens.or(*opened);
    }
}

/// The sequence number of a packet that opens a connection or answers to that (RFC 9293, section 3.5).
pub(super) fn opening(layers: &Layers, data: &[u8]) -> Option<u32> {
    const UP_TO_FLAGS: usize = 14;
    const FIN_SYN_RST: u8 = 7;
    const SYN: u8 = 2;
    if !layers.is_tcp() || !layers.is_first_fragment() {
        return None;
    }
    let header = layers.layer4(data).first_chunk::<UP_TO_FLAGS>()?;
    let number = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
    (header[13] & FIN_SYN_RST == SYN).then_some(number)
}
