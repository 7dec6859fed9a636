//! How far a window reaches, as the command line says it.

use flowz_api::packet::NANOS;

/// How far a window reaches back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// So many nanoseconds.
    Time(i64),
    /// So many packets.
    Packets(u64),
}

impl Span {
    /// From `100p` (packets) or a time: see [`duration`].
    ///
    /// # Errors
    ///
    /// A sentence, if the text is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(number) = text.strip_suffix('p') else { return duration(text).map(Self::Time) };
        match number.parse() {
            Ok(count) if count > 0 => Ok(Self::Packets(count)),
            _ => Err("a number of packets is needed, as in 100p".into()),
        }
    }
}

/// Nanoseconds from `0.01` (seconds), `10ms`, `5us`, `1s`, `300ns`.
///
/// # Errors
///
/// A sentence, if the text is no time between a nanosecond and a day.
pub fn duration(text: &str) -> Result<i64, String> {
    let units = [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("", 1e9)];
    let (number, unit) = units
        .into_iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .unwrap_or((text, 1e9));
    let nanos = number.parse().map_or(f64::NAN, |number: f64| (number * unit).round());
    if (1.0..=86_400.0 * NANOS as f64).contains(&nanos) {
        Ok(nanos as i64)
    } else {
        Err("a time is needed, as in 10ms or 0.01 (seconds), of at most a day".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers() {
        assert_eq!(duration("10ms"), Ok(10_000_000));
        assert_eq!(duration("0.01"), Ok(10_000_000));
        assert_eq!(duration("1.5s"), Ok(1_500_000_000));
        assert_eq!(duration("2us"), Ok(2_000));
        assert_eq!(duration("3ns"), Ok(3));
        assert_eq!(Span::parse("100p"), Ok(Span::Packets(100)));
        assert_eq!(Span::parse("1"), Ok(Span::Time(NANOS)));
        for wrong in ["", "ms", "-1", "0", "0.1ns", "1h", "2e5", "nan", "1 s", "inf"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        for wrong in ["p", "0p", "-3p", "1.5p"] {
            assert!(Span::parse(wrong).is_err(), "{wrong}");
        }
    }
}
