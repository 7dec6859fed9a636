use super::{Cell, Column, Form, Table};
use flowz_api::packet::Timestamp;

const COLUMNS: [Column; 4] = [
    Column::new("time", "s"),
    Column::new("name", ""),
    Column::new("bytes", "B"),
    Column::new("mean", "B"),
];

fn rows() -> [Vec<Cell>; 2] {
    let time = |s| Cell::Time(Timestamp::new(s, 1_500));
    [
        vec![time(1), Cell::Text("a, \"b\"".into()), Cell::Count(12), Cell::Real(1.0 / 3.0, 2)],
        vec![time(10), Cell::Text("c".into()), Cell::Count(1_234_567), Cell::None],
    ]
}

fn printed(form: Form, rows: &[Vec<Cell>]) -> String {
    let mut table = Table::new(Vec::new(), form, &COLUMNS);
    for row in rows {
        table.row(row).unwrap();
    }
    table.note("that is all").unwrap();
    String::from_utf8(table.finish().unwrap()).unwrap()
}

#[test]
fn for_people() {
    assert_eq!(
        printed(Form::People, &rows()),
        "     time  name      bytes  mean\n\
         \x20       s                B     B\n\
         \x201.000002  a, \"b\"       12  0.33\n\
         10.000002  c       1234567     -\n\
         that is all\n"
    );
    let coloured = printed(Form::Coloured, &rows());
    assert!(coloured.starts_with("\x1b[1m     time  name      bytes  mean\x1b[0m\n\x1b[2m"));
}

#[test]
fn for_programs() {
    assert_eq!(
        printed(Form::Csv, &rows()),
        "time,name,bytes,mean\n\
         1.000001500,\"a, \"\"b\"\"\",12,0.3333333333333333\n\
         10.000001500,c,1234567,\n"
    );
    let json = printed(Form::Json, &rows());
    let values: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values[0]["name"], "a, \"b\"");
    assert_eq!((values[1]["bytes"].as_u64(), values[1]["mean"].is_null()), (Some(1_234_567), true));
    assert!(json.contains("\"time\":10.000001500,"), "{json}");
}

#[test]
fn a_table_without_rows_has_names() {
    assert_eq!(printed(Form::Csv, &[]), "time,name,bytes,mean\n");
    assert!(printed(Form::People, &[]).starts_with("time  name  bytes  mean\n"));
    assert_eq!(printed(Form::Json, &[]), "");
}

#[test]
fn memory_is_bounded() {
    let mut table = Table::new(Vec::new(), Form::People, &COLUMNS);
    for _ in 0..1_000 {
        table.row(&rows()[0]).unwrap();
    }
    // All but the rows behind the first block are written.
    let written = String::from_utf8(table.out).unwrap();
    assert_eq!(written.lines().count(), 1_002);
}
