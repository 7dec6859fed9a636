//! Columns of flowLabel.

use flowz_api::Row;
use flowz_api::cell::Text;

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Label of the first row of the file that matches the flow or its peer; the default if none does.
    pub(crate) label: Text<'a>,
    /// Line of the first matching row that has another label; 0 if all agree.
    pub(crate) label_conflict: u32,
}
