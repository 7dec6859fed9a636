//! Typed cells.

use std::net::IpAddr;

use flowz_api::packet::Timestamp;

/// Digits behind the point of a time that people see.
const TIME_DIGITS: usize = 6;

/// A value in a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Nothing is known: an empty field, `null` in JSON, `-` for people.
    None,
    /// A count.
    Count(u64),
    /// A measured value, and how many digits behind the point people see of it.
    Real(f64, usize),
    /// A moment in seconds since 1970: people see microseconds, programs nanoseconds.
    Time(Timestamp),
    /// An address.
    Address(IpAddr),
    /// Words.
    Text(String),
}

impl Cell {
    /// Whether people read it from its end on.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Real(..) | Self::Time(_) | Self::None)
    }

    /// As people read it.
    pub(super) fn for_people(&self) -> String {
        match self {
            Self::None => "-".to_owned(),
            Self::Real(value, digits) => format!("{value:.digits$}"),
            Self::Time(time) => seconds(*time, TIME_DIGITS),
            Self::Text(text) => printable(text),
            other => other.for_csv(),
        }
    }

    /// As programs read it: all digits of a value that is not whole.
    pub(super) fn for_csv(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Count(count) => count.to_string(),
            Self::Real(value, _) => value.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Address(address) => address.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// As a value of JSON.
    pub(super) fn for_json(&self) -> String {
        match self {
            Self::None => "null".to_owned(),
            Self::Count(count) => count.to_string(),
            // JSON has no infinity.
            Self::Real(value, _) if !value.is_finite() => "null".to_owned(),
            Self::Real(value, _) => value.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Address(address) => format!("\"{address}\""),
            Self::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        }
    }
}

/// A moment in seconds with so many digits behind the point, rounded to the nearest.
pub fn seconds(time: Timestamp, digits: usize) -> String {
    const NINE: usize = 9;
    let digits = digits.min(NINE);
    let unit = 10_i128.pow((NINE - digits) as u32);
    let units = (i128::from(time.0) + unit / 2).div_euclid(unit);
    let (sign, units) = (if units < 0 { "-" } else { "" }, units.unsigned_abs());
    let second = 10_u128.pow(digits as u32);
    if digits == 0 {
        return format!("{sign}{units}");
    }
    format!("{sign}{}.{:0digits$}", units / second, units % second)
}

/// Words from a capture or a file without characters that a terminal obeys.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Cell, seconds};
    use flowz_api::packet::Timestamp;

    #[test]
    fn times_are_rounded_to_the_nearest() {
        let time = Timestamp::new(5, 499_999_600);
        assert_eq!(seconds(time, 0), "5");
        assert_eq!(seconds(time, 6), "5.500000");
        assert_eq!(seconds(time, 9), "5.499999600");
        assert_eq!(seconds(Timestamp(-1_500_000_000), 1), "-1.5");
        assert_eq!(seconds(Timestamp(i64::MIN), 3), "-9223372036.855");
    }

    #[test]
    fn no_number_is_no_json() {
        assert_eq!(Cell::Real(f64::INFINITY, 2).for_json(), "null");
        assert_eq!(Cell::Real(f64::INFINITY, 2).for_people(), "inf");
        assert_eq!(Cell::Text("a\"\u{1b}".to_owned()).for_json(), "\"a\\\"\\u001b\"");
        assert_eq!(Cell::Text("a\u{1b}[2J".to_owned()).for_people(), "a?[2J");
    }
}
