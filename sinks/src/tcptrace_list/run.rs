//! What the run as a whole has seen: the lines in front of all others.

use std::io::Write;

use flowz_api::sink::SinkError;
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::moment::{length, micros};
use super::{number, places};

/// Its table.
pub(super) const TABLE: &str = "tcptracerun";

/// Where columns are.
pub(super) type Columns = [usize; 7];

/// Finds the columns.
pub(super) fn columns(table: &Table) -> Result<Columns, SinkError> {
    places(
        table,
        [
            "packets",
            "tcp_packets",
            "udp_packets",
            "cut_packets",
            "connections",
            "first_packet",
            "last_packet",
        ],
    )
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    packets: u64,
    tcp: u64,
    udp: u64,
    cut: u64,
    pub(super) connections: u64,
    /// Microseconds from the first packet to the last one.
    micros: i64,
}

impl Seen {
    /// Those of a row.
    pub(super) fn read(values: &[Value<'_>], columns: &Columns) -> Self {
        let [packets, tcp, udp, cut, connections, first, last] = *columns;
        let of = |at| number(values, at);
        let moment = |at: usize| micros(values.get(at));
        Self {
            packets: of(packets),
            tcp: of(tcp),
            udp: of(udp),
            cut: of(cut),
            connections: of(connections),
            micros: moment(last).saturating_sub(moment(first)),
        }
    }
}

/// How the lines are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Title {
    pub(super) several: bool,
    pub(super) has_udp: bool,
    pub(super) is_long: bool,
    /// In front of each line.
    pub(super) sign: &'static str,
}

impl Title {
    /// Writes them.
    pub(super) fn write(&self, out: &mut Vec<u8>, seen: &Seen) {
        let mut line = |text: String| {
            // Writing to a vector does not fail.
            let _ = writeln!(out, "{}{text}", self.sign);
        };
        let udp =
            if self.has_udp { format!(", {} UDP packets traced", seen.udp) } else { String::new() };
        line(format!("{} packets seen, {} TCP packets traced{udp}", seen.packets, seen.tcp));
        let files = if self.several { "files" } else { "file" };
        line(format!("trace {files} elapsed time: {}", length(seen.micros)));
        if seen.connections == 0 {
            line("no traced TCP packets".to_owned());
            return;
        }
        line("TCP connection info:".to_owned());
        if self.is_long {
            let s = if seen.connections == 1 { "" } else { "s" };
            line(format!("{} TCP connection{s} traced:", seen.connections));
        }
        if seen.cut > 0 {
            line(format!("*** {} packets were too short to process at some point", seen.cut));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Seen, Title};

    fn lines(title: Title, seen: Seen) -> String {
        let mut out = Vec::new();
        title.write(&mut out, &seen);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn in_front_of_all_lines() {
        let seen =
            Seen { packets: 196, tcp: 61, connections: 2, micros: 4_167_214, ..Seen::default() };
        let title = Title { several: false, has_udp: false, is_long: false, sign: "" };
        assert_eq!(
            lines(title, seen),
            "196 packets seen, 61 TCP packets traced\ntrace file elapsed time: 0:00:04.167214\nTCP connection info:\n"
        );
        let title = Title { several: true, has_udp: true, is_long: true, sign: "#" };
        let seen = Seen { connections: 1, cut: 3, udp: 7, ..seen };
        assert_eq!(
            lines(title, seen),
            "#196 packets seen, 61 TCP packets traced, 7 UDP packets traced\n#trace files elapsed time: 0:00:04.167214\n\
            #TCP connection info:\n#1 TCP connection traced:\n#*** 3 packets were too short to process at some point\n"
        );
        let none = lines(title, Seen::default());
        assert!(none.ends_with("#no traced TCP packets\n"), "{none}");
    }
}
