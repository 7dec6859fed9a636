//! Stereo files of calls, from the table of calls and the files of their sources.

use std::collections::{HashMap, VecDeque};

use flowz_api::record::Record;
use flowz_api::sink::SinkError;
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::settings::Settings;
use super::stereo::{self, Refusal};
use super::track::Part;

/// The table.
pub(super) const TABLE: &str = "calls";
/// Sources whose files are remembered.
const MOST: usize = 65_536;

/// Files of sources that have ended, by their names.
#[derive(Debug, Default)]
pub(super) struct Calls {
    parts: HashMap<String, Vec<Part>>,
    /// Names in the order in which they came.
    order: VecDeque<String>,
}

/// What became of a call.
#[derive(Debug)]
pub(super) struct CallFile {
    pub(super) number: u64,
    /// The file, or why there is none.
    pub(super) outcome: Result<std::path::PathBuf, Refusal>,
}

impl Calls {
    /// A source has ended.
    pub(super) fn remember(&mut self, name: &str, parts: &[Part]) {
        if self.order.len() == MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.parts.remove(&oldest);
        }
        if self.parts.insert(name.to_owned(), parts.to_vec()).is_none() {
            self.order.push_back(name.to_owned());
        }
    }

    /// A call has ended: writes its file.
    pub(super) fn call(
        &mut self,
        table: &Table,
        record: &Record,
        settings: &mut Settings,
    ) -> Result<Option<CallFile>, SinkError> {
        let columns = &table.schema.columns;
        let (mut number, mut left, mut right) = (0, Vec::new(), Vec::new());
        for (column, value) in columns.iter().zip(record.values(columns)) {
            match (column.name.as_str(), value) {
                ("callNr", Value::Unsigned(value)) => number = value,
                ("wavCaller", value) => left = self.parts_of(value),
                ("wavCallee", value) => right = self.parts_of(value),
                _ => {}
            }
        }
        if left.is_empty() && right.is_empty() {
            return Ok(None);
        }
        let Some(file) = settings.file(&format!("call{number}"), "stereo.wav")? else {
            return Ok(None);
        };
        let outcome = stereo::mix(&left, &right, file)?;
        Ok(Some(CallFile { number, outcome }))
    }

    fn parts_of(&self, names: Value<'_>) -> Vec<&Part> {
        let Value::List(names) = names else { return Vec::new() };
        let parts = names.filter_map(|name| match name {
            Value::Text(name) => self.parts.get(std::str::from_utf8(name).unwrap_or_default()),
            _ => None,
        });
        parts.flatten().collect()
    }
}
