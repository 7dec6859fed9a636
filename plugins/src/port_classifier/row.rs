//! Columns of portClassifier.

use flowz_api::Row;
use flowz_api::cell::Label;

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Port of the server: the destination port of A, the source port of B.
    #[col(name = "dstPortClassN", show = t.num)]
    pub(crate) port: u16,
    /// Name of the service that the port is assigned to.
    #[col(name = "dstPortClass", show = t.str)]
    pub(crate) name: Label<'a>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow<'a> {
    /// Port of the server: the destination port of A, the source port of B; empty in layer-2 flows.
    #[col(name = "dstPortClassN", show = t.num)]
    pub(crate) port: Option<u16>,
    /// Name of the service that the port is assigned to.
    #[col(name = "dstPortClass", show = t.str)]
    pub(crate) name: Label<'a>,
}
