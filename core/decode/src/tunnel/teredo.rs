//! Teredo: IPv6 in UDP through address translation (RFC 4380).

use flowz_api::layers::Net;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::bytes::{u8_at, u16_at};
use crate::dissector::Dissector;
use crate::settings::Encapsulations;

/// The port of Teredo servers.
const PORT: u16 = 3544;
/// Bytes of an IPv6 header, and where its addresses are.
const IPV6: usize = 40;
const SOURCE: usize = 8;
const DESTINATION: usize = 24;
/// 2001:0::/32, the addresses of Teredo clients.
const PREFIX: [u8; 4] = [0x20, 1, 0, 0];

/// Bytes of the authentication and origin headers (section 5.1.1) in front of the IPv6 packet.
fn indication_len(payload: &[u8]) -> Option<usize> {
    const AUTHENTICATION: u16 = 1;
    const ORIGIN: u16 = 0;
    const ORIGIN_LEN: usize = 8;
    let mut at = 0;
    if u16_at(payload, at)? == AUTHENTICATION {
        at += 13 + usize::from(u8_at(payload, 2)?) + usize::from(u8_at(payload, 3)?);
    }
    if u16_at(payload, at)? == ORIGIN {
        at += ORIGIN_LEN;
    }
    Some(at)
}

fn is_client(header: &[u8; IPV6], at: usize) -> bool {
    header.get(at..at + PREFIX.len()) == Some(&PREFIX)
}

impl Dissector<'_> {
    /// A quick look at the first byte: IPv6, or an indication.
    #[inline]
    pub(super) fn may_be_teredo(&self) -> bool {
        let first = self.out.payload(self.data).first();
        first.is_some_and(|b| *b == 0 || *b >> 4 == 6)
    }

    /// IPv6 behind optional indications, if a port or an address tells so.
    #[cold]
    pub(super) fn teredo(&mut self, src: u16, dst: u16) {
        let unseen = self.settings.compat && self.out.net == Net::V6;
        if unseen || !self.unpacks(Encapsulations::TEREDO) || src <= 1024 || dst <= 1024 {
            return;
        }
        let (payload, at) = self.tunnel_payload();
        let Some(skipped) = indication_len(payload) else { return };
        let inner = payload.get(skipped..).and_then(|p| p.first_chunk::<IPV6>());
        let Some(header) = inner.filter(|h| h[0] >> 4 == 6) else { return };
        let server = src == PORT || dst == PORT;
        if server || is_client(header, SOURCE) || is_client(header, DESTINATION) {
            self.token(Token::Teredo);
            self.mark(FlowStat::TEREDO);
            if let Some(marks) = &mut self.tunnel_offsets {
                marks.teredo.get_or_insert(at as u32);
            }
            self.unpack(|d| d.ipv6_only(at + skipped));
        }
    }
}
