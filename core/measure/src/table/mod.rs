//! Rows of typed cells, printed for people, as CSV or as JSON: the one printer that all tools share.

mod cell;
mod people;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

pub use cell::{Cell, seconds};
use people::People;

/// How a table is printed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Form {
    /// In columns, with units below the names.
    #[default]
    People,
    /// The same with names in bold, for a terminal.
    Coloured,
    /// Comma separated (RFC 4180, but for the line ends), the names first; all digits.
    Csv,
    /// One object a line; numbers that JSON has no word for are `null`.
    Json,
}

impl Form {
    /// Whether it is read by people.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::People | Self::Coloured)
    }
}

/// A column: the name that CSV and JSON use, and what its numbers count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name, one word.
    pub name: &'static str,
    /// Unit of its values; empty if there is none.
    pub unit: &'static str,
}

impl Column {
    /// A column.
    pub const fn new(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit }
    }
}

/// Prints rows as they come, in bounded memory.
pub struct Table<W: Write> {
    out: W,
    columns: Vec<Column>,
    form: Form,
    people: People,
    is_begun: bool,
}

impl<W: Write> Table<W> {
    /// A table with these columns.
    pub fn new(out: W, form: Form, columns: &[Column]) -> Self {
        let people = People::new(columns, form == Form::Coloured);
        Self { out, columns: columns.to_vec(), form, people, is_begun: false }
    }

    /// Prints a row; it has a cell for each column.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.begin()?;
        match self.form {
            Form::People | Form::Coloured => self.people.row(&mut self.out, cells),
            Form::Csv => line(&mut self.out, cells.iter().map(Cell::for_csv)),
            Form::Json => {
                let names = self.columns.iter().map(|column| column.name);
                let members = names.zip(cells).map(|(n, c)| format!("\"{n}\":{}", c.for_json()));
                writeln!(self.out, "{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// A line below the rows; only people see it.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        if !self.form.is_for_people() {
            return Ok(());
        }
        self.begin()?;
        self.people.flush(&mut self.out)?;
        writeln!(self.out, "{text}")
    }

    /// Writes what is held back, for somebody who reads along; columns stay as wide as they are then.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn show(&mut self) -> io::Result<()> {
        self.begin()?;
        if self.form.is_for_people() {
            self.people.flush(&mut self.out)?;
        }
        self.out.flush()
    }

    /// Writes what is held back; also a table without rows has its names.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.show()?;
        Ok(self.out)
    }

    fn begin(&mut self) -> io::Result<()> {
        if !self.is_begun && self.form == Form::Csv {
            line(&mut self.out, self.columns.iter().map(|column| column.name.to_owned()))?;
        }
        self.is_begun = true;
        Ok(())
    }
}

/// A line of CSV.
fn line(out: &mut impl Write, fields: impl Iterator<Item = String>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields.map(String::into_bytes))?;
    let line = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    out.write_all(&line)
}
