//! A TCP packet as the analysis needs it, and what the packet file shows of it.

use flowz_api::packet::Timestamp;
use flowz_api::{Merge, Resume};

use super::mptcp::Mptcp;
use super::sequence::Verdict;

/// Counters of the run.
#[derive(Merge, Clone, Copy, Debug, Default, Resume)]
pub(crate) struct Counters {
    /// Flows that look like scans.
    #[merge(sum)]
    pub(crate) scans: u64,
    /// Scans that were answered.
    #[merge(sum)]
    pub(crate) answered: u64,
    /// Repeated SYN packets.
    #[merge(sum)]
    pub(crate) syn_retries: u64,
    /// Retransmissions.
    #[merge(sum)]
    pub(crate) retries: u64,
    /// Packets with a low window.
    #[merge(sum)]
    pub(crate) low_windows: u64,
    /// Packets with a multipath option.
    #[merge(sum)]
    pub(crate) mptcp: u64,
}

/// Bytes of a TCP header without options.
pub(crate) const HEADER: usize = 20;

/// A TCP packet; what was not captured of its header is 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TcpPacket<'a> {
    /// Sequence number.
    pub(crate) seq: u32,
    /// Acknowledgement number.
    pub(crate) ack: u32,
    /// The header's flags.
    pub(crate) flags: u8,
    /// The flags were captured.
    pub(crate) has_flags: bool,
    /// The header was captured up to its window.
    pub(crate) is_whole: bool,
    /// Window as it is in the header.
    pub(crate) window: u16,
    /// The options, if they were captured.
    pub(crate) options: Option<&'a [u8]>,
    /// Bytes of the options, by the data offset; negative where that is below a header.
    pub(crate) option_len: i32,
    /// Payload on the wire.
    pub(crate) payload: u32,
    /// When it was captured.
    pub(crate) now: Timestamp,
    /// Seconds since the flow's previous packet.
    pub(crate) iat: f32,
    /// As the reference does.
    pub(crate) compat: bool,
    /// The packet takes the fast path: all parts of the analysis are asked for, and flags are not
    /// counted. A constant where it is true, which leaves out questions about settings.
    pub(crate) fast_path: bool,
}

impl<'a> TcpPacket<'a> {
    /// Reads the captured bytes from the TCP header on.
    #[inline]
    pub(crate) fn new(
        bytes: &'a [u8],
        payload: u32,
        (now, iat): (Timestamp, f32),
        compat: bool,
    ) -> Self {
        let padded;
        let header = match bytes.first_chunk::<HEADER>() {
            Some(header) => header,
            None => {
                padded = cut(bytes);
                &padded
            }
        };
        let number = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        Self {
            seq: number(4),
            ack: number(8),
            flags: header[13],
            has_flags: bytes.len() > 13,
            is_whole: bytes.len() >= 16,
            window: u16::from_be_bytes([header[14], header[15]]),
            options: bytes.get(HEADER..usize::from(header[12] >> 4) * 4),
            option_len: i32::from(header[12] >> 4) * 4 - HEADER as i32,
            payload,
            now,
            iat,
            compat,
            fast_path: false,
        }
    }
}

/// A header that was not captured whole. A number that was cut is 0 as a whole.
#[cold]
fn cut(bytes: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    for field in [4..8, 8..12, 12..13, 13..14, 14..16] {
        if let Some(bytes) = bytes.get(field.clone()) {
            header[field].copy_from_slice(bytes);
        }
    }
    header
}

/// What the packet file shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TcpCells {
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    /// Where the own numbers begin.
    pub(crate) initial: u32,
    /// Where the peer's numbers begin; unseen: the first acknowledgement.
    pub(crate) peer_initial: u32,
    pub(crate) verdict: Verdict,
    pub(crate) flight: u32,
    /// Bits of `tcpFStat`.
    pub(crate) stat: u16,
    /// Bits of `tcpFlags`.
    pub(crate) flags: u16,
    /// Bits of `tcpAnomaly`.
    pub(crate) anomaly: u16,
    /// Window in bytes.
    pub(crate) window: u32,
    /// Factor of the window, 0 where scaling is not in use.
    pub(crate) scale: u16,
    /// The packet's multipath options.
    pub(crate) mptcp: Mptcp,
}

#[cfg(test)]
mod tests {
    use super::{HEADER, TcpPacket};
    use flowz_api::packet::Timestamp;

    /// Ports 1 and 2, numbers 3 and 4, offset 5, ACK and PSH, window 4096.
    const BYTES: [u8; HEADER] =
        [0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0x50, 0x18, 0x10, 0, 0, 0, 0, 0];

    #[test]
    fn what_was_cut_of_a_header_is_not_known() {
        for length in 0..=HEADER {
            let p = TcpPacket::new(&BYTES[..length], 0, (Timestamp(0), 0.0), false);
            assert_eq!((p.has_flags, p.is_whole), (length >= 14, length >= 16), "{length} bytes");
            assert_eq!(
                (p.flags, p.window),
                (if length >= 14 { 0x18 } else { 0 }, if length >= 16 { 4096 } else { 0 },)
            );
            assert_eq!(p.options.is_some(), length == HEADER);
        }
    }
}
