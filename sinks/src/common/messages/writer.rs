//! Rows become messages.

use std::ops::Range;

use bytes::Bytes;
use flowz_api::column::Schema;
use flowz_api::record::Record;

use super::batch::{Batch, Message};
use crate::common::format::buffer::Buffer;
use crate::common::json::{JsonRow, Style};

/// Columns of the addresses between which a flow is, and of its number.
const KEYS: [&str; 3] = ["srcIP", "dstIP", "flowInd"];

/// What messages of a table are made with.
#[derive(Debug)]
struct TableWriter {
    rows: JsonRow,
    /// Where [`KEYS`] are.
    keys: [Option<usize>; 3],
    /// Rows so far.
    count: u64,
}

/// Writes the messages of a batch.
#[derive(Debug)]
pub(super) struct Writer {
    /// By the numbers of the tables; those that nobody wants left out.
    tables: Vec<Option<TableWriter>>,
    out: Buffer,
    messages: Vec<Message>,
}

impl Writer {
    /// For no table yet.
    pub(super) fn new(tables: usize) -> Self {
        let mut all = Vec::new();
        all.resize_with(tables, || None);
        Self { tables: all, out: Buffer::with_capacity(0), messages: Vec::new() }
    }

    /// For one table more.
    pub(super) fn open(&mut self, table: usize, schema: &Schema) {
        let place = |name| schema.columns.iter().position(|column| column.name == name);
        let keys = KEYS.map(place);
        if let Some(slot) = self.tables.get_mut(table) {
            let rows = JsonRow::new(schema, Style::default());
            *slot = Some(TableWriter { rows, keys, count: 0 });
        }
    }

    /// A row more.
    pub(super) fn row(&mut self, table: usize, record: &Record) {
        let Some(Some(writer)) = self.tables.get_mut(table) else { return };
        let start = self.out.len();
        let mut values: [Range<usize>; 3] = [0..0, 0..0, 0..0];
        let keys = writer.keys;
        writer.rows.write_noting(&mut self.out, record, |column, range| {
            for (key, value) in keys.iter().zip(&mut values) {
                if *key == Some(column) {
                    *value = range.clone();
                }
            }
        });
        let text = start..self.out.len();
        let key = key(&mut self.out, values);
        self.messages.push(Message { table, number: writer.count, text, key });
        writer.count += 1;
    }

    /// Messages that are written.
    pub(super) fn messages(&self) -> usize {
        self.messages.len()
    }

    /// Their bytes.
    pub(super) fn bytes(&self) -> usize {
        self.out.len()
    }

    /// The messages so far, and how much memory they take.
    pub(super) fn take(&mut self) -> (Batch, usize) {
        let (mut text, used) = self.out.take();
        text.truncate(used);
        let messages = std::mem::take(&mut self.messages);
        let size = text.capacity() + messages.capacity() * size_of::<Message>();
        self.out.renew(Vec::new(), used);
        (Batch::new(Bytes::from(text), messages), size)
    }
}

/// Appends what the messages of a conversation have in common: both addresses, the lesser one first, so that directions do not differ; the
/// number of the flow if there are none.
fn key(out: &mut Buffer, [source, destination, number]: [Range<usize>; 3]) -> Range<usize> {
    let start = out.len();
    let address = |range: &Range<usize>| {
        let value = &out.as_slice()[range.clone()];
        value.strip_prefix(b"\"")?.strip_suffix(b"\"").map(<[u8]>::to_vec)
    };
    match (address(&source), address(&destination)) {
        (Some(one), Some(other)) => {
            out.extend((&one).min(&other));
            out.push(b' ');
            out.extend((&one).max(&other));
        }
        _ => {
            let number = out.as_slice()[number].to_vec();
            out.extend(&number);
        }
    }
    start..out.len()
}
