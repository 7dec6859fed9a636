//! AYIYA, "anything in anything" (draft-massar-v6ops-ayiya-02).

use etherparse::{IpNumber, ip_number};
use flowz_api::layers::Net;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::dissector::Dissector;
use crate::settings::Encapsulations;

/// Identity and signature lengths, hash, authentication and operation, next header, time.
const FIXED: usize = 8;
/// The operation that forwards a packet.
const FORWARD: u8 = 1;

impl Dissector<'_> {
    /// AYIYA knows TCP and SCTP too, with one packet a segment.
    #[cold]
    pub(crate) fn ayiya_over_stream(&mut self, proto: IpNumber) {
        let unseen = self.settings.compat && self.out.net == Net::V6;
        let on = self.unpacks(Encapsulations::AYIYA);
        if on && !unseen && matches!(proto, ip_number::TCP | ip_number::SCTP) {
            self.ayiya();
        }
    }

    /// An AYIYA header at the beginning of the payload.
    pub(super) fn ayiya(&mut self) {
        let (payload, at) = self.tunnel_payload();
        let Some(&[identity, signature, operation, next, ..]) = payload.first_chunk::<FIXED>()
        else {
            return;
        };
        // 2 to the power of the first nibble is the length of the identity.
        let header = FIXED + (1 << usize::from(identity >> 4)) + usize::from(signature >> 4) * 4;
        if operation & 15 != FORWARD || !matches!(next, 4 | 41) {
            return;
        }
        self.token(Token::Ayiya);
        self.mark(FlowStat::AYIYA);
        self.unpack(|d| d.ip(at + header));
    }
}
