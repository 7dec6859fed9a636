//! A TCP packet as the analysis needs it, and what the packet file shows of it.

use flowz_api::packet::Timestamp;

use super::options::u32_at;
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

/// A TCP packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TcpPacket<'a> {
    /// The captured bytes from the TCP header on.
    pub(crate) bytes: &'a [u8],
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
    /// Sequence number.
    pub(crate) fn seq(&self) -> u32 {
        u32_at(self.bytes, 4)
    }

    /// Acknowledgement number.
    pub(crate) fn ack(&self) -> u32 {
        u32_at(self.bytes, 8)
    }

    /// The header's flags.
    pub(crate) fn flags(&self) -> u8 {
        self.bytes.get(13).copied().unwrap_or(0)
    }

    /// Window as it is in the header.
    pub(crate) fn window(&self) -> u16 {
        self.bytes.get(14..16).map_or(0, |b| u16::from_be_bytes([b[0], b[1]]))
    }

    /// The options, if they were captured.
    pub(crate) fn options(&self) -> Option<&'a [u8]> {
        let header = self.bytes.get(12).map_or(0, |b| usize::from(b >> 4) * 4);
        self.bytes.get(20..header)
    }
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
