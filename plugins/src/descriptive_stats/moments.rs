//! Mean and central moments.

use super::quantile::{Values, total};

/// How exact it is reckoned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Precision {
    Double,
    /// Intermediate results are rounded to single precision, as in the reference.
    Single,
}

impl Precision {
    /// An intermediate result.
    pub(crate) fn round(self, x: f64) -> f64 {
        match self {
            Self::Double => x,
            Self::Single => f64::from(x as f32),
        }
    }
}

/// Mean and central moments of all values, each by the number of values.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Moments {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    third: f64,
    fourth: f64,
}

impl Moments {
    /// The moments around this mean.
    pub(crate) fn around(mean: f64, values: Values<'_>, precision: Precision) -> Self {
        let n = total(values) as f64;
        let mut moments = Self { mean, ..Self::default() };
        for &(value, count) in values {
            let share = precision.round(count as f64 / n);
            let distance = precision.round(value - mean);
            let square = precision.round(distance * distance);
            let cube = precision.round(square * distance);
            moments.variance += square * share;
            moments.third += cube * share;
            moments.fourth += precision.round(cube * distance) * share;
        }
        moments
    }

    /// Third moment by the variance to the power of 1.5; 0 without variance.
    pub(crate) fn skewness(&self) -> f64 {
        if self.variance > 0.0 { self.third / self.variance.powf(1.5) } else { 0.0 }
    }

    /// Fourth moment by the square of the variance, less 3; 0 without variance.
    pub(crate) fn excess(&self) -> f64 {
        if self.variance > 0.0 { self.fourth / (self.variance * self.variance) - 3.0 } else { 0.0 }
    }
}
