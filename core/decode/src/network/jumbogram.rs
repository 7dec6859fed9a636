//! IPv6 jumbograms (RFC 2675): the length is in a hop-by-hop option, because it needs 32 bits. The
//! reference does not know them.

use etherparse::{IpNumber, ip_number};
use flowz_api::layers::Span;
use flowz_api::status::FlowStat;

use crate::bytes::{u16_at, u32_at};
use crate::dissector::Dissector;

/// The option's type and length (section 2).
const OPTION: [u8; 2] = [0xc2, 4];
/// Smaller payloads must not use it.
const SMALLEST: u32 = 0x1_0000;
/// Where the IPv6 header has its payload length, and where it ends.
const LENGTH_AT: usize = 4;
const IPV6: usize = 40;
/// Next header and length in front of the options.
const OPTIONS_AT: usize = 2;

/// The length in the jumbo option among options of IPv6 (RFC 8200, section 4.2).
fn in_options(mut rest: &[u8]) -> Option<u32> {
    const PAD: u8 = 0;
    loop {
        rest = match rest {
            [PAD, tail @ ..] => tail,
            [kind, len, body @ ..] if [*kind, *len] == OPTION => return u32_at(body, 0),
            [_, len, body @ ..] => body.get(usize::from(*len)..)?,
            _ => return None,
        };
    }
}

impl Dissector<'_> {
    /// The payload length of a packet whose IPv6 header has none and is followed by `next` at `at`; 0 if
    /// there is no valid jumbo option.
    pub(crate) fn jumbogram_payload_len(&self, at: usize, next: IpNumber) -> usize {
        if next != ip_number::IPV6_HEADER_HOP_BY_HOP || self.settings.compat {
            return 0;
        }
        let units = self.data.get(at + 1).map_or(0, |units| u16::from(*units));
        let len = self.jumbo_option(Span { at: at as u32, len: units * 8 + 8 });
        len.filter(|len| *len >= SMALLEST).map_or(0, |len| len as usize)
    }

    fn jumbo_option(&self, header: Span) -> Option<u32> {
        let rest = self.data.get(header.at as usize..)?;
        let header = rest.get(..usize::from(header.len)).unwrap_or(rest);
        in_options(header.get(OPTIONS_AT..)?)
    }

    /// Marks a jumbo option right behind an IPv6 header that has a payload length, too.
    pub(crate) fn jumbo_beside_length(&mut self) {
        let (ipv6, header) = (self.out.l3 as usize, self.out.hop_options);
        if header.at as usize == ipv6 + IPV6 && u16_at(self.data, ipv6 + LENGTH_AT) != Some(0) {
            self.mark_wrong_jumbo_option();
        }
    }

    /// Marks a jumbo option in front of a fragment header: jumbograms are not fragmented.
    pub(crate) fn jumbo_in_fragments(&mut self) {
        if self.out.hop_options.len > 0 {
            self.mark_wrong_jumbo_option();
        }
    }

    fn mark_wrong_jumbo_option(&mut self) {
        if self.jumbo_option(self.out.hop_options).is_some() && !self.settings.compat {
            self.mark(FlowStat::LENGTH_MISMATCH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_options;

    #[test]
    fn the_option_is_found_behind_others() {
        assert_eq!(in_options(&[0xc2, 4, 0, 1, 0, 0]), Some(0x1_0000));
        assert_eq!(in_options(&[0, 1, 2, 9, 9, 0xc2, 4, 0, 1, 0, 1]), Some(0x1_0001));
        assert_eq!(in_options(&[0xc2, 4, 0, 1, 0]), None, "cut");
        assert_eq!(in_options(&[0xc2, 3, 0, 1, 0, 1, 0]), None, "another length");
        assert_eq!(in_options(&[1, 9, 0xc2, 4, 0, 1, 0, 1]), None, "inside another option");
    }
}
