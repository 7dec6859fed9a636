//! The time line: both sides as vertical lines, an arrow between them for each segment, with what it carries beside it.

use std::fmt::Write as _;

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;
use flowz_plot::{Color, Command, Mark, Place, Value};

use super::paper::Paper;
use super::side::Event;
use crate::connections::segment::{ACK, FIN, PSH, RST, SYN, URG};

/// Where the sides stand.
const SIDES: [i64; 2] = [40, 60];
/// The ends of the drawing.
const ENDS: [i64; 2] = [0, 100];
/// A round trip has so many parts; a segment needs one of them.
const PARTS: i64 = 3;

/// The time line of a connection.
#[derive(Debug, Checkpoint)]
pub(super) struct Tline {
    pub(super) paper: Paper,
    start: Timestamp,
    sides: [Side; 2],
}

/// A side.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
struct Side {
    first: Option<u32>,
    /// It has sent something but SYN segments: from then on its numbers are relative.
    has_begun: bool,
    /// Its last round trip, nanoseconds; 0 if that was ambiguous.
    round_trip: i64,
}

impl Side {
    fn number(&self, number: u32) -> u32 {
        if self.has_begun { number.wrapping_sub(self.first.unwrap_or(0)) } else { number }
    }
}

fn below(nanos: i64) -> Value {
    Value::Below((nanos / 1000).max(0).unsigned_abs())
}

impl Tline {
    pub(super) fn new(mut paper: Paper, start: Timestamp) -> Self {
        for x in ENDS {
            paper.draw(&Command::Mark(Mark::Invisible, [Value::Whole(x), below(0)], None));
        }
        Self { paper, start, sides: [Side::default(); 2] }
    }

    /// A side sends a segment: n is 0 for who began.
    pub(super) fn add(&mut self, event: &Event<'_>, n: usize) {
        let segment = event.segment;
        if event.seen.is_ambiguous {
            self.sides[1 - n].round_trip = 0;
        }
        if let Some(nanos) = event.seen.round_trip {
            self.sides[1 - n].round_trip = nanos;
        }
        let since = segment.time - self.start;
        let way = self.sides[n].round_trip / 1000 / PARTS * 1000;
        // Packets were captured near a: there a sends and b's arrive.
        let (sent, arrived) = if n == 0 { (since, since + way) } else { (since - way, since) };
        let right = if n == 0 { arrived } else { sent };
        for side in SIDES.map(Value::Whole) {
            self.paper.draw(&Command::Line([side, below(0)], [side, below(right)]));
        }
        self.paper.color(match n {
            _ if segment.has(SYN | FIN | RST) => Color::Orange,
            0 => Color::Green,
            _ => Color::Yellow,
        });
        let from = [Value::Whole(SIDES[n]), below(sent)];
        let to = [Value::Whole(SIDES[1 - n]), below(arrived)];
        self.paper.draw(&Command::Line(from, to));
        let (mark, place) =
            if n == 0 { (Mark::RightArrow, Place::Left) } else { (Mark::LeftArrow, Place::Right) };
        self.paper.draw(&Command::Mark(mark, to, None));
        self.paper.color(Color::White);
        let text = self.text(event, n);
        self.paper.draw(&Command::Text(place, from, None, &text));
    }

    fn text(&mut self, event: &Event<'_>, n: usize) -> String {
        let segment = event.segment;
        let mut text = String::new();
        for (flag, name) in
            [(SYN, "SYN "), (FIN, "FIN "), (RST, "RST "), (PSH, "PSH "), (URG, "URG ")]
        {
            if segment.has(flag) {
                text.push_str(name);
            }
        }
        let own = &mut self.sides[n];
        own.first.get_or_insert(segment.number);
        let number = own.number(segment.number);
        own.has_begun |= !segment.has(SYN);
        let end = number.wrapping_add(segment.data);
        // Writing to a string does not fail.
        let _ = write!(text, "{number}:{end}({}) ", segment.data);
        if segment.has(ACK) {
            let _ = write!(text, "ack {} ", self.sides[1 - n].number(segment.ack));
        }
        // Without an acknowledgement there is no window, but in SYN segments.
        let window = if segment.has(ACK | SYN) { event.seen.window } else { 0 };
        let _ = write!(text, "win {window} ");
        if event.seen.is_repeated {
            text.push_str("R ");
        }
        if event.seen.is_twice {
            text.push_str("HD ");
        }
        text
    }
}
