//! 802.11 data frames (IEEE 802.11-2020, section 9.2) with what carries IP: LLC behind the header,
//! which varies with the flags. Management, control and encrypted frames form no flow.

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};

/// Bytes in front of the first address.
const FIRST_ADDRESS: usize = 4;
/// Bytes of a header with three addresses.
const THREE_ADDRESSES: usize = 24;

/// Frame control: type and subtype in the upper byte, the first one, and flags in the lower.
#[derive(Clone, Copy)]
struct Control(u16);

impl Control {
    /// Frame types: 2 is data.
    const fn is_data(self) -> bool {
        self.0 >> 10 & 3 == 2
    }

    const fn is_encrypted(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// The subtype's bit for frames that carry no data.
    const fn is_empty(self) -> bool {
        self.0 & 0x4000 != 0
    }

    const fn has_quality(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// From one access point to another.
    const fn has_four_addresses(self) -> bool {
        self.0 & 3 == 3
    }

    /// High-throughput control, in frames with a quality field.
    const fn has_throughput(self) -> bool {
        self.0 & 0x80 != 0 && self.has_quality()
    }

    /// Bytes of the header.
    fn header_len(self) -> usize {
        let quality = usize::from(self.has_quality()) * 2;
        let fourth = usize::from(self.has_four_addresses()) * 6;
        THREE_ADDRESSES + fourth + quality + usize::from(self.has_throughput()) * 4
    }
}

impl Dissector<'_> {
    /// An 802.11 frame at `at`.
    pub(crate) fn wlan(&mut self, at: usize) -> Outcome {
        let control = u16_at(self.data, at);
        self.wlan_frame(at, control.map(Control))
    }

    /// An 802.11 frame between access point and controller. Some send the two bytes of frame control
    /// swapped: then the bits for the version, always 0, are those that tell the direction.
    pub(crate) fn tunneled_wlan(&mut self, at: usize) -> Outcome {
        const VERSION: u16 = 3;
        let swapped = |c: u16| c >> 8 & VERSION != 0 && c & VERSION == 0;
        let control = u16_at(self.data, at);
        let control = control.map(|c| if swapped(c) { c.swap_bytes() } else { c });
        self.wlan_frame(at, control.map(Control))
    }

    fn wlan_frame(&mut self, at: usize, control: Option<Control>) -> Outcome {
        self.token(Token::Wlan);
        let control = control.ok_or(NoFlow::LinkHeaderCut)?;
        if !control.is_data() {
            return Err(NoFlow::WlanManagement);
        }
        if control.is_empty() {
            return Err(NoFlow::WlanWithoutData);
        }
        if control.is_encrypted() {
            return Err(NoFlow::WlanEncrypted);
        }
        // Receiver and transmitter stand as destination and source of an Ethernet header do. The
        // reference takes the bytes from frame control on for addresses, and none inside a packet.
        match self.settings.compat {
            true if self.is_tunneled() => {}
            true => self.out.l2 = at as u32,
            false => self.out.l2 = (at + FIRST_ADDRESS) as u32,
        }
        self.wlan_body(at, control)
    }

    /// LLC behind the header, which may be padded to a multiple of four bytes, or behind the first of
    /// several frames in one.
    fn wlan_body(&mut self, at: usize, control: Control) -> Outcome {
        const AGGREGATE: u8 = 0x80;
        const SUBFRAME: usize = 14;
        let header = control.header_len();
        let quality_at = header - if control.has_throughput() { 6 } else { 2 };
        let quality = u8_at(self.data, at + quality_at).ok_or(NoFlow::LinkHeaderCut)?;
        let mut body = at + header;
        if control.has_quality() && quality & AGGREGATE != 0 && !self.settings.compat {
            body += SUBFRAME;
        }
        if self.wlan_padded && !self.settings.compat {
            body += header.next_multiple_of(4) - header;
        }
        let rest = self.wire_len.saturating_sub(body);
        self.llc(body, rest.min(usize::from(u16::MAX)) as u16)
    }
}
