//! The network layer: IPv4 and IPv6.

mod ipv4;
mod ipv4_disabled;
mod ipv6;
mod jumbogram;

use etherparse::{EtherType, ether_type};
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// What an ethertype announces, beginning at `at`.
    pub(crate) fn network(&mut self, ethertype: EtherType, at: usize) -> Outcome {
        let version = u8_at(self.data, at).map(|b| b >> 4);
        match ethertype {
            ether_type::IPV4 if version.is_none_or(|v| v == 4) => self.ipv4(at),
            ether_type::IPV6 if version.is_none_or(|v| v == 6) => self.ipv6(at),
            ether_type::IPV4 | ether_type::IPV6 => {
                self.token(Token::Ipvx);
                self.mark(FlowStat::IPVX);
                self.bogus_version(ethertype, at)
            }
            _ => self.encapsulation(ethertype.0, at),
        }
    }

    /// IP of a version that the ethertype does not announce.
    fn bogus_version(&mut self, ethertype: EtherType, at: usize) -> Outcome {
        match ethertype {
            _ if !self.settings.interpret_ipvx => {
                self.layer2(at, ethertype.0);
                Ok(())
            }
            ether_type::IPV4 => self.ipv4_header(at),
            _ => self.ipv6_header(at),
        }
    }

    /// IP of either version, by its first nibble.
    pub(crate) fn ip(&mut self, at: usize) -> Outcome {
        match u8_at(self.data, at).map(|b| b >> 4) {
            Some(4) => self.ipv4(at),
            Some(6) => self.ipv6(at),
            _ => Err(NoFlow::IpHeaderCut),
        }
    }
}
