//! BSD loopback: an address family in front of IP.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u32_at;
use crate::dissector::{Dissector, Outcome};

/// Address families that mean IPv4 or IPv6 on some system.
const FAMILIES: [u32; 7] = [2, 10, 23, 24, 26, 28, 30];

impl Dissector<'_> {
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
}
