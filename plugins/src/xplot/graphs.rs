//! The graphs of values over the time: throughput, outstanding data, sizes, round trips.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;
use flowz_plot::{Color, Mark};

use super::paper::{Paper, Series};
use super::side::Event;
use crate::connections::segment::{ACK, RST, SYN, Segment};

/// A gap that has no length counts as a millisecond.
const SHORTEST: i64 = 1_000_000;
/// Round trips up to this, a microsecond, are not drawn: as for tcptrace, nobody has measured them.
const UNMEASURED: i64 = 1_000;

/// Bytes per second over a time in nanoseconds, rounded down as tcptrace's sums are.
fn rate(bytes: u64, nanos: i64) -> u32 {
    let nanos = if nanos <= 0 { SHORTEST } else { nanos };
    let seconds = (nanos / 1000) as f64 / 1e6;
    (bytes as f64 / seconds) as u32
}

/// Bytes per second: of each segment since the one before, of some segments, of all since the beginning.
#[derive(Debug, Checkpoint)]
pub(super) struct Tput {
    pub(super) paper: Paper,
    some: Series,
    all: Series,
    /// Segments for a mean.
    most: u32,
    segments: u32,
    /// Bytes of them, without the segment at hand.
    bytes: u64,
    since: Timestamp,
    last: Timestamp,
    total: u64,
}

impl Tput {
    /// The graph begins with the first segment, whatever it is.
    pub(super) fn new(paper: Paper, most: u32, first: &Segment) -> Self {
        let bytes = u64::from(first.data);
        Self {
            paper,
            some: Series::new("inst. tput", Color::Red),
            all: Series::new("avg. tput", Color::Blue),
            most,
            segments: 1,
            bytes,
            since: first.time,
            last: first.time,
            total: bytes,
        }
    }

    /// The side sends a further segment.
    pub(super) fn sends(&mut self, event: &Event<'_>) {
        let Segment { time, data, .. } = *event.segment;
        if data == 0 {
            return;
        }
        let data = u64::from(data);
        self.total += data;
        self.segments = self.segments.saturating_add(1);
        if self.segments >= self.most {
            self.some.add(&mut self.paper, time, rate(self.bytes, time - self.since));
            self.all.add(&mut self.paper, time, rate(self.total, time - event.start));
            (self.segments, self.bytes, self.since) = (1, 0, time);
        }
        self.bytes += data;
        self.paper.colored(Mark::Dot, time, rate(data, time - self.last), Color::Yellow);
        self.last = time;
    }
}

/// Sizes of segments with data, and their mean.
#[derive(Debug, Checkpoint)]
pub(super) struct Ssize {
    pub(super) paper: Paper,
    each: Series,
    mean: Series,
    count: u64,
    sum: u64,
}

impl Ssize {
    pub(super) fn new(paper: Paper) -> Self {
        let each = Series::new("segsize", Color::Red);
        let mean = Series::new("avg segsize", Color::Blue);
        Self { paper, each, mean, count: 0, sum: 0 }
    }

    /// The side sends a segment.
    pub(super) fn sends(&mut self, segment: &Segment) {
        if segment.data == 0 {
            return;
        }
        self.count += 1;
        self.sum += u64::from(segment.data);
        self.each.add(&mut self.paper, segment.time, segment.data);
        self.mean.add(&mut self.paper, segment.time, (self.sum / self.count) as u32);
    }
}

/// Round trips in milliseconds at the time of their acknowledgements.
#[derive(Debug, Checkpoint)]
pub(super) struct Rtt {
    pub(super) paper: Paper,
    each: Series,
}

impl Rtt {
    /// Whether a round trip of so many nanoseconds is drawn.
    pub(super) fn is_measured(nanos: i64) -> bool {
        nanos > UNMEASURED
    }

    pub(super) fn new(mut paper: Paper, first: Timestamp) -> Self {
        paper.zero_at(first);
        paper.color(Color::Red);
        Self { paper, each: Series::new("rtt", Color::Red) }
    }

    /// A segment of the side was acknowledged.
    pub(super) fn add(&mut self, time: Timestamp, nanos: i64) {
        const MILLI: i64 = 1_000_000;
        let millis = u32::try_from((nanos / MILLI).max(0)).unwrap_or(u32::MAX);
        self.each.add(&mut self.paper, time, millis);
    }
}

/// Data that wait for an acknowledgement, the window of the other side, and means.
#[derive(Debug, Checkpoint)]
pub(super) struct Owin {
    pub(super) paper: Paper,
    each: Series,
    window: Series,
    mean: Series,
    weighted: Series,
    /// What the other side has acknowledged, or the number of the SYN.
    acknowledged: Option<u32>,
    /// Window of the other side.
    room: u32,
    count: u64,
    sum: u64,
    /// Byte seconds, in whole numbers as tcptrace counts them.
    area: u64,
    /// When there was something to draw last, and how much.
    last: Option<(Timestamp, u32)>,
}

impl Owin {
    pub(super) fn new(paper: Paper) -> Self {
        Self {
            paper,
            each: Series::new("owin", Color::Red),
            window: Series::new("rwin", Color::Yellow),
            mean: Series::new("avg owin", Color::Blue),
            weighted: Series::new("wavg owin", Color::Green),
            acknowledged: None,
            room: 0,
            count: 0,
            sum: 0,
            area: 0,
            last: None,
        }
    }

    /// The side sends a segment. Those that come again or late say nothing new.
    pub(super) fn sends(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        if segment.has(SYN) {
            self.acknowledged = Some(segment.number);
        }
        if segment.has(SYN | RST) || event.seen.is_repeated || event.seen.is_late {
            return;
        }
        let time = segment.time;
        let end = segment.number.wrapping_add(segment.data);
        let outstanding = self.acknowledged.map_or(segment.data, |acknowledged| {
            // What was acknowledged without having been captured is not outstanding.
            (end.wrapping_sub(acknowledged) as i32).saturating_add(1).max(0).unsigned_abs()
        });
        self.count += 1;
        self.sum += u64::from(outstanding);
        self.weigh(time, event.start);
        self.each.add(&mut self.paper, time, outstanding);
        self.window.add(&mut self.paper, time, self.room);
        self.mean.add(&mut self.paper, time, (self.sum / self.count) as u32);
        self.last = Some((time, outstanding));
    }

    /// How much there was since the last segment is known now.
    fn weigh(&mut self, now: Timestamp, start: Timestamp) {
        const SECOND: u128 = 1_000_000_000;
        let Some((time, outstanding)) = self.last else { return };
        let nanos = |span: i64| u128::from(span.max(0).unsigned_abs());
        let more = u128::from(outstanding) * nanos(now - time) / SECOND;
        self.area = self.area.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        let mean = u128::from(self.area) * SECOND / nanos(now - start).max(1);
        self.weighted.add(&mut self.paper, time, u32::try_from(mean).unwrap_or(u32::MAX));
    }

    /// The other side sends a segment.
    pub(super) fn hears(&mut self, event: &Event<'_>) {
        let segment = event.segment;
        if !segment.has(ACK) || segment.has(RST) {
            return;
        }
        self.acknowledged = Some(segment.ack);
        // tcptrace draws the lowest 32 bits of windows that are larger: those with shifts above 16.
        self.room = event.seen.window as u32;
    }
}
