//! GPRS tunnelling, user plane: version 1 with its extension headers (3GPP TS 29.281) and version 0
//! (3GPP TS 29.060, GSM 09.60).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u32_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::TunnelKeys;

/// The message that carries a user's packet.
const USER_DATA: u8 = 0xff;
/// Bytes of a version 0 header.
const VERSION_0: usize = 20;
/// Bytes of a version 1 header without its optional part, and of that part.
const VERSION_1: usize = 8;
const OPTIONAL: usize = 4;
/// Flags of version 1: extension header, sequence number, N-PDU number.
const ANY_OPTIONAL: u8 = 7;
const EXTENSION: u8 = 4;

impl Dissector<'_> {
    /// A packet of a GTP port: signalling is named, user data is unpacked.
    pub(super) fn gtp(&mut self) {
        self.token(Token::Gtp);
        self.mark(FlowStat::GTP);
        let (payload, at) = self.tunnel_payload();
        match payload {
            &[flags, USER_DATA, ..] => self.unpack(|d| d.gtp_user_data(at, flags)),
            _ => self.mark(FlowStat::STOPPED),
        }
    }

    fn gtp_user_data(&mut self, at: usize, flags: u8) -> Outcome {
        let header = match flags >> 5 {
            0 => VERSION_0,
            1 if flags & ANY_OPTIONAL == 0 => VERSION_1,
            1 => self.gtp_extensions(at + VERSION_1 + OPTIONAL, flags)? - at,
            _ => return Err(NoFlow::LinkHeaderCut),
        };
        // Where the identifier is: of version 0 it has eight bytes, the subscriber's number and the session.
        let identifier: &[usize] =
            if header == VERSION_0 && flags >> 5 == 0 { &[12, 16] } else { &[4] };
        for offset in identifier {
            let part = u32_at(self.data, at + offset).ok_or(NoFlow::LinkHeaderCut)?;
            self.identify(TunnelKeys::GTP, part);
        }
        self.ip(at + header)
    }

    /// Where the extension headers end that begin at `at`. The byte in front tells the kind of the
    /// first; each begins with its length in words of four bytes and ends with the kind of the next.
    fn gtp_extensions(&mut self, mut at: usize, flags: u8) -> Result<usize, NoFlow> {
        let mut more = flags & EXTENSION != 0;
        while more && u8_at(self.data, at - 1).ok_or(NoFlow::LinkHeaderCut)? != 0 {
            let words = u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
            if words == 0 {
                return Err(NoFlow::LinkHeaderCut);
            }
            at += usize::from(words) * 4;
            // The reference knows one extension header.
            more = !self.settings.compat;
        }
        Ok(at)
    }
}
