//! A line for each connection.

use std::io::Write;

use super::connection::Connection;

/// Who talks with whom, with letters.
fn line([a, b]: &[Box<str>; 2], [name_a, name_b]: &[String; 2]) -> String {
    format!("{a} - {b} ({name_a}2{name_b})")
}

/// How wide lines are: of each length of both ends together the last number, which has the longest letters.
#[derive(Debug, Default)]
pub(super) struct Widths(Vec<u64>);

impl Widths {
    /// Takes a line in.
    pub(super) fn add(&mut self, ends: &[Box<str>; 2], number: u64) {
        let length = ends[0].len() + ends[1].len();
        if self.0.len() <= length {
            self.0.resize(length + 1, 0);
        }
        self.0[length] = self.0[length].max(number);
    }

    /// Characters of the widest line.
    pub(super) fn most(&self, names: impl Fn(u64) -> [String; 2]) -> usize {
        let without_ends = line(&Default::default(), &Default::default()).len();
        let widths =
            self.0.iter().enumerate().filter(|(_, number)| **number > 0).map(|(length, number)| {
                let [a, b] = names(*number);
                without_ends + length + a.len() + b.len()
            });
        widths.max().unwrap_or(0)
    }
}

/// Writes who talks with whom and the packets of each side.
pub(super) fn packets(
    out: &mut Vec<u8>,
    (number, width): (u64, usize),
    (ends, names): (&[Box<str>; 2], &[String; 2]),
    [a, b]: [u64; 2],
) {
    // Writing to a vector does not fail.
    let _ = write!(out, "{number:>3}: {:<width$} {a:>4}> {b:>4}<", line(ends, names));
}

/// Writes a TCP connection.
pub(super) fn connection(out: &mut Vec<u8>, of: &Connection, names: &[String; 2], width: usize) {
    packets(out, (of.number, width), (&of.ends, names), of.packets);
    let remarks = [
        (of.is_complete(), "complete"),
        (of.is_reset(), "reset"),
        (of.packets.contains(&0), "unidirectional"),
    ];
    for (_, remark) in remarks.iter().filter(|(is, _)| *is) {
        // Writing to a vector does not fail.
        let _ = write!(out, "  ({remark})");
    }
    out.push(b'\n');
    for (n, count) in of.duplicates.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (from, to) = (&names[n], &names[1 - n]);
        let _ = writeln!(
            out,
            "    ** Warning, {from}2{to}: detected {count} hardware duplicate(s) (same seq # and IP ID)"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{Widths, connection, line};
    use crate::tcptrace_list::connection::Connection;

    fn written(of: &Connection) -> String {
        let mut out = Vec::new();
        connection(&mut out, of, &["c".to_owned(), "d".to_owned()], 44);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn packets_and_remarks() {
        let one = Connection {
            number: 2,
            ends: ["192.168.193.12:2000".into(), "192.168.195.50:51532".into()],
            packets: [15, 12345],
            ..Connection::default()
        };
        assert_eq!(
            written(&one),
            "  2: 192.168.193.12:2000 - 192.168.195.50:51532 (c2d)   15> 12345<\n"
        );
        let all = Connection {
            number: 1000,
            syn_sides: 2,
            fin_sides: 2,
            resets: [0, 1],
            packets: [4, 0],
            ..one
        };
        let text = written(&all);
        assert!(text.starts_with("1000: 192"), "{text}");
        assert!(
            text.ends_with(" (c2d)    4>    0<  (complete)  (reset)  (unidirectional)\n"),
            "{text}"
        );
    }

    #[test]
    fn the_widest_line() {
        let names = |number: u64| {
            let length = if number < 100 { 1 } else { 2 };
            ["a".repeat(length), "b".repeat(length)]
        };
        let ends = |length: usize| ["x".repeat(length).into(), "y".into()];
        let mut widths = Widths::default();
        assert_eq!(widths.most(names), 0);
        let mut longest = 0;
        for (number, length) in [(1, 5), (100, 4), (2, 5), (101, 1)] {
            widths.add(&ends(length), number);
            longest = longest.max(line(&ends(length), &names(number)).len());
            assert_eq!(widths.most(names), longest);
        }
    }

    #[test]
    fn captured_twice() {
        let one = Connection {
            number: 1,
            ends: ["a".into(), "b".into()],
            packets: [9, 7],
            duplicates: [3, 1],
            ..Connection::default()
        };
        let text = written(&one);
        let warnings: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(
            warnings,
            [
                "    ** Warning, c2d: detected 3 hardware duplicate(s) (same seq # and IP ID)",
                "    ** Warning, d2c: detected 1 hardware duplicate(s) (same seq # and IP ID)"
            ]
        );
    }
}
