//! Sequence numbers of a source: validity, order, loss and repetition (RFC 3550, appendix A.1).

use flowz_api::Checkpoint;

/// A step ahead of so many numbers or more is another sequence.
const MAX_DROPOUT: u16 = 3000;
/// Packets that are late by so many numbers or more are of another sequence.
const MAX_MISORDER: u16 = 100;
/// So many packets in a row make a source.
const MIN_SEQUENTIAL: u8 = 2;
/// Numbers of which is known whether they came.
const WINDOW: u32 = u128::BITS;

/// What a packet's number is to those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The highest so far.
    Ahead,
    /// Late: it comes behind a higher one, and did not come before.
    Late,
    /// It came before.
    Again,
    /// Far from the sequence: ignored, unless the next one follows it.
    Far,
    /// It follows one that was far: another sequence has begun with both.
    Restart,
    /// Far from one that was on probation: this one is the first.
    First,
}

/// The numbers of a source.
///
/// Numbers are counted from the very first packet. That the source is one shows when two come in a row.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Sequence {
    /// How many packets in a row are missing to make it a source.
    probation: u8,
    /// What comes next while it is on probation.
    next: u16,
    /// Highest number, counted on where it wraps.
    highest: i64,
    /// Lowest number of this sequence.
    lowest: i64,
    /// Bit n: the highest number less n came.
    came: u128,
    /// What would follow the latest packet that was far.
    follows_far: Option<u16>,
    /// Numbers of sequences before this one.
    earlier: u64,
    /// Missing numbers at the end of what is behind the window.
    run: u64,
    gaps: u32,
    longest_gap: u64,
    restarts: u32,
}

impl Sequence {
    /// Begins with a packet, on probation.
    pub(crate) fn new(first: u16) -> Self {
        let number = i64::from(first);
        Self {
            probation: MIN_SEQUENTIAL - 1,
            next: first.wrapping_add(1),
            highest: number,
            lowest: number,
            came: 1,
            follows_far: None,
            earlier: 0,
            run: 0,
            gaps: 0,
            longest_gap: 0,
            restarts: 0,
        }
    }

    /// Whether this is a source.
    pub(crate) fn is_valid(&self) -> bool {
        self.probation == 0
    }

    /// Takes in a number.
    pub(crate) fn add(&mut self, number: u16) -> Place {
        let was_valid = self.is_valid();
        if !was_valid {
            self.probe(number);
        }
        let ahead = number.wrapping_sub(self.highest as u16);
        let behind = ahead.wrapping_neg();
        if (1..MAX_DROPOUT).contains(&ahead) {
            self.advance(ahead.into());
            Place::Ahead
        } else if behind < MAX_MISORDER {
            self.late(behind)
        } else if !was_valid {
            *self = Self::new(number);
            Place::First
        } else if self.follows_far == Some(number) {
            self.restart(number);
            Place::Restart
        } else {
            self.follows_far = Some(number.wrapping_add(1));
            Place::Far
        }
    }

    fn probe(&mut self, number: u16) {
        let follows = number == self.next;
        self.probation = if follows { self.probation - 1 } else { MIN_SEQUENTIAL - 1 };
        self.next = number.wrapping_add(1);
    }

    fn late(&mut self, behind: u16) -> Place {
        let bit = 1 << behind;
        if self.came & bit != 0 {
            return Place::Again;
        }
        self.came |= bit;
        self.lowest = self.lowest.min(self.highest - i64::from(behind));
        Place::Late
    }

    fn advance(&mut self, by: u32) {
        self.leave(by.min(WINDOW));
        if by > WINDOW {
            self.run += u64::from(by - WINDOW);
        }
        self.came = self.came.checked_shl(by).unwrap_or(0) | 1;
        self.highest += i64::from(by);
    }

    /// So many numbers leave the window, the oldest first: what is missing of them is lost.
    fn leave(&mut self, count: u32) {
        for step in 0..count {
            let back = WINDOW - 1 - step;
            if self.highest - i64::from(back) < self.lowest {
                continue;
            }
            if self.came >> back & 1 == 0 {
                self.run += 1;
            } else if self.run > 0 {
                self.gaps = self.gaps.saturating_add(1);
                self.longest_gap = self.longest_gap.max(self.run);
                self.run = 0;
            }
        }
    }

    /// Another sequence begins with the packet before this one.
    fn restart(&mut self, number: u16) {
        self.leave(WINDOW);
        self.earlier = self.expected();
        self.restarts = self.restarts.saturating_add(1);
        self.highest = i64::from(number) + i64::from(u16::MAX) + 1;
        self.lowest = self.highest - 1;
        self.came = 0b11;
        self.follows_far = None;
    }

    /// How many packets there are by their numbers, from the lowest to the highest of each sequence.
    pub(crate) fn expected(&self) -> u64 {
        self.earlier + (self.highest - self.lowest).unsigned_abs() + 1
    }

    /// A number of this sequence, counted on where numbers wrap: the one nearest to the highest.
    pub(crate) fn extended(&self, number: u16) -> i64 {
        self.highest + i64::from(number.wrapping_sub(self.highest as u16) as i16)
    }

    /// Sequences that began far from the one before.
    pub(crate) fn restarts(&self) -> u32 {
        self.restarts
    }

    /// Runs of numbers that never came, and the longest of them. Nothing may come behind.
    pub(crate) fn gaps(&self) -> (u32, u64) {
        let mut all = self.clone();
        all.leave(WINDOW);
        (all.gaps, all.longest_gap)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Place::{self, Again, Ahead, Far, Late, Restart};
    use super::Sequence;

    /// Takes in all; what became of each behind the first one.
    fn after(numbers: &[u16]) -> (Sequence, Vec<Place>) {
        let mut sequence = Sequence::new(numbers[0]);
        let places = numbers[1..].iter().map(|n| sequence.add(*n)).collect();
        (sequence, places)
    }

    #[test]
    fn two_in_a_row_make_a_source() {
        assert!(!after(&[7]).0.is_valid());
        assert!(after(&[7, 8]).0.is_valid());
        assert!(after(&[65_535, 0]).0.is_valid());
        for odd in [&[7, 7][..], &[7, 9, 8], &[7, 9, 11, 13], &[8, 7], &[7, 40_000, 9]] {
            assert!(!after(odd).0.is_valid(), "{odd:?}");
        }
        assert!(after(&[8, 7, 9, 10]).0.is_valid());
    }

    #[test]
    fn packets_on_probation_count() {
        let (sequence, places) = after(&[11, 10, 13, 12, 14, 15]);
        assert_eq!(places, [Late, Ahead, Late, Ahead, Ahead]);
        assert_eq!((sequence.expected(), sequence.gaps()), (6, (0, 0)));
        let (sequence, places) = after(&[11, 40_000, 40_001]);
        assert_eq!(places, [Place::First, Ahead]);
        assert_eq!(sequence.expected(), 2);
    }

    #[test]
    fn wrapping() {
        let (sequence, places) = after(&[65_533, 65_534, 1, 65_535, 0, 2, 65_535]);
        assert_eq!(places, [Ahead, Ahead, Late, Late, Ahead, Again]);
        assert_eq!(
            [65_535, 0, 2, 3].map(|n| sequence.extended(n)),
            [65_535, 65_536, 65_538, 65_539]
        );
        assert_eq!((sequence.expected(), sequence.gaps()), (6, (0, 0)));
    }

    #[test]
    fn a_step_below_the_limit_is_one_gap() {
        let (sequence, places) = after(&[124, 125, 1838, 1839]);
        assert_eq!(places, [Place::Ahead; 3]);
        assert_eq!((sequence.expected(), sequence.gaps()), (1716, (1, 1712)));
        assert_eq!(after(&[1, 2, 5, 7, 4]).0.gaps(), (2, 1));
    }

    #[test]
    fn far_packets_need_a_second_one() {
        let (sequence, places) = after(&[1, 2, 3002, 3, 40_000, 50_000, 50_001, 50_002, 50_004]);
        assert_eq!(places, [Ahead, Far, Ahead, Far, Far, Restart, Ahead, Ahead]);
        assert_eq!((sequence.expected(), sequence.restarts()), (3 + 5, 1));
        assert_eq!(sequence.gaps(), (1, 1));
        assert_eq!(after(&[1000, 1001, 902]).1[1], Place::Late);
        assert_eq!(after(&[1000, 1001, 901]).1[1], Far);
    }

    /// Numbers of a sequence that are lost, come late and come again, at random.
    fn random(seed: &mut u32) -> Vec<u64> {
        let mut next = |below: u32| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*seed >> 8) % below
        };
        let first = u64::from(next(65_536)) + 65_536;
        let mut numbers = vec![first, first + 1];
        let mut number = first + 1;
        for _ in 0..next(400) {
            number += u64::from(if next(10) == 0 { 1 + next(400) } else { 1 });
            numbers.push(number);
            if next(8) == 0 {
                numbers.push(number - u64::from(next(90)));
            }
        }
        numbers
    }

    #[test]
    fn counts_are_those_of_sets() {
        let mut seed = 3;
        for _ in 0..500 {
            let numbers = random(&mut seed);
            let mut sequence = Sequence::new(numbers[0] as u16);
            let mut came = BTreeSet::from([numbers[0]]);
            for number in &numbers[1..] {
                let highest = came.last().copied().expect("one came");
                let expected = match came.insert(*number) {
                    false => Place::Again,
                    true if *number < highest => Place::Late,
                    true => Place::Ahead,
                };
                assert_eq!(sequence.add(*number as u16), expected, "{number} in {numbers:?}");
            }
            let (low, high) = (*came.first().expect("one"), *came.last().expect("one"));
            assert_eq!(sequence.expected(), high - low + 1);
            let came: Vec<_> = came.into_iter().collect();
            let steps = came.windows(2).map(|pair| pair[1] - pair[0] - 1).filter(|n| *n > 0);
            let gaps: Vec<_> = steps.collect();
            let longest = gaps.iter().max().copied().unwrap_or(0);
            assert_eq!(sequence.gaps(), (gaps.len() as u32, longest));
        }
    }
}
