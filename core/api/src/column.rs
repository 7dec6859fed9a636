//! Columns: a name, a type, what it means and in which unit. Header, values, documentation and every
//! sink come from the same list.

use std::fmt;

/// The type of a column's values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// One character.
    Char,
    /// Unsigned integers, decimal.
    U8,
    /// See [`Type::U8`].
    U16,
    /// See [`Type::U8`].
    U32,
    /// See [`Type::U8`].
    U64,
    /// Signed integers, decimal.
    I8,
    /// See [`Type::I8`].
    I16,
    /// See [`Type::I8`].
    I32,
    /// See [`Type::I8`].
    I64,
    /// Bit fields, hexadecimal.
    H8,
    /// See [`Type::H8`].
    H16,
    /// See [`Type::H8`].
    H32,
    /// See [`Type::H8`].
    H64,
    /// Single precision, seven significant digits.
    F32,
    /// Double precision, six digits behind the point.
    F64,
    /// Double precision, nine digits behind the point.
    Seconds,
    /// A moment: seconds since 1970 and nanoseconds.
    Time,
    /// A length of time: seconds and nanoseconds.
    Duration,
    /// A moment, shown with microseconds.
    MicroTime,
    /// A length of time, shown with microseconds.
    MicroDuration,
    /// Hardware address.
    Mac,
    /// IPv4 address.
    Ip4,
    /// IPv6 address.
    Ip6,
    /// IPv4 or IPv6 address, or none.
    Ip,
    /// Text from the wire.
    Text,
    /// A word of a known vocabulary.
    Label,
    /// Payload bytes.
    Payload,
    /// Several values that belong together.
    Compound(&'static [Type]),
    /// Any number of values.
    List(&'static Type),
    /// A value or nothing.
    Option(&'static Type),
}

impl Type {
    /// The type that shows the same values in microseconds: of times, others stay.
    #[must_use]
    pub fn in_microseconds(self) -> Self {
        match self {
            Self::Time => Self::MicroTime,
            Self::Duration => Self::MicroDuration,
            Self::Seconds => Self::F64,
            other => other,
        }
    }
}

/// The type names of `_headers.txt`: `U8`, `H16`, `MAC`, `U64.U32`, `H8_H32`, `U16:R` ...
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Char => "C",
            Self::U8 => "U8",
            Self::U16 => "U16",
            Self::U32 => "U32",
            Self::U64 => "U64",
            Self::I8 => "I8",
            Self::I16 => "I16",
            Self::I32 => "I32",
            Self::I64 => "I64",
            Self::H8 => "H8",
            Self::H16 => "H16",
            Self::H32 => "H32",
            Self::H64 => "H64",
            Self::F32 => "F",
            Self::F64 | Self::Seconds => "D",
            Self::Time | Self::Duration | Self::MicroTime | Self::MicroDuration => "U64.U32",
            Self::Mac => "MAC",
            Self::Ip4 => "IP4",
            Self::Ip6 => "IP6",
            Self::Ip => "IPX",
            Self::Text | Self::Payload => "S",
            Self::Label => "SC",
            Self::Compound(parts) => return compound(parts, f),
            Self::List(item) => return write!(f, "{item}:R"),
            Self::Option(item) => return write!(f, "{item}"),
        };
        f.write_str(name)
    }
}

fn compound(parts: &[Type], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str("_")?;
        }
        if matches!(part, Type::Compound(_)) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

/// One column of a flow or packet table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name in the header line.
    pub name: String,
    /// Type of its values.
    pub ty: Type,
    /// What it means, one sentence.
    pub doc: &'static str,
    /// Unit of its values; empty where there is none.
    pub unit: &'static str,
    /// The plugin that fills it; `core` for those of the engine.
    pub plugin: &'static str,
    /// It counts what happens in a flow: values of records that follow each other add up.
    pub counter: bool,
}

/// The columns of a table, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Schema {
    /// All columns.
    pub columns: Vec<Column>,
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn type_names() {
        const INNER: Type = Type::Compound(&[Type::U8, Type::F32]);
        assert_eq!(Type::List(&Type::Mac).to_string(), "MAC:R");
        assert_eq!(Type::Time.to_string(), "U64.U32");
        assert_eq!(Type::Duration.to_string(), "U64.U32");
        assert_eq!(Type::Compound(&[Type::H8, INNER]).to_string(), "H8_(U8_F)");
    }
}
