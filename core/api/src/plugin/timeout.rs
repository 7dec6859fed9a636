//! Timeout values in use, and how a flow refers to one.

/// A timeout value that was registered with the engine at start.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TimeoutId(pub u8);

/// All timeout values in use, in seconds. The first one is the default of new flows.
#[derive(Clone, Debug, Default)]
pub struct Timeouts {
    values: Vec<f32>,
}

/// More values than a flow can refer to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("more than 250 different timeout values are registered")]
pub struct TooManyTimeouts;

impl Timeouts {
    /// Registers a value; the same value again yields the same identifier.
    pub fn register(&mut self, seconds: f32) -> Result<TimeoutId, TooManyTimeouts> {
        let known = self.values.iter().position(|v| v.to_bits() == seconds.to_bits());
        let at = known.unwrap_or_else(|| {
            self.values.push(seconds);
            self.values.len() - 1
        });
        u8::try_from(at).ok().filter(|n| *n < 250).map(TimeoutId).ok_or(TooManyTimeouts)
    }

    /// The value in seconds.
    #[inline]
    pub fn seconds(&self, id: TimeoutId) -> f32 {
        self.values.get(usize::from(id.0)).copied().unwrap_or(f32::INFINITY)
    }

    /// All values in the order of registration.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}
