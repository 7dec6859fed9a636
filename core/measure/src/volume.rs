//! Bytes of each interval, of flows of which only the beginning, the end and the sum are known, or of packets.
//!
//! Intervals are aligned: interval k holds the times in `[k w, (k + 1) w)` since 1970. Parts of a flow are whole bytes whose sum is
//! that of the flow: rounded down, and what is missing goes to those with the largest remainders, the earlier one of equal ones.

use std::collections::BTreeMap;

use crate::table::{Cell, Column};
use flowz_api::packet::Timestamp;

/// How a flow's bytes are spread over its intervals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spread {
    /// The same to each interval from the one of the first packet to the one of the last.
    Naive,
    /// By the time that the flow has in each; a flow that takes no time is all in its interval.
    Fractional,
}

/// What is in an interval.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Volume {
    /// Bytes of direction A.
    pub bytes_a: u64,
    /// Bytes of direction B.
    pub bytes_b: u64,
    /// Packets of both, spread like the bytes.
    pub packets: u64,
}

/// A flow would be spread over more intervals than is bearable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLong;

/// Intervals of one flow at most.
const MOST: i64 = 10_000_000;

/// The columns of [`row`].
pub const COLUMNS: [Column; 4] = [
    Column::new("time", "s"),
    Column::new("bytesA", "B"),
    Column::new("bytesB", "B"),
    Column::new("packets", ""),
];

/// The cells of an interval.
pub fn row(start: Timestamp, volume: &Volume) -> [Cell; 4] {
    [
        Cell::Time(start),
        Cell::Count(volume.bytes_a),
        Cell::Count(volume.bytes_b),
        Cell::Count(volume.packets),
    ]
}

/// Intervals with something in them. Memory grows with the time between the first and the last one.
#[derive(Clone, Debug)]
pub struct Volumes {
    width: i64,
    intervals: BTreeMap<i64, Volume>,
}

impl Volumes {
    /// Intervals of so many nanoseconds.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn new(width: i64) -> Self {
        assert!(width > 0, "no width");
        Self { width, intervals: BTreeMap::new() }
    }

    /// Counts a packet, or all of a flow that takes no time.
    pub fn add(&mut self, time: Timestamp, is_b: bool, bytes: u64, packets: u64) {
        let volume = self.intervals.entry(time.0.div_euclid(self.width)).or_default();
        if is_b {
            volume.bytes_b = volume.bytes_b.saturating_add(bytes);
        } else {
            volume.bytes_a = volume.bytes_a.saturating_add(bytes);
        }
        volume.packets = volume.packets.saturating_add(packets);
    }

    /// Spreads a flow from its first to its last packet.
    ///
    /// # Errors
    ///
    /// If it is longer than ten million intervals; nothing of it is counted then.
    pub fn spread(
        &mut self,
        (first, last): (Timestamp, Timestamp),
        is_b: bool,
        (bytes, packets): (u64, u64),
        how: Spread,
    ) -> Result<(), TooLong> {
        let last = last.max(first);
        let (from, to) = (first.0.div_euclid(self.width), last.0.div_euclid(self.width));
        if to - from >= MOST {
            return Err(TooLong);
        }
        if first == last {
            self.add(first, is_b, bytes, packets);
            return Ok(());
        }
        let weights: Vec<u64> = match how {
            Spread::Naive => vec![1; (to - from + 1) as usize],
            Spread::Fractional => (from..=to).map(|k| self.overlap(k, first, last)).collect(),
        };
        let (bytes, packets) = (shares(bytes, &weights), shares(packets, &weights));
        for (at, (bytes, packets)) in (from..).zip(bytes.into_iter().zip(packets)) {
            self.add(Timestamp(at.saturating_mul(self.width)), is_b, bytes, packets);
        }
        Ok(())
    }

    /// Nanoseconds of a flow in an interval.
    fn overlap(&self, k: i64, first: Timestamp, last: Timestamp) -> u64 {
        let start = k.saturating_mul(self.width);
        let end = start.saturating_add(self.width);
        (last.0.min(end) - first.0.max(start)).max(0) as u64
    }

    /// All intervals from the first to the last one with something in it, also those with nothing, by their first moments.
    pub fn all(&self) -> impl Iterator<Item = (Timestamp, Volume)> {
        let first = self.intervals.first_key_value().map_or(0, |(k, _)| *k);
        let end = self.intervals.last_key_value().map_or(0, |(k, _)| *k + 1);
        let volume = |k| self.intervals.get(&k).copied().unwrap_or_default();
        (first..end).map(move |k| (Timestamp(k.saturating_mul(self.width)), volume(k)))
    }

    /// How many intervals [`Self::all`] yields.
    pub fn len(&self) -> u64 {
        let first = self.intervals.first_key_value().map_or(0, |(k, _)| *k);
        self.intervals.last_key_value().map_or(0, |(k, _)| k.abs_diff(first) + 1)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }
}

/// Shares of a whole by weights, whole numbers with the same sum.
fn shares(whole: u64, weights: &[u64]) -> Vec<u64> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum::<u128>().max(1);
    let parts = weights.iter().map(|weight| u128::from(whole) * u128::from(*weight));
    let parts: Vec<_> = parts.map(|part| (part / total, part % total)).collect();
    let mut shares: Vec<u64> = parts.iter().map(|(share, _)| *share as u64).collect();
    let missing = whole - shares.iter().sum::<u64>();
    let mut order: Vec<_> = (0..parts.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(parts[*at].1), *at));
    for at in order.into_iter().take(missing as usize) {
        shares[at] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{Spread, TooLong, Volumes, shares};
    use flowz_api::packet::{NANOS, Timestamp};
    use proptest::prelude::*;

    fn spread(first: i64, last: i64, bytes: u64, how: Spread) -> Vec<(i64, u64)> {
        let mut volumes = Volumes::new(NANOS);
        let times = (Timestamp(first), Timestamp(last));
        volumes.spread(times, false, (bytes, 1), how).unwrap();
        volumes.all().map(|(start, volume)| (start.seconds(), volume.bytes_a)).collect()
    }

    /// 100000 bytes from 3.4 s to 7.8 s.
    #[test]
    fn the_example_of_the_course() {
        let (first, last) = (3_400_000_000, 7_800_000_000);
        let naive = spread(first, last, 100_000, Spread::Naive);
        assert_eq!(naive, [3, 4, 5, 6, 7].map(|second| (second, 20_000)));
        // 13636.36, three times 22727.27 and 18181.82: two bytes are missing in the whole numbers below.
        let fractional = spread(first, last, 100_000, Spread::Fractional);
        let rounded = [(3, 13_637), (4, 22_727), (5, 22_727), (6, 22_727), (7, 18_182)];
        assert_eq!(fractional, rounded);
        let hundredths = spread(first, last, 10_000_000, Spread::Fractional);
        let expected = [1_363_636, 2_272_727, 2_272_727, 2_272_727, 1_818_182];
        // The last hundredth that is missing goes to the first one of the largest remainders.
        let off = hundredths
            .iter()
            .zip(expected)
            .map(|((_, is), should)| is.abs_diff(should))
            .sum::<u64>();
        assert!(off <= 1, "{hundredths:?}");
        assert_eq!(fractional.iter().map(|(_, bytes)| bytes).sum::<u64>(), 100_000);
    }

    #[test]
    fn an_end_on_a_boundary() {
        assert_eq!(spread(NANOS, 2 * NANOS, 10, Spread::Naive), [(1, 5), (2, 5)]);
        assert_eq!(spread(NANOS, 2 * NANOS, 10, Spread::Fractional), [(1, 10), (2, 0)]);
        assert_eq!(spread(NANOS, NANOS, 10, Spread::Fractional), [(1, 10)]);
        assert_eq!(
            spread(2 * NANOS, NANOS, 10, Spread::Naive),
            [(2, 10)],
            "an end before the beginning"
        );
    }

    #[test]
    fn a_flow_of_years() {
        let mut volumes = Volumes::new(1_000);
        let times = (Timestamp(0), Timestamp(i64::MAX));
        assert_eq!(volumes.spread(times, false, (1, 1), Spread::Naive), Err(TooLong));
        assert!(volumes.is_empty());
    }

    proptest! {
        #[test]
        fn sums_are_kept(whole: u64, weights in prop::collection::vec(any::<u64>(), 1..50)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let shares = shares(whole, &weights);
            prop_assert_eq!(shares.iter().map(|s| u128::from(*s)).sum::<u128>(), u128::from(whole));
        }
    }
}
