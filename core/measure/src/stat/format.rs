//! Lines in a format of the user's, with the specifiers of tcpstat.

use std::fmt::Write as _;

use flowz_api::packet::Timestamp;

use super::{Interval, Moment};
use crate::table::seconds;

/// tcpstat's own format.
pub const DEFAULT: &str = "Time:%S\\tn=%n\\tavg=%a\\tstddev=%d\\tbps=%b\\n";

/// A part of a format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A value, by its letter.
    Value(char),
    /// What follows goes to the file descriptor of this number.
    Descriptor(u32),
}

/// A format: text, `%` with a letter, `%` with the number of a file descriptor, and `\n`, `\t` and the like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Format {
    pieces: Vec<Piece>,
}

/// The letters of values.
const LETTERS: &str = "AaBbCdIlMmNnpRrSsTUV";

impl Format {
    /// Reads a format. What is no specifier stays as it is written, `%%` included unless `one_percent` asks for one sign.
    pub fn parse(text: &str, one_percent: bool) -> Self {
        let (mut pieces, mut plain) = (Vec::new(), String::new());
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match (c, rest.peek().copied()) {
                ('\\', Some(escaped)) => {
                    rest.next();
                    plain.push_str(&unescaped(escaped));
                }
                ('%', Some('%')) => {
                    rest.next();
                    plain.push_str(if one_percent { "%" } else { "%%" });
                }
                ('%', Some(letter)) if LETTERS.contains(letter) => {
                    rest.next();
                    pieces.extend(taken(&mut plain));
                    pieces.push(Piece::Value(letter));
                }
                ('%', Some(digit)) if digit.is_ascii_digit() => {
                    let mut number = 0_u32;
                    while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                        number = number.saturating_mul(10).saturating_add(digit);
                        rest.next();
                    }
                    pieces.extend(taken(&mut plain));
                    pieces.push(Piece::Descriptor(number));
                }
                _ => plain.push(c),
            }
        }
        pieces.extend(taken(&mut plain));
        Self { pieces }
    }

    /// Its parts in their order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

fn taken(plain: &mut String) -> Option<Piece> {
    (!plain.is_empty()).then(|| Piece::Text(std::mem::take(plain)))
}

/// What a backslash in front of a character means.
fn unescaped(c: char) -> String {
    match c {
        'n' => "\n".to_owned(),
        't' => "\t".to_owned(),
        'r' => "\r".to_owned(),
        'a' => "\u{7}".to_owned(),
        'b' => "\u{8}".to_owned(),
        'f' => "\u{c}".to_owned(),
        'v' => "\u{b}".to_owned(),
        '\\' => "\\".to_owned(),
        other => format!("\\{other}"),
    }
}

/// How times are shown.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Times {
    /// Which moment of an interval.
    pub moment: Moment,
    /// Seconds in 32 bits with a sign, as tcpstat has them: what is behind the year 2038 is negative.
    pub wraps: bool,
}

impl Times {
    fn wrapped(self, time: Timestamp) -> Timestamp {
        if !self.wraps {
            return time;
        }
        let second = i64::from(time.seconds() as i32);
        Timestamp::new(second, i64::from(time.subsec_nanos()))
    }
}

impl Interval {
    /// The value of a letter as text.
    pub fn value(&self, letter: char, times: Times) -> String {
        let counts = &self.counts;
        let real = |value: f64| format!("{value:.2}");
        let time = self.time(times.moment);
        let (absolute, relative) = (times.wrapped(time), Timestamp(time - self.first));
        match letter {
            'A' => counts.arp.to_string(),
            'a' => real(counts.mean()),
            'B' => real(self.bits_per_second() / 8.0),
            'b' => real(self.bits_per_second()),
            'C' => counts.icmp.to_string(),
            'd' => real(counts.deviation()),
            'I' => counts.ipv4.to_string(),
            'l' => real(self.load),
            'M' => counts.max.to_string(),
            'm' => counts.min.to_string(),
            'N' => counts.bytes.to_string(),
            'n' => counts.packets.to_string(),
            'p' => real(self.packets_per_second()),
            'R' => seconds(relative, 0),
            'r' => seconds(relative, 6),
            'S' => seconds(absolute, 0),
            's' => seconds(absolute, 6),
            'T' => counts.tcp.to_string(),
            'U' => counts.udp.to_string(),
            'V' => counts.ipv6.to_string(),
            other => format!("%{other}"),
        }
    }

    /// The text of a format up to each descriptor that it names; the first part has none.
    pub fn lines(&self, format: &Format, times: Times) -> Vec<(Option<u32>, String)> {
        let mut parts = vec![(None, String::new())];
        for piece in format.pieces() {
            let Some((_, text)) = parts.last_mut() else { continue };
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Value(letter) => {
                    let _ = write!(text, "{}", self.value(*letter, times));
                }
                Piece::Descriptor(number) => parts.push((Some(*number), String::new())),
            }
        }
        parts
    }
}
