//! Alarms on flows: those of plugins and of a user's rules, and the rows that are written because of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flowz_api::Checkpoint;
use flowz_api::column::{Column, Type};
use flowz_api::record::Record;
use flowz_api::status::FlowStat;
use flowz_api::table::Table;

use super::locator::{Locator, Span};
use super::rows::Rows;

/// Who raises alarms, and what that is for.
#[derive(Clone, Copy, Debug)]
pub struct AlarmSettings {
    /// Plugins of the run that can raise one.
    pub plugins: u32,
    /// Only rows of flows with an alarm are written (`core.ALARM_MODE`).
    pub only: bool,
    /// A flow counts only if all plugins that can, and all rules, have raised one (`core.ALARM_AND`).
    pub all: bool,
}

/// Alarms of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct AlarmCounts {
    /// Alarms, each of a plugin or a rule on one direction of a flow.
    pub alarms: u64,
    /// Flows with one or more; with `core.ALARM_AND` those with all.
    pub flows: u64,
    /// Rows that were not written for want of one, if only rows with one are.
    pub left_out: Option<u64>,
    /// Plugins and rules that can raise one.
    pub sources: u32,
}

/// Alarms so far, for those who do not count them.
#[derive(Debug, Default)]
pub(crate) struct AlarmTally {
    alarms: AtomicU64,
    flows: AtomicU64,
}

impl AlarmTally {
    /// Alarms, and flows with some.
    pub(crate) fn now(&self) -> (u64, u64) {
        (self.alarms.load(Ordering::Relaxed), self.flows.load(Ordering::Relaxed))
    }
}

/// The rules of a run, and who else raises alarms.
#[derive(Debug)]
pub(super) struct Alarms {
    rules: Vec<Rows>,
    settings: AlarmSettings,
    status: Option<Status>,
    counts: AlarmCounts,
    tally: Arc<AlarmTally>,
}

/// Where status bits are in a record.
#[derive(Debug)]
struct Status {
    locator: Locator,
    spans: Vec<Span>,
}

impl Alarms {
    /// Alarms on records of a table, if anybody can raise one or wants to see them only.
    pub(super) fn new(
        rules: Vec<Rows>,
        settings: AlarmSettings,
        table: Option<&Table>,
    ) -> Option<Self> {
        if rules.is_empty() && settings.plugins == 0 && !settings.only {
            return None;
        }
        let sources = settings.plugins + rules.len() as u32;
        let left_out = settings.only.then_some(0);
        let counts = AlarmCounts { left_out, sources, ..AlarmCounts::default() };
        let status = table.and_then(Status::of);
        Some(Self { rules, settings, status, counts, tally: Arc::default() })
    }

    /// Asks the rules about a record on which so many plugins have raised an alarm, and sets its status bit. Whether the row
    /// is written.
    pub(super) fn take(&mut self, record: &mut Record, plugins: u32) -> bool {
        let mut alarms = plugins;
        for rule in &mut self.rules {
            alarms += u32::from(rule.takes(record));
        }
        let needed = if self.settings.all { self.counts.sources.max(1) } else { 1 };
        let is_alarm = alarms >= needed;
        if alarms > 0 {
            if let Some(status) = &mut self.status {
                status.set(record);
            }
            self.count(alarms, is_alarm);
        }
        let is_written = is_alarm || !self.settings.only;
        if let Some(left_out) = &mut self.counts.left_out {
            *left_out += u64::from(!is_written);
        }
        is_written
    }

    fn count(&mut self, alarms: u32, is_alarm: bool) {
        self.counts.alarms += u64::from(alarms);
        self.counts.flows += u64::from(is_alarm);
        self.tally.alarms.store(self.counts.alarms, Ordering::Relaxed);
        self.tally.flows.store(self.counts.flows, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> AlarmCounts {
        self.counts
    }

    pub(super) fn tally(&self) -> Arc<AlarmTally> {
        self.tally.clone()
    }
}

impl Status {
    /// The column of a table that shows status bits, if it has one.
    fn of(table: &Table) -> Option<Self> {
        let columns = &table.schema.columns;
        let is_status = |column: &Column| column.name == FlowStat::COLUMN && column.ty == Type::H64;
        let place = columns.iter().position(is_status)?;
        Some(Self { locator: Locator::new(columns, &[place]), spans: Vec::new() })
    }

    fn set(&mut self, record: &mut Record) {
        self.locator.find(record, &mut self.spans);
        if let Some((start, _)) = self.spans.first() {
            record.set_bits(*start, FlowStat::ALARM.bits());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AlarmCounts, AlarmSettings, Alarms};
    use crate::output::Rows;
    use flowz_api::cell::{Cell, Hex64, Label};
    use flowz_api::column::{Column, Schema};
    use flowz_api::record::Record;
    use flowz_api::table::{Table, TableKind};

    const ALARM: u64 = 1 << 49;

    fn table() -> Table {
        let column = |name: &str, ty| Column {
            name: name.to_owned(),
            ty,
            doc: "",
            unit: "",
            plugin: "p",
            counter: false,
        };
        let columns = vec![
            column("word", Label::TYPE),
            column("flowStat", Hex64::TYPE),
            column("n", u16::TYPE),
        ];
        Table { name: "flows", kind: TableKind::Flows, doc: "", schema: Schema { columns } }
    }

    fn record(n: u16) -> Record {
        let mut record = Record::new();
        Label(b"eth").put(&mut record);
        Hex64(0x4001).put(&mut record);
        n.put(&mut record);
        record
    }

    /// Rows with the numbers 0 to 3, the last one with an alarm of a plugin: which are written, and the counts.
    fn written(rules: &[&str], plugins: u32, only: bool, all: bool) -> (Vec<u16>, AlarmCounts) {
        let table = table();
        let rules = rules.iter().map(|rule| Rows::of(rule, &table).unwrap()).collect();
        let settings = AlarmSettings { plugins, only, all };
        let mut alarms = Alarms::new(rules, settings, Some(&table)).unwrap();
        let rows = (0..4).filter(|n| alarms.take(&mut record(*n), u32::from(*n == 3) * plugins));
        (rows.collect(), alarms.counts())
    }

    #[test]
    fn any_or_all() {
        let counts =
            |alarms, flows, left_out, sources| AlarmCounts { alarms, flows, left_out, sources };
        let rules = ["n >= 2", "word == 'eth' && n != 0"];
        assert_eq!(written(&rules, 0, true, false), (vec![1, 2, 3], counts(5, 3, Some(1), 2)));
        assert_eq!(written(&rules, 0, true, true), (vec![2, 3], counts(5, 2, Some(2), 2)));
        assert_eq!(written(&rules, 1, true, true), (vec![3], counts(6, 1, Some(3), 3)));
        assert_eq!(written(&[], 2, true, false), (vec![3], counts(2, 1, Some(3), 2)));
        assert_eq!(written(&rules, 1, false, false).0, [0, 1, 2, 3], "all rows are written");
        assert_eq!(written(&rules, 1, false, false).1, counts(6, 3, None, 3));
    }

    #[test]
    fn nobody_can_raise_one() {
        let nobody = AlarmSettings { plugins: 0, only: false, all: true };
        assert!(Alarms::new(Vec::new(), nobody, None).is_none());
        assert_eq!(written(&[], 0, true, true).0, [0; 0]);
    }

    #[test]
    fn the_status_bit_is_set() {
        let table = table();
        let settings = AlarmSettings { plugins: 1, only: false, all: false };
        let mut alarms = Alarms::new(Vec::new(), settings, Some(&table)).unwrap();
        let bits = |record: &Record| {
            let mut cells = record.cells();
            cells.take(4 + 3);
            cells.u64()
        };
        let mut plain = record(7);
        assert!(alarms.take(&mut plain, 0));
        assert_eq!(bits(&plain), 0x4001);
        let mut raised = record(7);
        assert!(alarms.take(&mut raised, 1));
        assert_eq!(bits(&raised), 0x4001 | ALARM);
        assert_eq!(raised.bytes().len(), plain.bytes().len());
    }
}
