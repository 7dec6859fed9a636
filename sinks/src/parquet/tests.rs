//! Files of the Parquet sink, read back by the library.

use std::fs::File;
use std::path::Path;

use flowz_api::cell::{Cell, Dir, Duration, Hex16, IpText, List, Mac, Payload, Text, Time};
use flowz_api::column::{Column, Schema};
use flowz_api::record::Record;
use flowz_api::sink::{Destination, NamedSink, Sink, SinkError, SinkSetup, Split};
use flowz_api::table::{Table, TableId, TableKind};
use parquet::basic::Encoding;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::Parquet;
use super::toggles::ParquetToggles;
use crate::test_support::{TempDir, column, names, run};

fn reader(path: &Path) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).unwrap()).unwrap()
}

/// The rows of a file as the library shows them.
fn rows(path: &Path) -> Vec<String> {
    let rows = reader(path).into_iter();
    rows.map(|row| row.unwrap().to_string()).collect()
}

/// Columns, and rows of values for them.
#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    records: Vec<Record>,
}

impl Rows {
    /// Rows that are made from numbers below `count`.
    fn with<C: Cell>(mut self, name: &str, count: usize, value: impl Fn(u64) -> C) -> Self {
        self.columns.push(column(name, C::TYPE));
        self.records.resize_with(count, Record::new);
        for (n, record) in self.records.iter_mut().enumerate() {
            value(n as u64).put(record);
        }
        self
    }

    /// Writes them as flows to the prefix `p`.
    fn write(&self, dir: &TempDir, toggles: &ParquetToggles) -> Result<(), SinkError> {
        let schema = Schema { columns: self.columns.clone() };
        let tables = [Table { name: "flows", kind: TableKind::Flows, doc: "", schema }];
        let preamble = ["SensorID: 7".to_owned()];
        let destination = dir.destination(None);
        let mut sink = Parquet::new(toggles);
        sink.start(&SinkSetup { tables: &tables, destination: &destination, preamble: &preamble })?;
        for record in &self.records {
            sink.record(TableId::FLOWS, &tables[0], record)?;
        }
        sink.prepare()?;
        sink.finish()
    }
}

#[test]
fn values() {
    let dir = TempDir::new("parquet-values");
    let rows_in = Rows::default()
        .with("char", 2, |_| Dir(b'A'))
        .with("bits", 2, |n| Hex16(n as u16))
        .with("maybe", 2, |n| (n == 0).then_some(-1_i32))
        .with("time", 2, |n| Time { seconds: n, nanos: 1 })
        .with("length", 2, |n| Duration { seconds: n, nanos: 2 })
        .with("mac", 2, |n| Mac([n as u8; 6]))
        .with("address", 2, |n| if n == 0 { IpText::None } else { IpText::V4([1, 2, 3, 4]) })
        .with("text", 2, |_| Text(b"\xff\0"))
        .with("payload", 2, |_| Payload(b"ab"))
        .with("list", 2, |n| List(if n == 0 { &[(1_u8, 2_u8), (3, 4)] } else { &[] }))
        .with("x_y", 2, |n| (n as f32, f64::NAN));
    rows_in.write(&dir, &ParquetToggles::default()).unwrap();
    assert_eq!(names(&dir), ["p_flows.parquet"]);
    let rows = rows(&dir.path("p_flows.parquet"));
    let expected = [
        "{char: \"A\", bits: 0, maybe: -1, time: 1, length: 2, mac: \"00:00:00:00:00:00\", address: null, text: \"\\xff\0\", \
         payload: [97, 98], list: [{f1: 1, f2: 2}, {f1: 3, f2: 4}], x_y: {x: 0E0, y: NaN}}",
        "{char: \"A\", bits: 1, maybe: null, time: 1000000001, length: 1000000002, mac: \"01:01:01:01:01:01\", address: \"1.2.3.4\", \
         text: \"\\xff\0\", payload: [97, 98], list: [], x_y: {x: 1.0, y: NaN}}",
    ];
    assert_eq!(rows, expected);
}

/// Values of all kinds that repeat, grow, are scattered, or are not there.
fn many(count: usize) -> Rows {
    let mixed = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7;
    Rows::default()
        .with("same", count, |_| 5_u8)
        .with("few", count, move |n| mixed(n) as u16 % 5)
        .with("grows", count, |n| 1_700_000_000_000_u64 + n * 1000 + n % 7)
        .with("wild", count, move |n| mixed(n) as u32)
        .with("float", count, move |n| mixed(n) as f64 / 3.0)
        .with("none", count, |_| None::<u64>)
        .with("some", count, move |n| (n % 3 == 0).then_some(mixed(n)))
        .with("same_or_none", count, |n| (n % 3 == 0).then_some(9_u8))
        .with("address", count, move |n| match n % 3 {
            0 => IpText::None,
            1 => IpText::V4((mixed(n) as u32).to_be_bytes()),
            _ => IpText::V6([n as u8 % 4; 16]),
        })
        .with("list", count, |n| List(&[1_u64, 2, 3, 1 << 60][..n as usize % 5]))
        .with("empty", count, |_| List::<u8>(&[]))
        .with("deep", count, |n| List(&[List(&[Some(1_u8), None]), List(&[])][..n as usize % 3]))
}

#[test]
fn many_rows_with_all_encodings() {
    let dir = TempDir::new("parquet-many");
    let all = many(100_000);
    for zstd in [0, 1] {
        all.write(&dir, &ParquetToggles { zstd, group: 3, ..ParquetToggles::default() }).unwrap();
        let path = dir.path("p_flows.parquet");
        let file = reader(&path);
        assert!(file.num_row_groups() > 2, "{}", file.num_row_groups());
        let first = file.metadata().row_group(0);
        let encodings = |n: usize| first.column(n).encodings().collect::<Vec<_>>();
        assert!(encodings(0).contains(&Encoding::RLE_DICTIONARY));
        assert!(encodings(2).contains(&Encoding::DELTA_BINARY_PACKED));
        assert!(encodings(4).contains(&Encoding::BYTE_STREAM_SPLIT));
        let nulls = |n: usize| first.column(n).statistics().unwrap().null_count_opt();
        assert_eq!(nulls(0), Some(0));
        assert_eq!(nulls(5), Some(first.num_rows() as u64));
        let expected = all.records.iter().enumerate().map(|(n, _)| n as u64);
        for (n, row) in expected.zip(rows(&path)) {
            let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7;
            let begin = format!(
                "{{same: 5, few: {}, grows: {}, wild: {}, float: ",
                mixed as u16 % 5,
                1_700_000_000_000_u64 + n * 1000 + n % 7,
                mixed as u32
            );
            assert!(row.starts_with(&begin), "{n}: {row}");
            let some = if n % 3 == 0 { mixed.to_string() } else { "null".to_owned() };
            let same = if n % 3 == 0 { "9" } else { "null" };
            assert!(
                row.contains(&format!("none: null, some: {some}, same_or_none: {same}, address:"))
            );
            let list = ["[]", "[1]", "[1, 2]", "[1, 2, 3]", "[1, 2, 3, 1152921504606846976]"];
            let deep = ["[]", "[[1, null]]", "[[1, null], []]"];
            let end = format!(
                "list: {}, empty: [], deep: {}}}",
                list[n as usize % 5],
                deep[n as usize % 3]
            );
            assert!(row.ends_with(&end), "{n}: {row}");
        }
        assert_eq!(file.metadata().file_metadata().num_rows(), 100_000);
    }
}

#[test]
fn no_rows_and_no_columns() {
    let dir = TempDir::new("parquet-none");
    many(0).write(&dir, &ParquetToggles::default()).unwrap();
    let file = reader(&dir.path("p_flows.parquet"));
    assert_eq!((file.num_row_groups(), file.metadata().file_metadata().num_rows()), (0, 0));
    let entries = file.metadata().file_metadata().key_value_metadata().unwrap();
    let value = |key: &str| {
        entries.iter().find(|entry| entry.key == key).and_then(|entry| entry.value.clone())
    };
    assert_eq!(value("flowz.table").unwrap(), "flows");
    assert_eq!(value("flowz.sensor").unwrap(), "7");
    assert!(value("flowz.columns").unwrap().starts_with("[{"));
    assert!(value("ARROW:schema").is_some());
}

#[test]
fn pieces_and_what_is_refused() {
    let dir = TempDir::new("parquet-pieces");
    let mut sink = Parquet::new(&ParquetToggles::default());
    run(&mut sink, &dir.destination(Some((Split::Flows(2), 0))), 3, true).unwrap();
    assert_eq!(names(&dir), ["p_flows.parquet0", "p_flows.parquet1", "p_packets.parquet"]);
    let count = |name: &str| rows(&dir.path(name)).len();
    assert_eq!(
        [count("p_flows.parquet0"), count("p_flows.parquet1"), count("p_packets.parquet")],
        [2, 1, 3]
    );
    let said = |toggles: &ParquetToggles, to: &Destination| {
        run(&mut Parquet::new(toggles), to, 1, false).unwrap_err().to_string()
    };
    let stdout = Destination { stdout: true, ..Destination::default() };
    assert!(
        said(&ParquetToggles::default(), &stdout)
            .starts_with("parquet cannot write to standard output")
    );
    let hive = ParquetToggles { hive: true, ..ParquetToggles::default() };
    assert!(
        said(&hive, &dir.destination(Some((Split::Flows(2), 0)))).starts_with("-W does not split")
    );
}

#[test]
fn nothing_stays_of_what_is_not_finished() {
    let dir = TempDir::new("parquet-dropped");
    let destination = dir.destination(None);
    for hive in [false, true] {
        let tables = [crate::test_support::table("flows", TableKind::Flows)];
        let mut sink = Parquet::new(&ParquetToggles { hive, ..ParquetToggles::default() });
        sink.start(&SinkSetup { tables: &tables, destination: &destination, preamble: &[] })
            .unwrap();
        sink.record(TableId::FLOWS, &tables[0], &crate::test_support::small_record(1)).unwrap();
        sink.prepare().unwrap();
        drop(sink);
        assert!(names(&dir).is_empty());
    }
}

#[test]
fn folders_for_days() {
    const DAY: u64 = 86_400;
    let dir = TempDir::new("parquet-hive");
    let hive = ParquetToggles { hive: true, ..ParquetToggles::default() };
    // More days than files are open at once: the first day comes again in a second file.
    let days = [0, 1, 2, 3, 4, 0, 0];
    Rows::default()
        .with("time", days.len(), |n| Time {
            seconds: 19_844 * DAY + days[n as usize] * DAY + n,
            nanos: 0,
        })
        .write(&dir, &hive)
        .unwrap();
    let flows = dir.path("flows");
    let mut found: Vec<_> =
        std::fs::read_dir(&flows).unwrap().map(|day| day.unwrap().file_name()).collect();
    found.sort();
    assert_eq!(found[0], "dt=2024-05-01");
    assert_eq!(found.len(), 5);
    let first = flows.join("dt=2024-05-01/sensor=7");
    assert_eq!(rows(&first.join("part-p-1.parquet")).len(), 1);
    assert_eq!(rows(&first.join("part-p-2.parquet")).len(), 2);
}

#[test]
fn days_without_end_share_a_folder() {
    let dir = TempDir::new("parquet-hive-days");
    let hive = ParquetToggles { hive: true, group: 1, ..ParquetToggles::default() };
    Rows::default()
        .with("time", 500, |n| Time { seconds: n * 86_400, nanos: 0 })
        .write(&dir, &hive)
        .unwrap();
    let days = std::fs::read_dir(dir.path("flows")).unwrap().count();
    assert_eq!(days, 64);
    let rest = dir.path("flows").join("dt=__HIVE_DEFAULT_PARTITION__/sensor=7/part-p-1.parquet");
    assert_eq!(rows(&rest).len(), 500 - 63);
}
