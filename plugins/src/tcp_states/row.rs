//! Columns of tcpStates.

use flowz_api::Row;
use flowz_api::cell::Hex8;

/// The same column in both tables.
#[derive(Row, Debug)]
pub(crate) struct StatesRow {
    /// Anomalies of the connection's set-up, life and end.
    #[col(name = "tcpStatesAFlags")]
    pub(crate) anomalies: Hex8,
}
