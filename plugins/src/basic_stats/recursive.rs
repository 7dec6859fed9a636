//! Mean and variance, updated with every value (fact sheet, section 7.2).
//!
//! All in single precision. The variance uses the distance to the mean before the update, so it is not
//! the textbook variance; that is the reference's convention.

/// Running estimates.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recursive {
    /// Mean.
    pub(crate) mean: f32,
    /// Variance.
    pub(crate) variance: f32,
}

impl Recursive {
    /// Takes the `n`-th value, counted from 1.
    #[inline]
    pub(crate) fn add(&mut self, value: f32, n: f32) {
        let distance = value - self.mean;
        self.mean += distance / n;
        self.variance += (distance * distance - self.variance) / n;
    }

    /// Square root of the variance.
    pub(crate) fn deviation(self) -> f32 {
        self.variance.sqrt()
    }
}
