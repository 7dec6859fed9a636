//! How much came within the last seconds, in three numbers.

/// Nanoseconds that a rate looks back.
pub(crate) const WINDOW: i64 = 5_000_000_000;
/// A flow that is younger is as if it were so old: one packet is no rate.
const LEAST: i64 = 1_000_000_000;

/// Counts of the slice of time that is now and of the one before; what came in the window is taken from both, as if the earlier one
/// had been steady.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rate {
    slice: i64,
    current: u64,
    previous: u64,
}

impl Rate {
    /// So much more.
    #[inline]
    pub(crate) fn add(&mut self, now: i64, amount: u64) {
        let slice = now.div_euclid(WINDOW);
        if slice > self.slice {
            self.previous = if slice == self.slice + 1 { self.current } else { 0 };
            (self.slice, self.current) = (slice, 0);
        }
        self.current += amount;
    }

    /// Amount per second, of something that is so many nanoseconds old.
    pub(crate) fn per_second(&self, now: i64, age: i64) -> f64 {
        let slice = now.div_euclid(WINDOW);
        let (current, previous) = match slice.saturating_sub(self.slice) {
            ..=0 => (self.current, self.previous),
            1 => (0, self.current),
            _ => return 0.0,
        };
        let left = 1.0 - now.rem_euclid(WINDOW) as f64 / WINDOW as f64;
        let amount = current as f64 + previous as f64 * left;
        amount / (age.clamp(LEAST, WINDOW) as f64 / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    const SECOND: i64 = 1_000_000_000;

    #[test]
    fn a_steady_stream_has_its_rate() {
        let mut rate = Rate::default();
        for tenth in 0..200 {
            rate.add(tenth * SECOND / 10, 100);
        }
        for now in [20 * SECOND, 20 * SECOND - 1] {
            let found = rate.per_second(now, now);
            assert!((900.0..1100.0).contains(&found), "{found}");
        }
    }

    #[test]
    fn silence_brings_it_down() {
        let mut rate = Rate::default();
        rate.add(4 * SECOND, 5000);
        let at = |second: i64| rate.per_second(second * SECOND, 60 * SECOND);
        assert_eq!([4, 5, 10, 15].map(at), [1000.0, 1000.0, 0.0, 0.0]);
        let half = rate.per_second(7 * SECOND + SECOND / 2, 60 * SECOND);
        assert_eq!(half, 500.0);
    }

    #[test]
    fn young_flows_and_time_that_goes_back() {
        let mut rate = Rate::default();
        rate.add(3 * SECOND, 700);
        assert_eq!(rate.per_second(3 * SECOND, 0), 700.0, "as if a second old");
        rate.add(-SECOND, 300);
        assert_eq!(rate.per_second(3 * SECOND, 2 * SECOND), 500.0);
        assert_eq!(rate.per_second(-SECOND, 9 * SECOND), 200.0);
    }
}
