//! Online moments of a sequence: updated with every value, no value is kept.
//!
//! All in single precision. The moments use the distance to the mean before the update only, so the
//! variance is not the textbook one, which Welford's method gives; that is the reference's convention.

use flowz_api::Checkpoint;

/// Running estimates of mean and variance.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct OnlineMoments {
    /// Mean.
    pub(crate) mean: f32,
    /// Variance.
    pub(crate) variance: f32,
}

impl OnlineMoments {
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

/// Running estimates of the third and fourth moment.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Shape {
    third: f32,
    fourth: f32,
}

impl Shape {
    /// Takes the `n`-th value, before `moments` does.
    pub(crate) fn add(&mut self, value: f32, n: f32, moments: OnlineMoments) {
        let distance = value - moments.mean;
        let square = distance * distance;
        self.third += (square * distance - self.third) / n;
        self.fourth += (square * square - self.fourth) / n;
    }

    /// Skewness and kurtosis: third moment by the variance to the power of 1.5, fourth by its square;
    /// both 0 without variance.
    pub(crate) fn skewness_and_kurtosis(self, moments: OnlineMoments) -> (f32, f32) {
        let variance = moments.variance;
        if variance == 0.0 {
            return (0.0, 0.0);
        }
        let skewness = f64::from(self.third) / f64::from(variance).powf(1.5);
        (skewness as f32, self.fourth / (variance * variance))
    }
}

#[cfg(test)]
mod tests {
    use super::{OnlineMoments, Shape};

    #[test]
    fn two_values() {
        let (mut moments, mut shape) = (OnlineMoments::default(), Shape::default());
        assert_eq!(shape.skewness_and_kurtosis(moments), (0.0, 0.0));
        for (value, n) in [(0.0, 1.0), (4.0, 2.0)] {
            shape.add(value, n, moments);
            moments.add(value, n);
        }
        assert_eq!((moments.mean, moments.variance), (2.0, 8.0));
        assert_eq!(shape.skewness_and_kurtosis(moments), (2.0_f32.sqrt(), 2.0));
    }
}
