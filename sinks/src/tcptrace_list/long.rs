//! All numbers of a connection, those of its sides beside each other.

use std::io::Write;

use flowz_api::sink::SinkError;
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::connection::Connection;
use super::moment::{date, length};
use super::place_of;
use super::rows::{Pair, ROUND_TRIPS, ROWS, Row, When};
use crate::common::format::buffer::Buffer;
use crate::common::format::string;
use crate::preset::layout::WriteCell;
use crate::preset::tcptrace::COLUMNS;

/// Blanks behind the name of a side, at least.
const BEHIND_NAME: usize = 6;

/// A number of one side with its unit.
#[derive(Debug)]
pub(super) struct Cell {
    text: String,
    unit: &'static str,
}

impl Cell {
    /// A number, or what stands for none.
    pub(super) fn new(text: String, unit: &'static str) -> Self {
        Self { text, unit }
    }
}

/// Writes a row: for each side label, number and unit.
pub(super) fn pair(out: &mut Vec<u8>, label: &str, cells: &[Cell; 2]) {
    let label = format!("{label}:");
    for Cell { text, unit } in cells {
        // Writing to a vector does not fail.
        let _ = write!(out, "     {label:<18} {text:>9} {unit:<5}");
    }
    out.push(b'\n');
}

/// What stands in front of the numbers.
#[derive(Debug)]
pub(super) struct Head<'a> {
    /// `TCP` or `UDP`.
    pub(super) kind: &'static str,
    pub(super) number: u64,
    /// Addresses with ports.
    pub(super) ends: &'a [Box<str>; 2],
    pub(super) names: &'a [String; 2],
    /// A line about beginning and end.
    pub(super) state: &'a str,
    /// Microseconds since 1970 of the first and of the last packet.
    pub(super) moments: [i64; 2],
    pub(super) packets: [u64; 2],
    /// Name of the capture, if it is known.
    pub(super) capture: &'a str,
}

impl Head<'_> {
    /// Writes it, behind a line between this one and the one before.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let ([a, b], [first, last]) = (self.names, self.moments);
        let mut add = |text: String| out.extend_from_slice(text.as_bytes());
        if self.number > 1 {
            add(format!("{}\n", "=".repeat(32)));
        }
        add(format!("{} connection {}:\n", self.kind, self.number));
        for (name, end) in [a, b].into_iter().zip(self.ends) {
            add(format!("\thost {:<10}{end}\n", format!("{name}:{}", " ".repeat(BEHIND_NAME))));
        }
        add(format!("{}\n", self.state));
        for (label, value) in [
            ("first packet:", date(first)),
            ("last packet:", date(last)),
            ("elapsed time:", length(last.saturating_sub(first))),
            ("total packets:", self.packets.iter().sum::<u64>().to_string()),
        ] {
            add(format!("\t{label:<14} {value}\n"));
        }
        if !self.capture.is_empty() {
            let mut name = Buffer::with_capacity(64);
            string::lossy(&mut name, self.capture.as_bytes());
            let name = String::from_utf8_lossy(name.as_slice());
            add(format!("\tfilename:      {name}\n"));
        }
        add(format!("   {a}->{b}:\t\t\t      {b}->{a}:\n"));
    }
}

/// A column of both sides: where it is in the rows of the table.
type Sides = [usize; 2];

/// A row with its places.
enum Placed {
    Blank,
    Pair(&'static Pair, Sides, WriteCell),
    Words(&'static str),
}

/// The rows with the conditions under which they are there.
pub(super) struct Long {
    rows: Vec<(Placed, Option<(When, Sides)>)>,
}

impl Long {
    /// Finds the columns; without round trips or with them.
    pub(super) fn new(table: &Table, round_trips: bool) -> Result<Self, SinkError> {
        let more = if round_trips { ROUND_TRIPS } else { &[] };
        let sides = |of: &str| -> Result<Sides, SinkError> {
            Ok([place_of(table, &format!("{of}_a2b"))?, place_of(table, &format!("{of}_b2a"))?])
        };
        let place = |row: &'static Row| {
            let (placed, when) = match row {
                Row::Blank => (Placed::Blank, None),
                Row::Words(words, when) => (Placed::Words(words), Some(*when)),
                Row::Pair(pair) => {
                    let write = writer(&format!("{}_a2b", pair.of));
                    (Placed::Pair(pair, sides(pair.of)?, write), pair.when)
                }
            };
            let when = when.map(|when| Ok::<_, SinkError>((when, sides(when.of)?))).transpose()?;
            Ok((placed, when))
        };
        Ok(Self { rows: ROWS.iter().chain(more).map(place).collect::<Result<_, SinkError>>()? })
    }

    /// Writes a connection with its names and the name of the capture.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        (of, names, capture): (&Connection, &[String; 2], &str),
        values: &[Value<'_>],
    ) {
        let head = Head {
            kind: "TCP",
            number: of.number,
            ends: &of.ends,
            names,
            state: &state(of),
            moments: of.moments,
            packets: of.packets,
            capture,
        };
        head.write(out);
        let value = |at: usize| values.get(at).unwrap_or(&Value::Null);
        for (row, when) in &self.rows {
            if !when.is_none_or(|(when, sides)| sides.iter().any(|at| (when.is)(value(*at)))) {
                continue;
            }
            match row {
                Placed::Blank => out.push(b'\n'),
                Placed::Words(words) => out.extend_from_slice(format!("{words}\n").as_bytes()),
                Placed::Pair(row, sides, write) => {
                    let cells = sides.map(|at| cell(row, value(at), *write));
                    pair(out, row.label, &cells);
                }
            }
        }
    }
}

/// How the preset writes a column.
fn writer(from: &str) -> WriteCell {
    let column = COLUMNS.iter().find(|column| column.from == from);
    column.map_or(|_, _| {}, |column| column.write)
}

/// The number of one side: as in the preset, without the blanks in front.
fn cell(row: &Pair, value: &Value<'_>, write: WriteCell) -> Cell {
    let mut text = Vec::new();
    write(&mut text, value);
    let text = String::from_utf8_lossy(text.trim_ascii()).into_owned();
    let is_unknown = matches!(value, Value::Null);
    Cell::new(text, if is_unknown { row.unit_of_unknown } else { row.unit })
}

/// How a connection began and ended.
fn state(of: &Connection) -> String {
    let word = match (of.is_reset(), of.is_complete()) {
        (true, _) => "RESET",
        (false, true) => "yes",
        (false, false) => "no",
    };
    if of.is_complete() {
        return format!("\tcomplete conn: {word}");
    }
    format!("\tcomplete conn: {word}\t(SYNs: {})  (FINs: {})", of.syn_sides, of.fin_sides)
}

#[cfg(test)]
mod tests {
    use super::{Cell, Head, pair, state};
    use crate::preset::tcptrace::COLUMNS;
    use crate::tcptrace_list::connection::Connection;
    use crate::tcptrace_list::rows::{ROUND_TRIPS, ROWS, Row};

    #[test]
    fn widths_of_rows() {
        let mut out = Vec::new();
        let cell = |text: &str, unit| Cell::new(text.to_owned(), unit);
        pair(&mut out, "RTT full_sz stdev", &[cell("0.0", "ms"), cell("NA", "")]);
        pair(&mut out, "idletime max", &[cell("191621012404.3", "ms"), cell("NA", "ms")]);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "     RTT full_sz stdev:       0.0 ms        RTT full_sz stdev:        NA      \n     \
            idletime max:      191621012404.3 ms        idletime max:             NA ms   \n"
        );
    }

    #[test]
    fn what_stands_in_front() {
        let names = ["ewi", "ewj"].map(str::to_owned);
        let head = Head {
            kind: "TCP",
            number: 1994,
            ends: &["172.16.0.8:36051".into(), "64.13.134.52:4998".into()],
            names: &names,
            state: "\tcomplete conn: yes",
            moments: [1_278_275_061_416_441, 1_278_275_062_416_441],
            packets: [1, 2],
            capture: "a\u{1b}b.pcap",
        };
        let mut out = Vec::new();
        head.write(&mut out);
        let expected = "\
================================
TCP connection 1994:
\thost ewi:      172.16.0.8:36051
\thost ewj:      64.13.134.52:4998
\tcomplete conn: yes
\tfirst packet:  Sun Jul  4 20:24:21.416441 2010
\tlast packet:   Sun Jul  4 20:24:22.416441 2010
\telapsed time:  0:00:01.000000
\ttotal packets: 3
\tfilename:      a\\u001Bb.pcap
   ewi->ewj:\t\t\t      ewj->ewi:
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn states() {
        let of = |syn_sides, fin_sides, resets| {
            state(&Connection { syn_sides, fin_sides, resets, ..Connection::default() })
        };
        assert_eq!(of(2, 2, [0, 0]), "\tcomplete conn: yes");
        assert_eq!(of(2, 2, [1, 0]), "\tcomplete conn: RESET");
        assert_eq!(of(2, 0, [0, 4]), "\tcomplete conn: RESET\t(SYNs: 2)  (FINs: 0)");
        assert_eq!(of(0, 1, [0, 0]), "\tcomplete conn: no\t(SYNs: 0)  (FINs: 1)");
    }

    /// Each column of the preset behind the key has its row, and each row a column.
    #[test]
    fn rows_and_columns_are_the_same() {
        let of = |rows: &[Row]| {
            let columns = rows.iter().filter_map(|row| match row {
                Row::Pair(pair) => Some(pair.of),
                Row::Blank | Row::Words(..) => None,
            });
            columns.map(str::to_owned).collect::<Vec<_>>()
        };
        let preset = COLUMNS[7..].iter().filter_map(|column| column.from.strip_suffix("_a2b"));
        assert_eq!([of(ROWS), of(ROUND_TRIPS)].concat(), preset.collect::<Vec<_>>());
    }
}
