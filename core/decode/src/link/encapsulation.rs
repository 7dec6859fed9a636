//! Encapsulations on layer 2 by their ethertype: provider backbone bridging, TRILL, MACsec, network service
//! headers, FabricPath, tags of switches and of their chips.

use flowz_api::token::Token;

use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;

/// What an ethertype of this file stands for, and its switch.
const fn kind(ethertype: u16) -> Option<(Token, Encapsulations)> {
    Some(match ethertype {
        0x88e7 => (Token::Pbb, Encapsulations::PBB),
        0x22f3 => (Token::Trill, Encapsulations::TRILL),
        0x88e5 => (Token::Macsec, Encapsulations::MACSEC),
        0x894f => (Token::Nsh, Encapsulations::NSH),
        0xdada => (Token::Dsa, Encapsulations::DSA),
        0x8903 => (Token::FabricPath, Encapsulations::FABRICPATH),
        0x8926 => (Token::VnTag, Encapsulations::SWITCH_TAGS),
        0x893f => (Token::ETag, Encapsulations::SWITCH_TAGS),
        0x8909 => (Token::CiscoMetadata, Encapsulations::SWITCH_TAGS),
        0xd28b => (Token::Arista, Encapsulations::SWITCH_TAGS),
        0x9300 => (Token::Vlan, Encapsulations::SWITCH_TAGS),
        _ => return None,
    })
}

impl Dissector<'_> {
    /// A header of this file at `at`, if the ethertype is one of them; the reference knows none.
    pub(crate) fn layer2_encapsulation(&mut self, at: usize, ethertype: u16) -> Option<Outcome> {
        let (token, switch) = kind(ethertype).filter(|_| !self.settings.compat)?;
        match token {
            Token::Nsh if self.unpacks(switch) => return Some(self.nsh(at)),
            // Two bytes of zero are in front of the tag.
            Token::Dsa if self.unpacks(switch) => return Some(self.dsa_tag(at + 2)),
            Token::Vlan if self.unpacks(switch) => return Some(self.older_vlan_tag(at)),
            Token::Vlan => return None,
            _ => {}
        }
        self.token(token);
        if !self.unpacks(switch) {
            return Some(self.opaque(at, ethertype));
        }
        Some(self.enter().and_then(|()| match token {
            Token::Pbb => self.pbb(at),
            Token::Trill => self.trill(at),
            Token::Macsec => self.macsec(at),
            Token::FabricPath => self.fabric_path(at),
            _ => self.switch_tag(token, at, ethertype),
        }))
    }
}
