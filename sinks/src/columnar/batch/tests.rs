//! Batches of literal values.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    DurationNanosecondType, TimestampNanosecondType, UInt8Type, UInt16Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use flowz_api::cell::{Cell, Dir, Duration, Hex16, IpText, List, Mac, Payload, Text, Time};
use flowz_api::column::{Column, Schema};
use flowz_api::packet::Timestamp;
use flowz_api::record::Record;
use flowz_api::table::{Table, TableKind};

use super::{BatchBuilder, BatchError, LONGEST_RECORD};
use crate::test_support::{column, small_record, table};

/// A batch with a row of these values.
#[derive(Default)]
struct Row(Vec<Column>, Record);

impl Row {
    fn with<C: Cell>(mut self, value: &C) -> Self {
        self.0.push(column("c_d", C::TYPE));
        value.put(&mut self.1);
        self
    }

    fn batch(self) -> RecordBatch {
        let schema = Schema { columns: self.0 };
        let table = Table { name: "t", kind: TableKind::Flows, doc: "", schema };
        let mut builder = BatchBuilder::new(&table, &[]);
        builder.push(&self.1).unwrap();
        builder.take().unwrap()
    }
}

#[test]
fn values() {
    let before_1970 = Time::from(Timestamp(-1_500_000_001));
    let batch = Row::default()
        .with(&Dir(b'A'))
        .with(&Time { seconds: 2, nanos: 7 })
        .with(&before_1970)
        .with(&Time { seconds: u64::MAX >> 2, nanos: 0 })
        .with(&Duration::of_nanos(-5))
        .with(&Mac([0, 1, 2, 3, 4, 255]))
        .with(&IpText::V4([10, 0, 0, 1]))
        .with(&IpText::None)
        .with(&Text(b"\0\xff"))
        .with(&Payload(b"\0\xff"))
        .with(&u64::MAX)
        .batch();
    let text = |n: usize| batch.column(n).as_string::<i32>();
    let time = |n: usize| batch.column(n).as_primitive::<TimestampNanosecondType>().value(0);
    assert_eq!(text(0).value(0), "A");
    assert_eq!([time(1), time(2), time(3)], [2_000_000_007, -1_500_000_001, i64::MAX]);
    assert_eq!(batch.column(4).as_primitive::<DurationNanosecondType>().value(0), -5);
    assert_eq!([text(5).value(0), text(6).value(0)], ["00:01:02:03:04:ff", "10.0.0.1"]);
    assert!(text(7).is_null(0) && text(6).is_valid(0));
    assert_eq!(text(8).value(0), "\0\\xff");
    assert_eq!(batch.column(9).as_binary::<i32>().value(0), b"\0\xff");
    assert_eq!(batch.column(10).as_primitive::<UInt64Type>().value(0), u64::MAX);
}

#[test]
fn values_within_others() {
    let batch = Row::default()
        .with(&List(&[(1_u8, Some(Hex16(2))), (3, None)]))
        .with(&List::<(u8, u8)>(&[]))
        .with(&(IpText::None, List(&[List(&[7_u8]), List(&[])])))
        .batch();
    let pairs = batch.column(0).as_list::<i32>().value(0);
    let pairs = pairs.as_struct();
    assert_eq!(pairs.column(0).as_primitive::<UInt8Type>().values()[..], [1, 3]);
    let second = pairs.column(1).as_primitive::<UInt16Type>();
    assert_eq!([second.is_valid(0), second.is_valid(1)], [true, false]);
    assert_eq!(batch.column(1).as_list::<i32>().value_length(0), 0);
    let compound = batch.column(2).as_struct();
    assert!(compound.column(0).is_null(0));
    let lists = compound.column(1).as_list::<i32>().value(0);
    let lists = lists.as_list::<i32>();
    assert_eq!([lists.value_length(0), lists.value_length(1)], [1, 0]);
}

#[test]
fn many_batches() {
    let table = table("flows", TableKind::Flows);
    let mut builder = BatchBuilder::new(&table, &[]);
    assert_eq!(builder.take().unwrap().num_rows(), 0);
    for first in [1, 10_001] {
        for n in first..first + 10_000 {
            builder.push(&small_record(n)).unwrap();
        }
        assert_eq!(builder.rows(), 10_000);
        assert!(builder.size() > 10_000 * 8);
        let batch = builder.take().unwrap();
        let numbers = batch.column(1).as_primitive::<UInt64Type>();
        assert!(numbers.values().iter().copied().eq(first..first + 10_000));
        assert_eq!(batch.schema(), builder.schema());
    }
    assert_eq!(builder.rows(), 0);
}

#[test]
fn a_table_without_columns_has_rows() {
    let table = Table { name: "t", kind: TableKind::Flows, doc: "", schema: Schema::default() };
    let mut builder = BatchBuilder::new(&table, &[]);
    builder.push(&Record::new()).unwrap();
    assert_eq!(builder.take().unwrap().num_rows(), 1);
}

#[test]
fn a_row_that_is_too_long() {
    let mut record = Record::new();
    record.raw(&vec![0; LONGEST_RECORD + 1]);
    let mut builder = BatchBuilder::new(&table("flows", TableKind::Flows), &[]);
    assert!(matches!(builder.push(&record), Err(BatchError::TooLong(_))));
    assert_eq!(builder.take().unwrap().num_rows(), 0);
}
