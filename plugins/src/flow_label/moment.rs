//! Moments in words: RFC 3339, seconds since 1970, or a date and time in a zone that is given.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

const NANOS: i64 = 1_000_000_000;

/// The zone of this name, from the system's database, or of this offset from UTC, such as +02:00.
pub(crate) fn zone(name: &str) -> Result<TimeZone, String> {
    if let Some(offset) = offset(name) {
        return Ok(TimeZone::fixed(offset));
    }
    let unknown = || {
        format!(
            "'{name}' is no time zone: a name such as America/Halifax is needed, UTC, or an offset such as -03:00"
        )
    };
    if name.eq_ignore_ascii_case("utc") {
        Ok(TimeZone::UTC)
    } else {
        TimeZone::get(name).map_err(|_| unknown())
    }
}

/// `+02:00`
fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.as_bytes() {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let [a, b, b':', c, d] = *digits else { return None };
    let two = |a: u8, b: u8| {
        let both = a.is_ascii_digit() && b.is_ascii_digit();
        both.then(|| i32::from(a - b'0') * 10 + i32::from(b - b'0'))
    };
    let (hours, minutes) = (two(a, b)?, two(c, d).filter(|m| *m < 60)?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// A moment in nanoseconds since 1970.
pub(crate) fn moment(text: &str, zone: Option<&TimeZone>) -> Result<i64, String> {
    if let Some(parts) = number(text) {
        return nanos(parts).ok_or_else(|| format!("'{text}' is out of range: from 1678 to 2261"));
    }
    let of = |moment: Timestamp| {
        let nanos = i64::try_from(moment.as_nanosecond());
        nanos.map_err(|_| format!("'{text}' is out of range: from 1678 to 2261"))
    };
    if let Ok(moment) = text.parse::<Timestamp>() {
        return of(moment);
    }
    let Ok(civil) = text.parse::<DateTime>() else {
        return Err(format!(
            "'{text}' is no time: 2017-07-04T09:20:00-03:00 is, 1499170800.5 (seconds since 1970), and 2017-07-04 09:20 in a zone"
        ));
    };
    let Some(zone) = zone else {
        return Err(format!(
            "'{text}' has no time zone: write one behind it (Z, -03:00), or give one for the file (--labels-zone, zone = ...)"
        ));
    };
    let moment = zone.to_ambiguous_timestamp(civil).unambiguous().map_err(|_| {
        format!("'{text}' is there twice or not at all in its zone, because clocks were changed; write the offset behind it")
    })?;
    of(moment)
}

/// The parts of a number in decimal: whether it is negative, the digits in front of the point and behind it.
fn number(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(fraction)).then_some((negative, whole, fraction))
}

/// Seconds in nanoseconds, what is finer being cut off; none out of range.
fn nanos((negative, whole, fraction): (bool, &str, &str)) -> Option<i64> {
    let behind: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let front = whole.parse::<i64>().ok()?.checked_mul(NANOS)?;
    let total = front.checked_add(behind.parse().ok()?)?;
    Some(if negative { -total } else { total })
}

#[cfg(test)]
mod tests {
    use super::{moment, zone};

    /// 2017-07-04 12:20 UTC.
    const MORNING: i64 = 1_499_170_800_000_000_000;

    #[test]
    fn the_same_moment_in_all_forms() {
        let halifax = zone("America/Halifax").unwrap();
        let fixed = zone("-03:00").unwrap();
        for text in [
            "1499170800",
            "1499170800.0",
            "2017-07-04T12:20:00Z",
            "2017-07-04T09:20:00-03:00",
            "2017-07-04 12:20:00+00:00",
        ] {
            assert_eq!(moment(text, None), Ok(MORNING), "{text}");
            assert_eq!(moment(text, Some(&fixed)), Ok(MORNING), "{text}");
        }
        for text in ["2017-07-04 09:20", "2017-07-04T09:20:00"] {
            assert_eq!(moment(text, Some(&halifax)), Ok(MORNING), "{text}");
            assert_eq!(moment(text, Some(&fixed)), Ok(MORNING), "{text}");
            assert!(moment(text, None).unwrap_err().contains("has no time zone"), "{text}");
        }
        assert_eq!(moment("-1.5", None), Ok(-1_500_000_000));
        assert_eq!(moment("0.1234567891", None), Ok(123_456_789));
    }

    #[test]
    fn what_is_no_moment() {
        for text in ["", "noon", "1e9", "1.", ".5", "2017-13-01T00:00:00Z", "+1"] {
            assert!(moment(text, None).unwrap_err().contains("is no time"), "{text}");
        }
        for text in ["99999999999", "9999-01-01T00:00:00Z"] {
            assert!(moment(text, None).unwrap_err().contains("out of range"), "{text}");
        }
        let zurich = zone("Europe/Zurich").unwrap();
        for text in ["2024-03-31 02:30", "2024-10-27 02:30"] {
            assert!(
                moment(text, Some(&zurich)).unwrap_err().contains("twice or not at all"),
                "{text}"
            );
        }
        for name in ["Mars/Base", "+2", "+02:60", "+99:00", ""] {
            assert!(zone(name).unwrap_err().contains("is no time zone"), "{name}");
        }
    }
}
