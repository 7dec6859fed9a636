//! Counters of interim records that go on from record to record (`core.ACTIVE_CUMULATIVE`): what the records of a flow so far have
//! counted is added to the next one, in the bytes of the record, before anybody looks at it.

use std::collections::VecDeque;

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::column::{Column, Type};
use flowz_api::flow::Flow;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::record::Record;
use flowz_api::status::FlowStat;
use flowz_api::table::Table;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::locator::{Locator, Span};

/// The counters of a table and what the records of flows that go on have counted.
#[derive(Debug)]
pub(crate) struct Cumulative {
    locator: Locator,
    spans: Vec<Span>,
    /// Bytes of each counter.
    widths: Vec<Width>,
    flows: HashMap<u64, Sums, RandomState>,
    /// Flows with the time of their latest record, in the order of these.
    order: VecDeque<(Timestamp, u64)>,
    /// Nanoseconds behind which no flow goes on any more.
    lifetime: i64,
    /// Most flows.
    most: usize,
}

/// What the records of a flow have counted, by direction; nothing for one without a record.
#[derive(Debug, Default, flowz_api::Checkpoint)]
struct Sums {
    last: Timestamp,
    sides: [Vec<u64>; 2],
}

/// A counter's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Width {
    Unsigned(usize),
    Signed(usize),
}

/// For the next run.
impl Cumulative {
    /// Writes what the records of flows that may go on have counted.
    pub(crate) fn save(&self, out: &mut Writer<'_>) {
        let mut all: Vec<_> = self.flows.iter().collect();
        all.sort_by_key(|(flow, _)| **flow);
        out.count(all.len());
        for (flow, sums) in all {
            flow.save(out);
            sums.save(out);
        }
        self.order.save(out);
    }

    /// Takes it over.
    pub(crate) fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        let flows = Vec::<(u64, Sums)>::load(from)?;
        self.flows = flows.into_iter().collect();
        self.order = VecDeque::load(from)?;
        Ok(())
    }
}

impl Width {
    fn of(column: &Column) -> Option<Self> {
        match column.ty {
            _ if !column.counter => None,
            Type::U8 => Some(Self::Unsigned(1)),
            Type::U16 => Some(Self::Unsigned(2)),
            Type::U32 => Some(Self::Unsigned(4)),
            Type::U64 => Some(Self::Unsigned(8)),
            Type::I32 => Some(Self::Signed(4)),
            Type::I64 => Some(Self::Signed(8)),
            _ => None,
        }
    }

    /// The sum of a counter's bytes and what was counted before, as large as its type can have it; it is written there.
    fn add(self, bytes: &mut [u8], before: u64) -> u64 {
        let (Self::Unsigned(n) | Self::Signed(n)) = self;
        let mut whole = [0; 8];
        let Some(value) = bytes.get(..n) else { return before };
        whole[..n].copy_from_slice(value);
        let value = u64::from_le_bytes(whole);
        let sum = match self {
            Self::Unsigned(n) => {
                let most = if n < 8 { (1 << (8 * n)) - 1 } else { u64::MAX };
                value.saturating_add(before).min(most)
            }
            Self::Signed(_) => value.wrapping_add(before),
        };
        bytes[..n].copy_from_slice(&sum.to_le_bytes()[..n]);
        sum
    }
}

impl Cumulative {
    /// Most bytes for a flow, beside those of its counters.
    pub(crate) const BYTES_PER_FLOW: usize = 160;

    /// For records of a table; flows of which nothing comes for so many seconds do not go on, and there are so many at most.
    pub(super) fn new(table: &Table, seconds: f32, most: usize) -> Self {
        let columns = &table.schema.columns;
        let counters: Vec<_> =
            columns.iter().enumerate().filter_map(|(n, c)| Width::of(c).map(|w| (n, w))).collect();
        let places: Vec<_> = counters.iter().map(|(n, _)| *n).collect();
        Self {
            locator: Locator::new(columns, &places),
            spans: Vec::new(),
            widths: counters.into_iter().map(|(_, width)| width).collect(),
            flows: HashMap::default(),
            order: VecDeque::new(),
            lifetime: (f64::from(seconds) * NANOS as f64) as i64,
            most,
        }
    }

    /// The record of a flow that ends, or of which it is an interim one: its counters become those since the flow began.
    pub(super) fn take(&mut self, record: &mut Record, letter: u8, flow: &Flow) {
        if !flow.status.intersects(FlowStat::INTERIM | FlowStat::CONTINUED) {
            return;
        }
        self.forget(flow.last);
        let sums = self.flows.entry(flow.id.0).or_default();
        let side = &mut sums.sides[usize::from(letter == b'B')];
        side.resize(self.widths.len(), 0);
        self.locator.find(record, &mut self.spans);
        for ((width, sum), (start, end)) in self.widths.iter().zip(side).zip(&self.spans) {
            if let Some(bytes) = record.bytes_mut().get_mut(*start..*end) {
                *sum = width.add(bytes, *sum);
            }
        }
        if self.order.back() != Some(&(flow.last, flow.id.0)) {
            self.order.push_back((flow.last, flow.id.0));
        }
        sums.last = flow.last;
    }

    /// Forgets flows that do not go on any more.
    fn forget(&mut self, now: Timestamp) {
        while let Some((last, id)) = self.order.front().copied()
            && (now - last > self.lifetime || self.flows.len() > self.most)
        {
            self.order.pop_front();
            // There may have been another record since.
            if self.flows.get(&id).is_some_and(|sums| sums.last == last) {
                self.flows.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Cell, Dir, Text};
    use flowz_api::column::{Column, Schema, Type};
    use flowz_api::flow::{Flow, FlowId};
    use flowz_api::packet::Timestamp;
    use flowz_api::record::Record;
    use flowz_api::status::FlowStat;
    use flowz_api::table::{Table, TableKind};

    use super::Cumulative;

    fn table() -> Table {
        let column = |(name, ty, counter): (&str, Type, bool)| Column {
            name: name.to_owned(),
            ty,
            doc: "",
            unit: "",
            plugin: "p",
            counter,
        };
        let columns = [
            ("dir", Type::Char, false),
            ("text", Type::Text, false),
            ("small", Type::U8, true),
            ("mean", Type::U64, false),
            ("large", Type::U64, true),
            ("padding", Type::I64, true),
        ];
        let schema = Schema { columns: columns.map(column).into() };
        Table { name: "flows", kind: TableKind::Flows, doc: "", schema }
    }

    fn record(values: (u8, u64, u64, i64)) -> Record {
        let mut out = Record::new();
        Dir(b'A').put(&mut out);
        Text(b"any length").put(&mut out);
        values.0.put(&mut out);
        values.1.put(&mut out);
        values.2.put(&mut out);
        values.3.put(&mut out);
        out
    }

    fn flow(id: u64, seconds: i64, status: FlowStat) -> Flow {
        let last = Timestamp::new(seconds, 0);
        Flow { id: FlowId(id), last, status, ..Flow::NONE }
    }

    /// What records become.
    fn after(all: &mut Cumulative, values: (u8, u64, u64, i64), letter: u8, flow: &Flow) -> Record {
        let mut out = record(values);
        all.take(&mut out, letter, flow);
        out
    }

    #[test]
    fn counters_go_on_and_other_columns_stay() {
        let mut all = Cumulative::new(&table(), 60.0, 9);
        let (first, next) = (FlowStat::INTERIM, FlowStat::INTERIM | FlowStat::CONTINUED);
        let values = (200, 7, 1 << 40, -3);
        let one = after(&mut all, values, b'A', &flow(1, 10, first));
        assert_eq!(one.bytes(), record(values).bytes(), "nothing was before");
        let two = after(&mut all, (100, 8, 1, 2), b'A', &flow(1, 20, next));
        assert_eq!(two.bytes(), record((255, 8, (1 << 40) + 1, -1)).bytes());
        let other = after(&mut all, (1, 8, 1, 0), b'B', &flow(1, 20, next));
        assert_eq!(other.bytes(), record((1, 8, 1, 0)).bytes(), "directions are apart");
        let whole = after(&mut all, (1, 1, 1, 1), b'A', &flow(2, 20, FlowStat::empty()));
        assert_eq!((whole.bytes(), all.flows.len()), (record((1, 1, 1, 1)).bytes(), 1));
        let last = after(&mut all, (1, 9, 1, 1), b'A', &flow(1, 80, FlowStat::CONTINUED));
        assert_eq!(last.bytes(), record((255, 9, (1 << 40) + 2, 0)).bytes());
    }

    #[test]
    fn what_does_not_go_on_is_forgotten() {
        let mut all = Cumulative::new(&table(), 60.0, 2);
        for (id, seconds) in [(1, 0), (2, 30), (2, 50), (3, 61)] {
            after(&mut all, (1, 1, 1, 1), b'A', &flow(id, seconds, FlowStat::INTERIM));
        }
        let left = |all: &Cumulative| [1, 2, 3, 4, 5].map(|id| all.flows.contains_key(&id));
        assert_eq!(left(&all), [false, true, true, false, false], "60 seconds are over");
        for id in [4, 5] {
            after(&mut all, (1, 1, 1, 1), b'A', &flow(id, 62, FlowStat::INTERIM));
        }
        assert_eq!(left(&all), [false, false, true, true, true], "room for two and one more");
    }
}
