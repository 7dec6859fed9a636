//! Times as words of the command line, in the syntax of tcpslice, and how times are shown.
//!
//! A word is seconds since 1970 (`1254722767.5`) or fields, each a number and its unit, the larger one first
//! (`2009y10m5d6h6m7s492060u`); `+` in front of either makes it a distance. `m` is the month directly in front of a field
//! of days, else minutes. What a word means depends on a base: the first packet for the beginning of a slice, the
//! beginning for its end. Fields are read and shown in a time zone.

mod fields;
mod show;
#[cfg(test)]
mod tests;

use flowz_api::packet::{NANOS, Timestamp};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};

use fields::Fields;
pub use show::Style;

/// A word that is a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeWord {
    text: String,
    /// A distance from the base.
    relative: bool,
    amount: Amount,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Amount {
    /// Seconds; nanoseconds behind the point, and how many digits these had.
    Seconds {
        seconds: i64,
        nanos: i64,
        digits: usize,
    },
    Fields(Fields),
}

/// Why a word is no moment.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum TimeError {
    /// A field that no calendar has.
    #[error("{unit} {value} in '{word}' is not valid")]
    Field {
        /// The word.
        word: String,
        /// Name of the unit.
        unit: &'static str,
        /// The number in front of it.
        value: u64,
    },
    /// Not in the time that can be told.
    #[error("'{word}' is out of the times that are known, the years 1677 to 2262")]
    Range {
        /// The word.
        word: String,
    },
}

impl TimeWord {
    /// Reads a word; `None` if it is none of the syntax, as file names are.
    pub fn parse(text: &str) -> Option<Self> {
        let (relative, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let amount = match seconds(rest) {
            Some(amount) => amount,
            None => Amount::Fields(Fields::parse(rest)?),
        };
        Some(Self { text: text.to_owned(), relative, amount })
    }

    /// The moment that the word means with a base.
    ///
    /// # Errors
    ///
    /// [`TimeError`] if there is no such moment.
    pub fn resolve(&self, base: Timestamp, zone: &TimeZone) -> Result<Timestamp, TimeError> {
        let out_of_range = || TimeError::Range { word: self.text.clone() };
        match (&self.amount, self.relative) {
            (&Amount::Seconds { seconds, nanos, .. }, relative) => {
                let base = if relative { base.0 } else { 0 };
                let nanos = i128::from(seconds) * i128::from(NANOS) + i128::from(nanos);
                let sum = i64::try_from(nanos + i128::from(base));
                sum.map(Timestamp).map_err(|_| out_of_range())
            }
            (Amount::Fields(fields), false) => {
                let wrong =
                    |(unit, value)| TimeError::Field { word: self.text.clone(), unit, value };
                let base = zoned(base, zone).ok_or_else(out_of_range)?;
                let civil = fields.on(base.datetime()).map_err(wrong)?;
                let moment = civil.to_zoned(zone.clone()).map_err(|_| out_of_range())?;
                timestamp(moment.timestamp()).ok_or_else(out_of_range)
            }
            (Amount::Fields(fields), true) => {
                let moment = zoned(base, zone).and_then(|base| later(&base, fields));
                moment.ok_or_else(out_of_range)
            }
        }
    }

    /// The same for the end of a range, which all of the smallest unit belongs to that a time of microseconds can tell.
    ///
    /// # Errors
    ///
    /// As [`Self::resolve`].
    pub fn resolve_end(&self, base: Timestamp, zone: &TimeZone) -> Result<Timestamp, TimeError> {
        let end = self.resolve(base, zone)?;
        let is_exact = matches!(self.amount, Amount::Seconds { digits: 7.., .. });
        let rest = if is_exact { 0 } else { 999 - end.0.rem_euclid(1000) };
        Ok(Timestamp(end.0.saturating_add(rest)))
    }
}

/// `S` or `S.f` with up to nine digits behind the point.
fn seconds(text: &str) -> Option<Amount> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > 9 {
        return None;
    }
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    Some(Amount::Seconds { seconds: whole.parse().ok()?, nanos, digits: fraction.len() })
}

/// The base with fields added: years, months and days by the calendar, the rest as time that passes.
fn later(base: &jiff::Zoned, fields: &Fields) -> Option<Timestamp> {
    let number = |unit: usize| i64::try_from(fields.get(unit).unwrap_or(0)).ok();
    let days = Span::new()
        .try_years(number(fields::YEAR)?)
        .and_then(|span| span.try_months(number(fields::MONTH).unwrap_or(i64::MAX)))
        .and_then(|span| span.try_days(number(fields::DAY).unwrap_or(i64::MAX)));
    let day = base.checked_add(days.ok()?).ok()?;
    let mut seconds = 0_i64;
    for (unit, length) in [(fields::HOUR, 3600), (fields::MINUTE, 60), (fields::SECOND, 1)] {
        seconds = seconds.checked_add(number(unit)?.checked_mul(length)?)?;
    }
    let micros = number(fields::MICRO)?;
    let passed =
        SignedDuration::from_secs(seconds).checked_add(SignedDuration::from_micros(micros))?;
    timestamp(day.timestamp().checked_add(passed).ok()?)
}

/// A moment in a zone.
fn zoned(moment: Timestamp, zone: &TimeZone) -> Option<jiff::Zoned> {
    let moment = jiff::Timestamp::from_nanosecond(i128::from(moment.0)).ok()?;
    Some(moment.to_zoned(zone.clone()))
}

fn timestamp(moment: jiff::Timestamp) -> Option<Timestamp> {
    i64::try_from(moment.as_nanosecond()).ok().map(Timestamp)
}
