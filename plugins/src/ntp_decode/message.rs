//! An NTP packet (RFC 5905, section 7.3), read as far as it was captured.

use flowz_api::Checkpoint;

/// Bytes of the header without extensions and authentication.
const HEADER: usize = 48;
/// Control messages and private messages.
const CONTROL: u8 = 6;

/// The fields in front of the timestamps that tell of the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Clock {
    pub(crate) stratum: u8,
    /// Exponent of two of the poll interval.
    pub(crate) poll: i8,
    /// Exponent of two of the precision.
    pub(crate) precision: i8,
}

/// A packet; fields that were not captured are absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Message {
    /// Leap indicator, version and mode.
    pub(crate) first: Option<u8>,
    pub(crate) clock: Option<Clock>,
    pub(crate) delay: Option<u32>,
    pub(crate) dispersion: Option<u32>,
    pub(crate) reference: Option<[u8; 4]>,
    /// Reference, origin, receive and transmit timestamp.
    pub(crate) times: [Option<u64>; 4],
}

impl Message {
    /// Reads a payload. The reference takes what was not captured for 0, and reads all modes the same way.
    pub(crate) fn from_payload(payload: &[u8], compat: bool) -> Self {
        if !compat {
            return Self::captured(payload);
        }
        let mut header = [0; HEADER];
        let length = payload.len().min(HEADER);
        header[..length].copy_from_slice(&payload[..length]);
        Self::all_of(&header)
    }

    fn captured(payload: &[u8]) -> Self {
        let first = payload.first().copied();
        if first.is_some_and(|byte| mode(byte) >= CONTROL) {
            return Self { first, ..Self::default() };
        }
        Self::all_of(payload)
    }

    fn all_of(bytes: &[u8]) -> Self {
        let word = |at| part::<4>(bytes, at).map(u32::from_be_bytes);
        Self {
            first: bytes.first().copied(),
            clock: part::<3>(bytes, 1).map(|[stratum, poll, precision]| Clock {
                stratum,
                poll: poll.cast_signed(),
                precision: precision.cast_signed(),
            }),
            delay: word(4),
            dispersion: word(8),
            reference: part(bytes, 12),
            times: [16, 24, 32, 40].map(|at| part::<8>(bytes, at).map(u64::from_be_bytes)),
        }
    }
}

/// Whether a payload of this length may be an NTP packet (RFC 5905, section 7.3; RFC 9327, section 2). One of
/// which nothing was captured may be.
pub(crate) fn is_ntp(payload: &[u8], length: u32) -> bool {
    const CONTROL_HEADER: usize = 8;
    let Some(&first) = payload.first() else { return length > 0 };
    let (_, version, mode) = parts(first);
    let shortest = if mode >= CONTROL { CONTROL_HEADER } else { HEADER };
    version > 0 && length as usize >= shortest
}

/// Leap indicator, version and mode of a packet's first byte.
pub(crate) fn parts(first: u8) -> (u8, u8, u8) {
    (first >> 6, first >> 3 & 7, mode(first))
}

fn mode(first: u8) -> u8 {
    first & 7
}

/// Some bytes, if they are all there.
fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
