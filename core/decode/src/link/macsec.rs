//! MACsec (IEEE 802.1AE).

use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Control bits, length, packet number, perhaps the channel; then the ethertype, unless that is
    /// encrypted.
    pub(super) fn macsec(&mut self, at: usize) -> Outcome {
        const ENCRYPTED: u8 = 0x0c;
        const CHANNEL: u8 = 0x20;
        let control = u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        if control & ENCRYPTED != 0 {
            return self.opaque(at, 0x88e5);
        }
        self.ethertype(at + if control & CHANNEL == 0 { 6 } else { 14 })
    }
}
