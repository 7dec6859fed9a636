//! Values, and how they compare.

use std::cmp::Ordering;

/// What a column, or a part of it, holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Whole numbers and bit fields.
    Integer,
    /// Numbers.
    Number,
    /// Numbers of seconds: lengths of time compare with them, too.
    Seconds,
    /// Moments.
    Moment,
    /// Lengths of time.
    Length,
    /// Hardware addresses.
    Mac,
    /// IPv4 and IPv6 addresses.
    Address,
    /// Texts, words, single characters, payload.
    Text,
}

impl Kind {
    /// What such a column holds.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Integer | Self::Number => "numbers",
            Self::Seconds => "numbers of seconds",
            Self::Moment => "moments",
            Self::Length => "lengths of time",
            Self::Mac => "hardware addresses",
            Self::Address => "addresses",
            Self::Text => "texts",
        }
    }
}

/// One value of a row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    /// A whole number, or bits.
    Integer(i128),
    /// A number in single precision. Others are rounded to it in a comparison: 0.1 is 0.1.
    Single(f32),
    /// A number in double precision.
    Double(f64),
    /// Nanoseconds since 1970, also before it.
    Moment(i128),
    /// Nanoseconds.
    Length(i128),
    /// A hardware address.
    Mac([u8; 6]),
    /// An IPv4 address.
    Ip4([u8; 4]),
    /// An IPv6 address.
    Ip6([u8; 16]),
    /// Bytes of a text.
    Text(&'a [u8]),
}

impl Value<'_> {
    /// Which of two values is larger; nothing where that has no answer: no number, addresses of two versions.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        use Value::{Double, Integer, Ip4, Ip6, Length, Mac, Moment, Single, Text};
        match (self, other) {
            (Integer(a), Integer(b)) | (Moment(a), Moment(b)) | (Length(a), Length(b)) => {
                Some(a.cmp(b))
            }
            (Single(a), Single(b)) => a.partial_cmp(b),
            (Single(a), Double(b)) => a.partial_cmp(&(*b as f32)),
            (Double(a), Single(b)) => (*a as f32).partial_cmp(b),
            (Double(a), Double(b)) => a.partial_cmp(b),
            (Integer(a), b) => with_integer(b.as_double()?, *a).map(Ordering::reverse),
            (a, Integer(b)) => with_integer(a.as_double()?, *b),
            (Mac(a), Mac(b)) => Some(a.cmp(b)),
            (Ip4(a), Ip4(b)) => Some(a.cmp(b)),
            (Ip6(a), Ip6(b)) => Some(a.cmp(b)),
            (Text(a), Text(b)) => Some(a.cmp(b)),
            (Length(a), Single(_) | Double(_)) => Double(*a as f64 / 1e9).order(other),
            (Single(_) | Double(_), Length(b)) => self.order(&Double(*b as f64 / 1e9)),
            _ => None,
        }
    }

    /// The number that it is, a length of time in seconds.
    fn as_double(&self) -> Option<f64> {
        match self {
            Self::Single(v) => Some((*v).into()),
            Self::Double(v) => Some(*v),
            Self::Length(nanos) => Some(*nanos as f64 / 1e9),
            _ => None,
        }
    }

    /// An address as a number, and how many bits it has.
    pub(crate) fn bits(&self) -> Option<(u128, u32)> {
        let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte));
        match self {
            Self::Mac(a) => Some((number(a), 48)),
            Self::Ip4(a) => Some((number(a), 32)),
            Self::Ip6(a) => Some((number(a), 128)),
            _ => None,
        }
    }
}

/// A number next to a whole one, without losing digits of either.
fn with_integer(a: f64, b: i128) -> Option<Ordering> {
    let whole = a.floor();
    if whole.is_nan() {
        return None;
    }
    // Conversion saturates, and no column has numbers as large as that.
    let by_whole = (whole as i128).cmp(&b);
    Some(if by_whole == Ordering::Equal && a > whole { Ordering::Greater } else { by_whole })
}

#[cfg(test)]
mod tests {
    use super::Value::{Double, Integer, Ip4, Ip6, Length, Single};
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn numbers_of_all_kinds() {
        assert_eq!(Integer(3).order(&Double(3.5)), Some(Less));
        assert_eq!(Double(-3.5).order(&Integer(-3)), Some(Less));
        assert_eq!(Double(3.0).order(&Integer(3)), Some(Equal));
        let large = (1_i128 << 53) + 1;
        assert_eq!(Integer(large).order(&Double((1_i128 << 53) as f64)), Some(Greater));
        assert_eq!(Single(0.1).order(&Double(0.1)), Some(Equal));
        assert_eq!(Double(0.1).order(&Single(0.1)), Some(Equal));
        assert_eq!(Double(f64::NAN).order(&Integer(0)), None);
        assert_eq!(Integer(0).order(&Single(f32::NAN)), None);
        assert_eq!(Double(f64::INFINITY).order(&Integer(i64::MAX.into())), Some(Greater));
        assert_eq!(Length(1_500_000_000).order(&Double(1.5)), Some(Equal));
        assert_eq!(Single(0.1).order(&Length(100_000_000)), Some(Equal));
        assert_eq!(Length(2_000_000_000).order(&Single(1.5)), Some(Greater));
        assert_eq!(Integer(2).order(&Length(1_500_000_000)), Some(Greater));
    }

    #[test]
    fn addresses_of_two_versions_have_no_order() {
        assert_eq!(Ip4([0; 4]).order(&Ip6([0; 16])), None);
        assert_eq!(Ip4([10, 0, 0, 1]).bits(), Some((0x0a00_0001, 32)));
        assert_eq!(Integer(1).bits(), None);
    }
}
