//! Timeout values in use, and how a flow refers to one.

/// A timeout value that was registered with the engine at start.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, crate::Checkpoint)]
pub struct TimeoutId(pub u8);

/// Most values: a flow refers to one by a byte.
const MOST: u8 = 250;

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
        let id = u8::try_from(known.unwrap_or(self.values.len())).ok().filter(|n| *n < MOST);
        let id = id.map(TimeoutId).ok_or(TooManyTimeouts)?;
        if known.is_none() {
            self.values.push(seconds);
        }
        Ok(id)
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

#[cfg(test)]
mod tests {
    use super::{TimeoutId, Timeouts, TooManyTimeouts};

    #[test]
    fn bounded() {
        let mut timeouts = Timeouts::default();
        for n in 0..250_u8 {
            assert_eq!(timeouts.register(n.into()), Ok(TimeoutId(n)));
        }
        // A plugin may go on without those that it does not get.
        assert_eq!(timeouts.register(250.0), Err(TooManyTimeouts));
        assert_eq!(timeouts.register(249.0), Ok(TimeoutId(249)));
        assert_eq!(timeouts.values().len(), 250);
    }
}
