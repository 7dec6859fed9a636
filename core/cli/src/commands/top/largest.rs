//! `-S` of `flowz top`: the largest flows as one table, as t2_top of CoralReef prints them; or the most bytes of a packet, as elsewhere.

use anyhow::Result;
use flowz_measure::pairs::By;
use flowz_measure::table::Form;

use super::args::Args;
use crate::commands::analyze::Outcome;
use crate::commands::measure::largest;
use crate::usage::wrong;

/// So many flows, where nothing is said of their number.
const ROWS: u64 = 20;
/// Most bytes of a packet.
const MOST: u32 = 262_144;

/// What -S says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Size {
    /// The largest flows, by this.
    Largest(By),
    /// Most bytes of a packet of an interface.
    Snap(u32),
}

impl Size {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "b" => Ok(Self::Largest(By::Bytes)),
            "p" => Ok(Self::Largest(By::Packets)),
            "f" => Ok(Self::Largest(By::Flows)),
            _ => match text.parse() {
                Ok(bytes @ 1..=MOST) => Ok(Self::Snap(bytes)),
                _ => Err(format!(
                    "b (bytes), p (packets) or f (flows) for a table of the largest flows, or bytes of a packet from 1 to {MOST}"
                )),
            },
        }
    }
}

impl Args {
    /// Prints the table of -S, if there is to be one.
    pub(super) fn largest(&self) -> Result<Option<Outcome>> {
        let Some(Size::Largest(by)) = self.size else {
            if matches!(self.form.form(), Form::Csv | Form::Json) {
                return Err(wrong("--csv and --json print the table of -S b, -S p or -S f"));
            }
            return Ok(None);
        };
        if let Some(option) = self.option_of_pictures() {
            return Err(wrong(format!(
                "-S {} prints one table of captures or flow files, for which {option} means nothing",
                by.name().get(..1).unwrap_or_default()
            )));
        }
        let rows = usize::try_from(self.count.unwrap_or(ROWS)).unwrap_or(usize::MAX);
        largest::run(&self.input, self.form, (by, rows)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Size};

    #[test]
    fn sizes() {
        assert_eq!(Size::parse("b"), Ok(Size::Largest(By::Bytes)));
        assert_eq!(Size::parse("p"), Ok(Size::Largest(By::Packets)));
        assert_eq!(Size::parse("f"), Ok(Size::Largest(By::Flows)));
        assert_eq!(Size::parse("96"), Ok(Size::Snap(96)));
        for text in ["", "x", "0", "-1", "262145", "bytes"] {
            assert!(Size::parse(text).is_err(), "{text}");
        }
    }
}
