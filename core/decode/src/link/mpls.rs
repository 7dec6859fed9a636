//! MPLS label stacks (RFC 3032) and what is below them: IP, or a frame of an Ethernet pseudowire, perhaps
//! behind a control word (RFC 4448, section 4.6).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};
use crate::link::LARGEST_LENGTH;
use crate::settings::Encapsulations;
use crate::tokens;

/// The last label of a stack.
const BOTTOM: u32 = 0x100;
/// Bytes of a label, and of a control word.
const WORD: usize = 4;

/// What may be below the labels.
enum Below {
    Ip,
    /// A control word, then a frame.
    ControlWord,
    Frame,
    Unknown,
}

impl Dissector<'_> {
    /// A stack of labels at `at`, behind one of the two ethertypes.
    pub(crate) fn mpls(&mut self, at: usize, ethertype: u16) -> Outcome {
        self.mark(tokens::ethertype_status(ethertype));
        if !self.unpacks(Encapsulations::MPLS) {
            self.token(Token::Mpls);
            return self.opaque(at, ethertype);
        }
        self.enter()?;
        let inner = self.labels(at)?;
        if !self.settings.compat {
            return self.below_labels(inner, ethertype);
        }
        match u8_at(self.data, inner).map(|b| b >> 4) {
            Some(4 | 6) => self.ip(inner),
            // The reference sees a control word here always, or never.
            Some(0) if self.settings.control_word => self.control_word(inner),
            Some(0) => self.pseudowire_frame(inner),
            _ => self.opaque(inner, ethertype),
        }
    }

    fn control_word(&mut self, at: usize) -> Outcome {
        self.token(Token::PseudowireControl);
        self.pseudowire_frame(at + WORD)
    }

    /// A frame.
    fn pseudowire_frame(&mut self, frame: usize) -> Outcome {
        const TYPE_AT: usize = 12;
        match u16_at(self.data, frame + TYPE_AT) {
            // The reference knows no lengths in there.
            Some(kind) if self.settings.compat && kind <= LARGEST_LENGTH => {
                self.out.l2 = frame as u32;
                self.token(Token::Eth);
                self.encapsulation(kind, frame + TYPE_AT + 2)
            }
            _ => self.inner_ethernet(frame),
        }
    }

    /// What is below the labels, if it can be told.
    fn below_labels(&mut self, at: usize, ethertype: u16) -> Outcome {
        match self.below(at) {
            Some(Below::Ip) => self.ip(at),
            Some(Below::ControlWord) => self.control_word(at),
            Some(Below::Frame) => self.inner_ethernet(at),
            Some(Below::Unknown) => self.opaque(at, ethertype),
            None => {
                self.mark(FlowStat::SNAPPED_L2);
                Err(NoFlow::LinkHeaderCut)
            }
        }
    }

    /// Nothing but the set-up of the labels tells what is below them. A first nibble of 4 or 6 may also
    /// be that of a hardware address, and so may the 0 of a control word (RFC 4928, section 3): what fits
    /// best counts. `None` where the bytes that decide were not captured.
    fn below(&self, at: usize) -> Option<Below> {
        let end = if self.is_tunneled() { self.packet_end() } else { self.wire_len };
        let nibble = u8_at(self.data, at)? >> 4;
        if matches!(nibble, 4 | 6) {
            let fits = (1..=end).contains(&self.ip_end(at)?);
            return Some(if !fits && self.may_be_frame(at, end)? {
                Below::Frame
            } else {
                Below::Ip
            });
        }
        let (word, behind) = (nibble == 0 && self.settings.control_word, at + WORD);
        Some(match () {
            () if word && self.may_be_frame(behind, end)? => Below::ControlWord,
            () if self.may_be_frame(at, end)? => Below::Frame,
            () if word && self.may_carry(behind, end)? => Below::ControlWord,
            () if self.may_carry(at, end)? => Below::Frame,
            () if word => Below::ControlWord,
            () => Below::Unknown,
        })
    }

    /// Reads the labels to the bottom of the stack; yields where that is.
    fn labels(&mut self, mut at: usize) -> Result<usize, NoFlow> {
        if self.out.mpls_labels == 0 {
            self.out.mpls = at as u32;
        }
        loop {
            let label = u32_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
            self.token(Token::Mpls);
            self.out.mpls_labels = self.out.mpls_labels.saturating_add(1);
            at += WORD;
            if label & BOTTOM != 0 {
                return Ok(at);
            }
        }
    }
}
