//! Columns as wide as what is in them: of the first rows, which are held back until their widths are known.

use std::io::{self, Write};

use super::{Cell, Column};

/// So many rows are looked at before the first one is written. Those behind them may be wider than their column.
const BLOCK: usize = 200;

/// The columns of a table for people.
pub(super) struct People {
    columns: Vec<Column>,
    is_coloured: bool,
    widths: Vec<usize>,
    held: Vec<Vec<(String, bool)>>,
    has_head: bool,
}

impl People {
    pub(super) fn new(columns: &[Column], is_coloured: bool) -> Self {
        let width = |c: &Column| c.name.chars().count().max(c.unit.chars().count());
        Self {
            columns: columns.to_vec(),
            is_coloured,
            widths: columns.iter().map(width).collect(),
            held: Vec::new(),
            has_head: false,
        }
    }

    pub(super) fn row(&mut self, out: &mut impl Write, cells: &[Cell]) -> io::Result<()> {
        let row: Vec<_> = cells.iter().map(|cell| (cell.for_people(), cell.is_number())).collect();
        for (width, (text, _)) in self.widths.iter_mut().zip(&row) {
            *width = (*width).max(text.chars().count());
        }
        if self.has_head {
            return self.write(out, &row);
        }
        self.held.push(row);
        if self.held.len() >= BLOCK { self.flush(out) } else { Ok(()) }
    }

    /// Writes the names, if they are not written yet, and what is held back.
    pub(super) fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        if !std::mem::replace(&mut self.has_head, true) && !self.columns.is_empty() {
            // A name stands where the values of its column do.
            let first = held.first().cloned().unwrap_or_default();
            let side = |n: usize| first.get(n).is_none_or(|(_, is_number)| *is_number);
            let line = |text: fn(&Column) -> &'static str| {
                let words = self.columns.iter().enumerate();
                words.map(|(n, c)| (text(c).to_owned(), side(n))).collect::<Vec<_>>()
            };
            self.styled(out, &line(|c| c.name), "1")?;
            if self.columns.iter().any(|c| !c.unit.is_empty()) {
                self.styled(out, &line(|c| c.unit), "2")?;
            }
        }
        held.iter().try_for_each(|row| self.write(out, row))
    }

    fn styled(&self, out: &mut impl Write, row: &[(String, bool)], style: &str) -> io::Result<()> {
        if !self.is_coloured {
            return self.write(out, row);
        }
        writeln!(out, "\x1b[{style}m{}\x1b[0m", self.text(row))
    }

    fn write(&self, out: &mut impl Write, row: &[(String, bool)]) -> io::Result<()> {
        writeln!(out, "{}", self.text(row))
    }

    fn text(&self, row: &[(String, bool)]) -> String {
        let cells = row.iter().zip(&self.widths).map(|((text, is_number), &width)| {
            if *is_number { format!("{text:>width$}") } else { format!("{text:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}
