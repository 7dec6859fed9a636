//! Multipath TCP (RFC 8684, section 3).

use super::options::{Walk, kind};
use flowz_api::Checkpoint;

/// Subtypes with fields that are shown.
mod subtype {
    pub(super) const CAPABLE: u8 = 0;
    pub(super) const JOIN: u8 = 1;
    pub(super) const DSS: u8 = 2;
    pub(super) const ADD_ADDRESS: u8 = 3;
    pub(super) const REMOVE_ADDRESS: u8 = 4;
    pub(super) const PRIORITY: u8 = 5;
}

/// What the options of one direction said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Checkpoint)]
pub(crate) struct Mptcp {
    /// Subtypes seen, bit n for subtype n.
    pub(crate) types: u16,
    /// Latest subtype.
    pub(crate) last: u8,
    /// Flags of the subtypes but DSS.
    pub(crate) flags: u8,
    /// Latest address identifier.
    pub(crate) address: u8,
    /// Flags of data sequence signals.
    pub(crate) dss: u8,
}

impl Mptcp {
    /// What the options of one packet say.
    pub(crate) fn of_packet(options: &[u8], compat: bool) -> Self {
        let mut all = Self::default();
        let own = Walk::new(options, compat).filter(|(kind, _)| *kind == kind::MPTCP);
        own.for_each(|(_, body)| all.option(body));
        all
    }

    /// Reads an option; `body` begins behind its length byte.
    pub(crate) fn option(&mut self, body: &[u8]) {
        let Some(&first) = body.first() else { return };
        let (kind, nibble) = (first >> 4, first & 0x0f);
        let second = body.get(1).copied().unwrap_or(0);
        self.types |= 1 << kind;
        self.last = kind;
        match kind {
            subtype::CAPABLE => self.flags |= second,
            subtype::DSS => self.dss |= second & 0x1f,
            subtype::JOIN | subtype::ADD_ADDRESS | subtype::REMOVE_ADDRESS => {
                self.flags |= nibble;
                self.address = second;
            }
            subtype::PRIORITY => self.flags |= nibble,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mptcp;

    #[test]
    fn subtypes() {
        let mut mptcp = Mptcp::default();
        mptcp.option(&[0x01, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]);
        mptcp.option(&[0x11, 0x07, 0, 0, 0, 0]);
        mptcp.option(&[0x20, 0x05]);
        mptcp.option(&[]);
        let expected = Mptcp { types: 0b111, last: 2, flags: 0x81, address: 7, dss: 5 };
        assert_eq!(mptcp, expected);
    }

    /// An address is announced together with a data sequence signal.
    #[test]
    fn two_options_in_a_packet() {
        let options = [1, 30, 8, 0x30, 9, 192, 0, 2, 1, 30, 4, 0x20, 3];
        let expected = Mptcp { types: 0b1100, last: 2, flags: 0, address: 9, dss: 3 };
        assert_eq!(Mptcp::of_packet(&options, false), expected);
        assert_eq!(Mptcp::of_packet(&options[..1], false), Mptcp::default());
    }
}
