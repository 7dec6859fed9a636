//! The values of a row as text, by the names of their columns.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::record::Record;
use flowz_api::table::Table;
use flowz_api::value::Value;

use crate::common::format::buffer::Buffer;
use crate::common::format::{datetime, string};

/// A row.
#[derive(Debug, Default)]
pub(super) struct Row(HashMap<String, String>);

impl Row {
    /// The text of a column; empty if it has none.
    pub(super) fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// A number.
    pub(super) fn number(&self, column: &str) -> u64 {
        self.text(column).parse().unwrap_or(0)
    }

    /// An address and its port.
    pub(super) fn place(&self, ip: &str, port: &str) -> String {
        let (ip, port) = (self.text(ip), self.text(port));
        if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") }
    }

    #[cfg(test)]
    pub(super) fn new(values: &[(&str, &str)]) -> Self {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Self(values.iter().map(own).collect())
    }
}

/// Reads a row.
pub(super) fn read(table: &Table, record: &Record) -> Row {
    let columns = &table.schema.columns;
    let named = columns.iter().zip(record.values(columns));
    Row(named.map(|(column, value)| (column.name.clone(), text(value))).collect())
}

fn text(value: Value<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Char(letter) => char::from(letter).to_string(),
        Value::Unsigned(n) | Value::Bits(n) => n.to_string(),
        Value::Signed(n) => n.to_string(),
        Value::Single(x) => format!("{x:.3}"),
        Value::Double(x) => format!("{x:.3}"),
        Value::Time(seconds, nanos) => {
            let mut out = Buffer::with_capacity(64);
            datetime::utc(&mut out, seconds, nanos);
            String::from_utf8_lossy(out.as_slice()).into_owned()
        }
        Value::Duration(seconds, nanos) => format!("{seconds}.{:03}", nanos / 1_000_000),
        Value::Mac(bytes) => format!("{bytes:02x?}"),
        Value::Ip4(bytes) => Ipv4Addr::from(bytes).to_string(),
        Value::Ip6(bytes) => Ipv6Addr::from(bytes).to_string(),
        Value::Text(bytes) | Value::Label(bytes) | Value::Payload(bytes) => {
            let mut out = Buffer::with_capacity(bytes.len());
            string::lossy(&mut out, bytes);
            String::from_utf8_lossy(out.as_slice()).into_owned()
        }
        Value::Compound(parts) => parts.map(text).collect::<Vec<_>>().join("_"),
        Value::List(items) => items.map(text).collect::<Vec<_>>().join(", "),
    }
}
