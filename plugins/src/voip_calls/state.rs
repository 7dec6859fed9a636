//! What is kept of a flow.

use flowz_api::Checkpoint;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) packets: u64,
    /// It has messages.
    pub(crate) is_signalling: bool,
    pub(crate) call: u64,
    pub(crate) announced_by: Vec<u64>,
}
