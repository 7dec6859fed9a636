//! How CICFlowMeter, a program in Java, writes values.

use std::io::Write;

use flowz_api::value::Value;

use super::{number, or, plain};

/// A whole number, 0 for what is not there.
pub(in crate::preset) fn int(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "0");
}

/// A whole number, -1 for what is not there.
pub(in crate::preset) fn missing_int(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "-1");
}

/// A number without its fraction.
pub(in crate::preset) fn whole(out: &mut Vec<u8>, value: &Value<'_>) {
    let value = if let Value::Double(value) = value { value.trunc() } else { 0.0 };
    number::fixed(out, value, 0);
}

/// A `double`, 0.0 for what is not there.
pub(in crate::preset) fn float(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::Double(number) => double(out, number),
        Value::Unsigned(number) => double(out, number as f64),
        _ => double(out, 0.0),
    }
}

/// A rate; -1 if no time has passed. Of bytes what stands in for it is their number.
pub(in crate::preset) fn missing_rate(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Double(rate) => double(out, *rate),
        _ => out.extend_from_slice(b"-1"),
    }
}

/// A rate of bytes; where no time has passed, their number, divided by 0.
pub(in crate::preset) fn undefined(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Double(rate) => double(out, *rate),
        Value::Unsigned(0) => out.extend_from_slice(b"NaN"),
        _ => out.extend_from_slice(b"Infinity"),
    }
}

/// A rate of packets; where no time has passed, their number, which is not 0, divided by 0.
pub(in crate::preset) fn infinite(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Double(rate) => double(out, *rate),
        _ => out.extend_from_slice(b"Infinity"),
    }
}

/// What stands in the last column for people to replace.
pub(in crate::preset) fn unlabelled(out: &mut Vec<u8>, _: &Value<'_>) {
    out.extend_from_slice(b"NeedManualLabel");
}

/// A moment as `dd/MM/yyyy hh:mm:ss AM`, of UTC.
pub(in crate::preset) fn date(out: &mut Vec<u8>, value: &Value<'_>) {
    const DAY: u64 = 86_400;
    let Value::Time(seconds, _) = *value else { return plain(out, value) };
    let (days, second) = (seconds / DAY, seconds % DAY);
    let (year, month, day) = civil(days);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let (half, hour) = (if hour < 12 { "AM" } else { "PM" }, (hour + 11) % 12 + 1);
    let second = second % 60;
    // Writing to a vector does not fail.
    let _ = write!(out, "{day:02}/{month:02}/{year:04} {hour:02}:{minute:02}:{second:02} {half}");
}

/// Year, month and day of a number of days since 1970 (Gregorian calendar, years that begin in March).
fn civil(days: u64) -> (u64, u64, u64) {
    const TO_1970: u64 = 719_468;
    const ERA: u64 = 146_097;
    let days = days.min(u64::MAX / 2) + TO_1970;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    (year, month, day - (153 * march + 2) / 5 + 1)
}

/// As `Double.toString` does (Java 19 and later): digits with a point from 1e-3 to below 1e7, otherwise with an exponent.
fn double(out: &mut Vec<u8>, value: f64) {
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return number::shortest_with_point(out, value);
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    // Writing to a vector does not fail.
    let _ = write!(out, "{digits}{point}E{exponent}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: fn(&mut Vec<u8>, &Value<'_>), value: &Value<'_>) -> String {
        let mut out = Vec::new();
        write(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn doubles() {
        let texts = [0.0, 1.5, 142_502.0, 1e7, 19_038_022.5, 0.001, 0.000_25, 22.0 / 3.0]
            .map(|v| written(float, &Value::Double(v)));
        let expected = [
            "0.0",
            "1.5",
            "142502.0",
            "1.0E7",
            "1.90380225E7",
            "0.001",
            "2.5E-4",
            "7.333333333333333",
        ];
        assert_eq!(texts, expected);
        assert_eq!(written(float, &Value::Unsigned(7)), "7.0");
        assert_eq!(written(float, &Value::Null), "0.0");
        assert_eq!(written(whole, &Value::Double(2.75)), "2");
    }

    #[test]
    fn what_is_divided_by_0() {
        assert_eq!(written(undefined, &Value::Unsigned(0)), "NaN");
        assert_eq!(written(undefined, &Value::Unsigned(3)), "Infinity");
        assert_eq!(written(undefined, &Value::Double(3.0)), "3.0");
        assert_eq!(written(infinite, &Value::Null), "Infinity");
        assert_eq!(written(missing_rate, &Value::Unsigned(3)), "-1");
        assert_eq!(written(missing_int, &Value::Null), "-1");
    }

    #[test]
    fn dates() {
        let at = |seconds| written(date, &Value::Time(seconds, 5));
        assert_eq!(at(0), "01/01/1970 12:00:00 AM");
        // 7 July 2017, 15:30:01 UTC: a day of CICIDS2017.
        assert_eq!(at(1_499_441_401), "07/07/2017 03:30:01 PM");
        assert_eq!(at(951_782_400), "29/02/2000 12:00:00 AM");
        assert_eq!(at(1_709_164_799), "28/02/2024 11:59:59 PM");
    }
}
