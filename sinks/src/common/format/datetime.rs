//! Moments as date and time (ISO 8601, UTC): `2016-08-16T08:27:28.599899000+0000`, or with microseconds.

use flowz_api::cell::Time;

use super::buffer::Buffer;
use super::integer::{eight_digits, micros, nanos, signed};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// Date, time of day and fraction; a fraction of a second and more has ten digits.
pub(crate) fn utc(out: &mut Buffer, seconds: u64, fraction: u32) {
    let (seconds, fraction) = from_1970(seconds, fraction);
    whole(out, seconds);
    nanos(out, fraction);
    out.put(*b"+0000", 5);
}

/// The same with six digits of the fraction.
pub(crate) fn utc_micros(out: &mut Buffer, seconds: u64, fraction: u32) {
    let (seconds, fraction) = from_1970(seconds, fraction);
    whole(out, seconds);
    micros(out, fraction);
    out.put(*b"+0000", 5);
}

/// Seconds from 1970 on and a fraction that goes forwards, of a moment that may count back from there.
pub(crate) fn from_1970(seconds: u64, fraction: u32) -> (i64, u32) {
    match Time::back_from_1970(seconds, fraction) {
        None => (seconds.cast_signed(), fraction),
        Some((back, 0)) => (-back.cast_signed(), 0),
        Some((back, nanos)) => (-back.cast_signed() - 1, 1_000_000_000_u32.saturating_sub(nanos)),
    }
}

/// Date and time of day without fraction.
fn whole(out: &mut Buffer, seconds: i64) {
    date(out, seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    for (sign, number) in [(b'T', of_day / 3600), (b':', of_day / 60 % 60), (b':', of_day % 60)] {
        out.push(sign);
        two(out, number);
    }
}

/// Year, month and day of the month of a day, counted from 1970-01-01. Years begin in March here, so that the leap day is
/// a year's last one; 400 years have 146,097 days.
#[inline]
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    const TO_MARCH_OF_YEAR_0: i64 = 719_468;
    let day = day + TO_MARCH_OF_YEAR_0;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_month)
}

/// `YYYY-MM-DD` of a day, counted from 1970-01-01.
fn date(out: &mut Buffer, day: i64) {
    let (year, month, day_of_month) = civil(day);
    if let Ok(small @ 0..=9999) = u32::try_from(year) {
        out.put((eight_digits(small) >> 32).to_le_bytes(), 4);
    } else {
        signed(out, year);
    }
    out.push(b'-');
    two(out, month);
    out.push(b'-');
    two(out, day_of_month);
}

/// Two digits of a number below 100.
fn two(out: &mut Buffer, number: i64) {
    let number = u8::try_from(number).unwrap_or(99);
    out.put([b'0' + number / 10, b'0' + number % 10], 2);
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::Time;
    use flowz_api::packet::Timestamp;

    use super::super::buffer::Buffer;
    use super::utc;

    fn text(seconds: i64, fraction: u32) -> String {
        let mut out = Buffer::with_capacity(0);
        let mut time = Time { seconds: seconds.cast_unsigned(), nanos: fraction };
        if seconds < 0 {
            time = Timestamp::new(seconds, i64::from(fraction)).into();
        }
        utc(&mut out, time.seconds, time.nanos);
        String::from_utf8(out.as_slice().to_vec()).unwrap()
    }

    /// Expectations printed by `date --utc --iso-8601=seconds`.
    #[test]
    fn like_date() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (951_868_800, "2000-03-01T00:00:00"),
            (1_471_336_048, "2016-08-16T08:27:28"),
            (1_735_689_599, "2024-12-31T23:59:59"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
            (253_402_300_799, "9999-12-31T23:59:59"),
            (253_402_300_800, "10000-01-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
            (-9_223_372_036, "1677-09-21T00:12:44"),
        ] {
            assert_eq!(text(seconds, 1_500), format!("{expected}.000001500+0000"));
        }
    }

    #[test]
    fn whole_seconds_before_1970() {
        assert_eq!(text(-86_400, 0), "1969-12-31T00:00:00.000000000+0000");
    }

    #[test]
    fn microseconds_are_cut() {
        let mut out = Buffer::with_capacity(0);
        super::utc_micros(&mut out, 951_782_400, 12_345_678);
        assert_eq!(out.as_slice(), b"2000-02-29T00:00:00.012345+0000");
    }

    #[test]
    fn whatever_the_time() {
        assert_eq!(text(0, u32::MAX), "1970-01-01T00:00:00.4294967295+0000");
        assert!(text(i64::MAX, 0).starts_with("292277026596-12-04T15:30:07."));
        assert!(text(i64::MIN, 0).starts_with("1677-09-21T00:12:43."));
    }
}
