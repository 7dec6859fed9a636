//! Which rows of the flow table are written: those for which a condition of the user holds.

use std::slice;

use flowz_api::cell::Time;
use flowz_api::column::{Column, Type};
use flowz_api::record::Record;
use flowz_api::table::Table;
use flowz_api::value::{Value, Values};
use flowz_expr::{Condition, Field, Kind, Row, Schema};
use flowz_registry::names;

use super::columns;
use super::locator::{Locator, Span};

/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;

/// Records of the flow table for which a condition holds.
#[derive(Debug)]
pub struct Rows {
    condition: Condition,
    /// The columns that it looks at.
    columns: Vec<Column>,
    /// The place of each column of the table among those.
    ranks: Vec<usize>,
    locator: Locator,
    spans: Vec<Span>,
    left_out: u64,
}

impl Rows {
    /// Those of a table for which a condition (docs/expressions.md) holds.
    ///
    /// # Errors
    ///
    /// What is wrong with the condition, and where.
    pub fn of(condition: &str, table: &Table) -> Result<Self, String> {
        Self::new(condition, table).map_err(|error| error.to_string())
    }

    pub(super) fn new(condition: &str, table: &Table) -> Result<Self, flowz_expr::Error> {
        let condition = Condition::new(condition, &OfTable(table))?;
        let wanted = condition.columns();
        let all = &table.schema.columns;
        let columns = wanted.iter().filter_map(|place| all.get(*place).cloned()).collect();
        let rank = |place| wanted.iter().position(|wanted| *wanted == place).unwrap_or(usize::MAX);
        let ranks = (0..all.len()).map(rank).collect();
        let locator = Locator::new(all, &wanted);
        Ok(Self { condition, columns, ranks, locator, spans: Vec::new(), left_out: 0 })
    }

    /// Whether the condition holds for a record; counts those for which it does not.
    pub fn takes(&mut self, record: &Record) -> bool {
        self.locator.find(record, &mut self.spans);
        let Self { columns, ranks, spans, .. } = self;
        let takes = self.condition.holds(&Found { record, columns, ranks, spans });
        self.left_out += u64::from(!takes);
        takes
    }

    /// How many records were not written.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// The columns of a table, for conditions.
struct OfTable<'a>(&'a Table);

impl Schema for OfTable<'_> {
    fn field(&self, name: &str) -> Option<Field> {
        let column = columns::place(name, self.0)?;
        let Column { ty, unit, .. } = self.0.schema.columns.get(column)?;
        let (mut parts, mut is_list) = (Vec::new(), false);
        kinds(*ty, *unit == "s", &mut parts, &mut is_list);
        Some(Field { column, parts, is_list })
    }

    fn hint(&self, name: &str) -> String {
        let near = columns::near(name, slice::from_ref(self.0));
        format!("{}; flowz --columns lists those of the flow table", names::alternatives(&near))
    }
}

/// What values of a type hold: one kind, or one for each part.
fn kinds(ty: Type, in_seconds: bool, parts: &mut Vec<Kind>, is_list: &mut bool) {
    parts.push(match ty {
        Type::Compound(inside) => {
            return inside.iter().for_each(|ty| kinds(*ty, in_seconds, parts, is_list));
        }
        Type::List(item) => {
            *is_list = true;
            return kinds(*item, in_seconds, parts, is_list);
        }
        Type::Option(value) => return kinds(*value, in_seconds, parts, is_list),
        Type::Seconds => Kind::Seconds,
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::F32 | Type::F64 if in_seconds => {
            Kind::Seconds
        }
        Type::U8
        | Type::U16
        | Type::U32
        | Type::U64
        | Type::I8
        | Type::I16
        | Type::I32
        | Type::I64
        | Type::H8
        | Type::H16
        | Type::H32
        | Type::H64 => Kind::Integer,
        Type::F32 | Type::F64 => Kind::Number,
        Type::Time | Type::MicroTime => Kind::Moment,
        Type::Duration | Type::MicroDuration => Kind::Length,
        Type::Mac => Kind::Mac,
        Type::Ip4 | Type::Ip6 | Type::Ip => Kind::Address,
        Type::Char | Type::Text | Type::Label | Type::Payload => Kind::Text,
    });
}

/// Parts of a value of some type.
fn parts(ty: Type) -> usize {
    match ty {
        Type::Compound(inside) => inside.iter().map(|ty| parts(*ty)).sum(),
        Type::List(of) | Type::Option(of) => parts(*of),
        _ => 1,
    }
}

/// A record whose values are found.
struct Found<'a> {
    record: &'a Record,
    columns: &'a [Column],
    ranks: &'a [usize],
    spans: &'a [Span],
}

/// A test of the condition.
type Test<'a> = &'a mut dyn FnMut(flowz_expr::Value<'_>) -> bool;

impl Row for Found<'_> {
    fn any(&self, column: usize, part: usize, test: Test<'_>) -> bool {
        let rank = self.ranks.get(column).copied().unwrap_or(usize::MAX);
        let (Some(column), Some((start, _))) = (self.columns.get(rank), self.spans.get(rank))
        else {
            return false;
        };
        let mut cells = self.record.cells();
        cells.take(*start);
        let value = Values::new(slice::from_ref(column), cells).next();
        value.is_some_and(|value| any(column.ty, &value, part, test))
    }
}

/// Whether a test holds for any value of a part.
fn any(ty: Type, value: &Value<'_>, mut part: usize, test: Test<'_>) -> bool {
    match (ty, value) {
        (Type::Option(of), value) => any(*of, value, part, test),
        (Type::List(item), Value::List(values)) => {
            values.clone().any(|value| any(*item, &value, part, test))
        }
        (Type::Compound(inside), Value::Compound(values)) => {
            for (ty, value) in inside.iter().zip(values.clone()) {
                let count = parts(*ty);
                if part < count {
                    return any(*ty, &value, part, test);
                }
                part -= count;
            }
            false
        }
        (_, value) => single(value, test),
    }
}

/// A value that has no parts.
fn single(value: &Value<'_>, test: Test<'_>) -> bool {
    use flowz_expr::Value as To;
    test(match value {
        Value::Null | Value::Compound(_) | Value::List(_) => return false,
        Value::Char(c) => return test(To::Text(&[*c])),
        Value::Unsigned(n) | Value::Bits(n) => To::Integer((*n).into()),
        Value::Signed(n) => To::Integer((*n).into()),
        Value::Single(v) => To::Single(*v),
        Value::Double(v) => To::Double(*v),
        Value::Time(seconds, nanos) => To::Moment(moment(*seconds, *nanos)),
        Value::Duration(seconds, nanos) => To::Length(nanoseconds(*seconds, *nanos)),
        Value::Mac(a) => To::Mac(*a),
        Value::Ip4(a) => To::Ip4(*a),
        Value::Ip6(a) => To::Ip6(*a),
        Value::Text(text) | Value::Label(text) | Value::Payload(text) => To::Text(text),
    })
}

/// Nanoseconds since 1970.
fn moment(seconds: u64, nanos: u32) -> i128 {
    match Time::back_from_1970(seconds, nanos) {
        Some((seconds, nanos)) => -nanoseconds(seconds, nanos),
        None => nanoseconds(seconds, nanos),
    }
}

fn nanoseconds(seconds: u64, nanos: u32) -> i128 {
    i128::from(seconds) * SECOND + i128::from(nanos)
}

#[cfg(test)]
mod tests {
    use super::Rows;
    use flowz_api::cell::{Cell, Dir, Duration, Hex16, IpText, Label, List, Mac, Time};
    use flowz_api::column::{Column, Schema};
    use flowz_api::packet::Timestamp;
    use flowz_api::record::Record;
    use flowz_api::table::{Table, TableKind};

    /// A table and a record of it.
    struct Row(Table, Record);

    impl Row {
        fn with<C: Cell>(mut self, name: &str, unit: &'static str, value: &C) -> Self {
            let name = name.to_owned();
            let column =
                Column { name, ty: C::TYPE, doc: "", unit, plugin: "test", counter: false };
            self.0.schema.columns.push(column);
            value.put(&mut self.1);
            self
        }
    }

    fn row() -> Row {
        let schema = Schema::default();
        let table = Table { name: "flows", kind: TableKind::Flows, doc: "", schema };
        Row(table, Record::new())
            .with("dir", "", &Dir(b'A'))
            .with("stat", "", &Hex16(0x8001))
            .with("first", "", &Time::from(Timestamp(-1_500_000_000)))
            .with("last", "", &Time { seconds: 3, nanos: 5 })
            .with("life", "s", &Duration { seconds: 2, nanos: 500_000_000 })
            .with("rtt", "s", &0.25_f32)
            .with("neg", "", &-7_i16)
            .with("ip", "", &IpText::V4([10, 0, 0, 1]))
            .with("noip", "", &IpText::None)
            .with("empty", "", &Option::<u16>::None)
            .with("some", "", &Some(5_u16))
            .with("words", "", &List(&[Label(b"eth"), Label(b"arp")]))
            .with("pairs", "", &List(&[(1_u8, (Mac([1; 6]), 4_u32)), (2, (Mac([2; 6]), 5))]))
            .with("deep", "", &(7_u8, List(&[8_u16, 9])))
    }

    #[test]
    fn values_of_all_types() {
        let Row(table, record) = row();
        for condition in [
            "dir == 'A' && stat & 0x8000 != 0 && stat == 0x8001 && test.dir in {'A', 'B'}",
            "first == -1.5 && first < 1969-12-31T23:59:59 && last > 3 && last == 3.000000005",
            "life == 2500ms && life > 2 && rtt < 1s && rtt == 0.25 && life > rtt && neg == -7",
            "ip in 10.0.0.0/8 && noip == none && ip != none && !(noip != 10.0.0.1)",
            "empty == none && some == 5 && !(empty < 5) && some > neg",
            "words == 'arp' && words contains 'et' && words not in {'ipv4'}",
            "pairs.1 == 2 && pairs.2 == 01:01:01:01:01:01 && pairs.3 in 5..6 && pairs.3 & 4 == 4",
            "deep.1 == 7 && deep.2 == 8 && deep.2 == 9",
        ] {
            let takes = |condition: &str| Rows::new(condition, &table).unwrap().takes(&record);
            assert!(takes(condition), "{condition}");
            assert!(!takes(&format!("!({condition})")), "{condition}");
        }
    }

    #[test]
    fn rows_that_are_left_out_are_counted() {
        let Row(table, record) = row();
        let mut rows = Rows::new("some > 7", &table).unwrap();
        assert!(!rows.takes(&record) && !rows.takes(&record));
        assert_eq!(rows.left_out(), 2);
    }

    #[test]
    fn columns_that_are_none() {
        let told = |condition| Rows::new(condition, &row().0).unwrap_err().message().to_owned();
        let words = told("frist == 1");
        assert_eq!(
            words,
            "there is no column 'frist'; did you mean 'first'?; flowz --columns lists those of the flow table"
        );
        assert!(told("pairs == 1").contains("has 3 parts"));
        assert!(told("rtt & 1 == 0").contains("not numbers of seconds"));
    }
}
