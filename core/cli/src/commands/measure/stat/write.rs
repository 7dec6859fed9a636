//! Lines of the user's form, also to other file descriptors.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};

use anyhow::{Context, Result};
use flowz_measure::stat::{DEFAULT, Format, Interval, Times};

use super::super::form::stdout;
use super::args::Args;
use crate::output::stdout_error;

/// Where lines go.
pub(super) struct Writer {
    format: Format,
    times: Times,
    out: Box<dyn Write>,
    others: BTreeMap<u32, File>,
}

impl Writer {
    pub(super) fn new(args: &Args, waits: bool) -> Self {
        let text = args.format.as_deref().unwrap_or(DEFAULT);
        Self {
            format: Format::parse(text, !args.compat),
            times: Times { moment: args.moment(), wraps: args.compat },
            out: stdout(waits),
            others: BTreeMap::new(),
        }
    }

    /// Writes the lines of an interval.
    pub(super) fn interval(&mut self, interval: &Interval) -> Result<()> {
        for (descriptor, text) in interval.lines(&self.format, self.times) {
            match descriptor {
                None | Some(1) => {
                    self.out.write_all(text.as_bytes()).map_err(|e| stdout_error(&e))?;
                }
                Some(2) => io::stderr().write_all(text.as_bytes())?,
                Some(number) => self.other(number, &text)?,
            }
        }
        Ok(())
    }

    /// Writes to a descriptor that whoever started the program has opened.
    fn other(&mut self, number: u32, text: &str) -> Result<()> {
        let failed = || format!("cannot write to the file descriptor {number} of the format");
        let file = match self.others.entry(number) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let name = format!("/dev/fd/{number}");
                place.insert(OpenOptions::new().append(true).open(name).with_context(failed)?)
            }
        };
        file.write_all(text.as_bytes()).with_context(failed)
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.out.flush().map_err(|e| stdout_error(&e))
    }
}
