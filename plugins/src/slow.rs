//! Statistics the slow and obvious way, for tests to compare with.

/// Numbers that were collected one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slow(pub(crate) Vec<u64>);

impl Slow {
    /// From a packet to the next one.
    pub(crate) fn gaps(moments: &[i64]) -> Self {
        Self(moments.windows(2).map(|two| (two[1] - two[0]).unsigned_abs()).collect())
    }

    pub(crate) fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    pub(crate) fn min(&self) -> Option<u64> {
        self.0.iter().min().copied()
    }

    pub(crate) fn max(&self) -> Option<u64> {
        self.0.iter().max().copied()
    }

    pub(crate) fn mean(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.sum() as f64 / self.0.len() as f64)
    }

    /// Squares of the distances from the mean, added up, by n - 1.
    pub(crate) fn variance(&self) -> f64 {
        let Some(mean) = self.mean().filter(|_| self.0.len() > 1) else { return 0.0 };
        let squares = self.0.iter().map(|number| (*number as f64 - mean).powi(2));
        squares.sum::<f64>() / (self.0.len() - 1) as f64
    }

    pub(crate) fn deviation(&self) -> f64 {
        self.variance().sqrt()
    }
}

/// Two numbers that are the same but for what doubles lose.
pub(crate) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// The same of numbers that may not be there.
pub(crate) fn both_near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}
