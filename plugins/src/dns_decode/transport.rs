//! Messages in packets: one in a UDP datagram, any number behind lengths in TCP segments (RFC 1035, section 4.2.2).

use super::header::{self, stat};
use super::state::State;

/// Longer payloads are seldom.
const LONG: u32 = 548;
/// The reference looks at nothing that is shorter.
const SHORTEST: u32 = 17;

/// A message as far as it was captured, and its length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) length: usize,
}

impl Piece<'_> {
    /// Whether all of it was captured.
    pub(crate) fn is_whole(&self) -> bool {
        self.bytes.len() >= self.length
    }
}

/// The message in a datagram of this length, and the bits for it.
pub(crate) fn datagram(payload: &[u8], length: u32, compat: bool) -> (Option<Piece<'_>>, u16) {
    let shortest = if compat { SHORTEST } else { header::LENGTH as u32 };
    if length < shortest {
        // The reference takes it for something else than DNS.
        let corrupt = if compat { stat::CORRUPT } else { 0 };
        return (None, stat::SHORT | corrupt);
    }
    let bits = if length > LONG { stat::LONG } else { 0 };
    (Some(Piece { bytes: payload, length: length as usize }), bits)
}

/// The first message that begins in the captured bytes of a segment, and what is behind it; nothing in the midst of a
/// message. `lost` more bytes of the segment were not captured. Segments are looked at in the order in which they come.
pub(crate) fn segment<'a>(
    flow: &mut State,
    bytes: &'a [u8],
    lost: usize,
) -> Option<(Piece<'a>, &'a [u8])> {
    let missing = usize::from(flow.missing);
    if missing > 0 {
        flow.stat |= stat::CONTINUED;
        flow.missing = missing.saturating_sub(bytes.len() + lost) as u16;
    }
    let (length, behind) = bytes.get(missing..)?.split_first_chunk::<2>()?;
    let length = u16::from_be_bytes(*length);
    let here = behind.len() + lost;
    if here < usize::from(length) {
        flow.stat |= stat::SEGMENTED;
        flow.missing = length - here as u16;
    }
    let (bytes, rest) = behind.split_at(behind.len().min(usize::from(length)));
    Some((Piece { bytes, length: usize::from(length) }, rest))
}
