//! IEEE 802.2 logical link control and SNAP.

use etherparse::EtherType;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};
use crate::tokens;

/// Both service access points of a SNAP header.
const SNAP: u16 = 0xaaaa;
/// The organisation code of Cisco's access points.
const AIRONET: [u8; 3] = [0, 0x40, 0x96];
/// The access point of IP.
const SAP_IP: u8 = 0x06;

impl Dissector<'_> {
    /// An LLC header at `at`; `length` is the 802.3 length in front of it.
    pub(crate) fn llc(&mut self, at: usize, length: u16) -> Outcome {
        self.token(Token::Llc);
        let saps = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let control = u8_at(self.data, at + 2).ok_or(NoFlow::LinkHeaderCut)?;
        let frame_end = at as i64 + i64::from(length);
        // The reference takes all of them for SNAP inside a packet.
        if saps == SNAP || (self.settings.compat && self.is_tunneled()) {
            return self.snap(at, frame_end);
        }
        let [destination, _] = saps.to_be_bytes();
        // Unnumbered frames have one control byte, all others two.
        let header = if control & 3 == 3 { 3 } else { 4 };
        if destination == SAP_IP && u8_at(self.data, at + header).is_some_and(|b| b >> 4 == 4) {
            return self.ipv4(at + header);
        }
        match tokens::sap(destination) {
            Some(Token::None) => {}
            Some(token) => self.token(token),
            None => self.unknown(Token::UnknownSap, u16::from(destination)),
        }
        self.layer2(at + header, saps);
        self.note_end(frame_end);
        Ok(())
    }

    /// A SNAP header: organisation code and ethertype.
    fn snap(&mut self, at: usize, frame_end: i64) -> Outcome {
        const ORGANISATION_AT: usize = 3;
        const TYPE_AT: usize = 6;
        let ethertype = u16_at(self.data, at + TYPE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        if self.data.get(at + ORGANISATION_AT..at + TYPE_AT) == Some(&AIRONET) {
            return self.aironet(at + TYPE_AT + 2, ethertype, frame_end);
        }
        self.network(EtherType(ethertype), at + TYPE_AT + 2)?;
        if self.out.is_layer2() {
            self.note_end(frame_end);
        }
        Ok(())
    }

    /// Cisco's access points have numbers of their own in place of ethertypes: 0 is the context control
    /// of their networks. The reference takes all others for ethertypes.
    #[cold]
    fn aironet(&mut self, at: usize, number: u16, frame_end: i64) -> Outcome {
        match number {
            0 => self.token(Token::Wlccp),
            _ if self.settings.compat => return self.network(EtherType(number), at),
            _ => self.unknown(Token::UnknownEthertype, number),
        }
        self.layer2(at, number);
        self.note_end(frame_end);
        Ok(())
    }

    /// LLC that reaches to the end of the frame.
    pub(crate) fn llc_to_end(&mut self, at: usize) -> Outcome {
        let rest = self.wire_len.saturating_sub(at);
        self.llc(at, rest.min(usize::from(u16::MAX)) as u16)
    }
}
