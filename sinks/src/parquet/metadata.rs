//! What a Parquet file says of itself by keys: the run, the table, what its columns mean, and the schema of Arrow, from which
//! readers know types that Parquet has not.

use arrow_ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteOptions};
use arrow_schema::Schema;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flowz_api::table::Table;
use parquet::file::metadata::KeyValue;
use serde_json::json;

use crate::columnar::schema::RunFacts;

/// All keys and values.
pub(super) fn entries(table: &Table, schema: &Schema, facts: &RunFacts) -> Vec<KeyValue> {
    let known = facts.entries(table).into_iter();
    let mut entries: Vec<_> =
        known.map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    entries.push(KeyValue::new("flowz.columns".to_owned(), columns(table)));
    entries.push(KeyValue::new("ARROW:schema".to_owned(), arrow(schema)));
    entries
}

/// Names, types, units, plugins and meanings of the columns, as `--columns=json` says them.
fn columns(table: &Table) -> String {
    let columns = table.schema.columns.iter().map(|column| {
        json!({
            "name": column.name,
            "type": column.ty.to_string(),
            "unit": column.unit,
            "plugin": column.plugin,
            "description": column.doc,
        })
    });
    columns.collect::<serde_json::Value>().to_string()
}

/// The message with the schema, as Arrow's libraries expect it.
fn arrow(schema: &Schema) -> String {
    let options = IpcWriteOptions::default();
    let mut tracker = DictionaryTracker::new(true);
    let message = IpcDataGenerator::default()
        .schema_to_bytes_with_dictionary_tracker(schema, &mut tracker, &options)
        .ipc_message;
    let mut bytes = vec![0xff; 4];
    bytes.extend_from_slice(&(message.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&message);
    BASE64_STANDARD.encode(bytes)
}
