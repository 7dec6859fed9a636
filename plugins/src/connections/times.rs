//! Statistics of times in microseconds.

use crate::samples::Samples;
use flowz_api::Checkpoint;

/// Times so far.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Times(pub(crate) Samples);

/// Milliseconds of microseconds.
pub(crate) fn millis(micros: f64) -> f64 {
    micros / 1000.0
}

impl Times {
    /// Takes nanoseconds in; a clock that went back counts as none at all.
    pub(crate) fn add(&mut self, nanos: i64) {
        self.0.add(u64::try_from(nanos / 1000).unwrap_or(0));
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.count()
    }

    /// The shortest, in milliseconds; tcptrace has 0 for none.
    pub(crate) fn min(&self, original: bool) -> Option<f64> {
        or_none(self.0.min().map(|v| millis(v as f64)), original)
    }

    /// The longest.
    pub(crate) fn max(&self, original: bool) -> Option<f64> {
        or_none(self.0.max().map(|v| millis(v as f64)), original)
    }

    /// Their mean; tcptrace divides by a bit more than n.
    pub(crate) fn mean(&self, original: bool) -> Option<f64> {
        let (count, sum) = (self.0.count() as f64, self.0.sum() as f64);
        if original {
            return Some(millis(sum / (count + 0.0001)));
        }
        (self.0.count() > 0).then(|| millis(sum / count))
    }

    /// Their standard deviation, by n - 1; tcptrace has 0 for two samples too.
    pub(crate) fn deviation(&self, original: bool) -> Option<f64> {
        if original {
            let few = self.0.count() <= 2;
            return Some(if few { 0.0 } else { millis(self.0.deviation()) });
        }
        (self.0.count() >= 2).then(|| millis(self.0.deviation()))
    }
}

fn or_none(value: Option<f64>, original: bool) -> Option<f64> {
    if original { Some(value.unwrap_or(0.0)) } else { value }
}
