//! The clock and the calendar: only the report's dates, the progress display and the files of `flowz
//! capture` look at them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flowz_api::packet::Timestamp;
use flowz_monitor::words::calendar;
use jiff::tz::TimeZone;

pub(crate) use flowz_monitor::words::{NINE, duration, in_words};

/// Now.
#[allow(clippy::disallowed_methods, reason = "the report says when it was made")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(since.as_secs() as i64, i64::from(since.subsec_nanos()))
}

/// A stop watch.
pub(crate) struct Watch(Instant);

impl Watch {
    #[allow(clippy::disallowed_methods, reason = "the report says how long it took")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The zone of this place: that of the environment variable TZ, or the system's. A named zone is read from its file: the library
/// would look through all zones first, which takes as long as the start of the program.
#[allow(clippy::disallowed_methods, reason = "the zone is the system's, and no setting")]
pub(crate) fn local_zone() -> TimeZone {
    const ZONES: &str = "/usr/share/zoneinfo";
    let named = std::env::var("TZ").ok().and_then(|name| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
        let is_plain = !name.starts_with('/') && !name.is_empty() && name.chars().all(is_name);
        let file = is_plain.then(|| std::path::Path::new(ZONES).join(&name))?;
        TimeZone::tzif(&name, &std::fs::read(file).ok()?).ok()
    });
    named.unwrap_or_else(TimeZone::system)
}

/// The same in local time with the name of the zone.
pub(crate) fn in_local_words(t: Timestamp) -> String {
    format!("{t} sec ({})", calendar(t, local_zone(), "%a %d %b %Y %H:%M:%S %Z"))
}
