//! Tags that switches put between addresses and ethertype: port extenders (VN-Tag, and E-Tag of IEEE
//! 802.1BR), Cisco's metadata (security group), Arista's times, VLAN tags of an older type.

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// A tag whose token is there already; the ethertype follows.
    pub(super) fn switch_tag(&mut self, token: Token, at: usize, ethertype: u16) -> Outcome {
        /// Two interfaces.
        const VN_TAG: usize = 4;
        /// Priority and channels, and their extensions.
        const E_TAG: usize = 6;
        /// Version, length, option, group.
        const METADATA: usize = 6;
        let len = match token {
            Token::VnTag => VN_TAG,
            Token::ETag => E_TAG,
            Token::CiscoMetadata => METADATA,
            _ => match self.arista_len(at)? {
                Some(len) => len,
                None => return self.opaque(at, ethertype),
            },
        };
        self.ethertype(at + len)
    }

    /// Bytes of Arista's header: subtype, version, then a time whose length the version tells; unknown
    /// for other subtypes and versions.
    fn arista_len(&self, at: usize) -> Result<Option<usize>, NoFlow> {
        const TIME: u16 = 1;
        const FORMAT_SHIFT: u16 = 4;
        let subtype = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let version = u16_at(self.data, at + 2).ok_or(NoFlow::LinkHeaderCut)?;
        Ok(match (subtype, version >> FORMAT_SHIFT & 15) {
            (TIME, 1) => Some(12),
            (TIME, 2) => Some(10),
            _ => None,
        })
    }

    /// A VLAN tag of the type 0x9300, as switches had it that stack tags.
    pub(super) fn older_vlan_tag(&mut self, at: usize) -> Outcome {
        let control = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let next = at + 2;
        u16_at(self.data, next).ok_or(NoFlow::LinkHeaderCut)?;
        self.enter()?;
        self.note_tag(at, control);
        self.ethertype(next)
    }
}
