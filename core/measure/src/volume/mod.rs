//! Bytes of each interval, of flows of which only the beginning, the end and the sum are known, or of packets.
//!
//! Intervals are aligned: interval k holds the times in `[k w, (k + 1) w)` since 1970. Parts of a flow are whole bytes whose sum is
//! that of the flow: rounded down, and what is missing goes to those with the largest remainders, the earlier one of equal ones.

mod shares;

use std::collections::BTreeMap;

use crate::Room;
use crate::table::{Cell, Column};
use flowz_api::packet::Timestamp;
use shares::{Shares, Weights};

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

/// Bytes would be in more intervals than is bearable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

/// Intervals with something in them that flows may be spread over, at most.
pub const MOST: usize = 10_000_000;

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

/// Intervals with something in them. Memory grows with them: one for each packet at most, or [`MOST`] of flows.
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
        self.add_at(time.0.div_euclid(self.width), is_b, (bytes, packets));
    }

    fn add_at(&mut self, k: i64, is_b: bool, (bytes, packets): (u64, u64)) {
        let volume = self.intervals.entry(k).or_default();
        if is_b {
            volume.bytes_b = volume.bytes_b.saturating_add(bytes);
        } else {
            volume.bytes_a = volume.bytes_a.saturating_add(bytes);
        }
        volume.packets = volume.packets.saturating_add(packets);
    }

    /// Spreads a flow from its first to its last packet. Time and memory are those of the intervals that get something, not of those between
    /// the first and the last one.
    ///
    /// # Errors
    ///
    /// If more than [`MOST`] intervals would have something in them; nothing of the flow is counted then.
    pub fn spread(
        &mut self,
        (first, last): (Timestamp, Timestamp),
        is_b: bool,
        (bytes, packets): (u64, u64),
        how: Spread,
    ) -> Result<(), TooMany> {
        let last = last.max(first);
        let (from, to) = (first.0.div_euclid(self.width), last.0.div_euclid(self.width));
        if from == to {
            self.add_at(from, is_b, (bytes, packets));
            return Ok(());
        }
        let weights = match how {
            Spread::Naive => Weights { first: 1, each: 1, last: 1, between: to.abs_diff(from) - 1 },
            Spread::Fractional => self.overlaps((from, first), (to, last)),
        };
        let (bytes, packets) = (Shares::new(bytes, &weights), Shares::new(packets, &weights));
        let filled = bytes.filled(weights.between).max(packets.filled(weights.between));
        if !self.has_room(from, filled) {
            return Err(TooMany);
        }
        self.add_at(from, is_b, (bytes.first, packets.first));
        // There are intervals between only if from + 1 < to.
        for (n, k) in (0..filled).zip(from.saturating_add(1)..) {
            self.add_at(k, is_b, (bytes.of(n), packets.of(n)));
        }
        self.add_at(to, is_b, (bytes.last, packets.last));
        Ok(())
    }

    /// Whether a flow may have something in an interval, in so many behind it, and in its last one.
    fn has_room(&self, from: i64, filled: u64) -> bool {
        let room = (MOST - self.intervals.len().min(MOST)) as u64;
        if filled.saturating_add(2) <= room {
            return true;
        }
        // Those that are there need none.
        let until = from.saturating_add_unsigned(filled);
        let known = || self.intervals.range(from..=until).count() as u64;
        filled <= MOST as u64 && filled + 2 <= room + known()
    }

    /// Nanoseconds of a flow in its intervals.
    fn overlaps(&self, (from, first): (i64, Timestamp), (to, last): (i64, Timestamp)) -> Weights {
        let start = |k: i64| i128::from(k) * i128::from(self.width);
        Weights {
            first: (start(from) + i128::from(self.width) - i128::from(first.0)) as u64,
            each: self.width.unsigned_abs(),
            last: (i128::from(last.0) - start(to)) as u64,
            between: to.abs_diff(from) - 1,
        }
    }

    /// All intervals from the first to the last one with something in it by their first moments, also those with nothing as long as there is
    /// room for them; `room` says then how many are left out.
    pub fn all<'a>(&'a self, room: &'a mut Room) -> impl Iterator<Item = (Timestamp, Volume)> + 'a {
        let mut before: Option<i64> = None;
        let start = |k: i64| Timestamp(k.saturating_mul(self.width));
        self.intervals.iter().flat_map(move |(k, volume)| {
            let next = before.map_or(*k, |before| before + 1);
            before = Some(*k);
            let empty = k.abs_diff(next);
            let has_room = room.takes(empty);
            if !has_room {
                room.leave_out(empty);
            }
            let empty = if has_room { next..*k } else { *k..*k };
            let empty = empty.map(move |k| (start(k), Volume::default()));
            empty.chain(std::iter::once((start(*k), *volume)))
        })
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Spread, TooMany, Volumes};
    use crate::Room;
    use flowz_api::packet::{NANOS, Timestamp};

    fn all(volumes: &Volumes) -> (Vec<(i64, u64)>, u64) {
        let mut room = Room::ROWS;
        let all = volumes.all(&mut room).map(|(start, v)| (start.seconds(), v.bytes_a)).collect();
        (all, room.left_out())
    }

    fn spread(first: i64, last: i64, bytes: u64, how: Spread) -> Vec<(i64, u64)> {
        let mut volumes = Volumes::new(NANOS);
        let times = (Timestamp(first), Timestamp(last));
        volumes.spread(times, false, (bytes, 1), how).unwrap();
        all(&volumes).0
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
        for how in [Spread::Naive, Spread::Fractional] {
            let mut volumes = Volumes::new(1);
            let times = (Timestamp(i64::MIN), Timestamp(i64::MAX));
            assert_eq!(volumes.spread(times, false, (u64::MAX, 1), how), Err(TooMany));
            assert!(volumes.is_empty());
            // Seven bytes are in seven intervals, and the last one is the end of the table.
            volumes.spread(times, false, (7, 1), how).unwrap();
            let mut room = Room::ROWS;
            let found: Vec<_> =
                volumes.all(&mut room).map(|(start, v)| (start.0, v.bytes_a)).collect();
            assert_eq!(found.iter().map(|(_, bytes)| bytes).sum::<u64>(), 7);
            assert_eq!((found[0].0, found.last().unwrap().0), (i64::MIN, i64::MAX));
            assert_eq!(room.left_out(), u64::MAX - 7);
        }
    }

    #[test]
    fn intervals_are_bounded_in_total() {
        let mut volumes = Volumes::new(1_000);
        let minute = |n: i64| (Timestamp(n * 60 * NANOS), Timestamp((n + 1) * 60 * NANOS));
        let mut spread = |n, bytes| volumes.spread(minute(n), false, (bytes, 2), Spread::Naive);
        assert_eq!(spread(0, 6_000_000), Ok(()));
        assert_eq!(spread(1, 6_000_000), Err(TooMany));
        assert_eq!(spread(0, 6_000_000), Ok(()), "the same intervals again");
        assert_eq!(spread(1, 3_000_000), Ok(()));
        assert!(volumes.intervals.len() <= MOST);
    }

    /// Ten gaps of 999999 empty intervals: the first one has room.
    #[test]
    fn gaps_have_room_in_total() {
        let mut volumes = Volumes::new(NANOS);
        for n in 0..11 {
            volumes.add(Timestamp(n * 1_000_000 * NANOS), false, 5, 1);
        }
        let (found, left_out) = all(&volumes);
        assert_eq!((found.len(), left_out), (11 + 999_999, 9 * 999_999));
        assert_eq!(
            found.iter().filter(|(second, bytes)| second % 1_000_000 == 0 && *bytes == 5).count(),
            11
        );
    }
}
