//! The two clocks: the wall's for dates, and one that only goes forward for intervals.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flowz_api::packet::Timestamp;

/// A moment by both clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    /// The date.
    pub wall: Timestamp,
    /// Since the clock was started.
    pub elapsed: Duration,
}

/// Both clocks, from the beginning of a run.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// A run begins.
    pub fn start() -> Self {
        Self { started: now() }
    }

    /// How late it is.
    #[allow(clippy::disallowed_methods, reason = "a report says when it was made")]
    pub fn read(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = Timestamp::new(since.as_secs() as i64, i64::from(since.subsec_nanos()));
        Moment { wall, elapsed: self.started.elapsed() }
    }
}

/// The clock that only goes forward: readers of metrics and slow clients have their time by it.
#[allow(clippy::disallowed_methods, reason = "who waits for us waits by the clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn both_clocks_go() {
        let clock = Clock::start();
        let (first, second) = (clock.read(), clock.read());
        assert!(second.elapsed >= first.elapsed && first.wall.seconds() > 1_700_000_000);
    }
}
