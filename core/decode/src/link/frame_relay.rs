//! Frame Relay (RFC 2427): Cisco's encapsulation by ethertype, the IETF's by protocol identifier.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

/// An unnumbered information frame: a network layer protocol identifier follows.
const UNNUMBERED: u8 = 3;

impl Dissector<'_> {
    /// An address of two bytes or, where its last bit tells so, more.
    pub(super) fn frame_relay(&mut self, mut at: usize) -> Outcome {
        const LONGEST_ADDRESS: usize = 4;
        const LAST: u8 = 1;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::FrameRelay);
        let start = at;
        while u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)? & LAST == 0 {
            at += 1;
            if at - start == LONGEST_ADDRESS {
                return Err(NoFlow::LinkHeaderCut);
            }
        }
        at += 1;
        if u8_at(self.data, at) == Some(UNNUMBERED) {
            return self.nlpid(at + 1);
        }
        self.ethertype(at)
    }

    /// A protocol identifier, perhaps behind a byte of padding.
    pub(super) fn nlpid(&mut self, mut at: usize) -> Outcome {
        const PADDING: u8 = 0;
        const IPV4: u8 = 0xcc;
        const IPV6: u8 = 0x8e;
        const SNAP: u8 = 0x80;
        if u8_at(self.data, at) == Some(PADDING) {
            at += 1;
        }
        match u8_at(self.data, at) {
            Some(IPV4 | IPV6) => self.ip(at + 1),
            // An organisation code of three bytes, then an ethertype.
            Some(SNAP) => self.ethertype(at + 4),
            Some(other) => self.opaque(at + 1, u16::from(other)),
            None => Err(NoFlow::LinkHeaderCut),
        }
    }
}
