//! Link types that stand for "any interface" or that the kernel's packet filters write: Linux cooked
//! capture in both versions, BSD loopback, netfilter and pf logs.

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

/// Address families that mean IPv4 or IPv6 on some system.
const FAMILIES: [u32; 7] = [2, 10, 23, 24, 26, 28, 30];

impl Dissector<'_> {
    /// Linux cooked capture, version 1: packet type, device type, address, ethertype.
    pub(super) fn cooked(&mut self) -> Outcome {
        const TYPE_AT: usize = 14;
        self.token(Token::Sll);
        self.ethertype(TYPE_AT)
    }

    /// Version 2: the ethertype comes first, the interface's number is new.
    pub(super) fn cooked2(&mut self) -> Outcome {
        const HEADER: usize = 20;
        const ADDRESS_AT: u32 = 12;
        const SOURCE_IN_ETHERNET: u32 = 6;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Sll2);
        let ethertype = u16_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        if self.data.len() < HEADER {
            return Err(NoFlow::LinkHeaderCut);
        }
        // The sender's address, where an Ethernet header would have it.
        self.out.l2 = ADDRESS_AT - SOURCE_IN_ETHERNET;
        match ethertype {
            // A frame without type: 802.2 right away.
            4 => self.llc(HEADER, self.wire_len.saturating_sub(HEADER) as u16),
            _ => self.network(EtherType(ethertype), HEADER),
        }
    }

    /// BSD loopback: the address family in the byte order of the machine that captured.
    pub(super) fn loopback(&mut self, at: usize) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Null);
        let family = u32_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let family = if family > 30 { family.swap_bytes() } else { family };
        if !FAMILIES.contains(&family) {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.ip(at + 4)
    }

    /// OpenBSD's packet filter log: its length, padded to four bytes, comes first.
    pub(super) fn pf_log(&mut self) -> Outcome {
        let len = u8_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        self.raw_ip(Token::None, usize::from(len).next_multiple_of(4))
    }

    /// Netfilter log: family, version, group; then fields with length and type in the order of the
    /// machine, padded to four bytes. Type 9 is the packet.
    pub(super) fn netfilter_log(&mut self) -> Outcome {
        const HEADER: usize = 4;
        const PACKET: u16 = 9;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Nflog);
        let mut at = HEADER;
        loop {
            let len = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
            let kind = u16_at(self.data, at + 2).ok_or(NoFlow::LinkHeaderCut)?;
            // The type is a small number: that tells the byte order.
            let little = kind > 0xff;
            let (len, kind) =
                if little { (len.swap_bytes(), kind.swap_bytes()) } else { (len, kind) };
            if kind == PACKET {
                return self.ip(at + 4);
            }
            at += usize::from(len.max(4)).next_multiple_of(4);
        }
    }
}
