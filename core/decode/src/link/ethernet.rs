//! Ethernet: addresses, VLAN tags, ethertypes.

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;
use crate::tokens;

/// Two addresses.
const TYPE_AT: usize = 12;
/// Two addresses and a type, and the first two bytes behind.
const SMALLEST: usize = 16;
/// Ethertypes begin above the largest IEEE 802.3 length.
pub(crate) const LARGEST_LENGTH: u16 = 1500;
/// First bytes of Cisco's two group addresses for inter-switch links, and the bit that they differ in.
const ISL_GROUP: u32 = 0x0300_0c00;
const ISL_EITHER: u32 = 0x0200_0000;
/// Jumbo frames with LLC carry this instead of a length.
const JUMBO_LLC: u16 = 0x8870;

/// Whether an ethertype announces a VLAN tag: 802.1Q, 802.1ad and the two older QinQ ones.
#[inline]
pub(crate) const fn is_vlan(ethertype: u16) -> bool {
    matches!(ethertype, 0x8100 | 0x88a8 | 0x9100 | 0x9200)
}

impl Dissector<'_> {
    /// An Ethernet header at `at`.
    pub(crate) fn ethernet(&mut self, at: usize) -> Outcome {
        if self.data.len() < at + SMALLEST {
            self.mark(FlowStat::SNAPPED_L2);
            return Err(NoFlow::LinkHeaderCut);
        }
        if u32_at(self.data, at).is_some_and(|head| head | ISL_EITHER == ISL_GROUP) {
            return self.inter_switch(at);
        }
        self.ethernet_header(at)
    }

    /// Cisco's inter-switch link puts 26 bytes in front of a frame.
    #[cold]
    fn inter_switch(&mut self, at: usize) -> Outcome {
        const HEADER: usize = 26;
        if u8_at(self.data, at + 4) != Some(0) {
            return self.ethernet_header(at);
        }
        self.enter()?;
        self.token(Token::Isl);
        if self.data.len() < at + HEADER + SMALLEST {
            self.mark(FlowStat::SNAPPED_L2);
            return Err(NoFlow::LinkHeaderCut);
        }
        self.ethernet_header(at + HEADER)
    }

    #[inline]
    fn ethernet_header(&mut self, at: usize) -> Outcome {
        self.out.l2 = at as u32;
        self.token(Token::Eth);
        self.ethertype(at + TYPE_AT)
    }

    /// The type field at `at`, possibly of a tag, or a length.
    pub(crate) fn ethertype(&mut self, mut at: usize) -> Outcome {
        let mut ethertype = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        while is_vlan(ethertype) {
            (at, ethertype) = self.vlan_tag(at)?;
        }
        if ethertype <= LARGEST_LENGTH || ethertype == JUMBO_LLC {
            return self.llc(at + 2, ethertype);
        }
        self.network(EtherType(ethertype), at + 2)
    }

    /// A VLAN tag whose type field is at `at`; yields where the next type field is.
    fn vlan_tag(&mut self, at: usize) -> Result<(usize, u16), NoFlow> {
        let control = u16_at(self.data, at + 2).ok_or(NoFlow::LinkHeaderCut)?;
        let next = u16_at(self.data, at + 4).ok_or(NoFlow::LinkHeaderCut)?;
        self.note_tag(at + 2, control);
        Ok((at + 4, next))
    }

    /// Notes a VLAN tag by its control word.
    pub(crate) fn note_tag(&mut self, at: usize, control: u16) {
        const IDENTIFIER: u16 = 0x0fff;
        if self.out.vlan_tags == 0 {
            self.out.vlan = at as u32;
        }
        self.out.vlan_tags = self.out.vlan_tags.saturating_add(1);
        self.out.vlan_id = control & IDENTIFIER;
        self.token(Token::Vlan);
        self.mark(FlowStat::VLAN);
        if control & IDENTIFIER == 0 {
            self.mark(FlowStat::VLAN_ZERO);
        }
    }

    /// A protocol that may carry IP further inside.
    pub(crate) fn encapsulation(&mut self, ethertype: u16, at: usize) -> Outcome {
        match ethertype {
            0x8847 | 0x8848 => return self.mpls(at, ethertype),
            0x8864 => return self.pppoe(at),
            0x88be if self.unpacks(Encapsulations::ERSPAN) => return self.erspan_ii(at),
            _ => {}
        }
        self.layer2_encapsulation(at, ethertype).unwrap_or_else(|| {
            self.other_protocol(ethertype, at);
            Ok(())
        })
    }

    /// A protocol that is not IP: a token, and a layer-2 flow.
    fn other_protocol(&mut self, ethertype: u16, at: usize) {
        self.mark(tokens::ethertype_status(ethertype));
        match tokens::ethertype(ethertype) {
            Some(Token::Slow) => {
                self.token(Token::Slow);
                if let Some(kind) = u8_at(self.data, at).and_then(tokens::slow_protocol) {
                    self.token(kind);
                }
            }
            Some(token) => self.token(token),
            // As in GRE; the reference goes on looking for it.
            None if ethertype == 0 && self.settings.compat => self.token(Token::Wlccp),
            None => self.unknown(Token::UnknownEthertype, ethertype),
        }
        self.layer2(at, ethertype);
    }
}
