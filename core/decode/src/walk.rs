//! The state of a walk through a packet's headers.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet};
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;

/// A packet being decoded.
pub(crate) struct Walk<'a> {
    /// Captured bytes.
    pub(crate) data: &'a [u8],
    /// Bytes on the wire.
    pub(crate) wire_len: usize,
    /// What was found so far.
    pub(crate) out: &'a mut Layers,
}

/// A step's outcome: done, or no flow.
pub(crate) type Step = Result<(), NoFlow>;

impl<'a> Walk<'a> {
    pub(crate) fn new(packet: &Packet<'a>, out: &'a mut Layers) -> Self {
        Self { data: packet.data, wire_len: packet.wire_len as usize, out }
    }

    /// Walks from the link header on.
    #[inline]
    pub(crate) fn run(&mut self, link: LinkType) -> Step {
        if link == LinkType::ETHERNET { self.ethernet(0) } else { self.link(link) }
    }

    /// Sets status bits.
    #[inline]
    pub(crate) fn mark(&mut self, bits: FlowStat) {
        self.out.status |= bits;
    }

    /// Appends a header to the chain.
    #[inline]
    pub(crate) fn token(&mut self, token: Token) {
        self.out.chain.push(token);
    }

    /// Appends a header without a name, and ends the dissection.
    pub(crate) fn unknown(&mut self, token: Token, number: u16) {
        self.out.chain.unknown = number;
        self.token(token);
        self.mark(FlowStat::STOPPED);
    }

    /// The frame forms a layer-2 flow; what follows the link headers begins at `at`.
    pub(crate) fn layer2(&mut self, at: usize, ethertype: u16) {
        let out = &mut *self.out;
        let captured = self.data.len().saturating_sub(at) as u32;
        out.status |= FlowStat::LAYER2;
        out.net = Net::Layer2;
        out.ethertype = ethertype;
        (out.l3, out.l4, out.l7) = (at as u32, at as u32, at as u32);
        (out.snap_l3_len, out.snap_l4_len, out.snap_l7_len) = (captured, captured, captured);
        out.l7_len = self.wire_len.saturating_sub(at).min(usize::from(u16::MAX)) as u16;
        self.pad(self.wire_len as i64 - at as i64 - self.message_len(at));
    }

    /// Length of the layer-2 message at `at`, for the padding.
    fn message_len(&self, at: usize) -> i64 {
        const ARP_MESSAGE: i64 = 28;
        if self.out.status.contains(FlowStat::ARP) {
            return ARP_MESSAGE;
        }
        self.wire_len as i64 - at as i64
    }

    /// Notes the padding of short frames: those of at most 64 bytes on the wire.
    #[inline]
    pub(crate) fn pad(&mut self, bytes: i64) {
        const SHORT_FRAME: usize = 64;
        if self.wire_len <= SHORT_FRAME && bytes > 0 {
            self.out.padding = bytes as i32;
        }
    }
}
