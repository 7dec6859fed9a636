//! Generic routing encapsulation: version 0 (RFC 1701, 2784, 2890), NVGRE (RFC 7637) and version 1,
//! which PPTP uses (RFC 2637).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::{Encapsulations, TunnelKeys};
use crate::tokens;

/// Flags of the first word: each stands for a word of four bytes, checksum and routing share one.
const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
/// The type of mirrored frames, and the bytes of their header.
const ERSPAN: u16 = 0x88be;
const ERSPAN_HEADER: usize = 8;
/// Sequence number.
pub(super) const SEQUENCE: u16 = 0x1000;
/// Acknowledgment number, version 1 only.
const ACK: u16 = 0x0080;

/// Bytes of a header with these flags; the routing entries of RFC 1701 are not among them. The
/// reference reckons with a word for the checksum and another one for routing.
fn header_len(flags: u16, compat: bool) -> usize {
    let words = [CHECKSUM | ROUTING, KEY, SEQUENCE, ACK];
    let both = compat && flags & CHECKSUM != 0 && flags & ROUTING != 0;
    4 + 4 * (usize::from(both) + words.iter().filter(|bits| flags & **bits != 0).count())
}

impl Dissector<'_> {
    /// A GRE header at `at`. Its status bit and token are there already.
    pub(super) fn gre(&mut self, at: usize) {
        if let Some(flags) = u16_at(self.data, at).filter(|_| self.data.len() >= at + 4) {
            // The reference takes a mirrored frame's header along.
            let mirrored = self.settings.compat && u16_at(self.data, at + 2) == Some(ERSPAN);
            let more = if mirrored { ERSPAN_HEADER } else { 0 };
            self.split_payload(at, header_len(flags, self.settings.compat) + more);
        }
        self.gre_header(at);
    }

    /// The same in a packet whose payload it is.
    pub(super) fn gre_header(&mut self, at: usize) {
        let Some((flags, kind)) = u16_at(self.data, at).zip(u16_at(self.data, at + 2)) else {
            return self.mark(FlowStat::STOPPED);
        };
        let here = self.tunnel_header_at(at);
        if let Some(marks) = &mut self.tunnel_offsets {
            marks.gre.get_or_insert(here);
        }
        let header = header_len(flags, self.settings.compat);
        let nested = std::mem::replace(&mut self.in_gre, true);
        if nested && self.settings.compat {
            return self.named_only(kind);
        }
        self.unpack(|d| {
            d.gre_key(at, flags);
            let body = d.source_routes(at + header, flags)?;
            d.gre_payload(body, kind, flags)
        });
        self.in_gre = nested;
    }

    /// The key of a header of version 0 tells tunnels apart (RFC 2890, section 2); in that of NVGRE there is a
    /// network. That of version 1 has a length in it.
    fn gre_key(&mut self, at: usize, flags: u16) {
        const VERSION: u16 = 7;
        let place = at + header_len(flags & (CHECKSUM | ROUTING), self.settings.compat);
        let key = u32_at(self.data, place).filter(|_| flags & (KEY | VERSION) == KEY);
        self.identify(TunnelKeys::GRE, key.unwrap_or(0));
    }

    /// The reference unpacks no GRE inside GRE; it names what is in there.
    fn named_only(&mut self, kind: u16) {
        match kind {
            0x0800 => self.token(Token::Ipv4),
            0x86dd => self.token(Token::Ipv6),
            _ => self.gre_unknown(kind),
        }
    }

    /// Skips the source route entries of RFC 1701: family, offset, length and so many bytes; a
    /// length of 0 ends them.
    fn source_routes(&mut self, mut at: usize, flags: u16) -> Result<usize, NoFlow> {
        if flags & ROUTING == 0 || self.settings.compat {
            return Ok(at);
        }
        loop {
            let len = u8_at(self.data, at + 3).ok_or(NoFlow::LinkHeaderCut)?;
            at += 4 + usize::from(len);
            if len == 0 {
                return Ok(at);
            }
        }
    }

    /// What a GRE header announces.
    fn gre_payload(&mut self, at: usize, kind: u16, flags: u16) -> Outcome {
        match kind {
            0x0800 | 0x86dd => self.ip(at),
            0x880b => {
                self.token(Token::Ppp);
                self.mark(FlowStat::PPP);
                self.ppp(at)
            }
            0x6558 => self.inner_ethernet(at),
            // 802.11 between Aruba's access points and controllers: a tunnel for each kind of traffic.
            0x8200..=0x8370 if kind.is_multiple_of(16) && !self.settings.compat => {
                self.tunneled_wlan(at)
            }
            ERSPAN if self.unpacks(Encapsulations::ERSPAN) => self.erspan_in_gre(at, flags),
            0x22eb if self.unpacks(Encapsulations::ERSPAN) && !self.settings.compat => {
                self.erspan_iii(at)
            }
            0x883e => self.wccp(at),
            0x8847 | 0x8848 => self.mpls(at, kind),
            0x894f if !self.settings.compat => self.nsh(at),
            0x8909 if !self.settings.compat => self.metadata_in_gre(at, flags),
            _ => {
                self.gre_unknown(kind);
                Err(NoFlow::LinkHeaderCut)
            }
        }
    }

    /// Cisco's metadata in GRE: the type of what follows stands in front of it.
    fn metadata_in_gre(&mut self, at: usize, flags: u16) -> Outcome {
        /// Type, version, length, option, group.
        const METADATA: usize = 8;
        self.token(Token::CiscoMetadata);
        let kind = u16_at(self.data, at).filter(|_| self.unpacks(Encapsulations::SWITCH_TAGS));
        let kind = kind.ok_or(NoFlow::LinkHeaderCut)?;
        self.enter()?;
        self.gre_payload(at + METADATA, kind, flags)
    }

    fn gre_unknown(&mut self, kind: u16) {
        match tokens::ethertype(kind) {
            // The reference gives keep-alives a name.
            None if kind == 0 && self.settings.compat => self.token(Token::Wlccp),
            Some(token) => self.token(token),
            None => self.unknown(Token::UnknownEthertype, kind),
        }
    }

    /// Web cache communication: version 2 puts four bytes in front of the IP packet.
    fn wccp(&mut self, at: usize) -> Outcome {
        const REDIRECT_HEADER: usize = 4;
        self.token(Token::Wccp);
        self.mark(FlowStat::WCCP);
        let is_ip = u8_at(self.data, at).is_some_and(|b| b >> 4 == 4);
        self.ip(if is_ip { at } else { at + REDIRECT_HEADER })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn header_lengths() {
        assert_eq!(super::header_len(0, false), 4);
        assert_eq!(super::header_len(0x8000, true), 8);
        assert_eq!(super::header_len(0xc000, false), 8);
        assert_eq!(super::header_len(0xc000, true), 12);
        assert_eq!(super::header_len(0x3081, false), 16);
    }
}
