//! Statistics of whole numbers, exact whatever their size and number: of lengths, of times in micro- or nanoseconds.

use flowz_api::Checkpoint;

/// Samples so far.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Samples {
    count: u64,
    smallest: u64,
    largest: u64,
    /// The first one: distances from it are added up and squared, so that what is far from 0 leaves room.
    first: u64,
    distances: i128,
    squares: u128,
}

impl Samples {
    /// Takes a sample in.
    pub(crate) fn add(&mut self, sample: u64) {
        self.smallest = if self.count == 0 { sample } else { self.smallest.min(sample) };
        self.largest = self.largest.max(sample);
        if self.count == 0 {
            self.first = sample;
        }
        self.count += 1;
        self.distances += i128::from(sample) - i128::from(self.first);
        let distance = u128::from(sample.abs_diff(self.first));
        self.squares = self.squares.saturating_add(distance * distance);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub(crate) fn sum(&self) -> u128 {
        // Sums are not negative, and far below what finds room.
        (i128::from(self.count) * i128::from(self.first) + self.distances).unsigned_abs()
    }

    /// The smallest, if there is any.
    pub(crate) fn min(&self) -> Option<u64> {
        (self.count > 0).then_some(self.smallest)
    }

    /// The largest, if there is any.
    pub(crate) fn max(&self) -> Option<u64> {
        (self.count > 0).then_some(self.largest)
    }

    /// The arithmetic mean without its fraction, if there is any sample.
    pub(crate) fn whole_mean(&self) -> Option<u64> {
        let mean = self.sum().checked_div(self.count.into())?;
        Some(u64::try_from(mean).unwrap_or(u64::MAX))
    }

    /// The arithmetic mean, if there is any sample.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum() as f64 / self.count as f64)
    }

    /// Variance of the sample, by n - 1 (Bessel); 0 of fewer than two.
    pub(crate) fn variance(&self) -> f64 {
        if self.count < 2 {
            return 0.0;
        }
        let count = u128::from(self.count);
        let sum = self.distances.unsigned_abs();
        let exact = count.checked_mul(self.squares).zip(sum.checked_mul(sum));
        let spread = match exact {
            Some((squares, square)) => squares.saturating_sub(square) as f64,
            None => count as f64 * self.squares as f64 - (sum as f64).powi(2),
        };
        spread.max(0.0) / (count as f64 * (count - 1) as f64)
    }

    /// Standard deviation of the sample, the square root of [`variance`](Self::variance).
    pub(crate) fn deviation(&self) -> f64 {
        self.variance().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    fn of(samples: &[u64]) -> Samples {
        let mut all = Samples::default();
        for sample in samples {
            all.add(*sample);
        }
        all
    }

    #[test]
    fn small_and_large() {
        let none = Samples::default();
        assert_eq!((none.min(), none.max(), none.whole_mean()), (None, None, None));
        assert_eq!((none.count(), none.sum(), none.deviation()), (0, 0, 0.0));
        let one = of(&[0]);
        assert_eq!((one.min(), one.max(), one.deviation()), (Some(0), Some(0), 0.0));
        // Two, four, four, four, five, five, seven, nine: the sum of squared distances is 32.
        let eight = of(&[2, 4, 4, 4, 5, 5, 7, 9]);
        assert_eq!((eight.whole_mean(), eight.variance()), (Some(5), 32.0 / 7.0));
        assert_eq!((eight.mean(), of(&[1, 2]).mean(), none.mean()), (Some(5.0), Some(1.5), None));
        // Far from 0 a difference of squares of doubles would leave nothing.
        let far = of(&[u64::MAX - 2, u64::MAX - 1, u64::MAX]);
        assert_eq!((far.whole_mean(), far.variance()), (Some(u64::MAX - 1), 1.0));
    }
}
