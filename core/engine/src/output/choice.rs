//! What of a run's tables a user wants to have written.

use flowz_api::record::Record;
use flowz_api::table::{Table, TableId};

use super::columns::{self, FieldError, Projection};

/// What of a run's tables is written; by default all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Columns of the tables of flows and packets, each with its name or as `plugin.name`, in the order in which they
    /// are written. A table has those of them that it knows; all if there are none.
    pub fields: Vec<String>,
}

/// A choice that the tables of a run cannot fulfil.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChoiceError {
    /// Columns that are not there.
    #[error("--fields: {0}")]
    Fields(#[from] FieldError),
}

impl Choice {
    /// Whether all is written.
    pub fn is_all(&self) -> bool {
        self.fields.is_empty()
    }

    /// Leaves the columns of the choice in the tables of a run, and yields how their records are made. `all` are the
    /// tables of a run that writes every table.
    pub fn apply(&self, all: &[Table], tables: &mut [Table]) -> Result<View, ChoiceError> {
        let mut view = View::default();
        if !self.fields.is_empty() {
            view.projections = columns::choose(&self.fields, all, tables)?;
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
}

impl View {
    /// Whether records are written as they are.
    #[inline]
    pub(super) fn is_all(&self) -> bool {
        self.projections.is_empty()
    }

    /// A record with the chosen columns.
    pub(super) fn record<'a>(&'a mut self, id: TableId, record: &'a Record) -> &'a Record {
        match self.projections.get_mut(usize::from(id.0)) {
            Some(Some(projection)) => projection.of(record),
            _ => record,
        }
    }
}
