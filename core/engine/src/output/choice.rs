//! What of a run's tables a user wants to have written.

use flowz_api::record::Record;
use flowz_api::table::{Table, TableId};

use super::alarms::{AlarmSettings, Alarms};
use super::columns::{self, FieldError, Projection};
use super::rows::Rows;

/// What of a run's tables is written; by default all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Columns of the tables of flows and packets, each with its name or as `plugin.name`, in the order in which they
    /// are written. A table has those of them that it knows; all if there are none.
    pub fields: Vec<String>,
    /// Records of the flow table for which this holds (docs/expressions.md); it may look at all columns. All if there
    /// is none.
    pub condition: Option<String>,
    /// Conditions of the same kind that raise an alarm on the flows of whose records they hold.
    pub alarms: Vec<String>,
}

/// A choice that the tables of a run cannot fulfil.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChoiceError {
    /// Columns that are not there.
    #[error("--fields: {0}")]
    Fields(FieldError),
    /// What is no condition.
    #[error("--where: {0}")]
    Where(flowz_expr::Error),
    /// What is no rule.
    #[error("--alarm: {0}")]
    Alarm(flowz_expr::Error),
}

impl Choice {
    /// Whether all is written.
    pub fn is_all(&self) -> bool {
        self.fields.is_empty() && self.condition.is_none() && self.alarms.is_empty()
    }

    /// Leaves the columns of the choice in the tables of a run, and yields how their records are made. `all` are the
    /// tables of a run that writes every table.
    pub fn apply(&self, all: &[Table], tables: &mut [Table]) -> Result<View, ChoiceError> {
        let mut view = View::default();
        if let (Some(condition), Some(flows)) = (&self.condition, all.first()) {
            view.rows = Some(Rows::new(condition, flows).map_err(ChoiceError::Where)?);
        }
        if let Some(flows) = all.first() {
            let rules = self.alarms.iter().map(|rule| Rows::new(rule, flows));
            view.rules = rules.collect::<Result<_, _>>().map_err(ChoiceError::Alarm)?;
        }
        if !self.fields.is_empty() {
            view.projections =
                columns::choose(&self.fields, all, tables).map_err(ChoiceError::Fields)?;
        }
        Ok(view)
    }
}

/// What of the records is written; by default all.
#[derive(Debug, Default)]
pub struct View {
    /// By table, how its chosen columns are taken; nothing for a table that stays as it is. Empty if no columns are
    /// chosen.
    projections: Vec<Option<Projection>>,
    /// Which records of the flow table are written.
    rows: Option<Rows>,
    /// Rules that raise alarms, until the run begins.
    rules: Vec<Rows>,
    /// Alarms, and whether only records with one are written.
    pub(super) alarms: Option<Box<Alarms>>,
}

impl View {
    /// Counts alarms on records of the flow table, which has these columns before any are chosen.
    #[must_use]
    pub fn with_alarms(mut self, settings: AlarmSettings, flows: Option<&Table>) -> Self {
        let rules = std::mem::take(&mut self.rules);
        self.alarms = Alarms::new(rules, settings, flows).map(Box::new);
        self
    }

    /// Whether a record of the flow table is written; so many plugins have raised an alarm on it.
    #[inline]
    pub(super) fn takes_flow(&mut self, record: &mut Record, alarms: u32) -> bool {
        self.alarms.as_mut().is_none_or(|all| all.take(record, alarms)) && self.is_wanted(record)
    }

    #[inline]
    fn is_wanted(&mut self, record: &Record) -> bool {
        self.rows.as_mut().is_none_or(|rows| rows.takes(record))
    }

    /// How many records of the flow table were not written, if there is a condition.
    pub(super) fn left_out(&self) -> Option<u64> {
        self.rows.as_ref().map(Rows::left_out)
    }

    /// Whether records are written as they are.
    #[inline]
    pub(super) fn is_all(&self) -> bool {
        self.projections.is_empty()
    }

    /// Whether nobody looks at the values of records.
    pub(super) fn is_blind(&self) -> bool {
        self.projections.is_empty() && self.rows.is_none() && self.alarms.is_none()
    }

    /// A record with the chosen columns.
    pub(super) fn record<'a>(&'a mut self, id: TableId, record: &'a Record) -> &'a Record {
        match self.projections.get_mut(usize::from(id.0)) {
            Some(Some(projection)) => projection.of(record),
            _ => record,
        }
    }
}
