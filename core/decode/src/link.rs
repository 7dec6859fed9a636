//! Link types other than Ethernet. The rest of the fact sheet's list is another issue's.

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u32_at};
use crate::walk::{Step, Walk};

/// Bytes of a Linux cooked header in front of its ethertype.
const SLL_TYPE: usize = 14;

impl Walk<'_> {
    pub(crate) fn link(&mut self, link: LinkType) -> Step {
        match link {
            LinkType::LINUX_SLL => {
                self.token(Token::Sll);
                self.ethertype(SLL_TYPE)
            }
            LinkType::RAW => self.bare_ip(Token::Raw, 0),
            LinkType::IPV4 | LinkType::IPV6 => self.bare_ip(Token::None, 0),
            LinkType::NULL => self.loopback(),
            _ => Err(NoFlow::UnsupportedLink),
        }
    }

    /// BSD loopback: the address family in the byte order of the machine that captured.
    fn loopback(&mut self) -> Step {
        const FAMILIES: [u32; 7] = [2, 10, 23, 24, 26, 28, 30];
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Null);
        let family = u32_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        let family = if family > 30 { family.swap_bytes() } else { family };
        if !FAMILIES.contains(&family) {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.ip(4)
    }

    /// IP without a link header.
    fn bare_ip(&mut self, token: Token, at: usize) -> Step {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(token);
        self.ip(at)
    }

    /// IP of either version, by its first nibble.
    pub(crate) fn ip(&mut self, at: usize) -> Step {
        match u8_at(self.data, at).map(|b| b >> 4) {
            Some(4) => self.ipv4(at),
            Some(6) => self.ipv6(at),
            _ => Err(NoFlow::IpHeaderCut),
        }
    }
}
