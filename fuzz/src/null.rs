//! A sink without output. It reads each record along its schema, so a record that is shorter or
//! longer than its columns say is found here.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};
use flowz_api::sink::{Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};

/// Reads records and keeps a sum of them.
#[derive(Clone, Debug, Default)]
pub struct Null {
    /// A sum of all bytes so far, in which their order counts.
    pub sum: Arc<AtomicU64>,
}

impl Null {
    fn add(&self, schema: &Schema, record: &Record) {
        read(schema, record);
        let mut hasher = DefaultHasher::new();
        (self.sum.load(Ordering::Relaxed), record.bytes()).hash(&mut hasher);
        self.sum.store(hasher.finish(), Ordering::Relaxed);
    }
}

impl Sink for Null {
    fn requests(&self) -> &[&'static str] {
        &["rtp_payload"]
    }

    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, _: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        self.add(&table.schema, record);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn read(schema: &Schema, record: &Record) {
    let mut cells = record.cells();
    for column in &schema.columns {
        cell(column.ty, &mut cells);
    }
    assert!(cells.is_empty(), "the record is longer than its schema");
}

fn cell(ty: Type, cells: &mut Cells<'_>) {
    match ty {
        Type::Compound(parts) => parts.iter().for_each(|part| cell(*part, cells)),
        Type::List(item) => (0..cells.length()).for_each(|_| cell(*item, cells)),
        Type::Option(value) => {
            if cells.u8() != 0 {
                cell(*value, cells);
            }
        }
        Type::Text | Type::Label | Type::Payload => text(cells),
        Type::Ip => address(cells),
        fixed => _ = cells.take(width(fixed)),
    }
}

fn text(cells: &mut Cells<'_>) {
    let length = cells.length();
    assert_eq!(cells.take(length).len(), length, "the record ends within a text");
}

fn address(cells: &mut Cells<'_>) {
    let bytes = match cells.u8() {
        0 => 0,
        4 => 4,
        6 => 16,
        other => panic!("{other} is no kind of address"),
    };
    assert_eq!(cells.take(bytes).len(), bytes, "the record ends within an address");
}

/// Bytes of a value that always takes the same room.
fn width(ty: Type) -> usize {
    match ty {
        Type::Char | Type::U8 | Type::I8 | Type::H8 => 1,
        Type::U16 | Type::I16 | Type::H16 => 2,
        Type::U32 | Type::I32 | Type::H32 | Type::F32 | Type::Ip4 => 4,
        Type::Mac => 6,
        Type::U64 | Type::I64 | Type::H64 | Type::F64 | Type::Seconds => 8,
        Type::Time | Type::Duration => 12,
        Type::Ip6 => 16,
        other => panic!("{other} has no fixed width"),
    }
}
