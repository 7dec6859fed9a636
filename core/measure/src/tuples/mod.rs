//! Flow tables of intervals, as `crl_flow` of CoralReef makes them.
//!
//! Interval k = 1, 2, … holds the packets with times in `[t0 + (k - 1) i, t0 + k i)`. A flow has one direction and ends by silence of more than the timeout
//! or, without one, with the interval; nothing else ends it. It is in the table of the interval in which it ended, that is in which the
//! silence became longer than the timeout; at the end of the input all flows are in the last one. Flows with one key in one table are one row.

mod text;

use std::collections::HashMap;

use flowz_api::packet::Timestamp;

use crate::Room;
use crate::flows::{COLUMNS as FLOW_COLUMNS, Flow, FlowTable, Ip, Key, Merged, row as flow_row};
use crate::stat::Cut;
use crate::table::{Cell, Column};

pub use text::write;

/// What ends flows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// A silence of more than so many nanoseconds.
    Silence(i64),
    /// The end of the interval.
    Interval,
}

/// How tables are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Where intervals begin and end.
    pub cut: Cut,
    /// What ends flows.
    pub end: End,
    /// Packets, bytes and times are those of a flow's whole life, not only those in the interval of its table.
    pub whole_life: bool,
    /// Flows that go on at the end of an interval are in its table, too.
    pub with_active: bool,
}

/// The table of an interval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Number of the interval, from 1.
    pub number: u64,
    /// Its first moment.
    pub start: Timestamp,
    /// Nanoseconds that it lasts.
    pub length: i64,
    /// What was in it.
    pub counts: Counts,
    /// Flows that have ended in it, in the order of their keys.
    pub expired: Vec<Flow>,
    /// Flows that go on, if they are wanted, likewise.
    pub active: Option<Vec<Flow>>,
}

/// What was in an interval.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Packets.
    pub packets: u64,
    /// Those with an IP packet.
    pub ip_packets: u64,
    /// Bytes of these, as their headers say.
    pub ip_bytes: u64,
}

/// Takes packets and yields tables. Memory grows with flows that are alive, and those that end in an interval.
#[derive(Clone, Debug)]
pub struct Tuples {
    rules: Rules,
    is_begun: bool,
    start: Timestamp,
    number: u64,
    /// Times of the earliest and the latest packet.
    span: (Timestamp, Timestamp),
    alive: FlowTable,
    /// What flows that are alive have in this interval, if that is asked for.
    parts: HashMap<Key, Flow>,
    expired: Merged,
    counts: Counts,
    room: Room,
}

impl Tuples {
    /// Tables by these rules.
    ///
    /// # Panics
    ///
    /// If an interval has no length.
    pub fn new(rules: Rules) -> Self {
        assert!(!matches!(rules.cut, Cut::FromFirst(..=0) | Cut::Aligned(..=0)), "no length");
        let timeout = match rules.end {
            End::Silence(nanos) => nanos,
            End::Interval => i64::MAX,
        };
        Self {
            rules,
            is_begun: false,
            start: Timestamp(0),
            number: 1,
            span: (Timestamp(i64::MAX), Timestamp(i64::MIN)),
            alive: FlowTable::new(timeout),
            parts: HashMap::new(),
            expired: Merged::default(),
            counts: Counts::default(),
            room: Room::TABLES,
        }
    }

    /// Intervals without packets and ends of flows that were left out, because there was no room for them.
    pub fn left_out(&self) -> u64 {
        self.room.left_out()
    }

    /// Counts a packet; tables of intervals that are over go to `emit`. A packet that is older than the interval at hand counts in it.
    ///
    /// # Errors
    ///
    /// Those of `emit`.
    pub fn add<E>(
        &mut self,
        time: Timestamp,
        ip: Option<&Ip>,
        mut emit: impl FnMut(&Block) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.is_begun {
            self.is_begun = true;
            self.start = match self.rules.cut {
                Cut::Aligned(length) => Timestamp(time.0.saturating_sub(time.0.rem_euclid(length))),
                Cut::FromFirst(_) | Cut::Whole => time,
            };
        }
        self.span = (self.span.0.min(time), self.span.1.max(time));
        self.go_on(time, &mut emit)?;
        self.room.packets(1);
        while let Some(flow) = self.alive.expired(time) {
            self.ended(flow);
        }
        self.counts.packets += 1;
        let Some(ip) = ip else { return Ok(()) };
        self.counts.ip_packets += 1;
        self.counts.ip_bytes += u64::from(ip.bytes);
        self.alive.add(time, ip);
        if !self.rules.whole_life {
            let one = Flow::of_packet(time, ip);
            self.parts.entry(ip.key).and_modify(|part| part.join(&one)).or_insert(one);
        }
        Ok(())
    }

    /// Yields the last table, with all flows, if there were packets.
    ///
    /// # Errors
    ///
    /// Those of `emit`.
    pub fn end<E>(&mut self, mut emit: impl FnMut(&Block) -> Result<(), E>) -> Result<(), E> {
        if !std::mem::replace(&mut self.is_begun, false) {
            return Ok(());
        }
        while let Some(flow) = self.alive.oldest() {
            self.ended(flow);
        }
        let length = match self.rules.cut {
            Cut::FromFirst(length) | Cut::Aligned(length) => length,
            Cut::Whole => {
                self.start = self.span.0;
                self.span.1 - self.span.0
            }
        };
        emit(&self.block(length))
    }

    /// Ends intervals until the time is in one.
    fn go_on<E>(
        &mut self,
        time: Timestamp,
        emit: &mut impl FnMut(&Block) -> Result<(), E>,
    ) -> Result<(), E> {
        let (Cut::FromFirst(length) | Cut::Aligned(length)) = self.rules.cut else { return Ok(()) };
        while let Some(end) = self.start.0.checked_add(length).filter(|end| *end <= time.0) {
            let next = match self.rules.end {
                End::Silence(_) => self.alive.expired(Timestamp(end)),
                End::Interval => self.alive.oldest(),
            };
            if let Some(flow) = next {
                self.ended(flow);
                continue;
            }
            let is_quiet = self.counts.packets == 0 && self.expired.is_empty();
            if is_quiet && !self.room.takes(1) {
                // The next thing that happens: a flow ends, or this packet. It is behind this interval.
                let until = self.alive.next_end().map_or(time, |end| end.min(time));
                let over = ((until - self.start) / length).max(1);
                self.room.leave_out(over.unsigned_abs());
                self.pass(over, length);
                continue;
            }
            emit(&self.block(length))?;
            self.pass(1, length);
        }
        Ok(())
    }

    /// So many intervals are over.
    fn pass(&mut self, intervals: i64, length: i64) {
        self.number += intervals.unsigned_abs();
        self.start.0 = self.start.0.saturating_add(intervals.saturating_mul(length));
    }

    /// A flow has ended.
    fn ended(&mut self, flow: Flow) {
        let flow = if self.rules.whole_life {
            flow
        } else {
            self.parts.remove(&flow.key).unwrap_or_else(|| silent(&flow))
        };
        self.expired.add(&flow);
    }

    fn block(&mut self, length: i64) -> Block {
        let active = self.rules.with_active.then(|| {
            let mut active: Vec<_> = self.alive.all().cloned().collect();
            active.sort_unstable_by_key(|flow| flow.key);
            if !self.rules.whole_life {
                for flow in &mut active {
                    *flow = self.parts.get(&flow.key).cloned().unwrap_or_else(|| silent(flow));
                }
            }
            active
        });
        self.parts.clear();
        Block {
            number: self.number,
            start: self.start,
            length,
            counts: std::mem::take(&mut self.counts),
            expired: std::mem::take(&mut self.expired).sorted(),
            active,
        }
    }
}

/// What a flow has in an interval without a packet of it.
fn silent(flow: &Flow) -> Flow {
    Flow { packets: 0, bytes: 0, first: flow.last, ..flow.clone() }
}

/// The columns of [`rows`].
pub const COLUMNS: [Column; 14] = {
    let mut columns = [Column::new("", ""); 14];
    columns[0] = Column::new("interval", "");
    columns[1] = Column::new("begin", "s");
    columns[2] = Column::new("state", "");
    let mut n = 0;
    while n < FLOW_COLUMNS.len() {
        columns[3 + n] = FLOW_COLUMNS[n];
        n += 1;
    }
    columns
};

/// The rows of a table for people and programs: number and begin of the interval, `expired` or `active`, and the flow.
pub fn rows(block: &Block) -> impl Iterator<Item = Vec<Cell>> {
    let expired = block.expired.iter().map(|flow| ("expired", flow));
    let active = block.active.iter().flatten().map(|flow| ("active", flow));
    expired.chain(active).map(|(state, flow)| {
        let front =
            [Cell::Count(block.number), Cell::Time(block.start), Cell::Text(state.to_owned())];
        front.into_iter().chain(flow_row(flow)).collect()
    })
}

#[cfg(test)]
mod tests;
