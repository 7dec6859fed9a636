//! The clocks that waiting needs. The time of packets comes with them.
#![allow(clippy::disallowed_methods, reason = "how long to wait is no time of a packet")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use flowz_api::packet::Timestamp;

/// The clock that never goes back.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The system's clock, which tells the time of packets too, as a rule.
pub(crate) fn time_of_day() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(now.as_secs() as i64, i64::from(now.subsec_nanos()))
}
