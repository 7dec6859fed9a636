//! A flow or packet table: names and cells.

/// The table, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Table {
    /// Names of the columns.
    pub(crate) columns: Vec<String>,
    /// Cells, row by row.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a text table. It must be complete: each line has its end and a cell for each column.
    #[track_caller]
    pub(crate) fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line is cut");
        let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect());
        let mut columns: Vec<String> = lines.next().unwrap();
        assert_eq!(columns[0].remove(0), '%', "the sign of the header line");
        let rows: Vec<Vec<String>> = lines.collect();
        for row in &rows {
            assert_eq!(row.len(), columns.len(), "cells and columns differ: {row:?}");
        }
        Self { columns, rows }
    }

    /// The place of a column.
    #[track_caller]
    pub(crate) fn place(&self, name: &str) -> usize {
        let place = self.columns.iter().position(|column| column == name);
        place.unwrap_or_else(|| panic!("no column {name} in {:?}", self.columns))
    }

    /// All cells of a column.
    #[track_caller]
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        let place = self.place(name);
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    /// All cells of a column of whole numbers.
    #[track_caller]
    pub(crate) fn numbers(&self, name: &str) -> Vec<u64> {
        self.column(name).into_iter().map(number).collect()
    }

    /// The cells of some columns, row by row.
    #[track_caller]
    pub(crate) fn select<const N: usize>(&self, names: [&str; N]) -> Vec<[&str; N]> {
        let places = names.map(|name| self.place(name));
        self.rows.iter().map(|row| places.map(|place| row[place].as_str())).collect()
    }
}

/// A whole number, decimal or hexadecimal.
#[track_caller]
fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
        None => text.parse().unwrap_or_else(|_| panic!("'{text}' is no whole number")),
    }
}
