//! LISP, data (RFC 9300, section 5), with its generic protocol extension (RFC 9305).

use flowz_api::token::Token;

use crate::bytes::u8_at;
use crate::dissector::Dissector;

const HEADER: usize = 8;
/// The fourth byte is the next protocol.
const PROTOCOL: u8 = 0x04;

impl Dissector<'_> {
    /// A LISP header at the beginning of the payload, with an IP packet behind it or what it announces.
    pub(super) fn lisp(&mut self) {
        let (payload, at) = self.tunnel_payload();
        let Some(&[flags, _, _, next, ..]) = payload.first_chunk::<HEADER>() else { return };
        let extended = flags & PROTOCOL != 0;
        let is_ip = u8_at(payload, HEADER).is_some_and(|b| matches!(b >> 4, 4 | 6));
        if !(extended || is_ip) {
            return;
        }
        self.token(Token::Lisp);
        let inner = at + HEADER;
        self.unpack(|d| if extended { d.next_protocol(inner, next) } else { d.ip(inner) });
    }
}
