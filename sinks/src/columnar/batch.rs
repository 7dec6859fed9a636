//! Record batches of Arrow from records.

use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, DurationNanosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, ListArray, PrimitiveArray, RecordBatch, RecordBatchOptions,
    StringArray, StructArray,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, SchemaRef};
use flowz_api::record::Record;
use flowz_api::table::Table;

use super::column::{Bytes, Column};
use super::rows::{self, BLOCK, Columns, LONGEST_RECORD};
use super::schema::{self, RunFacts};
use super::words::Word;

/// Why there is no batch.
#[derive(Debug)]
pub enum BatchError {
    /// A record is too long: so many bytes.
    TooLong(usize),
    /// Arrow does not take it.
    Arrow(ArrowError),
}

impl std::fmt::Display for BatchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong(length) => {
                write!(
                    f,
                    "a row of {length} bytes is too long for a batch, which takes {LONGEST_RECORD}"
                )
            }
            Self::Arrow(error) => write!(f, "Arrow does not take the rows: {error}"),
        }
    }
}

impl std::error::Error for BatchError {}

impl From<ArrowError> for BatchError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

/// Makes record batches of a table's records: push records, then take a batch of all that were pushed since the last one.
///
/// Batches are bounded by whoever takes them; [`size`](Self::size) says how much memory the rows use. A batch can have 2 GiB of
/// texts in a column at most, so take one before.
#[derive(Debug)]
pub struct BatchBuilder {
    schema: SchemaRef,
    columns: Columns,
    block: Vec<u8>,
    rows: usize,
}

impl BatchBuilder {
    /// Of a table. `preamble` are the lines about the run ([`SinkSetup::preamble`](flowz_api::sink::SinkSetup::preamble)): the schema's
    /// metadata have the sensor and the fingerprint of the settings from there.
    pub fn new(table: &Table, preamble: &[String]) -> Self {
        let schema = Arc::new(schema::arrow(table, &RunFacts::of(preamble), "item"));
        let columns = Columns::new(&table.schema);
        Self { schema, columns, block: Vec::new(), rows: 0 }
    }

    /// The schema of all batches, with each column's meaning, unit and plugin as metadata.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Adds a row. Fails if it is longer than 256 MiB; the rows before it stay.
    pub fn push(&mut self, record: &Record) -> Result<(), BatchError> {
        let bytes = record.bytes();
        if bytes.len() > LONGEST_RECORD {
            return Err(BatchError::TooLong(bytes.len()));
        }
        rows::append(&mut self.block, bytes);
        self.rows += 1;
        if self.block.len() >= BLOCK {
            self.take_block();
        }
        Ok(())
    }

    /// Adds the rows of a block ([`rows::append`]).
    pub(crate) fn push_block(&mut self, block: &[u8]) {
        self.columns.take(block);
        self.rows = self.columns.rows();
    }

    fn take_block(&mut self) {
        self.columns.take(&self.block);
        self.block.clear();
    }

    /// Rows that the next batch will have.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of memory that these rows use, roughly.
    pub fn size(&self) -> usize {
        self.columns.size() + self.block.len()
    }

    /// A batch of all rows since the last one, also if there are none.
    pub fn take(&mut self) -> Result<RecordBatch, BatchError> {
        self.take_block();
        self.rows = 0;
        let (columns, rows) = self.columns.give();
        let fields = self.schema.fields().iter();
        let arrays = fields.zip(columns).map(|(field, column)| array(column, field, None));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(self.schema(), arrays, &options)?)
    }
}

/// A column as Arrow has it.
fn array(column: Column, field: &Field, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
    Ok(match column {
        Column::U8(values) => primitive::<UInt8Type>(values, nulls)?,
        Column::U16(values) => primitive::<UInt16Type>(values, nulls)?,
        Column::U32(values) => primitive::<UInt32Type>(values, nulls)?,
        Column::U64(values) => primitive::<UInt64Type>(values, nulls)?,
        Column::I8(values) => primitive::<Int8Type>(values, nulls)?,
        Column::I16(values) => primitive::<Int16Type>(values, nulls)?,
        Column::I32(values) => primitive::<Int32Type>(values, nulls)?,
        Column::I64(values) => primitive::<Int64Type>(values, nulls)?,
        Column::F32(values) => primitive::<Float32Type>(values, nulls)?,
        Column::F64(values) => primitive::<Float64Type>(values, nulls)?,
        Column::Length(values) => primitive::<DurationNanosecondType>(values, nulls)?,
        Column::Moment(values) => {
            let values = ScalarBuffer::from(values);
            let array = PrimitiveArray::<TimestampNanosecondType>::try_new(values, nulls)?;
            Arc::new(array.with_timezone("UTC"))
        }
        Column::Word(words) => strings(texts(&words), nulls)?,
        Column::MaybeWord(words) => {
            let there = words.iter().map(|word| *word != Word::None).collect::<Vec<_>>();
            strings(texts(&words), Some(both(nulls.as_ref(), there)))?
        }
        Column::Text(texts) => strings(texts, nulls)?,
        Column::Binary(strings) => {
            let all = Buffer::from_vec(strings.all);
            Arc::new(BinaryArray::try_new(offsets(&strings.ends)?, all, nulls)?)
        }
        Column::Optional(there, of) => array(*of, field, Some(both(nulls.as_ref(), there)))?,
        Column::Struct(columns) => {
            let DataType::Struct(fields) = field.data_type() else { return Err(unfit(field)) };
            let parts =
                columns.into_iter().zip(fields).map(|(part, field)| array(part, field, None));
            Arc::new(StructArray::try_new(fields.clone(), parts.collect::<Result<_, _>>()?, nulls)?)
        }
        Column::List(ends, items) => {
            let DataType::List(item) = field.data_type() else { return Err(unfit(field)) };
            let items = array(*items, item, None)?;
            Arc::new(ListArray::try_new(Arc::clone(item), offsets(&ends)?, items, nulls)?)
        }
    })
}

/// The schema is made from the same types: never seen.
fn unfit(field: &Field) -> ArrowError {
    ArrowError::SchemaError(format!("the values of {} are of another type", field.name()))
}

fn primitive<T: ArrowPrimitiveType>(
    values: Vec<T::Native>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(PrimitiveArray::<T>::try_new(ScalarBuffer::from(values), nulls)?) as Arc<dyn Array>)
}

fn strings(texts: Bytes, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
    let offsets = offsets(&texts.ends)?;
    Ok(Arc::new(StringArray::try_new(offsets, Buffer::from_vec(texts.all), nulls)?))
}

/// The texts of words.
fn texts(words: &[Word]) -> Bytes {
    let mut texts = Bytes::default();
    for word in words {
        word.write(&mut texts.all);
        texts.ends.push(texts.all.len() as u32);
    }
    texts
}

/// What is there in a column, and in what it is part of.
fn both(outer: Option<&NullBuffer>, there: Vec<bool>) -> NullBuffer {
    let there = NullBuffer::from(there);
    NullBuffer::union(outer, Some(&there)).unwrap_or(there)
}

/// Where lists and texts begin and end.
fn offsets(ends: &[u32]) -> Result<OffsetBuffer<i32>, ArrowError> {
    let ends = std::iter::once(0).chain(ends.iter().copied());
    let offsets = ends.map(|end| i32::try_from(end).map_err(|_| too_large()));
    Ok(OffsetBuffer::new(ScalarBuffer::from(offsets.collect::<Result<Vec<i32>, _>>()?)))
}

#[cold]
fn too_large() -> ArrowError {
    ArrowError::InvalidArgumentError("a batch has more than 2 GiB of texts in a column".to_owned())
}

#[cfg(test)]
mod tests;
