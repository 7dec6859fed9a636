//! UDP conversations.

use std::io::Write;

use flowz_api::sink::SinkError;
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::brief::{self, Widths};
use super::connection::place;
use super::long::{Cell, Head, pair};
use super::moment::micros;
use super::names::Names;
use super::{number, places};

/// Their table.
pub(super) const TABLE: &str = "tcptraceudp";

/// Where columns are.
pub(super) type Columns = [usize; 12];

/// Finds the columns.
pub(super) fn columns(table: &Table) -> Result<Columns, SinkError> {
    places(
        table,
        [
            "conn",
            "tcp_before",
            "host_a",
            "port_a",
            "host_b",
            "port_b",
            "first_packet",
            "last_packet",
            "total_packets_a2b",
            "total_packets_b2a",
            "data_bytes_sent_a2b",
            "data_bytes_sent_b2a",
        ],
    )
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Conversation {
    /// Its place among conversations, from 1.
    pub(super) number: u64,
    /// TCP connections before it.
    pub(super) tcp_before: u64,
    ends: [Box<str>; 2],
    /// Microseconds since 1970.
    first: i64,
    last: i64,
    packets: [u64; 2],
    bytes: [u64; 2],
}

impl Conversation {
    /// The one of a row.
    pub(super) fn read(values: &[Value<'_>], columns: &Columns) -> Self {
        let [conn, before, host_a, port_a, host_b, port_b, first, last, a, b, a_bytes, b_bytes] =
            *columns;
        Self {
            number: number(values, conn),
            tcp_before: number(values, before),
            ends: [place(values, host_a, port_a), place(values, host_b, port_b)],
            first: micros(values.get(first)),
            last: micros(values.get(last)),
            packets: [a, b].map(|at| number(values, at)),
            bytes: [a_bytes, b_bytes].map(|at| number(values, at)),
        }
    }

    /// Bytes per second of each side, if there is a length of time.
    fn throughput(&self) -> [Option<f64>; 2] {
        let seconds = self.last.saturating_sub(self.first) as f64 / 1e6;
        self.bytes.map(|bytes| (seconds > 0.0).then_some(bytes as f64 / seconds))
    }
}

/// How they are written.
#[derive(Debug)]
pub(super) struct Form<'a> {
    all: &'a [Conversation],
    names: &'a Names,
    /// All numbers of each, with the name of the capture; or a line with names of this width.
    long: Option<&'a str>,
    width: usize,
}

impl<'a> Form<'a> {
    /// The long form, or that of lines.
    pub(super) fn new(all: &'a [Conversation], names: &'a Names, long: Option<&'a str>) -> Self {
        let mut widths = Widths::default();
        for (at, one) in all.iter().enumerate() {
            widths.add(&one.ends, at as u64 + 1);
        }
        let width = widths.most(|number| names.of_udp(number as usize - 1));
        Self { all, names, long, width }
    }

    /// Writes what stands in front, perhaps of what comes behind TCP connections.
    pub(super) fn title(&self, out: &mut Vec<u8>, behind_tcp: bool) {
        let count = self.all.len();
        // Writing to a vector does not fail.
        if count == 0 {
            let _ = writeln!(out, "no traced UDP packets");
            return;
        }
        if self.long.is_some() && behind_tcp {
            let _ = writeln!(out, "\n{}", "=".repeat(60));
        }
        let _ = writeln!(out, "UDP connection info:");
        if self.long.is_some() {
            let s = if count == 1 { "" } else { "s" };
            let _ = writeln!(out, "{count} UDP connection{s} traced:");
        }
    }

    /// Writes the one at a place in the list.
    pub(super) fn write(&self, out: &mut Vec<u8>, at: usize) {
        let Some(one) = self.all.get(at) else { return };
        let names = self.names.of_udp(at);
        let Some(capture) = self.long else {
            brief::packets(out, (one.number, self.width), (&one.ends, &names), one.packets);
            out.push(b'\n');
            return;
        };
        let head = Head {
            kind: "UDP",
            number: one.number,
            ends: &one.ends,
            names: &names,
            state: "",
            moments: [one.first, one.last],
            packets: one.packets,
            capture,
        };
        head.write(out);
        let counts = |of: [u64; 2]| of.map(|count| Cell::new(count.to_string(), ""));
        pair(out, "total packets", &counts(one.packets));
        pair(out, "data bytes sent", &counts(one.bytes));
        let speed = one.throughput().map(|speed| match speed {
            Some(speed) => Cell::new(format!("{speed:.0}"), "Bps"),
            None => Cell::new("NA".to_owned(), ""),
        });
        pair(out, "throughput", &speed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Conversation, Form};
    use crate::tcptrace_list::names::Names;

    fn all() -> [Conversation; 2] {
        let one = |number, port: &str, last, packets, bytes| Conversation {
            number,
            tcp_before: number - 1,
            ends: ["10.0.0.1:1000".into(), port.into()],
            first: 1_000_000_000_000_000,
            last,
            packets,
            bytes,
        };
        [
            one(1, "10.0.0.2:53", 1_000_000_500_000_000, [2, 1], [56, 2800]),
            one(2, "10.0.0.2:60000", 1_000_000_000_000_000, [1, 0], [8, 0]),
        ]
    }

    #[test]
    fn lines() {
        let (all, names) = (all(), Names::new(vec![0, 1]));
        let form = Form::new(&all, &names, None);
        let mut out = Vec::new();
        form.title(&mut out, true);
        form.write(&mut out, 0);
        form.write(&mut out, 1);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "UDP connection info:\n  1: 10.0.0.1:1000 - 10.0.0.2:53 (a2b)       2>    1<\n  2: 10.0.0.1:1000 - 10.0.0.2:60000 (e2f)    1>    0<\n"
        );
        let mut none = Vec::new();
        Form::new(&[], &names, None).title(&mut none, true);
        assert_eq!(none, b"no traced UDP packets\n");
    }

    #[test]
    fn all_numbers() {
        let (all, names) = (all(), Names::new(vec![0, 1]));
        let form = Form::new(&all, &names, Some("x.pcap"));
        let mut out = Vec::new();
        form.title(&mut out, true);
        form.write(&mut out, 0);
        form.write(&mut out, 1);
        let text = String::from_utf8(out).unwrap();
        let expected = "
============================================================
UDP connection info:
2 UDP connections traced:
UDP connection 1:
\thost a:        10.0.0.1:1000
\thost b:        10.0.0.2:53

\tfirst packet:  Sun Sep  9 01:46:40.000000 2001
\tlast packet:   Sun Sep  9 01:55:00.000000 2001
\telapsed time:  0:08:20.000000
\ttotal packets: 3
\tfilename:      x.pcap
   a->b:\t\t\t      b->a:
     total packets:             2           total packets:             1      
     data bytes sent:          56           data bytes sent:        2800      
     throughput:                0 Bps       throughput:                6 Bps  
================================
UDP connection 2:
";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.ends_with(
            "     throughput:               NA           throughput:               NA      \n"
        ));
    }
}
