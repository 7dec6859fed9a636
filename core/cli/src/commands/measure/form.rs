//! How tables are printed, and where to.

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use flowz_measure::table::{Cell, Column, Form, Table};

use crate::log;
use crate::output::stdout_error;

/// How tables are printed.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(in crate::commands) struct FormArgs {
    /// Print comma separated values with all digits
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// Print an object of JSON a line
    #[arg(long)]
    json: bool,
}

impl FormArgs {
    pub(in crate::commands) fn form(self) -> Form {
        match self {
            Self { csv: true, .. } => Form::Csv,
            Self { json: true, .. } => Form::Json,
            _ if log::stdout_has_colours() => Form::Coloured,
            _ => Form::People,
        }
    }
}

/// What is said of empty intervals that have no room, and what to do.
pub(super) fn of_empty(left_out: u64, advice: &str) -> String {
    format!(
        "{left_out} empty intervals are left out: there would be more than a million and a hundred for each packet ({advice})"
    )
}

/// Standard output in blocks; without `waits` in lines, for whoever reads along.
pub(super) fn stdout(waits: bool) -> Box<dyn Write> {
    let out = io::stdout();
    if waits { Box::new(BufWriter::with_capacity(1 << 16, out)) } else { Box::new(out) }
}

/// A table on standard output.
pub(super) struct Printed {
    table: Table<Box<dyn Write>>,
}

impl Printed {
    pub(super) fn new(form: Form, columns: &[Column], waits: bool) -> Self {
        Self { table: Table::new(stdout(waits), form, columns) }
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.table.row(cells).map_err(|e| stdout_error(&e))
    }

    /// Ends the table; people see below it what became of packets.
    pub(super) fn finish(mut self, balance: &str) -> Result<()> {
        self.table.note("").map_err(|e| stdout_error(&e))?;
        self.table.note(balance).map_err(|e| stdout_error(&e))?;
        self.table.finish().map(drop).map_err(|e| stdout_error(&e))
    }

    /// Shows what is held back.
    pub(super) fn show(&mut self) -> Result<()> {
        self.table.show().map_err(|e| stdout_error(&e))
    }

    /// Ends a table of which nothing more is to be said.
    pub(super) fn end(self) -> Result<()> {
        self.table.finish().map(drop).map_err(|e| stdout_error(&e))
    }
}
