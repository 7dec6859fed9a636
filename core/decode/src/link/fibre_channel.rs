//! IP over Fibre Channel (RFC 2625).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// IP over Fibre Channel (RFC 2625, section 3.2): two addresses of eight bytes.
    pub(super) fn ip_over_fc(&mut self) -> Outcome {
        const HEADER: usize = 16;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Ipfc);
        self.llc_to_end(HEADER)
    }
}
