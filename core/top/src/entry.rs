//! What is known of one conversation.

use flowz_api::flow::FlowId;
use flowz_api::key::{FlowKey, TCP};
use flowz_api::layers::Net;
use flowz_api::packet::Timestamp;

use crate::rate::Rate;

/// Flags of TCP (RFC 9293, section 3.1).
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;

/// Both directions of a conversation; where there are two of something, the first is that of A.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) id: FlowId,
    /// Of direction A.
    pub(crate) key: FlowKey,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    pub(crate) packets: [u64; 2],
    pub(crate) bytes: [u64; 2],
    pub(crate) tcp_flags: [u8; 2],
    pub(crate) rate: Rate,
    /// Directions that are alive.
    pub(crate) alive: u8,
}

/// One packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) at: Timestamp,
    /// On the wire.
    pub(crate) bytes: u32,
    pub(crate) tcp_flags: u8,
    /// 0 of A, 1 of B.
    pub(crate) direction: usize,
}

impl Entry {
    pub(crate) fn new(id: FlowId, key: FlowKey, first: Timestamp) -> Self {
        Self {
            id,
            key,
            first,
            last: first,
            packets: [0; 2],
            bytes: [0; 2],
            tcp_flags: [0; 2],
            rate: Rate::default(),
            alive: 0,
        }
    }

    #[inline]
    pub(crate) fn add(&mut self, packet: Counted) {
        let at = packet.direction & 1;
        self.packets[at] += 1;
        self.bytes[at] += u64::from(packet.bytes);
        self.tcp_flags[at] |= packet.tcp_flags;
        self.last = self.last.max(packet.at);
        self.rate.add(packet.at.0, packet.bytes.into());
    }

    pub(crate) fn all_packets(&self) -> u64 {
        self.packets[0] + self.packets[1]
    }

    pub(crate) fn all_bytes(&self) -> u64 {
        self.bytes[0] + self.bytes[1]
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.alive == 0
    }

    /// From the first packet to now, or to the last one of a conversation that is over.
    pub(crate) fn age(&self, now: Timestamp) -> i64 {
        let until = if self.has_ended() { self.last } else { now.max(self.last) };
        (until - self.first).max(0)
    }

    /// Bits per second: of the last seconds, or the mean of the whole life.
    pub(crate) fn bits_per_second(&self, now: Timestamp, mean: bool) -> f64 {
        if !mean {
            return 8.0 * self.rate.per_second(now.0, now - self.first);
        }
        let life = self.last - self.first;
        if life <= 0 { 0.0 } else { self.all_bytes() as f64 * 8.0 / (life as f64 / 1e9) }
    }

    /// How far it has come, in a word.
    pub(crate) fn state(&self) -> &'static str {
        let [a, b] = self.tcp_flags;
        let all = a | b;
        let answered = self.packets.iter().all(|count| *count > 0);
        if self.key.proto != TCP || self.key.net == Net::Layer2 {
            return if answered { "both" } else { "one-way" };
        }
        match () {
            () if all & RST != 0 => "reset",
            () if a & b & FIN != 0 => "closed",
            () if all & FIN != 0 => "closing",
            () if all == SYN => "syn",
            () if answered => "open",
            () => "one-way",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Entry, FIN, RST, SYN};
    use flowz_api::packet::Timestamp;

    use crate::test_support::key;

    const SECOND: i64 = 1_000_000_000;

    fn counted(at: i64, bytes: u32, tcp_flags: u8, direction: usize) -> Counted {
        Counted { at: Timestamp(at), bytes, tcp_flags, direction }
    }

    fn entry(proto: u8) -> Entry {
        Entry::new(
            flowz_api::flow::FlowId(1),
            key(proto, "10.0.0.1", 1, "10.0.0.2", 2),
            Timestamp(0),
        )
    }

    #[test]
    fn both_ways() {
        let mut entry = entry(17);
        entry.alive = 2;
        entry.add(counted(0, 100, 0, 0));
        assert_eq!(entry.state(), "one-way");
        entry.add(counted(SECOND, 300, 0, 1));
        assert_eq!((entry.packets, entry.bytes, entry.state()), ([1, 1], [100, 300], "both"));
        assert_eq!(entry.age(Timestamp(3 * SECOND)), 3 * SECOND);
        assert_eq!(entry.bits_per_second(Timestamp(SECOND), true), 3200.0);
        entry.alive = 0;
        assert_eq!(entry.age(Timestamp(3 * SECOND)), SECOND);
    }

    #[test]
    fn states_of_connections() {
        let mut entry = entry(6);
        let mut seen = Vec::new();
        for (flags, direction) in [(SYN, 0), (SYN | 16, 1), (16, 0), (FIN, 0), (FIN, 1), (RST, 0)] {
            entry.add(counted(0, 60, flags, direction));
            seen.push(entry.state());
        }
        assert_eq!(seen, ["syn", "open", "open", "closing", "closed", "reset"]);
    }

    #[test]
    fn a_single_packet_has_no_mean() {
        let mut entry = entry(6);
        entry.add(counted(0, 60, 16, 0));
        assert_eq!((entry.bits_per_second(Timestamp(0), true), entry.state()), (0.0, "one-way"));
    }
}
