//! Databases, read back.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flowz_api::cell::{Cell, Dir, Hex64, Label, List, Payload, Seconds, Text, Time};
use flowz_api::column::{Schema, Type};
use flowz_api::record::Record;
use flowz_api::sink::{Destination, NamedSink, Patience, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::file::Database;
use super::schema;
use super::toggles::SqliteToggles;
use super::{Batch, Sqlite};
use crate::common::database::run::RunFacts;
use crate::test_support::{TempDir, column, names, run, table};

/// All rows of a query.
fn rows(dir: &TempDir, query: &str) -> Vec<Vec<Value>> {
    let file = Connection::open(dir.path("p.sqlite")).unwrap();
    let mut statement = file.prepare(query).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A table with one column and the value that its row has.
fn stored<C: Cell>(name: &str, value: &C) -> Value {
    let dir = TempDir::new(&format!("sqlite-stored-{name}"));
    let schema = Schema { columns: vec![column("c", C::TYPE)] };
    let tables = [Table { name: "flows", kind: TableKind::Flows, doc: "", schema }];
    let destination = dir.destination(None);
    let mut sink = Sqlite::new(&SqliteToggles::default());
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    sink.start(&setup).unwrap();
    let mut record = Record::new();
    value.put(&mut record);
    sink.record(TableId::FLOWS, &tables[0], &record).unwrap();
    sink.prepare().unwrap();
    sink.finish().unwrap();
    rows(&dir, "SELECT c FROM flows").remove(0).remove(0)
}

#[test]
fn values() {
    assert_eq!(stored("u64", &u64::MAX), Value::Integer(-1));
    assert_eq!(stored("h64", &Hex64(1 << 63)), Value::Integer(i64::MIN));
    assert_eq!(stored("i32", &-7_i32), Value::Integer(-7));
    assert_eq!(stored("f32", &0.5_f32), Value::Real(0.5));
    assert_eq!(stored("nan", &f64::NAN), Value::Null);
    assert_eq!(stored("inf", &Seconds(f64::INFINITY)), Value::Real(f64::INFINITY));
    assert_eq!(stored("none", &None::<u8>), Value::Null);
    assert_eq!(stored("dir", &Dir(b'A')), text("A"));
    assert_eq!(stored("text", &Text(b"a\0b\xff")), text(r"a\x00b\xff"));
    assert_eq!(stored("digits", &Text(b"12")), text("12"));
    assert_eq!(stored("payload", &Payload(b"a\0\xff")), Value::Blob(b"a\0\xff".to_vec()));
    assert_eq!(stored("list", &List(&[Label(b"x"), Label(b"y")])), text(r#"["x","y"]"#));
    assert_eq!(stored("compound", &(1_u8, 2_u8)), text(r#"{"f1":1,"f2":2}"#));
}

#[test]
fn moments() {
    let time = Time { seconds: 1_480_494_448, nanos: 599_899_123 };
    assert_eq!(stored("time", &time), text("2016-11-30T08:27:28.599899123"));
    let late = Time { seconds: 253_402_300_799, nanos: 0 };
    assert_eq!(stored("late", &late), text("9999-12-31T23:59:59.000000000"));
    let length = flowz_api::cell::Duration { seconds: 1, nanos: 2 };
    assert_eq!(stored("length", &length), Value::Integer(1_000_000_002));
}

#[test]
fn a_file_with_all_tables() {
    let dir = TempDir::new("sqlite-file");
    let mut sink = Sqlite::new(&SqliteToggles { batch: 2, ..SqliteToggles::default() });
    run(&mut sink, &dir.destination(None), 5, true).unwrap();
    assert_eq!(names(&dir), ["p.sqlite"]);
    let all = rows(&dir, "SELECT flowInd, dir, hdrDesc, host FROM packets");
    let flows: Vec<_> = all.iter().map(|row| row[0].clone()).collect();
    assert_eq!(flows, (1..=5).map(Value::Integer).collect::<Vec<_>>());
    assert_eq!(all[0][1..], [text("A"), text(r#"["eth:ipv4","x\u0009y"]"#), text("a, \"b\"")]);
    assert_eq!(rows(&dir, "SELECT count(*) FROM flows"), [[Value::Integer(5)]]);
    let about = rows(
        &dir,
        "SELECT place, name, type, doc FROM flowz_columns WHERE table_name = 'flows' LIMIT 2",
    );
    assert_eq!(about[0], [Value::Integer(1), text("dir"), text("C"), text("Direction: A or B.")]);
    assert_eq!(about[1][1], text("flowInd"));
    assert_eq!(
        rows(&dir, "SELECT table_name FROM flowz_tables"),
        [[text("flows")], [text("packets")]]
    );
    assert_eq!(rows(&dir, "PRAGMA integrity_check"), [[text("ok")]]);
}

/// The same rows are the same bytes.
#[test]
fn the_content_is_determined() {
    let dirs = ["sqlite-same-1", "sqlite-same-2"].map(TempDir::new);
    let file = |dir: &TempDir| {
        let toggles = SqliteToggles { index: true, ..SqliteToggles::default() };
        run(&mut Sqlite::new(&toggles), &dir.destination(None), 100, true).unwrap();
        fs::read(dir.path("p.sqlite")).unwrap()
    };
    assert_eq!(file(&dirs[0]), file(&dirs[1]));
    let index = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = 'flows_flow'";
    assert_eq!(rows(&dirs[0], index), [[Value::Integer(1)]]);
}

#[test]
fn a_run_that_is_given_up_leaves_no_file() {
    let dir = TempDir::new("sqlite-dropped");
    let mut sink = Sqlite::new(&SqliteToggles::default());
    let tables = [table("flows", TableKind::Flows)];
    let destination = dir.destination(None);
    sink.start(&SinkSetup { tables: &tables, destination: &destination, preamble: &[] }).unwrap();
    assert_eq!(names(&dir).len(), 1);
    drop(sink);
    assert!(names(&dir).is_empty());
}

#[test]
fn what_has_no_place_is_refused() {
    let dir = TempDir::new("sqlite-refused");
    let started = |table: Table, to: &Destination| {
        let setup = SinkSetup { tables: &[table], destination: to, preamble: &[] };
        Sqlite::new(&SqliteToggles::default()).start(&setup).unwrap_err().to_string()
    };
    let mut wide = table("flows", TableKind::Flows);
    wide.schema.columns = (0..2001).map(|n| column(&format!("c{n}"), Type::U8)).collect();
    let told = started(wide, &dir.destination(None));
    assert!(told.contains("2001 columns") && told.contains("--fields"), "{told}");
    std::os::unix::fs::symlink("/dev/null", dir.path("p.sqlite")).unwrap();
    let told = started(table("flows", TableKind::Flows), &dir.destination(None));
    assert!(told.contains("not a regular file"), "{told}");
}

#[test]
fn names_that_differ_by_their_letters() {
    let mut both = table("flowz_runs", TableKind::Plugin);
    both.schema.columns = vec![column("aB", Type::U8), column("Ab", Type::U8)];
    let plans = schema::plans(&[both], |_| true, "").unwrap();
    let create = plans[0].as_ref().unwrap().create();
    assert_eq!(create, r#"CREATE TABLE "flowz_runs_2" ("aB" INTEGER, "Ab_2" INTEGER)"#);
}

/// Somebody who waits so many times, and counts what is lost.
#[derive(Debug, Default)]
struct Waits(AtomicU64, AtomicU64);

impl Patience for Waits {
    fn wait(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) < 1
    }

    fn goes_on(&self) {}

    fn lost(&self, rows: u64) {
        self.1.fetch_add(rows, Ordering::Relaxed);
    }
}

/// A file that may not grow stands for a full disk: what found room is whole, and the rest is counted.
#[test]
fn a_full_disk_where_somebody_waits() {
    let dir = TempDir::new("sqlite-full");
    let waits = Arc::new(Waits::default());
    let patience: Arc<dyn Patience> = Arc::<Waits>::clone(&waits);
    let mut database = Database::create(dir.path("p.sqlite"), Some(patience)).unwrap();
    let mut wide = table("flows", TableKind::Flows);
    wide.schema.columns = vec![column("payload", Type::Payload)];
    let plans = schema::plans(&[wide], |_| true, "").unwrap();
    database.describe(&plans, &RunFacts::default()).unwrap();
    database.limit_pages(64);
    let mut record = Record::new();
    Payload(&vec![7; 20_000]).put(&mut record);
    for _ in 0..4 {
        let mut batch = Batch::default();
        for _ in 0..8 {
            batch.push(TableId::FLOWS, &record);
        }
        database.write(&plans, &batch).unwrap();
    }
    let told = database.finish().unwrap_err();
    assert!(matches!(told, SinkError::Io { action: "write", .. }), "{told}");
    let found = rows(&dir, "SELECT count(*) FROM flows");
    let Value::Integer(found) = found[0][0] else { panic!("{found:?}") };
    assert!(found >= 8 && found % 8 == 0, "{found}");
    assert_eq!(found.unsigned_abs() + waits.1.load(Ordering::Relaxed), 32);
    assert_eq!(rows(&dir, "PRAGMA integrity_check"), [[text("ok")]]);
}
