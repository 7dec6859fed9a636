//! Fields: numbers with units, the larger one first, each unit at most once.

use jiff::civil::{Date, DateTime};

/// Places of units in a list of fields.
pub(super) const YEAR: usize = 0;
pub(super) const MONTH: usize = 1;
pub(super) const DAY: usize = 2;
pub(super) const HOUR: usize = 3;
pub(super) const MINUTE: usize = 4;
pub(super) const SECOND: usize = 5;
pub(super) const MICRO: usize = 6;

/// Names of the units, for messages.
const NAMES: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "microsecond"];

/// The last year that times reach into.
const LAST_YEAR: u64 = 2262;

/// At least one field.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Fields([Option<u64>; 7]);

impl Fields {
    /// Reads `NUMBER UNIT ...` without blanks; letters may be large.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut pairs = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, behind) = rest.split_at(digits);
            let letter = behind.chars().next()?;
            pairs.push((number.parse().ok()?, letter.to_ascii_lowercase()));
            rest = &behind[letter.len_utf8()..];
        }
        let mut fields = Self::default();
        let mut next = 0;
        for (place, &(number, letter)) in pairs.iter().enumerate() {
            let before_days = pairs.get(place + 1).is_some_and(|(_, letter)| *letter == 'd');
            let unit = match letter {
                'y' => YEAR,
                'm' if before_days => MONTH,
                'd' => DAY,
                'h' => HOUR,
                'm' => MINUTE,
                's' => SECOND,
                'u' => MICRO,
                _ => return None,
            };
            if unit < next {
                return None;
            }
            fields.0[unit] = Some(number);
            next = unit + 1;
        }
        (next > 0).then_some(fields)
    }

    /// The number of a unit, if there is one.
    pub(super) fn get(&self, unit: usize) -> Option<u64> {
        self.0[unit]
    }

    /// The moment that the fields name: larger units than the first one are those of the base, smaller ones that are
    /// left out are as small as can be. Says which unit has a number that cannot be.
    pub(super) fn on(&self, base: DateTime) -> Result<DateTime, (&'static str, u64)> {
        let of_base = [
            i64::from(base.year()),
            i64::from(base.month()),
            i64::from(base.day()),
            i64::from(base.hour()),
            i64::from(base.minute()),
            i64::from(base.second()),
            0,
        ];
        let smallest = [0, 1, 1, 0, 0, 0, 0];
        let first = self.0.iter().position(Option::is_some).unwrap_or(0);
        let mut all = [0_i64; 7];
        for unit in YEAR..=MICRO {
            all[unit] = match self.0[unit] {
                Some(number) if unit == YEAR => full_year(number)?,
                Some(number) => within(unit, number)?,
                None if unit < first => of_base[unit],
                None => smallest[unit],
            };
        }
        let [year, month, day, hour, minute, second, micro] = all;
        let date = Date::new(year as i16, month as i8, day as i8);
        let date = date.map_err(|_| (NAMES[DAY], day.unsigned_abs()))?;
        let nanos = (micro * 1000) as i32;
        Ok(date.at(hour as i8, minute as i8, second as i8, nanos))
    }
}

/// A year of two digits is one from 1970 to 2069.
fn full_year(number: u64) -> Result<i64, (&'static str, u64)> {
    match number {
        0..70 => Ok(2000 + number as i64),
        70..100 => Ok(1900 + number as i64),
        1970..=LAST_YEAR => Ok(number as i64),
        _ => Err((NAMES[YEAR], number)),
    }
}

fn within(unit: usize, number: u64) -> Result<i64, (&'static str, u64)> {
    let most = [LAST_YEAR, 12, 31, 23, 59, 59, 999_999][unit];
    let least = u64::from(unit == MONTH || unit == DAY);
    if (least..=most).contains(&number) { Ok(number as i64) } else { Err((NAMES[unit], number)) }
}
