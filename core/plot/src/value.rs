//! A number at an axis.

use std::fmt;

/// A number at an axis, written as tcptrace does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// A whole number: sequence numbers, bytes, milliseconds.
    Whole(i64),
    /// Microseconds, written as seconds with six digits behind the point.
    Micros(i64),
    /// So many microseconds below zero; zero has a sign too.
    Below(u64),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECOND: u64 = 1_000_000;
        let (sign, micros) = match *self {
            Self::Whole(number) => return write!(f, "{number}"),
            Self::Micros(micros) => (if micros < 0 { "-" } else { "" }, micros.unsigned_abs()),
            Self::Below(micros) => ("-", micros),
        };
        write!(f, "{sign}{}.{:06}", micros / SECOND, micros % SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn text() {
        assert_eq!(Value::Whole(-7).to_string(), "-7");
        assert_eq!(Value::Micros(1_294_816_093_386_451).to_string(), "1294816093.386451");
        assert_eq!(Value::Micros(-1_000_001).to_string(), "-1.000001");
        assert_eq!(Value::Below(0).to_string(), "-0.000000");
    }
}
