//! Pairs of hosts, whoever of them sends: flows, packets and bytes between them.

mod list;

use std::net::IpAddr;

use crate::ranking::Bytes;
use crate::table::{Cell, Column};

pub use list::{ListError, line};

/// Two hosts, the lower address first: compared as numbers, those of IPv4 before those of IPv6.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pair {
    /// The lower address.
    pub low: IpAddr,
    /// The higher one.
    pub high: IpAddr,
}

impl Pair {
    /// The pair of two hosts.
    pub fn new(a: IpAddr, b: IpAddr) -> Self {
        Self { low: a.min(b), high: a.max(b) }
    }

    /// The course's hash of a pair: the exclusive or of both addresses, folded to 16 bits. It is the same for both directions; all pairs that differ by
    /// the same bits have the same one.
    pub fn fold(self) -> u16 {
        let halves = |address: IpAddr| -> u16 {
            let words = match address {
                IpAddr::V4(v4) => vec![u32::from(v4)],
                IpAddr::V6(v6) => {
                    let bits = v6.to_bits();
                    [96, 64, 32, 0].map(|shift| (bits >> shift) as u32).to_vec()
                }
            };
            words.iter().fold(0, |sum, word| sum ^ (word >> 16) as u16 ^ *word as u16)
        };
        halves(self.low) ^ halves(self.high)
    }
}

impl Bytes for Pair {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut bytes = [0; 34];
        for (place, address) in bytes.chunks_exact_mut(17).zip([self.low, self.high]) {
            match address {
                IpAddr::V4(v4) => place[..4].copy_from_slice(&v4.octets()),
                IpAddr::V6(v6) => place[..16].copy_from_slice(&v6.octets()),
            }
            place[16] = if address.is_ipv4() { 4 } else { 6 };
        }
        bytes
    }
}

/// What is between two hosts, or in a flow.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Totals {
    /// Flows, one direction each.
    pub flows: u64,
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, more: Self) {
        self.flows = self.flows.saturating_add(more.flows);
        self.packets = self.packets.saturating_add(more.packets);
        self.bytes = self.bytes.saturating_add(more.bytes);
    }
}

/// What a ranking is by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Flows.
    Flows,
    /// Packets.
    Packets,
    /// Bytes.
    Bytes,
}

impl By {
    /// That of some totals.
    pub fn of(self, totals: &Totals) -> u64 {
        match self {
            Self::Flows => totals.flows,
            Self::Packets => totals.packets,
            Self::Bytes => totals.bytes,
        }
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::Packets => "packets",
            Self::Bytes => "bytes",
        }
    }
}

/// The columns of [`row`].
pub const COLUMNS: [Column; 5] = [
    Column::new("host1", ""),
    Column::new("host2", ""),
    Column::new("flows", ""),
    Column::new("packets", ""),
    Column::new("bytes", "B"),
];

/// The cells of a pair. Without `has_flows` nothing is known of flows.
pub fn row(pair: Pair, totals: &Totals, has_flows: bool) -> [Cell; 5] {
    [
        Cell::Address(pair.low),
        Cell::Address(pair.high),
        if has_flows { Cell::Count(totals.flows) } else { Cell::None },
        Cell::Count(totals.packets),
        Cell::Count(totals.bytes),
    ]
}

#[cfg(test)]
mod tests {
    use super::Pair;

    fn pair(a: &str, b: &str) -> Pair {
        Pair::new(a.parse().unwrap(), b.parse().unwrap())
    }

    #[test]
    fn both_directions_are_one_pair() {
        assert_eq!(pair("10.0.0.2", "9.0.0.1"), pair("9.0.0.1", "10.0.0.2"));
        assert_eq!(
            pair("10.0.0.2", "9.0.0.1").low.to_string(),
            "9.0.0.1",
            "as numbers, not as text"
        );
    }

    #[test]
    fn the_example_of_the_course() {
        assert_eq!(pair("192.168.1.2", "212.242.33.35").fold(), 0x347b);
        assert_eq!(pair("212.242.33.35", "192.168.1.2").fold(), 0x347b);
        assert_eq!(pair("10.0.0.1", "10.0.0.1").fold(), 0);
        // The same bits differ.
        assert_eq!(pair("10.0.0.1", "10.0.0.2").fold(), pair("10.0.0.5", "10.0.0.6").fold());
        assert_eq!(pair("::1", "::3:0").fold(), 2);
    }
}
