//! Values on their way into a statement.

use flowz_api::record::Record;
use flowz_api::value::Value;
use rusqlite::types::Null;
use rusqlite::{Result, Statement};

use super::schema::TablePlan;
use crate::common::database::json::{Shape, written};
use crate::common::database::moment;
use crate::common::format::buffer::Buffer;
use crate::common::format::datetime;
use crate::common::typed::text::{utf8, utf8_without_nul};

/// Memory that is used again for each row.
#[derive(Debug)]
pub(super) struct Scratch {
    record: Record,
    json: String,
    shown: Buffer,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { record: Record::new(), json: String::new(), shown: Buffer::with_capacity(64) }
    }
}

/// Adds a row.
pub(super) fn insert(
    statement: &mut Statement<'_>,
    plan: &TablePlan,
    row: &[u8],
    scratch: &mut Scratch,
) -> Result<()> {
    let Scratch { record, json, shown } = scratch;
    record.clear();
    record.raw(row);
    for ((value, shape), place) in record.values(&plan.columns).zip(&plan.shapes).zip(1..) {
        bind(statement, place, (value, shape), (json, shown))?;
    }
    statement.raw_execute().map(drop)
}

/// Puts a value in its place. What is not a number is null: SQLite has none.
fn bind(
    to: &mut Statement<'_>,
    place: usize,
    (value, shape): (Value<'_>, &Shape),
    (json, shown): (&mut String, &mut Buffer),
) -> Result<()> {
    match value {
        Value::Null => to.raw_bind_parameter(place, Null),
        Value::Unsigned(n) | Value::Bits(n) => to.raw_bind_parameter(place, n.cast_signed()),
        Value::Signed(n) => to.raw_bind_parameter(place, n),
        Value::Single(n) => to.raw_bind_parameter(place, f64::from(n)),
        Value::Double(n) => to.raw_bind_parameter(place, n),
        Value::Char(byte) => to.raw_bind_parameter(place, &*utf8(&[byte])),
        Value::Time(seconds, nanos) => to.raw_bind_parameter(place, time(shown, seconds, nanos)),
        Value::Duration(seconds, nanos) => {
            to.raw_bind_parameter(place, moment::length(seconds, nanos))
        }
        Value::Mac(_) | Value::Ip4(_) | Value::Ip6(_) => {
            to.raw_bind_parameter(place, written(shown, &value))
        }
        Value::Text(text) | Value::Label(text) => {
            to.raw_bind_parameter(place, &*utf8_without_nul(text))
        }
        Value::Payload(bytes) => to.raw_bind_parameter(place, bytes),
        Value::Compound(_) | Value::List(_) => {
            json.clear();
            shape.write(json, value);
            to.raw_bind_parameter(place, json.as_str())
        }
    }
}

/// A moment as SQLite's functions for dates take it, UTC: `2026-11-30T08:27:28.599899123`.
fn time(shown: &mut Buffer, seconds: u64, nanos: u32) -> &str {
    const ZONE: &[u8] = b"+0000";
    shown.clear();
    datetime::utc(shown, seconds, nanos);
    let text = shown.as_slice();
    str::from_utf8(text.strip_suffix(ZONE).unwrap_or(text)).unwrap_or_default()
}
