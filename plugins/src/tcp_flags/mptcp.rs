//! Multipath TCP (RFC 8684, section 3).

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
}
