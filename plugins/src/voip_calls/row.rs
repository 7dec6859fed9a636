//! Columns of voipCalls.

use flowz_api::Row;
use flowz_api::cell::List;
use flowz_api::row::NoRow;

use super::toggles::Toggles;

/// The packet table has none.
pub(crate) type PacketRow = NoRow<Toggles>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Number of the call whose signalling or media the flow has; of the last one, if there are several; 0: none.
    #[col(name = "callNr")]
    pub(crate) call: u64,
    /// Flows that announced these media, in front of them or later.
    #[col(name = "announcedBy")]
    pub(crate) announced_by: List<'a, u64>,
}
