//! How several instances of a plugin become one again.
//!
//! With several threads a plugin that records has several instances, each with a share of the flows. What they
//! counted for the end report is put together when all flows have ended: [`derive(Merge)`](macro@crate::Merge) writes
//! that from a word at each field.

use crate::Checkpoint;

/// Takes in what another instance of the same plugin has counted, so that the result is what a single instance
/// would have counted.
pub trait Merge {
    /// Takes in another one.
    fn merge(&mut self, other: Self);
}

/// The first of the largest: what was offered first stays until something larger comes. Where in the order of
/// the run it was offered decides, so the result does not depend on who saw it.
#[derive(Clone, Copy, PartialEq, Debug, Default, Checkpoint)]
pub struct Largest<T, W> {
    amount: T,
    order: u64,
    what: Option<W>,
}

impl<T: PartialOrd + Copy, W: Copy> Largest<T, W> {
    /// Offers something; `order` is the number of the flow's end ([`EndContext::order`]).
    ///
    /// [`EndContext::order`]: crate::plugin::EndView::order
    #[inline]
    pub fn offer(&mut self, amount: T, order: u64, what: W) {
        if amount > self.amount {
            *self = Self { amount, order, what: Some(what) };
        }
    }

    /// The largest amount; what nothing is where nothing was larger than that.
    pub fn amount(&self) -> T {
        self.amount
    }

    /// What it was.
    pub fn what(&self) -> Option<W> {
        self.what
    }
}

impl<T: PartialOrd, W> Merge for Largest<T, W> {
    fn merge(&mut self, other: Self) {
        let is_earlier = other.amount == self.amount && other.order < self.order;
        if other.amount > self.amount || (is_earlier && other.what.is_some()) {
            *self = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Largest, Merge};

    #[test]
    fn the_first_of_the_largest() {
        let offers = [(3, 'a'), (7, 'b'), (7, 'c'), (2, 'd'), (7, 'e'), (1, 'f')];
        let mut alone = Largest::default();
        for (order, (amount, what)) in (1..).zip(offers) {
            alone.offer(amount, order, what);
        }
        for lanes in 1..5_u64 {
            let mut parts = vec![Largest::default(); lanes as usize];
            for (order, (amount, what)) in (1..).zip(offers) {
                parts[(order % lanes) as usize].offer(amount, order, what);
            }
            let mut merged = Largest::<i32, char>::default();
            parts.into_iter().rev().for_each(|part| merged.merge(part));
            assert_eq!(merged, alone);
        }
        assert_eq!((alone.amount(), alone.what()), (7, Some('b')));
    }
}
