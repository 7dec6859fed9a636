//! Moments and lengths of time as tcptrace writes them.

use flowz_api::value::Value;

use crate::common::format::datetime::{DAY, civil, from_1970};

const MICROS: i64 = 1_000_000;

/// A moment in microseconds since 1970; 0 of another value.
pub(super) fn micros(value: Option<&Value<'_>>) -> i64 {
    let Some(Value::Time(seconds, nanos)) = value else { return 0 };
    let (seconds, nanos) = from_1970(*seconds, *nanos);
    seconds.saturating_mul(MICROS).saturating_add(i64::from(nanos / 1000))
}

/// A length of time: hours, minutes, seconds, and microseconds, from which binary fractions of seconds may take one; 0 of what is negative.
pub(super) fn length(micros: i64) -> String {
    let seconds = micros.max(0) as f64 / MICROS as f64;
    let (whole, fraction) = (seconds.trunc() as i64, seconds.fract() * MICROS as f64);
    let (hours, minutes) = (whole / 3600, whole / 60 % 60);
    format!("{hours}:{minutes:02}:{:02}.{:06}", whole % 60, fraction as i64)
}

/// A moment in UTC: weekday, month, day, time and year, with microseconds.
pub(super) fn date(micros: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (seconds, fraction) = (micros.div_euclid(MICROS), micros.rem_euclid(MICROS));
    let (day, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, of_month) = civil(day);
    let weekday = DAYS[day.rem_euclid(7) as usize];
    let month = MONTHS[(month - 1).rem_euclid(12) as usize];
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!(
        "{weekday} {month} {of_month:>2} {hour:02}:{minute:02}:{second:02}.{fraction:06} {year}"
    )
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::Time;
    use flowz_api::packet::Timestamp;
    use flowz_api::value::Value;

    use super::{date, length, micros};

    #[test]
    fn moments() {
        assert_eq!(date(1_317_801_130_501_299), "Wed Oct  5 07:52:10.501299 2011");
        assert_eq!(date(951_827_696_000_007), "Tue Feb 29 12:34:56.000007 2000");
        assert_eq!(date(0), "Thu Jan  1 00:00:00.000000 1970");
        assert_eq!(date(-1), "Wed Dec 31 23:59:59.999999 1969");
        // Seconds have more than 31 bits.
        assert_eq!(date(2_180_000_001_250_000), "Sun Jan 30 11:33:21.250000 2039");
        for nanos in [1_317_801_130_501_299_000, -1_000, -1_999_999_000] {
            let time = Time::from(Timestamp(nanos));
            assert_eq!(micros(Some(&Value::Time(time.seconds, time.nanos))), nanos / 1000);
        }
    }

    #[test]
    fn lengths() {
        assert_eq!(length(1_683_964), "0:00:01.683964");
        assert_eq!(length(310_962_689_000_000), "86378:31:29.000000");
        // A microsecond less, as the tool prints them.
        assert_eq!(length(3_850_523), "0:00:03.850522");
        assert_eq!(length(1_521_569_116), "0:25:21.569115");
        assert_eq!(length(-5), "0:00:00.000000");
    }
}
