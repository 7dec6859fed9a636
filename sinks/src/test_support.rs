//! What the tests of several modules need: directories of their own, records, runs.

use std::fs;
use std::path::PathBuf;

use flowz_api::cell::{Cell, Dir, Label, List, Text};
use flowz_api::column::{Column, Schema, Type};
use flowz_api::record::Record;
use flowz_api::sink::{Destination, Sink, SinkError, SinkSetup, Split};
use flowz_api::table::{Table, TableId, TableKind};

/// A directory that disappears with the test.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    /// `name` must be unique among the tests.
    pub(crate) fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("flowz-sinks-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    /// A file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What is in a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A destination with prefix `p`.
    pub(crate) fn destination(&self, split: Option<(Split, u64)>) -> Destination {
        Destination { prefix: self.path("p"), split, ..Destination::default() }
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The names in a directory, sorted.
pub(crate) fn names(dir: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(&dir.0).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A column without a story.
pub(crate) fn column(name: &str, ty: Type) -> Column {
    Column { name: name.to_owned(), ty, doc: "", unit: "", plugin: "test", counter: false }
}

/// A schema and a record with one value.
pub(crate) fn one<C: Cell>(value: &C) -> (Schema, Record) {
    let mut record = Record::new();
    value.put(&mut record);
    (Schema { columns: vec![column("c", C::TYPE)] }, record)
}

/// A small flow table.
pub(crate) fn small_schema() -> Schema {
    let mut columns = vec![
        column("dir", Type::Char),
        column("flowInd", Type::U64),
        column("hdrDesc", Type::List(&Type::Label)),
        column("host", Type::Text),
    ];
    columns[0].doc = "Direction: A or B.";
    columns[1].doc = "Packets sent.";
    columns[1].unit = "packets";
    Schema { columns }
}

/// A row of [`small_schema`].
pub(crate) fn small_record(n: u64) -> Record {
    let mut record = Record::new();
    Dir(b'A').put(&mut record);
    n.put(&mut record);
    List(&[Label(b"eth:ipv4"), Label(b"x\ty")]).put(&mut record);
    Text(b"a, \"b\"").put(&mut record);
    record
}

/// A table with the columns of [`small_schema`].
pub(crate) fn table(name: &'static str, kind: TableKind) -> Table {
    Table { name, kind, doc: "", schema: small_schema() }
}

/// Starts a sink, hands it flows 1 ..= `flows` (and as packets, if `packets`), finishes it.
pub(crate) fn run(
    sink: &mut dyn Sink,
    destination: &Destination,
    flows: u64,
    packets: bool,
) -> Result<(), SinkError> {
    let preamble = ["Date: today".to_owned(), String::new(), "Plugins loaded:".to_owned()];
    let mut tables = vec![table("flows", TableKind::Flows)];
    tables.extend(packets.then(|| table("packets", TableKind::Packets)));
    let setup = SinkSetup { tables: &tables, destination, preamble: &preamble };
    sink.start(&setup)?;
    sink.all_started(&setup)?;
    for n in 1..=flows {
        for (table, id) in tables.iter().zip(0..) {
            sink.record(TableId(id), table, &small_record(n))?;
        }
    }
    sink.finish()
}
