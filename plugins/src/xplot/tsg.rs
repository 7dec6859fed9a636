//! The time sequence graph: what a side sends as arrows over the time, what of it is acknowledged as a line, and above it the edge of the window.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;
use flowz_plot::{Color, Mark, Place};

use super::paper::Paper;
use super::side::Event;
use crate::connections::segment::{ACK, CWR, ECE, FIN, PSH, RST, SYN, URG};

/// The graph of a side.
#[derive(Debug, Checkpoint)]
pub(super) struct Tsg {
    pub(super) paper: Paper,
    /// Numbers count from the first one.
    is_relative: bool,
    first: Option<u32>,
    /// When the last acknowledgement was drawn, if there was one.
    time: Option<Timestamp>,
    /// What the other side has acknowledged.
    acknowledged: u32,
    /// Behind the last byte that it has room for.
    edge: u32,
}

/// What is special about a segment, as a colour: captured twice, sent again.
fn special(event: &Event<'_>) -> Option<Color> {
    let again = event.seen.is_repeated.then_some(Color::Red);
    event.seen.is_twice.then_some(Color::Blue).or(again)
}

impl Tsg {
    pub(super) fn new(paper: Paper, is_relative: bool) -> Self {
        Self { paper, is_relative, first: None, time: None, acknowledged: 0, edge: 0 }
    }

    /// Where a number is.
    fn y(&self, number: u32) -> u32 {
        let zero = self.first.filter(|_| self.is_relative).unwrap_or(0);
        number.wrapping_sub(zero)
    }

    fn mark(&mut self, mark: Mark, time: Timestamp, number: u32) {
        let y = self.y(number);
        self.paper.mark(mark, time, y);
    }

    fn line(&mut self, from: (Timestamp, u32), to: (Timestamp, u32)) {
        let (a, b) = (self.y(from.1), self.y(to.1));
        self.paper.line((from.0, a), (to.0, b));
    }

    fn text(&mut self, time: Timestamp, number: u32, color: Option<Color>, text: &str) {
        let y = self.y(number);
        self.paper.text(Place::Above, (time, y), color, text);
    }

    /// The side sends a segment.
    pub(super) fn sends(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        let (time, number) = (segment.time, segment.number);
        self.first.get_or_insert(number);
        if segment.has(SYN) {
            self.acknowledged = number;
            self.late(event);
            self.syn(event);
        } else {
            self.marks(event);
            self.paper.color(Color::White);
            if segment.has(FIN) {
                self.fin(event);
            } else {
                self.arrow(event);
            }
        }
        self.congestion(event);
        let end = number.wrapping_add(segment.data);
        if segment.has(URG) && segment.data > 0 {
            self.paper.color(Color::Red);
            self.text(time, end, None, "U");
        }
        if segment.has(RST) {
            self.text(time, number, Some(Color::Magenta), "RST_OUT");
        }
    }

    /// What stands above or below a segment: into a closed window, out of order, again.
    fn marks(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        let end = segment.number.wrapping_add(segment.data);
        if event.seen.is_probe {
            self.paper.color(Color::Orange);
            let y = self.y(end);
            self.paper.text(Place::Below, (segment.time, y), None, "P");
        }
        self.late(event);
        if event.seen.is_repeated && segment.data > 0 && !segment.has(FIN) {
            self.paper.color(Color::Red);
            self.text(segment.time, end, None, if event.seen.is_twice { "HD" } else { "R" });
        }
    }

    /// What stands above a segment that is out of order.
    fn late(&mut self, event: &Event<'_>) {
        if event.seen.is_late {
            let end = event.segment.number.wrapping_add(event.segment.data);
            self.paper.color(Color::Pink);
            self.text(event.segment.time, end, None, "O");
        }
    }

    fn syn(&mut self, event: &Event<'_>) {
        let (time, number) = (event.segment.time, event.segment.number);
        let end = number.wrapping_add(1);
        self.paper.color(Color::White);
        if event.segment.has(ACK) {
            let y = self.y(number);
            self.paper.colored(Mark::Dot, event.start, y, Color::Green);
        }
        let special = special(event);
        self.paper.color(special.unwrap_or(Color::Orange));
        self.mark(Mark::Diamond, time, number);
        self.text(time, end, None, named(special, ["SYN", "HD SYN", "R SYN"]));
        self.mark(Mark::UpArrow, time, end);
        self.line((time, number), (time, end));
    }

    fn fin(&mut self, event: &Event<'_>) {
        let (time, number) = (event.segment.time, event.segment.number);
        let end = number.wrapping_add(event.segment.data);
        let special = special(event);
        let color = special.unwrap_or(Color::Orange);
        if event.segment.data == 0 {
            self.paper.color(color);
        }
        self.mark(Mark::DownArrow, time, number);
        if event.segment.data > 0 {
            self.line((time, number), (time, end));
            self.paper.color(color);
        }
        let behind = end.wrapping_add(1);
        self.line((time, end), (time, behind));
        self.mark(Mark::Box, time, behind);
        self.text(time, behind, None, named(special, ["FIN", "HD FIN", "R FIN"]));
    }

    fn arrow(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        let (time, number) = (segment.time, segment.number);
        let end = number.wrapping_add(segment.data);
        let has_data = segment.data > 0;
        if let Some(color) = special(event).filter(|_| has_data) {
            self.paper.color(color);
        }
        self.mark(Mark::DownArrow, time, number);
        if segment.has(PSH) && has_data {
            let y = self.y(end);
            self.paper.colored(Mark::Diamond, time, y, Color::White);
            self.paper.colored(Mark::Dot, time, y, Color::White);
        } else {
            self.mark(Mark::UpArrow, time, end);
        }
        if has_data {
            self.line((time, number), (time, end));
        }
    }

    /// Explicit congestion notification (RFC 3168): the window was reduced, a router is congested.
    fn congestion(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        let text = match (segment.has(CWR), segment.is_congested) {
            (true, true) => "CWR CE",
            (true, false) => "CWR",
            (false, true) => "CE",
            (false, false) => return,
        };
        self.paper.color(Color::Yellow);
        self.mark(Mark::Diamond, segment.time, segment.number);
        self.text(segment.time, segment.number, None, text);
    }

    /// The other side sends a segment.
    pub(super) fn hears(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        let (time, ack) = (segment.time, segment.ack);
        let has_ack = segment.has(ACK);
        if segment.has(RST) {
            let number = if has_ack { ack } else { self.acknowledged };
            self.text(time, number, Some(Color::Magenta), "RST_IN");
        }
        if !has_ack {
            return;
        }
        let edge = u64::from(ack) + event.seen.window;
        if !segment.has(RST) {
            if event.seen.window == 0 {
                self.text(time, ack, Some(Color::Magenta), "Z");
            }
            if let Some(before) = self.time {
                self.acknowledgement(event, before, edge);
            }
            self.time = Some(time);
            self.acknowledged = ack;
        }
        self.edge = edge as u32;
    }

    /// Draws both lines as far as a moment.
    fn acknowledgement(&mut self, event: &Event<'_>, before: Timestamp, edge: u64) {
        let (time, ack) = (event.segment.time, event.segment.ack);
        let last = self.acknowledged;
        self.paper.color(Color::Green);
        self.line((before, last), (time, last));
        if last == ack {
            self.mark(Mark::DownTick, time, ack);
            if event.seen.is_triple {
                self.text(time, ack, None, "3");
            }
        } else {
            self.line((time, last), (time, ack));
        }
        if event.segment.has(ECE) {
            self.paper.color(Color::Yellow);
            self.mark(Mark::Diamond, time, ack);
        }
        let last = self.edge;
        self.paper.color(Color::Yellow);
        self.line((before, last), (time, last));
        // For tcptrace an edge beyond the largest number is always another one.
        if u64::from(last) == edge {
            self.mark(Mark::UpTick, time, last);
        } else {
            self.line((time, last), (time, edge as u32));
        }
        self.blocks(event);
    }

    /// What the other side has of what is above the acknowledgement (RFC 2018).
    fn blocks(&mut self, event: &Event<'_>) {
        let options = &event.segment.options;
        let time = event.segment.time;
        let blocks = &options.blocks[..usize::from(options.block_count).min(options.blocks.len())];
        let Some(highest) = blocks.iter().map(|(_, to)| *to).max() else { return };
        self.paper.color(Color::Purple);
        for (place, (from, to)) in blocks.iter().enumerate() {
            self.line((time, *from), (time, *to));
            self.mark(Mark::CrossTick, time, *from);
            self.mark(Mark::CrossTick, time, *to);
            if blocks.len() > 1 {
                let y = self.y(*to);
                let number = (place + 1).to_string();
                self.paper.text(Place::Right, (time, y), None, &number);
            }
        }
        self.text(time, highest, None, "S");
    }
}

/// The name of a segment: as it is, captured twice, sent again.
fn named(special: Option<Color>, [plain, twice, again]: [&'static str; 3]) -> &'static str {
    match special {
        None => plain,
        Some(Color::Blue) => twice,
        Some(_) => again,
    }
}
