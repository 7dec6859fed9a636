//! Packets in the order of their numbers, within a window.

use std::collections::BTreeMap;

/// Most bytes that wait.
const MOST_BYTES: usize = 128 << 10;

/// How long packets wait for others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Window {
    /// Packets.
    pub(super) packets: usize,
    /// Nanoseconds, 0 for any time.
    pub(super) nanos: i64,
}

/// A packet that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Waiting<T> {
    /// When it came.
    pub(super) time: i64,
    pub(super) bytes: usize,
    pub(super) packet: T,
}

/// Packets of one source that wait for those in front of them. At the beginning all wait, as nobody knows which is the first.
#[derive(Debug)]
pub(super) struct Order<T> {
    window: Window,
    waiting: BTreeMap<i64, Waiting<T>>,
    bytes: usize,
    /// What comes next, once that is known.
    next: Option<i64>,
}

/// What becomes of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// It waits, or is next.
    Taken,
    /// It came before.
    Again,
    /// What is behind it has left already.
    TooLate,
}

impl<T> Order<T> {
    pub(super) fn new(window: Window) -> Self {
        Self { window, waiting: BTreeMap::new(), bytes: 0, next: None }
    }

    /// Takes in a packet of this number. `was_there`: somebody knows that the number came before.
    pub(super) fn push(&mut self, number: i64, waiting: Waiting<T>, was_there: bool) -> Fate {
        if self.next.is_some_and(|next| number < next) {
            return if was_there { Fate::Again } else { Fate::TooLate };
        }
        if self.waiting.contains_key(&number) {
            return Fate::Again;
        }
        self.bytes += waiting.bytes;
        self.waiting.insert(number, waiting);
        Fate::Taken
    }

    /// The next packet that need not wait any more, with the number of those that are missing in front of it.
    pub(super) fn pop(&mut self, now: i64) -> Option<(u64, Waiting<T>)> {
        let (number, first) = self.waiting.first_key_value()?;
        let is_next = self.next == Some(*number);
        let is_over = self.waiting.len() > self.window.packets
            || self.bytes > MOST_BYTES
            || self.window.nanos > 0 && now.saturating_sub(first.time) > self.window.nanos;
        if is_next || is_over { self.take() } else { None }
    }

    /// The next packet: none waits any more.
    pub(super) fn take(&mut self) -> Option<(u64, Waiting<T>)> {
        let (number, waiting) = self.waiting.pop_first()?;
        let missing = self.next.map_or(0, |next| number.saturating_sub(next).unsigned_abs());
        self.bytes -= waiting.bytes;
        self.next = Some(number.saturating_add(1));
        Some((missing, waiting))
    }

    /// All that wait, in their order, as if they had never come; none once the first one has left.
    pub(super) fn withdraw(&mut self) -> impl Iterator<Item = T> + use<T> {
        let all =
            if self.next.is_none() { std::mem::take(&mut self.waiting) } else { BTreeMap::new() };
        self.bytes = self.waiting.values().map(|waiting| waiting.bytes).sum();
        all.into_values().map(|waiting| waiting.packet)
    }

    /// Another sequence of numbers begins.
    pub(super) fn restart(&mut self) {
        self.next = None;
    }
}

#[cfg(test)]
mod tests {
    use super::Fate::{Again, Taken, TooLate};
    use super::{Fate, Order, Waiting, Window};

    const WINDOW: Window = Window { packets: 3, nanos: 0 };

    fn push(order: &mut Order<i64>, number: i64) -> Fate {
        order.push(
            number,
            Waiting { time: number.saturating_mul(20), bytes: 100, packet: number },
            false,
        )
    }

    fn pop(order: &mut Order<i64>) -> Vec<(u64, i64)> {
        std::iter::from_fn(|| order.pop(0)).map(|(lost, w)| (lost, w.packet)).collect()
    }

    #[test]
    fn late_ones_find_their_place() {
        let mut order = Order::new(WINDOW);
        for number in [11, 10, 12] {
            assert_eq!((push(&mut order, number), pop(&mut order)), (Taken, vec![]));
        }
        push(&mut order, 13);
        assert_eq!(pop(&mut order), [(0, 10), (0, 11), (0, 12), (0, 13)]);
        push(&mut order, 14);
        assert_eq!(pop(&mut order), [(0, 14)], "nothing in front is missing");
        push(&mut order, 17);
        assert_eq!(pop(&mut order), []);
        push(&mut order, 16);
        push(&mut order, 15);
        assert_eq!(pop(&mut order), [(0, 15), (0, 16), (0, 17)]);
    }

    #[test]
    fn those_that_come_again_or_too_late() {
        let mut order = Order::new(WINDOW);
        let fates = [1, 2, 1, 3, 4].map(|number| push(&mut order, number));
        assert_eq!(fates, [Taken, Taken, Again, Taken, Taken]);
        assert_eq!(pop(&mut order).len(), 4);
        for number in [7, 8, 9] {
            push(&mut order, number);
        }
        assert_eq!(pop(&mut order), []);
        push(&mut order, 10);
        assert_eq!(pop(&mut order), [(2, 7), (0, 8), (0, 9), (0, 10)]);
        assert_eq!(push(&mut order, 6), TooLate);
        let again = Waiting { time: 0, bytes: 1, packet: 6 };
        assert_eq!(order.push(6, again, true), Again);
    }

    #[test]
    fn time_and_memory_are_bounded() {
        let mut order = Order::new(Window { packets: 1000, nanos: 50 });
        push(&mut order, 1);
        assert!(order.pop(70).is_none());
        assert!(order.pop(71).is_some());
        for number in 3..2000 {
            order.push(number, Waiting { time: 0, bytes: 60_000, packet: number }, false);
            while order.pop(0).is_some() {}
            assert!(order.bytes <= 3 * 60_000);
        }
    }

    #[test]
    fn at_the_end_and_at_another_sequence_all_leave() {
        let mut order = Order::new(WINDOW);
        push(&mut order, i64::MAX);
        push(&mut order, i64::MIN);
        assert_eq!(order.take().map(|(lost, w)| (lost, w.packet)), Some((0, i64::MIN)));
        assert!(order.take().is_some_and(|(lost, _)| lost > 1 << 62));
        assert!(order.take().is_none());
        order.restart();
        assert_eq!((push(&mut order, 5), order.take().map(|(lost, _)| lost)), (Taken, Some(0)));
    }

    #[test]
    fn those_that_nobody_has_seen_can_be_withdrawn() {
        let mut order = Order::new(WINDOW);
        push(&mut order, 2);
        push(&mut order, 1);
        assert_eq!((order.withdraw().collect::<Vec<_>>(), order.bytes), (vec![1, 2], 0));
        push(&mut order, 1);
        order.take();
        push(&mut order, 3);
        assert_eq!((order.withdraw().count(), order.bytes), (0, 100));
    }
}
