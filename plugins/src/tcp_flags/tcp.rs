//! A TCP packet as the analysis needs it, and what the packet file shows of it.

use flowz_api::packet::Timestamp;

use super::sequence::Verdict;

/// Counters of the run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    /// Flows that look like scans.
    pub(crate) scans: u64,
    /// Scans that were answered.
    pub(crate) answered: u64,
    /// Repeated SYN packets.
    pub(crate) syn_retries: u64,
    /// Retransmissions.
    pub(crate) retries: u64,
    /// Packets with a low window.
    pub(crate) low_windows: u64,
    /// Packets with a multipath option.
    pub(crate) mptcp: u64,
}

/// Bytes of a TCP header without options.
const HEADER: usize = 20;

/// A TCP packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TcpPacket<'a> {
    /// The header; what was not captured is 0.
    header: [u8; HEADER],
    /// The options, if they were captured.
    pub(crate) options: Option<&'a [u8]>,
    /// Payload on the wire.
    pub(crate) payload: u16,
    /// When it was captured.
    pub(crate) now: Timestamp,
    /// Seconds since the flow's previous packet.
    pub(crate) iat: f32,
    /// As the reference does.
    pub(crate) compat: bool,
}

impl<'a> TcpPacket<'a> {
    /// Reads the captured bytes from the TCP header on.
    #[inline]
    pub(crate) fn new(
        bytes: &'a [u8],
        payload: u16,
        (now, iat): (Timestamp, f32),
        compat: bool,
    ) -> Self {
        let header = bytes.first_chunk::<HEADER>().copied().unwrap_or_else(|| cut(bytes));
        let length = usize::from(header[12] >> 4) * 4;
        Self { header, options: bytes.get(HEADER..length), payload, now, iat, compat }
    }

    fn number(&self, at: usize) -> u32 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| self.header[at + n]);
        u32::from_be_bytes([a, b, c, d])
    }

    /// Sequence number.
    #[inline]
    pub(crate) fn seq(&self) -> u32 {
        self.number(4)
    }

    /// Acknowledgement number.
    #[inline]
    pub(crate) fn ack(&self) -> u32 {
        self.number(8)
    }

    /// The header's flags.
    #[inline]
    pub(crate) fn flags(&self) -> u8 {
        self.header[13]
    }

    /// Window as it is in the header.
    #[inline]
    pub(crate) fn window(&self) -> u16 {
        u16::from_be_bytes([self.header[14], self.header[15]])
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
    /// Where the opposite's numbers begin; unseen: the first acknowledgement.
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
    /// Subtype of a multipath option.
    pub(crate) mptcp: u8,
}
