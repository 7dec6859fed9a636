//! Times in words.

use std::fmt::Write as _;

use flowz_api::packet::{NANOS, Timestamp};
use jiff::tz::TimeZone;

/// Digits of nanoseconds.
pub const NINE: usize = 9;

/// `1367526033.491822000 sec (Thu 02 May 2013 20:20:33 GMT)`, in universal time, with so many digits
/// behind the point.
pub fn in_words(t: Timestamp, digits: usize) -> String {
    let calendar = calendar(t, TimeZone::UTC, "%a %d %b %Y %H:%M:%S");
    format!("{} sec ({calendar} GMT)", number(t, digits))
}

fn number(t: Timestamp, digits: usize) -> String {
    let mut number = t.to_string();
    number.truncate(number.len() - (NINE - digits.min(NINE)));
    number
}

/// A moment as a zone's calendar shows it.
pub fn calendar(t: Timestamp, zone: TimeZone, format: &str) -> String {
    match jiff::Timestamp::from_second(t.seconds()) {
        Ok(moment) => moment.to_zoned(zone).strftime(format).to_string(),
        Err(_) => "out of the calendar".to_owned(),
    }
}

/// `15.645760000 sec`, and from a minute on the parts in words: ` (42m 55s)`.
pub fn duration(nanos: i64, digits: usize) -> String {
    const PARTS: [(i64, char); 5] =
        [(365 * 86400, 'y'), (86400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.saturating_abs();
    let mut out = format!("{sign}{} sec", number(Timestamp(nanos), digits));
    let mut seconds = nanos / NANOS;
    if seconds < 60 {
        return out;
    }
    let mut words = String::new();
    for (unit, letter) in PARTS {
        if seconds >= unit {
            let _ = write!(words, " {}{letter}", seconds / unit);
            seconds %= unit;
        }
    }
    let _ = write!(out, " ({})", words.trim_start());
    out
}

#[cfg(test)]
mod tests {
    use super::{NINE, in_words};
    use flowz_api::packet::Timestamp;

    #[test]
    fn words() {
        let t = Timestamp::new(1_367_526_033, 491_822_000);
        assert_eq!(in_words(t, NINE), "1367526033.491822000 sec (Thu 02 May 2013 20:20:33 GMT)");
        assert_eq!(in_words(t, 6), "1367526033.491822 sec (Thu 02 May 2013 20:20:33 GMT)");
        let duration = |nanos| super::duration(nanos, NINE);
        assert_eq!(super::duration(15_645_760_000, 6), "15.645760 sec");
        assert_eq!(duration(15_645_760_000), "15.645760000 sec");
        assert_eq!(duration(2_575_543_170_000), "2575.543170000 sec (42m 55s)");
        assert_eq!(duration(-4_003_000), "-0.004003000 sec");
        assert_eq!(duration(3_600_000_000_000), "3600.000000000 sec (1h)");
    }
}
