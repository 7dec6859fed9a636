//! The schema of a table in the words of Arrow, with what its columns mean.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};
use flowz_api::column::{Column, Type};
use flowz_api::table::Table;

use crate::common::typed::parts;

/// What is known of a run besides its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunFacts {
    /// `flowz 0.1.0`.
    pub(crate) program: String,
    /// Number of the sensor.
    pub(crate) sensor: String,
    /// The fingerprint of all settings.
    pub(crate) settings: String,
}

impl RunFacts {
    /// From the lines about the run; those that say when and where it was are left out, so that the same run makes the same files.
    pub(crate) fn of(preamble: &[String]) -> Self {
        let behind = |begin: &str| {
            let rest = preamble.iter().find_map(|line| line.strip_prefix(begin));
            rest.unwrap_or_default().to_owned()
        };
        let settings = behind("Settings: ");
        let fingerprint = settings.rsplit_once("fingerprint ").map_or("", |(_, sum)| sum);
        Self {
            program: concat!("flowz ", env!("CARGO_PKG_VERSION")).to_owned(),
            sensor: behind("SensorID: "),
            settings: fingerprint.to_owned(),
        }
    }

    /// What files say of a table, by keys.
    pub(crate) fn entries(&self, table: &Table) -> Vec<(&'static str, String)> {
        let all = [
            ("flowz.program", self.program.clone()),
            ("flowz.table", table.name.to_owned()),
            ("flowz.description", table.doc.to_owned()),
            ("flowz.sensor", self.sensor.clone()),
            ("flowz.settings", self.settings.clone()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// The Arrow schema of a table; the items of lists are called `item`.
pub(crate) fn arrow(table: &Table, facts: &RunFacts, item: &str) -> Schema {
    let fields: Vec<Field> =
        table.schema.columns.iter().map(|column| field(column, item)).collect();
    let entries = facts.entries(table).into_iter().map(|(key, value)| (key.to_owned(), value));
    Schema::new_with_metadata(fields, entries.collect::<HashMap<_, _>>())
}

/// A column with its meaning, unit and plugin.
fn field(column: &Column, item: &str) -> Field {
    let texts = [("description", column.doc), ("unit", column.unit), ("plugin", column.plugin)];
    let known = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let metadata: HashMap<String, String> =
        known.map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
    named(&column.name, column.ty, item).with_metadata(metadata)
}

/// A field of this name.
fn named(name: &str, ty: Type, item: &str) -> Field {
    match ty {
        Type::Option(of) => named(name, *of, item).with_nullable(true),
        Type::Ip => Field::new(name, DataType::Utf8, true),
        _ => Field::new(name, data_type(name, ty, item), false),
    }
}

/// The type of a column's values.
fn data_type(name: &str, ty: Type, item: &str) -> DataType {
    match ty {
        Type::U8 | Type::H8 => DataType::UInt8,
        Type::U16 | Type::H16 => DataType::UInt16,
        Type::U32 | Type::H32 => DataType::UInt32,
        Type::U64 | Type::H64 => DataType::UInt64,
        Type::I8 => DataType::Int8,
        Type::I16 => DataType::Int16,
        Type::I32 => DataType::Int32,
        Type::I64 => DataType::Int64,
        Type::F32 => DataType::Float32,
        Type::F64 | Type::Seconds => DataType::Float64,
        Type::Time | Type::MicroTime => {
            DataType::Timestamp(TimeUnit::Nanosecond, Some(Arc::from("UTC")))
        }
        Type::Duration | Type::MicroDuration => DataType::Duration(TimeUnit::Nanosecond),
        Type::Char | Type::Mac | Type::Ip4 | Type::Ip6 | Type::Ip | Type::Text | Type::Label => {
            DataType::Utf8
        }
        Type::Payload => DataType::Binary,
        Type::Option(of) => data_type(name, *of, item),
        Type::List(of) => DataType::List(Arc::new(renamed(named(name, *of, item), item))),
        Type::Compound(types) => {
            let names = parts::names(name, types.len());
            let fields = names.iter().zip(types).map(|(name, ty)| named(name, *ty, item));
            DataType::Struct(fields.collect::<Fields>())
        }
    }
}

/// The items of a list; compounds in it keep the names that the column gives them.
fn renamed(field: Field, item: &str) -> Field {
    field.with_name(item)
}

#[cfg(test)]
mod tests {
    use arrow_schema::{DataType, TimeUnit};
    use flowz_api::column::{Schema, Type};
    use flowz_api::table::{Table, TableKind};

    use super::{RunFacts, arrow};
    use crate::test_support::column;

    #[test]
    fn types() {
        const PAIR: Type = Type::Compound(&[Type::U8, Type::Option(&Type::H16)]);
        let mut columns = vec![
            column("time", Type::Time),
            column("length", Type::Duration),
            column("address", Type::Ip),
            column("a_b", Type::List(&PAIR)),
        ];
        (columns[0].doc, columns[0].unit) = ("When.", "s");
        let table =
            Table { name: "t", kind: TableKind::Plugin, doc: "Rows.", schema: Schema { columns } };
        let lines =
            ["SensorID: 7", "Settings: 0 not the defaults, fingerprint 0x12"].map(str::to_owned);
        let schema = arrow(&table, &RunFacts::of(&lines), "element");
        let [time, length, address, list] = [0, 1, 2, 3].map(|n| schema.field(n));
        let utc = Some("UTC".into());
        assert_eq!(time.data_type(), &DataType::Timestamp(TimeUnit::Nanosecond, utc));
        assert_eq!(time.metadata()["description"], "When.");
        assert_eq!(time.metadata()["unit"], "s");
        assert!(!length.metadata().contains_key("unit"));
        assert_eq!(length.data_type(), &DataType::Duration(TimeUnit::Nanosecond));
        assert!(address.is_nullable() && !time.is_nullable());
        let DataType::List(item) = list.data_type() else { panic!("{list}") };
        assert_eq!((item.name().as_str(), item.is_nullable()), ("element", false));
        let DataType::Struct(parts) = item.data_type() else { panic!("{item}") };
        assert_eq!([parts[0].name(), parts[1].name()], ["a", "b"]);
        assert!(parts[1].is_nullable());
        assert_eq!(schema.metadata()["flowz.settings"], "0x12");
        assert_eq!(schema.metadata()["flowz.sensor"], "7");
    }
}
