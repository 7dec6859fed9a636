//! The values of a record with their types, for sinks that write no text: numbers stay numbers, what is not
//! there is [`Value::Null`].

use crate::column::{Column, Type};
use crate::record::Cells;

/// One value.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Nothing: an optional cell that is empty, an address of a flow without IP.
    Null,
    /// One character.
    Char(u8),
    /// A whole number without sign.
    Unsigned(u64),
    /// A whole number.
    Signed(i64),
    /// A bit field.
    Bits(u64),
    /// A number in single precision.
    Single(f32),
    /// A number in double precision.
    Double(f64),
    /// A moment: seconds since 1970 and nanoseconds.
    Time(u64, u32),
    /// A length of time: seconds and nanoseconds.
    Duration(u64, u32),
    /// A hardware address.
    Mac([u8; 6]),
    /// An IPv4 address.
    Ip4([u8; 4]),
    /// An IPv6 address.
    Ip6([u8; 16]),
    /// Text from the wire: not always UTF-8.
    Text(&'a [u8]),
    /// A word of a known vocabulary.
    Label(&'a [u8]),
    /// Payload.
    Payload(&'a [u8]),
    /// Values of several types that belong together.
    Compound(Values<'a>),
    /// Values of one type.
    List(Values<'a>),
}

/// Values one after the other.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    cells: Cells<'a>,
    types: Types<'a>,
}

/// Types of the values to come.
#[derive(Clone, Debug)]
enum Types<'a> {
    Columns(std::slice::Iter<'a, Column>),
    Parts(std::slice::Iter<'static, Type>),
    Same(Type, usize),
}

impl<'a> Values<'a> {
    /// The values of a record with these columns.
    pub fn new(columns: &'a [Column], cells: Cells<'a>) -> Self {
        Self { cells, types: Types::Columns(columns.iter()) }
    }
}

impl Iterator for Types<'_> {
    type Item = Type;

    fn next(&mut self) -> Option<Type> {
        match self {
            Self::Columns(columns) => columns.next().map(|column| column.ty),
            Self::Parts(parts) => parts.next().copied(),
            Self::Same(ty, left) => {
                *left = left.checked_sub(1)?;
                Some(*ty)
            }
        }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let ty = self.types.next()?;
        Some(value(ty, &mut self.cells))
    }
}

/// Reads a value.
fn value<'a>(ty: Type, cells: &mut Cells<'a>) -> Value<'a> {
    match ty {
        Type::Char => Value::Char(cells.u8()),
        Type::U8 => Value::Unsigned(cells.u8().into()),
        Type::U16 => Value::Unsigned(cells.u16().into()),
        Type::U32 => Value::Unsigned(cells.u32().into()),
        Type::U64 => Value::Unsigned(cells.u64()),
        Type::I8 => Value::Signed(cells.i8().into()),
        Type::I16 => Value::Signed(cells.i16().into()),
        Type::I32 => Value::Signed(cells.i32().into()),
        Type::I64 => Value::Signed(cells.i64()),
        Type::H8 => Value::Bits(cells.u8().into()),
        Type::H16 => Value::Bits(cells.u16().into()),
        Type::H32 => Value::Bits(cells.u32().into()),
        Type::H64 => Value::Bits(cells.u64()),
        Type::F32 => Value::Single(cells.f32()),
        Type::F64 | Type::Seconds => Value::Double(cells.f64()),
        Type::Time | Type::MicroTime => Value::Time(cells.u64(), cells.u32()),
        Type::Duration | Type::MicroDuration => Value::Duration(cells.u64(), cells.u32()),
        Type::Mac => Value::Mac(cells.array()),
        Type::Ip4 => Value::Ip4(cells.array()),
        Type::Ip6 => Value::Ip6(cells.array()),
        Type::Ip => address(cells),
        Type::Text => Value::Text(cells.text()),
        Type::Label => Value::Label(cells.text()),
        Type::Payload => Value::Payload(cells.text()),
        Type::Option(of) => match cells.u8() {
            0 => Value::Null,
            _ => value(*of, cells),
        },
        Type::Compound(parts) => Value::Compound(nested(Types::Parts(parts.iter()), cells)),
        Type::List(of) => {
            let count = cells.length();
            Value::List(nested(Types::Same(*of, count), cells))
        }
    }
}

fn address<'a>(cells: &mut Cells<'a>) -> Value<'a> {
    match cells.u8() {
        4 => Value::Ip4(cells.array()),
        6 => Value::Ip6(cells.array()),
        _ => Value::Null,
    }
}

/// Values inside of a value, which are passed over.
fn nested<'a>(types: Types<'a>, cells: &mut Cells<'a>) -> Values<'a> {
    let inside = Values { cells: *cells, types };
    let mut rest = inside.clone();
    while !rest.cells.is_empty() && rest.next().is_some() {}
    *cells = rest.cells;
    inside
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Value, Values};
    use crate::cell::{Cell, Dir, Hex16, IpText, List, Mac, Text, Time};
    use crate::column::Column;
    use crate::record::Record;

    #[derive(Default)]
    struct Row(Vec<Column>, Record);

    impl Row {
        fn with<C: Cell>(mut self, value: &C) -> Self {
            let name = "c".to_owned();
            self.0.push(Column {
                name,
                ty: C::TYPE,
                doc: "",
                unit: "",
                plugin: "test",
                counter: false,
            });
            value.put(&mut self.1);
            self
        }
    }

    fn shown(values: Values<'_>) -> Vec<String> {
        let nested = |kind: &str, values| format!("{kind}{:?}", shown(values));
        let one = |value| match value {
            Value::List(values) => nested("list", values),
            Value::Compound(values) => nested("compound", values),
            other => format!("{other:?}"),
        };
        values.map(one).collect()
    }

    #[test]
    fn typed_values_of_a_record() {
        let row = Row::default()
            .with(&Dir(b'A'))
            .with(&7_u8)
            .with(&-2_i16)
            .with(&Hex16(0x800))
            .with(&0.5_f32)
            .with(&Option::<u16>::None)
            .with(&Some(9_u16))
            .with(&Time { seconds: 1, nanos: 2 })
            .with(&Mac([1; 6]))
            .with(&IpText::None)
            .with(&IpText::V4([10, 0, 0, 1]))
            .with(&Text(b"x"))
            .with(&List::<(u8, List<'_, u16>)>(&[(1, List(&[2, 3])), (4, List(&[]))]))
            .with(&List::<Ipv4Addr>(&[]))
            .with(&1.5_f64);
        let expected = [
            "Char(65)",
            "Unsigned(7)",
            "Signed(-2)",
            "Bits(2048)",
            "Single(0.5)",
            "Null",
            "Unsigned(9)",
            "Time(1, 2)",
            "Mac([1, 1, 1, 1, 1, 1])",
            "Null",
            "Ip4([10, 0, 0, 1])",
            "Text([120])",
            r#"list["compound[\"Unsigned(1)\", \"list[\\\"Unsigned(2)\\\", \\\"Unsigned(3)\\\"]\"]", "compound[\"Unsigned(4)\", \"list[]\"]"]"#,
            "list[]",
            "Double(1.5)",
        ];
        assert_eq!(shown(row.1.values(&row.0)), expected);
    }
}
