//! Thirteen numbers that describe a distribution.

use super::moments::Moments;
use super::quantile::{Values, total};

/// What is known of a distribution.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) mean: f64,
    pub(crate) quartiles: [f64; 3],
    pub(crate) mode: f64,
    /// Standard deviation.
    pub(crate) deviation: f64,
    pub(crate) skewness: f64,
    /// Kurtosis less that of the normal distribution.
    pub(crate) excess: f64,
}

/// The interquartile range of the normal distribution times this is its standard deviation.
const NORMAL: f64 = 0.7413;

impl Numbers {
    /// From the values in order and what was computed of them; the deviation is that of the moments times `correction`.
    pub(crate) fn from_values(
        values: Values<'_>,
        quartiles: [f64; 3],
        moments: Moments,
        correction: f64,
    ) -> Self {
        Self {
            min: values.first().map_or(0.0, |v| v.0),
            max: values.last().map_or(0.0, |v| v.0),
            mean: moments.mean,
            quartiles,
            mode: mode(values),
            deviation: (moments.variance * correction).sqrt(),
            skewness: moments.skewness(),
            excess: moments.excess(),
        }
    }

    /// Interquartile range.
    pub(crate) fn interquartile(&self) -> f64 {
        self.quartiles[2] - self.quartiles[0]
    }

    /// Largest less smallest.
    pub(crate) fn range(&self) -> f64 {
        self.max - self.min
    }

    /// A deviation that values far away change little: that of a normal distribution with the same
    /// quartiles, if that is smaller.
    pub(crate) fn robust_deviation(&self) -> f64 {
        self.deviation.min(NORMAL * self.interquartile())
    }
}

/// The value that came most often, the smallest of those.
fn mode(values: Values<'_>) -> f64 {
    let most = values.iter().map(|v| v.1).max().unwrap_or(0);
    values.iter().find(|v| v.1 == most).map_or(0.0, |v| v.0)
}

/// Variance with the number of values less one, in relation to that with their number.
pub(crate) fn sample_correction(values: Values<'_>) -> f64 {
    let n = total(values) as f64;
    if n > 1.0 { n / (n - 1.0) } else { 1.0 }
}
