//! Whole numbers that are shares of a whole.

/// How much of a flow its intervals have: those between the first and the last one have the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Weights {
    /// That of the first interval.
    pub(super) first: u64,
    /// That of each one between.
    pub(super) each: u64,
    /// That of the last one.
    pub(super) last: u64,
    /// How many are between.
    pub(super) between: u64,
}

/// Shares of a whole by weights, whole numbers with the same sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shares {
    /// That of the first interval.
    pub(super) first: u64,
    /// That of the last one.
    pub(super) last: u64,
    each: u64,
    /// So many of those between, the first ones, have one more.
    with_more: u64,
}

impl Shares {
    /// Rounds down; what is missing goes to the largest remainders, the earlier one of equal ones.
    pub(super) fn new(whole: u64, weights: &Weights) -> Self {
        let Weights { first, each, last, between } = *weights;
        // A weight is a part of 64 bits of nanoseconds, and so is their sum.
        let total = u128::from(first) + u128::from(each) * u128::from(between) + u128::from(last);
        let total = total.max(1);
        let part = |weight: u64| {
            let part = u128::from(whole) * u128::from(weight);
            ((part / total) as u64, part % total)
        };
        let (first, each, last) = (part(first), part(each), part(last));
        let mut missing = whole - first.0 - last.0 - each.0 * between;
        let mut shares = Self { first: first.0, last: last.0, each: each.0, with_more: 0 };
        let mut groups = [(first.1, 0, 1), (each.1, 1, between), (last.1, 2, 1)];
        groups.sort_by_key(|(remainder, place, _)| (std::cmp::Reverse(*remainder), *place));
        for (_, place, size) in groups {
            let more = missing.min(size);
            missing -= more;
            match place {
                0 => shares.first += more,
                1 => shares.with_more = more,
                _ => shares.last += more,
            }
        }
        shares
    }

    /// How many of those between have something.
    pub(super) fn filled(&self, between: u64) -> u64 {
        if self.each > 0 { between } else { self.with_more }
    }

    /// The share of one of those between.
    pub(super) fn of(&self, n: u64) -> u64 {
        self.each + u64::from(n < self.with_more)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shares, Weights};
    use proptest::prelude::*;

    /// The same with a list of all weights.
    fn one_by_one(whole: u64, weights: &[u64]) -> Vec<u64> {
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

    proptest! {
        #[test]
        fn shares_are_those_of_the_largest_remainders(
            whole in prop_oneof![0_u64..200, any::<u64>()],
            (first, each, last) in prop_oneof![(1_u64..9, 1_u64..9, 0_u64..9), (1..=u64::MAX, 1..=u64::MAX, any::<u64>())],
            between in 0_u64..50,
        ) {
            let shares = Shares::new(whole, &Weights { first, each, last, between });
            let mut found = vec![shares.first];
            found.extend((0..between).map(|n| shares.of(n)));
            found.push(shares.last);
            let mut weights = vec![each; between as usize + 2];
            (weights[0], weights[between as usize + 1]) = (first, last);
            prop_assert_eq!(&found, &one_by_one(whole, &weights));
            prop_assert_eq!(found.iter().map(|s| u128::from(*s)).sum::<u128>(), u128::from(whole));
            let filled = found[1..=between as usize].iter().filter(|share| **share > 0).count();
            prop_assert_eq!(shares.filled(between), filled as u64);
        }
    }
}
