//! Wireless access points and their controllers: CAPWAP (RFC 5415) and its forerunner LWAPP
//! (RFC 5412).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};

/// Ports of the data channels.
const CAPWAP_DATA: u16 = 5247;
const LWAPP_DATA: u16 = 12222;
/// The kind of CAPWAP packets that are datagram TLS, and the bytes in front of that.
const ENCRYPTED: u8 = 1;
const DTLS_PREAMBLE: usize = 4;

impl Dissector<'_> {
    /// Whether one of the ports is the data channel's.
    fn is_channel(&self, port: u16) -> bool {
        self.out.src_port == port || self.out.dst_port == port
    }

    /// A packet of a CAPWAP port: control messages are named, data is unpacked.
    pub(super) fn capwap(&mut self) {
        let data = self.is_channel(CAPWAP_DATA);
        self.token(if data { Token::CapwapData } else { Token::Capwap });
        self.mark(FlowStat::CAPWAP);
        let (payload, at) = self.tunnel_payload();
        if payload.first().is_some_and(|b| b & 15 == ENCRYPTED) {
            return self.encrypted();
        }
        if !data {
            return self.mark(FlowStat::STOPPED);
        }
        self.unpack(|d| d.capwap_data(at));
    }

    /// Datagram TLS. The reference does not look at its records.
    fn encrypted(&mut self) {
        if self.settings.compat {
            self.token(Token::Dtls);
            return self.mark(FlowStat::DTLS | FlowStat::STOPPED);
        }
        self.dtls(DTLS_PREAMBLE);
    }

    /// Version and type in the first byte (1 is DTLS), then length of the header in words of four
    /// bytes, kind of the radio, flags and fragment numbers.
    fn capwap_data(&mut self, at: usize) -> Outcome {
        const PLAIN: u8 = 0;
        const NATIVE: u16 = 1;
        const FRAGMENT: u8 = 0x80;
        let kind = u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let word = u16_at(self.data, at + 1).ok_or(NoFlow::LinkHeaderCut)?;
        let flags = u8_at(self.data, at + 3).ok_or(NoFlow::LinkHeaderCut)?;
        let offset = u16_at(self.data, at + 6).ok_or(NoFlow::LinkHeaderCut)? >> 3;
        let header = usize::from(word >> 11) * 4;
        if kind != PLAIN || (flags & FRAGMENT != 0 && offset != 0) {
            return Err(NoFlow::LinkHeaderCut);
        }
        if word & NATIVE == 0 {
            self.inner_ethernet(at + header)
        } else {
            self.tunneled_wlan(at + header)
        }
    }

    /// A packet of an LWAPP port.
    pub(super) fn lwapp(&mut self) {
        const CONTROL: u8 = 0x04;
        const HEADER: usize = 6;
        self.token(Token::Lwapp);
        self.mark(FlowStat::CAPWAP);
        let (payload, at) = self.tunnel_payload();
        let data = payload.first().is_some_and(|flags| flags & CONTROL == 0);
        if !data || !self.is_channel(LWAPP_DATA) {
            return self.mark(FlowStat::STOPPED);
        }
        self.unpack(|d| d.tunneled_wlan(at + HEADER));
    }
}
