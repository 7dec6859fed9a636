//! How presets write rows.

use flowz_api::cell::{Cell, IpText};
use flowz_api::column::Schema;
use flowz_api::record::Record;

use super::layout::{Column, Layout};
use super::text::{or_minus_one, plain};
use crate::test_support::column;

static LAYOUT: Layout = Layout {
    table: "t",
    suffix: "_t.csv",
    header: Some(("#", "\n")),
    separator: ", ",
    end: ",\n",
    columns: &[
        Column { name: "bytes", from: "b", write: or_minus_one },
        Column::same("a", plain),
        Column::same("x", plain),
    ],
};

fn table() -> (Schema, Record) {
    let mut record = Record::new();
    let mut columns = Vec::new();
    let mut add = |name: &str, ty, put: &dyn Fn(&mut Record)| {
        columns.push(column(name, ty));
        put(&mut record);
    };
    add("flowInd", u64::TYPE, &|out| 7_u64.put(out));
    add("a", IpText::TYPE, &|out| IpText::V4([10, 0, 0, 1]).put(out));
    add("b", Option::<u32>::TYPE, &|out| None::<u32>.put(out));
    add("x", f64::TYPE, &|out| 0.1_f64.put(out));
    (Schema { columns }, record)
}

#[test]
fn other_names_another_order_other_text() {
    let (schema, record) = table();
    let cells = LAYOUT.cells(&schema).unwrap();
    let mut out = Vec::new();
    LAYOUT.write_header(&mut out);
    LAYOUT.write_row(&mut out, &cells, &schema, &record);
    assert_eq!(String::from_utf8(out).unwrap(), "#bytes, a, x\n-1, 10.0.0.1, 0.1,\n");
}

#[test]
fn a_column_that_is_not_there() {
    let (mut schema, _) = table();
    schema.columns.retain(|column| column.name != "x");
    let told = LAYOUT.cells(&schema).err().unwrap().to_string();
    let sentence =
        "'t.csv' needs the column 'x' of the table 't', which settings or --fields have taken away";
    assert_eq!(told, sentence);
}
