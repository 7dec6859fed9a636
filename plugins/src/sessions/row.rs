//! Columns of sessions.

use flowz_api::Row;
use flowz_api::row::NoRow;

use super::toggles::Toggles;

/// The packet table has none.
pub(crate) type PacketRow = NoRow<Toggles>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// Number of the session that the flow is part of, of the last one if there are several; of media and signalling that of the call; 0: none.
    #[col(name = "sessionNr")]
    pub(crate) number: u64,
}
