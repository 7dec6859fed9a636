//! When a connection of TCP opens and closes (RFC 9293, section 3.6), wherever the capture begins.

use flowz_api::Checkpoint;

/// Bits of the header.
const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

/// Fields of a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) flags: u8,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: u32,
    /// Octets of data.
    pub(crate) len: u32,
}

/// What a segment means to the connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// It goes on.
    GoesOn,
    /// Both sides have closed, and know it.
    Closes,
    /// A side has given up.
    Resets,
    /// The segment begins another connection.
    Another,
}

/// What one side has sent.
#[derive(Clone, Copy, Default, Debug, Checkpoint)]
struct Side {
    /// Sequence number behind the last octet.
    next: Option<u32>,
    /// That of its SYN.
    initial: Option<u32>,
    /// Sequence number behind its FIN.
    end: Option<u32>,
    end_is_known: bool,
    /// Octets in front of `next` that have not come yet.
    missing: u64,
}

/// A connection. Sides are 0 and 1.
#[derive(Clone, Copy, Default, Debug, Checkpoint)]
pub(crate) struct Connection {
    sides: [Side; 2],
}

/// Whether sequence number `a` is in front of `b`.
fn is_before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

impl Segment {
    /// The segment may begin a connection whose beginning was not captured, or that has one.
    pub(crate) fn may_begin(self) -> bool {
        self.flags & (RST | FIN) == 0 && (self.flags & SYN != 0 || self.len > 0)
    }

    /// Whether it begins a connection.
    pub(crate) fn has_syn(self) -> bool {
        self.flags & (SYN | RST | FIN) == SYN
    }
}

impl Connection {
    /// Whether both sides have sent something.
    pub(crate) fn has_both(&self) -> bool {
        self.sides.iter().all(|side| side.next.is_some())
    }

    /// Whether both sides have said that they close.
    pub(crate) fn is_closing(&self) -> bool {
        self.sides.iter().all(|side| side.end.is_some())
    }

    /// Takes in a segment of a side; yields what it means and how many octets of it are new.
    pub(crate) fn segment(&mut self, side: usize, segment: Segment) -> (Step, u64) {
        let Segment { flags, sequence, acknowledged, len } = segment;
        let [own, other] = self.of(side);
        if flags & (SYN | RST) == SYN && own.is_another(sequence) {
            return (Step::Another, 0);
        }
        if flags & RST != 0 {
            return (Step::Resets, 0);
        }
        let first = if flags & SYN != 0 {
            own.initial = Some(sequence);
            sequence.wrapping_add(1)
        } else {
            sequence
        };
        let octets = own.data(first, len);
        if flags & FIN != 0 {
            own.end = own.end.or(Some(first.wrapping_add(len).wrapping_add(1)));
        }
        if flags & ACK != 0 {
            other.end_is_known |= other.end.is_some_and(|end| !is_before(acknowledged, end));
        }
        let is_over = self.sides.iter().all(|side| side.end_is_known);
        (if is_over { Step::Closes } else { Step::GoesOn }, octets)
    }

    fn of(&mut self, side: usize) -> [&mut Side; 2] {
        let [a, b] = &mut self.sides;
        if side == 0 { [a, b] } else { [b, a] }
    }
}

impl Side {
    /// Whether a SYN with this number is that of another connection.
    fn is_another(&self, sequence: u32) -> bool {
        match self.initial {
            Some(initial) => initial != sequence,
            // The beginning was not captured.
            None => self.next.is_some(),
        }
    }

    /// Takes in data; yields how many octets of it are new.
    fn data(&mut self, first: u32, len: u32) -> u64 {
        let end = first.wrapping_add(len);
        let next = *self.next.get_or_insert(first);
        if is_before(next, end) {
            let ahead = end.wrapping_sub(next);
            self.next = Some(end);
            let new = ahead.min(len);
            self.missing = self.missing.saturating_add(u64::from(ahead - new));
            return new.into();
        }
        let late = u64::from(len).min(self.missing);
        self.missing -= late;
        late
    }
}

#[cfg(test)]
mod tests {
    use super::{ACK, Connection, FIN, RST, SYN, Segment, Step};

    fn run(segments: &[(usize, u8, u32, u32, u32)]) -> Vec<(Step, u64)> {
        let mut connection = Connection::default();
        let each = |&(side, flags, sequence, acknowledged, len)| {
            connection.segment(side, Segment { flags, sequence, acknowledged, len })
        };
        segments.iter().map(each).collect()
    }

    #[test]
    fn closes_with_the_acknowledgement_of_the_second_fin() {
        let steps = run(&[
            (0, SYN, 9, 0, 0),
            (1, SYN | ACK, 99, 10, 0),
            (0, ACK, 10, 100, 5),
            (0, FIN | ACK, 15, 100, 0),
            (1, FIN | ACK, 100, 16, 7),
            (1, FIN | ACK, 100, 16, 7),
            (0, ACK, 16, 108, 0),
        ]);
        let octets: Vec<u64> = steps.iter().map(|(_, octets)| *octets).collect();
        assert_eq!(octets, [0, 0, 5, 0, 7, 0, 0]);
        assert!(steps[..6].iter().all(|(step, _)| *step == Step::GoesOn), "{steps:?}");
        assert_eq!(steps[6].0, Step::Closes);
    }

    #[test]
    fn a_fin_that_came_early_and_numbers_that_wrap() {
        let steps = run(&[
            (0, ACK, u32::MAX - 2, 1, 2),
            (1, FIN | ACK, 1, 0, 0),
            (0, FIN | ACK, 2, 2, 3),
            (1, ACK, 2, u32::MAX, 0),
            (0, ACK, u32::MAX, 2, 3),
            (1, ACK, 2, 6, 0),
        ]);
        let octets: Vec<u64> = steps.iter().map(|(_, octets)| *octets).collect();
        assert_eq!(octets, [2, 0, 3, 0, 3, 0]);
        assert_eq!(steps.last().unwrap().0, Step::Closes);
        assert!(steps[..5].iter().all(|(step, _)| *step == Step::GoesOn), "{steps:?}");
    }

    #[test]
    fn resets_and_further_connections() {
        assert_eq!(run(&[(0, ACK, 1, 1, 9), (1, RST, 5, 0, 0)])[1].0, Step::Resets);
        assert_eq!(run(&[(0, SYN, 1, 0, 0), (0, SYN, 1, 0, 0)])[1].0, Step::GoesOn);
        assert_eq!(run(&[(0, SYN, 1, 0, 0), (0, SYN, 2, 0, 0)])[1].0, Step::Another);
        assert_eq!(run(&[(0, ACK, 1, 0, 8), (0, SYN, 2, 0, 0)])[1].0, Step::Another);
        let late = Segment { flags: ACK, sequence: 1, acknowledged: 1, len: 0 };
        assert!(!late.may_begin() && Segment { flags: SYN | ACK, ..late }.may_begin());
        assert!(Segment { len: 1, ..late }.may_begin());
        assert!(!Segment { flags: FIN | ACK, len: 1, ..late }.may_begin());
    }
}
