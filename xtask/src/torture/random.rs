//! Numbers at random that are the same for the same seed, on every machine.

/// A generator (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The generator of one trial: neighbours have nothing in common.
    pub(super) fn new(seed: u64, trial: u64) -> Self {
        let mut random = Self(seed);
        let start = random.next().wrapping_add(trial.wrapping_mul(0xd134_2543_de82_ef95));
        Self(start)
    }

    /// 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`; 0 if that is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    /// A place below `end`.
    pub(super) fn place(&mut self, end: usize) -> usize {
        self.below(end as u64) as usize
    }

    /// Once in `n` calls.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of some.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.place(from.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_for_the_same_seed_and_trial() {
        let first = |seed, trial| Random::new(seed, trial).next();
        assert_eq!(first(1, 2), first(1, 2));
        assert!(first(1, 2) != first(1, 3) && first(1, 2) != first(2, 2));
        let mut random = Random::new(1, 0);
        let drawn: Vec<_> = (0..100).map(|_| random.below(3)).collect();
        assert!((0..3).all(|n| drawn.contains(&n)) && drawn.iter().all(|n| *n < 3));
        assert_eq!((random.below(0), random.pick::<u8>(&[])), (0, None));
    }
}
