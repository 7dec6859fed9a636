//! What tcptrace tells of a run as a whole.

use flowz_api::prelude::*;

use super::toggles::Toggles;
use crate::connections::segment::Segment;

/// Packets of a run so far.
#[derive(Merge, Clone, Copy, Debug, Default, Resume)]
pub(super) struct Seen {
    #[merge(sum)]
    packets: u64,
    #[merge(sum)]
    tcp: u64,
    #[merge(sum)]
    udp: u64,
    /// TCP packets with options that were captured in part, or are longer than there is room for.
    #[merge(sum)]
    cut: u64,
    /// Times of the first and the last one.
    #[merge(state)]
    first: Option<Timestamp>,
    #[merge(state)]
    last: Timestamp,
}

impl Seen {
    /// Counts an IP packet.
    pub(super) fn packet(&mut self, time: Timestamp) {
        self.packets += 1;
        self.first.get_or_insert(time);
        self.last = time;
    }

    /// What was counted is a segment of TCP.
    pub(super) fn segment(&mut self, segment: &Segment) {
        self.tcp += 1;
        self.cut += u64::from(segment.is_cut);
    }

    /// It is a datagram of UDP.
    pub(super) fn datagram(&mut self) {
        self.udp += 1;
    }
}

/// The packets of a run, one row at its end.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tcptracerun")]
pub(crate) struct SeenRow {
    /// IP packets that belong to flows.
    #[col(name = "packets", unit = "packets")]
    packets: u64,
    /// Those with a TCP header of which 20 bytes were captured.
    #[col(name = "tcp_packets", unit = "packets")]
    tcp: u64,
    /// Those with a UDP header.
    #[col(name = "udp_packets", unit = "packets")]
    udp: u64,
    /// TCP packets with options that were captured in part, or are longer than there is room for.
    #[col(name = "cut_packets", unit = "packets")]
    cut: u64,
    /// TCP connections.
    #[col(name = "connections")]
    connections: u64,
    /// Time of the first packet, 1970 if there is none.
    #[col(name = "first_packet")]
    first: Time,
    /// Time of the last packet.
    #[col(name = "last_packet")]
    last: Time,
}

impl SeenRow {
    /// The row of a run with so many TCP connections.
    pub(super) fn new(seen: &Seen, connections: u64) -> Self {
        Self {
            packets: seen.packets,
            tcp: seen.tcp,
            udp: seen.udp,
            cut: seen.cut,
            connections,
            first: seen.first.unwrap_or_default().into(),
            last: seen.last.into(),
        }
    }
}
