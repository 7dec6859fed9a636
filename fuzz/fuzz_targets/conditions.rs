//! Any text as a condition on rows: it can be asked, or the error's place is in the text; a condition that holds does
//! not hold behind `!`.
#![no_main]

use flowz_expr::{Condition, Field, Kind, Row, Schema, Value};
use libfuzzer_sys::fuzz_target;

/// A column of each kind is called by a letter; `l` is a list of two parts, `z` has no value.
const COLUMNS: [(&str, &[Kind]); 9] = [
    ("i", &[Kind::Integer]),
    ("n", &[Kind::Number]),
    ("s", &[Kind::Seconds]),
    ("m", &[Kind::Moment]),
    ("d", &[Kind::Length]),
    ("h", &[Kind::Mac]),
    ("a", &[Kind::Address]),
    ("l", &[Kind::Text, Kind::Integer]),
    ("z", &[Kind::Integer]),
];

struct Table;

impl Schema for Table {
    fn field(&self, name: &str) -> Option<Field> {
        let column = COLUMNS.iter().position(|(known, _)| *known == name)?;
        let (name, parts) = COLUMNS[column];
        Some(Field { column, parts: parts.to_vec(), is_list: name == "l" })
    }

    fn hint(&self, _: &str) -> String {
        String::new()
    }
}

struct OneRow;

impl Row for OneRow {
    fn any(&self, column: usize, part: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let values: &[Value<'_>] = match (column, part) {
            (0, _) => &[Value::Integer(0x8000_0000_0000_0001)],
            (1, _) => &[Value::Double(f64::NAN)],
            (2, _) => &[Value::Single(0.1)],
            (3, _) => &[Value::Moment(1_335_958_313_152_630_000)],
            (4, _) => &[Value::Length(1_500_000_000)],
            (5, _) => &[Value::Mac([2; 6])],
            (6, _) => &[Value::Ip4([10, 0, 0, 1])],
            (7, 0) => &[Value::Text(b"eth:ipv4"), Value::Text(b"")],
            (7, _) => &[Value::Integer(5), Value::Integer(-1)],
            _ => &[],
        };
        values.iter().any(|value| test(*value))
    }
}

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let condition = match Condition::new(text, &Table) {
        Ok(condition) => condition,
        Err(error) => {
            assert!(text.get(error.range()).is_some(), "{error:?}");
            assert_eq!(error.to_string().lines().count(), 3, "{error:?}");
            return;
        }
    };
    let holds = condition.holds(&OneRow);
    // At the largest depth there is no room for one more.
    if let Ok(opposite) = Condition::new(&format!("!({text})"), &Table) {
        assert_ne!(opposite.holds(&OneRow), holds, "{text}");
    }
});
