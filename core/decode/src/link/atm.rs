//! ATM: SunATM's header, LLC with bridged frames (RFC 2684), LAN emulation.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// SunATM: kind of traffic, virtual path and channel.
    pub(super) fn sun_atm(&mut self) -> Outcome {
        const HEADER: usize = 4;
        const LAN_EMULATION: u8 = 1;
        const LLC: u8 = 2;
        const CLIENT: usize = 2;
        self.token(Token::Atm);
        match u8_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)? & 15 {
            LAN_EMULATION => {
                self.token(Token::Lane);
                self.ethernet(HEADER + CLIENT)
            }
            LLC => self.atm_llc(HEADER),
            _ => {
                self.mark(FlowStat::NO_ETHERNET);
                self.opaque(HEADER, 0)
            }
        }
    }

    /// LLC in ATM: as elsewhere, or with a bridged Ethernet frame behind two bytes of padding (section
    /// 5.2).
    pub(super) fn atm_llc(&mut self, at: usize) -> Outcome {
        const BRIDGED: [u8; 6] = [0xaa, 0xaa, 3, 0, 0x80, 0xc2];
        const WITH_CHECKSUM: u16 = 1;
        const WITHOUT: u16 = 7;
        const FRAME_AT: usize = 10;
        let head = self.data.get(at..).and_then(|d| d.first_chunk::<6>());
        if head == Some(&BRIDGED) && !self.settings.compat {
            self.token(Token::Llc);
            return match u16_at(self.data, at + 6).ok_or(NoFlow::LinkHeaderCut)? {
                WITH_CHECKSUM | WITHOUT => self.ethernet(at + FRAME_AT),
                kind => {
                    self.mark(FlowStat::NO_ETHERNET);
                    self.opaque(at + 8, kind)
                }
            };
        }
        self.mark(FlowStat::NO_ETHERNET);
        self.llc_to_end(at)
    }

    /// What a cell's cookie leaves open (RFC 2684, 2364): LLC, PPP, a network protocol identifier, or
    /// plain IP.
    pub(super) fn atm_payload(&mut self, at: usize) -> Outcome {
        const UNNUMBERED: u32 = 3;
        let word = u32_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        match (word >> 8, word >> 16, word >> 28) {
            (0x00aa_aa03, ..) => self.atm_llc(at),
            (0x00fe_fe03, ..) => self.without_ethernet(|d| d.nlpid(at + 3)),
            (_, 0xff03 | 0x0021 | 0x0057 | 0xc021 | 0xc023 | 0xc223 | 0x8021 | 0x8057, _) => {
                self.ppp_link(at)
            }
            _ if word >> 24 == UNNUMBERED => self.without_ethernet(|d| d.nlpid(at + 1)),
            (.., 4 | 6) => self.without_ethernet(|d| d.ip(at)),
            _ => Err(NoFlow::LinkHeaderCut),
        }
    }
}
