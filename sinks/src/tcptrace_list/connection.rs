//! TCP connections: what all forms know of one, and those that wait for the end of the run.

use flowz_api::column::Column;
use flowz_api::record::Record;
use flowz_api::sink::SinkError;
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::brief::{self, Widths};
use super::long::Long;
use super::moment::micros;
use super::names::Names;
use super::table::Cells;
use super::{Wanted, number, places};
use crate::preset::tcptrace::host;

/// Their table.
pub(super) const TABLE: &str = "tcptrace";

/// Where columns are that each form needs.
type Places = [usize; 15];

/// A connection.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// Its place in the order of first packets, from 1.
    pub(super) number: u64,
    /// Addresses with ports.
    pub(super) ends: [Box<str>; 2],
    /// Microseconds since 1970 of the first and of the last packet.
    pub(super) moments: [i64; 2],
    /// Sides that have sent SYN, and FIN.
    pub(super) syn_sides: u64,
    pub(super) fin_sides: u64,
    pub(super) packets: [u64; 2],
    pub(super) resets: [u64; 2],
    /// Segments that were captured twice.
    pub(super) duplicates: [u64; 2],
}

/// Address and port.
pub(super) fn place(values: &[Value<'_>], address: usize, port: usize) -> Box<str> {
    let mut text = Vec::new();
    host(&mut text, values.get(address).unwrap_or(&Value::Null));
    format!("{}:{}", String::from_utf8_lossy(&text), number(values, port)).into()
}

impl Connection {
    fn read(values: &[Value<'_>], at: &Places) -> Self {
        let [conn, host_a, port_a, host_b, port_b, first, last, syns, fins, rest @ ..] = *at;
        let [a_packets, b_packets, a_resets, b_resets, a_twice, b_twice] = rest;
        let both = |places: [usize; 2]| places.map(|at| number(values, at));
        Self {
            number: number(values, conn),
            ends: [place(values, host_a, port_a), place(values, host_b, port_b)],
            moments: [first, last].map(|at| micros(values.get(at))),
            syn_sides: number(values, syns),
            fin_sides: number(values, fins),
            packets: both([a_packets, b_packets]),
            resets: both([a_resets, b_resets]),
            duplicates: both([a_twice, b_twice]),
        }
    }

    /// Both sides have sent SYN and FIN.
    pub(super) fn is_complete(&self) -> bool {
        self.syn_sides == 2 && self.fin_sides == 2
    }

    /// One side has reset it.
    pub(super) fn is_reset(&self) -> bool {
        self.resets != [0, 0]
    }
}

/// Connections that wait for the end of the run. Of those that are shown whole the bytes of the row are kept, which is less than what is written.
pub(super) struct Connections {
    places: Places,
    columns: Vec<Column>,
    shown: Shown,
}

enum Shown {
    Lines(Vec<Connection>, Widths),
    Long(Long, Rows),
    Table(Cells, Rows),
}

/// Rows with what they are ordered by.
type Rows = Vec<(u64, Box<[u8]>)>;

impl Connections {
    /// For rows of this table.
    pub(super) fn new(table: &Table, form: u8, separator: &str) -> Result<Self, SinkError> {
        let names = [
            "conn",
            "host_a",
            "port_a",
            "host_b",
            "port_b",
            "first_packet",
            "last_packet",
            "syn_sides",
            "fin_sides",
            "total_packets_a2b",
            "total_packets_b2a",
            "resets_sent_a2b",
            "resets_sent_b2a",
            "hardware_dups_a2b",
            "hardware_dups_b2a",
        ];
        let has_round_trips = form > 2;
        let shown = match form {
            0 | 1 => Shown::Lines(Vec::new(), Widths::default()),
            _ if separator.is_empty() => {
                Shown::Long(Long::new(table, has_round_trips)?, Vec::new())
            }
            _ => Shown::Table(Cells::new(table, has_round_trips, separator)?, Vec::new()),
        };
        Ok(Self { places: places(table, names)?, columns: table.schema.columns.clone(), shown })
    }

    /// Keeps a connection, if it is wanted.
    pub(super) fn take(&mut self, values: &[Value<'_>], record: &Record, wanted: &Wanted) {
        let connection = Connection::read(values, &self.places);
        if !wanted.has(connection.number) {
            return;
        }
        if let Shown::Lines(_, widths) = &mut self.shown {
            widths.add(&connection.ends, connection.number);
        }
        if wanted.complete && !connection.is_complete() {
            return;
        }
        match &mut self.shown {
            Shown::Lines(lines, _) => lines.push(connection),
            Shown::Long(_, rows) | Shown::Table(_, rows) => {
                rows.push((connection.number, record.bytes().into()));
            }
        }
    }

    /// All are there.
    pub(super) fn sort(&mut self) {
        match &mut self.shown {
            Shown::Lines(lines, _) => lines.sort_by_key(|connection| connection.number),
            Shown::Long(_, rows) | Shown::Table(_, rows) => rows.sort_by_key(|(number, _)| *number),
        }
    }

    /// Writes all, handing on what there is after each; `names` has their letters, `capture` is a row of the long form.
    pub(super) fn show(
        &self,
        out: &mut Vec<u8>,
        (names, capture): (&Names, &str),
        mut hand_on: impl FnMut(&mut Vec<u8>) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        match &self.shown {
            Shown::Lines(lines, widths) => {
                let width = widths.most(|number| names.of_tcp(number));
                for of in lines {
                    brief::connection(out, of, &names.of_tcp(of.number), width);
                    hand_on(out)?;
                }
            }
            Shown::Long(long, rows) => {
                for (_, bytes) in rows {
                    self.with_values(bytes, |values| {
                        let connection = Connection::read(values, &self.places);
                        let names = names.of_tcp(connection.number);
                        long.write(out, (&connection, &names, capture), values);
                    });
                    hand_on(out)?;
                }
            }
            Shown::Table(cells, rows) => {
                if !rows.is_empty() {
                    cells.header(out);
                }
                for (_, bytes) in rows {
                    self.with_values(bytes, |values| cells.write(out, values));
                    hand_on(out)?;
                }
            }
        }
        Ok(())
    }

    fn with_values(&self, bytes: &[u8], then: impl FnOnce(&[Value<'_>])) {
        let mut record = Record::new();
        record.raw(bytes);
        let values: Vec<_> = record.values(&self.columns).collect();
        then(&values);
    }
}
