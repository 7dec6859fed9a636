//! Values that are right by a standard, by default: one capture shows one of them, `tests/right/values.tsv` has what it
//! says and where that is written. Skipped, with a word, where the captures are not there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::{Done, Scratch, Table, flowz, workspace};

/// A line of the list.
struct Value<'a> {
    place: &'a str,
    row: &'a str,
    column: &'a str,
    right: &'a str,
    source: &'a str,
}

/// What a run left.
struct Seen {
    done: Done,
    tables: BTreeMap<&'static str, Table>,
}

/// The values by capture and settings.
fn listed(text: &str) -> BTreeMap<(&str, &str), Vec<Value<'_>>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<_> = line.split('\t').collect();
        let &[capture, settings, place, row, column, right, source] = &fields[..] else {
            panic!("there are seven fields in a line: {line}");
        };
        assert!(!source.is_empty(), "a value is right by something: {line}");
        all.entry((capture, settings)).or_default().push(Value {
            place,
            row,
            column,
            right,
            source,
        });
    }
    all
}

/// The file of a capture.
fn file(folder: &Path, capture: &str) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |path: &PathBuf| {
        path.file_name().unwrap().to_str().unwrap().split_once('.').unwrap().0 == capture
    };
    files.find(is_it).unwrap_or_else(|| panic!("no capture {capture} in {}", folder.display()))
}

/// Runs the program over a capture.
fn seen(capture: &Path, settings: &str) -> Seen {
    let dir = Scratch::new();
    let mut args = vec!["-r", capture.to_str().unwrap(), "-w", "x", "-s"];
    if settings != "-" {
        args.extend(settings.split(',').flat_map(|setting| ["-o", setting]));
    }
    let done = flowz(&dir, &args);
    let written = |name: &&str| dir.path(&format!("x_{name}.txt")).is_file();
    let table = |name| (name, Table::parse(&dir.read(&format!("x_{name}.txt"))));
    let tables = ["flows", "packets"].into_iter().filter(written).map(table).collect();
    Seen { done, tables }
}

impl Seen {
    /// The cells that a line of the list speaks of.
    fn cells(&self, value: &Value<'_>) -> Vec<String> {
        let Some(table) = self.tables.get(value.place) else {
            let key = value.column;
            let of_key =
                |line: &str| Some(line.strip_prefix(key)?.strip_prefix([':', '='])?.to_owned());
            return match value.place {
                "exit" => vec![self.done.code.to_string()],
                "says" => vec![self.done.stderr.clone()],
                "report" => self.done.stdout.lines().filter_map(of_key).collect(),
                other => panic!("no {other}: {}", self.done.stderr),
            };
        };
        if value.column == "rows" {
            return vec![table.rows.len().to_string()];
        }
        let cells = table.column(value.column).into_iter().map(str::to_owned);
        match value.row {
            "*" => cells.collect(),
            row => cells.skip(row.parse::<usize>().unwrap() - 1).take(1).collect(),
        }
    }
}

/// Whether a cell is as the list says.
fn holds(cell: &str, value: &Value<'_>) -> bool {
    let number = |hex: &str| u64::from_str_radix(hex.strip_prefix("0x").unwrap(), 16).unwrap();
    match value.right.split_once(' ') {
        _ if value.place == "says" => cell.contains(value.right),
        Some(("has", bits)) => number(cell) & number(bits) == number(bits),
        Some(("lacks", bits)) => number(cell) & number(bits) == 0,
        _ => cell.trim_start() == value.right,
    }
}

#[test]
fn by_default_values_are_right_by_their_standard() {
    let folder = workspace().join("../shared/made/captures");
    if !folder.is_dir() {
        println!("skipped: no ../shared/made/captures here");
        return;
    }
    let text = fs::read_to_string(workspace().join("tests/right/values.tsv")).unwrap();
    let mut wrong = Vec::new();
    for ((capture, settings), values) in listed(&text) {
        let seen = seen(&file(&folder, capture), settings);
        for value in values {
            let cells = seen.cells(&value);
            if cells.is_empty() || !cells.iter().all(|cell| holds(cell, &value)) {
                let Value { place, row, column, right, source } = value;
                let line =
                    format!("{capture}, {place} {row}, {column}: {cells:?}, right is {right}");
                wrong.push(format!("{line} ({source})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
