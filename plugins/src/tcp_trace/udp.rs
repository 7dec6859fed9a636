//! UDP conversations, as tcptrace lists them with -u.

use flowz_api::Checkpoint;
use flowz_api::Row;
use flowz_api::cell::{IpText, Time};
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;
use flowz_api::plugin::PacketContext;

use super::toggles::Toggles;
use crate::biflow::Side;
use crate::connections::segment::whole_micros;

/// Bytes of a header of UDP.
const HEADER: usize = 8;

/// A datagram whose header was captured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram {
    time: Timestamp,
    /// Bytes of header and payload, as the header says.
    length: u16,
}

impl Datagram {
    /// The one in a packet.
    pub(super) fn of(cx: &PacketContext<'_>) -> Option<Self> {
        if !cx.layers.is_first_fragment() {
            return None;
        }
        let header = cx.layers.layer4(cx.packet.data).first_chunk::<HEADER>()?;
        let length = u16::from_be_bytes([header[4], header[5]]);
        Some(Self { time: whole_micros(cx.packet.ts), length })
    }
}

/// A conversation.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(crate) struct Conversation {
    number: u64,
    /// TCP connections that had begun before.
    tcp_before: u64,
    first: Timestamp,
    last: Timestamp,
    /// Of each side; who sent the first one is a.
    packets: [u64; 2],
    bytes: [u64; 2],
}

impl Conversation {
    /// One that begins with this datagram, behind so many TCP connections.
    pub(super) fn new(number: u64, tcp_before: u64, with: Datagram) -> Self {
        let (first, last) = (with.time, with.time);
        Self { number, tcp_before, first, last, packets: [0; 2], bytes: [0; 2] }
    }

    /// Its place among conversations, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Takes a datagram in.
    pub(super) fn add(&mut self, datagram: Datagram, side: Side) {
        let n = usize::from(side == Side::Backward);
        self.last = datagram.time;
        self.packets[n] += 1;
        self.bytes[n] += u64::from(datagram.length);
    }
}

/// One UDP conversation; a is who sent its first packet.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tcptraceudp")]
pub(crate) struct ConversationRow {
    /// Its place in the order of first packets of UDP conversations, from 1.
    #[col(name = "conn")]
    number: u64,
    /// TCP connections that began before its first packet.
    #[col(name = "tcp_before")]
    tcp_before: u64,
    /// Address of a.
    #[col(name = "host_a")]
    host_a: IpText,
    /// Address of b.
    #[col(name = "host_b")]
    host_b: IpText,
    /// Port of a.
    #[col(name = "port_a")]
    port_a: u16,
    /// Port of b.
    #[col(name = "port_b")]
    port_b: u16,
    /// Time of its first packet.
    #[col(name = "first_packet")]
    first: Time,
    /// Time of its last packet.
    #[col(name = "last_packet")]
    last: Time,
    /// Datagrams from a to b.
    #[col(name = "total_packets_a2b", unit = "packets")]
    a_packets: u64,
    /// Datagrams from b to a.
    #[col(name = "total_packets_b2a", unit = "packets")]
    b_packets: u64,
    /// Bytes of UDP headers and payload, as the headers say, from a to b.
    #[col(name = "data_bytes_sent_a2b", unit = "bytes")]
    a_bytes: u64,
    /// Bytes of UDP headers and payload, as the headers say, from b to a.
    #[col(name = "data_bytes_sent_b2a", unit = "bytes")]
    b_bytes: u64,
}

impl ConversationRow {
    /// The row of a conversation; the key is that of packets of a flow whose side is `side`.
    pub(super) fn new(key: &FlowKey, side: Side, of: &Conversation) -> Self {
        let ends = if side == Side::Forward { *key } else { key.reversed() };
        let ([a_packets, b_packets], [a_bytes, b_bytes]) = (of.packets, of.bytes);
        Self {
            number: of.number,
            tcp_before: of.tcp_before,
            host_a: ends.src_ip(),
            host_b: ends.dst_ip(),
            port_a: ends.src_port,
            port_b: ends.dst_port,
            first: of.first.into(),
            last: of.last.into(),
            a_packets,
            b_packets,
            a_bytes,
            b_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;

    use super::{Conversation, ConversationRow, Datagram};
    use crate::biflow::Side;

    #[test]
    fn packets_and_bytes_of_each_side() {
        let datagram = |micros: i64, length| Datagram { time: Timestamp(micros * 1000), length };
        let mut c = Conversation::new(3, 2, datagram(5, 18));
        for (micros, length, side) in
            [(5, 18, Side::Forward), (7, 28, Side::Backward), (9, 38, Side::Forward)]
        {
            c.add(datagram(micros, length), side);
        }
        let key = FlowKey { src_port: 1000, dst_port: 53, ..FlowKey::default() };
        let row = ConversationRow::new(&key, Side::Forward, &c);
        assert_eq!((row.number, row.tcp_before), (3, 2));
        assert_eq!((row.a_packets, row.b_packets, row.a_bytes, row.b_bytes), (2, 1, 56, 28));
        assert_eq!((row.port_a, row.port_b), (1000, 53));
        let other_way = ConversationRow::new(&key, Side::Backward, &c);
        assert_eq!((other_way.port_a, other_way.port_b), (53, 1000));
    }
}
