//! What comes out of all intervals together.

use anyhow::Result;
use flowz_measure::stat::{Accounting, Bandwidth, Interval};
use flowz_measure::table::{Cell, Column};

use super::super::form::Printed;
use super::args::{Args, SumsOf};
use crate::output::print;

const ACCOUNTING: [Column; 2] = [Column::new("per", ""), Column::new("bytes", "B")];
const BANDWIDTH: [Column; 5] = [
    Column::new("limit", "bit/s"),
    Column::new("exceeded", "s"),
    Column::new("duration", "s"),
    Column::new("part", "%"),
    Column::new("peak", "bit/s"),
];

/// Sums that are made.
pub(super) enum Sums {
    Accounting { bytes: u64, seconds: f64, length: f64 },
    Bandwidth(f64, Bandwidth),
}

impl Sums {
    pub(super) fn new(what: SumsOf) -> Self {
        match what {
            SumsOf::Accounting => Self::Accounting { bytes: 0, seconds: 0.0, length: 0.0 },
            SumsOf::Bandwidth { limit, carries } => {
                Self::Bandwidth(limit, Bandwidth::new(limit, carries))
            }
        }
    }

    pub(super) fn add(&mut self, interval: &Interval) {
        match self {
            Self::Accounting { bytes, seconds, length } => {
                *bytes += interval.counts.bytes;
                *length = interval.seconds;
                *seconds += *length * (interval.left_out as f64 + 1.0);
            }
            Self::Bandwidth(_, bandwidth) => bandwidth.add(interval),
        }
    }

    /// Prints them; between the first and the last packet are so many seconds.
    pub(super) fn print(self, args: &Args, between: f64, balance: &str) -> Result<()> {
        match self {
            Self::Accounting { bytes, seconds, length } if args.compat => {
                print(Accounting::new(bytes, seconds + length).text().as_bytes())
            }
            Self::Accounting { bytes, .. } => {
                let mut table = Printed::new(args.form.form(), &ACCOUNTING, true);
                for (name, value) in Accounting::new(bytes, between).values() {
                    table.row(&[Cell::Text(name.to_owned()), Cell::Real(value, 1)])?;
                }
                table.finish(balance)
            }
            Self::Bandwidth(_, bandwidth) if args.compat => print(bandwidth.text(true).as_bytes()),
            Self::Bandwidth(limit, bandwidth) => {
                let (exceeded, seconds, peak) = bandwidth.values();
                let part = if seconds > 0.0 { exceeded * 100.0 / seconds } else { 0.0 };
                let mut table = Printed::new(args.form.form(), &BANDWIDTH, true);
                table.row(&[limit, exceeded, seconds, part, peak].map(|v| Cell::Real(v, 2)))?;
                table.finish(balance)
            }
        }
    }
}
