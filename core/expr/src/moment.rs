//! Dates and times of RFC 3339, from whole days to nanoseconds: `2024-01-02`, `2024-01-02T03:04`,
//! `2024-01-02T03:04:05.5+02:00`. Without an offset they are UTC.

use crate::literal::SECOND;

const DAY: i128 = 86_400;

/// Whether a word can only be a date: four digits and `-`.
pub(crate) fn looks_like(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() > 4 && bytes[4] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)
}

/// Nanoseconds since 1970.
pub(crate) fn parse(word: &str) -> Result<i128, String> {
    moment(word).ok_or_else(|| {
        format!(
            "'{word}' is no moment: write 2024-01-02, 2024-01-02T03:04:05.5 or ...T03:04:05+02:00"
        )
    })
}

fn moment(word: &str) -> Option<i128> {
    let (date, time) = word.split_once('T').unwrap_or((word, "00:00"));
    let days = day(date)?;
    let (time, offset) = offset(time)?;
    Some((days * DAY - offset) * SECOND + nanos_of_day(time)?)
}

/// A number of so many digits, up to `most`.
fn digits(text: &str, count: usize, most: i128) -> Option<i128> {
    let is_number = text.len() == count && text.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| text.parse().ok())?.filter(|n| *n <= most)
}

/// Days since 1970, by the Gregorian calendar.
fn day(date: &str) -> Option<i128> {
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4, 9999)?;
    let month = digits(parts.next()?, 2, 12).filter(|month| *month > 0)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (before, rest) = lengths.split_at_checked(month as usize - 1)?;
    let day = digits(parts.next()?, 2, *rest.first()?).filter(|day| *day > 0)?;
    if parts.next().is_some() {
        return None;
    }
    // Leap years before this one, of the years from 1 on; 1970 had 477 before it.
    let years = (year - 1).max(0);
    let leaps = years / 4 - years / 100 + years / 400;
    Some((year - 1970) * 365 + leaps - 477 + before.iter().sum::<i128>() + day - 1)
}

/// The time in front of `Z` or an offset, and the offset in seconds.
fn offset(time: &str) -> Option<(&str, i128)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, 0)) };
    let (time, offset) = time.split_at(at);
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = digits(hours, 2, 23)? * 3600 + digits(minutes, 2, 59)? * 60;
    Some((time, if offset.starts_with('-') { -seconds } else { seconds }))
}

fn nanos_of_day(time: &str) -> Option<i128> {
    let mut parts = time.splitn(3, ':');
    let hours = digits(parts.next()?, 2, 23)?;
    let minutes = digits(parts.next()?, 2, 59)?;
    let (seconds, fraction) = match parts.next() {
        None => ("00", "0"),
        Some(text) => text.split_once('.').unwrap_or((text, "0")),
    };
    // A leap second is the first one of the next minute.
    let seconds = digits(seconds, 2, 60)?;
    let nanos = digits(&format!("{fraction:0<9}"), 9, SECOND)?;
    Some((hours * 3600 + minutes * 60 + seconds) * SECOND + nanos)
}

#[cfg(test)]
mod tests {
    use super::{looks_like, parse};

    #[test]
    fn moments() {
        for (word, seconds, nanos) in [
            ("1970-01-01", 0, 0),
            ("1970-01-01T00:00:01.000000001Z", 1, 1),
            ("2000-03-01", 951_868_800, 0),
            ("2000-02-29T23:59:59", 951_868_799, 0),
            ("2012-05-02T11:31:53.15263", 1_335_958_313, 152_630_000),
            ("2012-05-02T13:31:53.15263+02:00", 1_335_958_313, 152_630_000),
            ("2012-05-02T06:01:53-05:30", 1_335_958_313, 0),
            ("1969-12-31T23:59", -60, 0),
            ("9999-12-31", 253_402_214_400, 0),
            ("0001-01-01", -62_135_596_800, 0),
        ] {
            assert!(looks_like(word), "{word}");
            assert_eq!(parse(word), Ok(seconds * super::SECOND + nanos), "{word}");
        }
    }

    #[test]
    fn what_is_no_moment() {
        for word in [
            "2001-02-29",
            "2000-13-01",
            "2000-00-01",
            "2000-01-00",
            "2000-1-1",
            "2000-01",
            "2000-01-01T",
            "2000-01-01T24:00",
            "2000-01-01T00:60",
            "2000-01-01T00:00:61",
            "2000-01-01T00:00:00.0000000001",
            "2000-01-01T00:00+2",
            "2000-01-01-01",
            "2000-01-01Tä",
        ] {
            assert!(parse(word).is_err(), "{word}");
        }
    }
}
