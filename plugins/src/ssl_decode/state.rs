//! State of a flow.

use super::connection::Connection;
use super::records::Reading;
use super::search::Search;
use super::seen::Seen;
use flowz_api::Checkpoint;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// Where TLS is looked for.
    pub(crate) search: Search,
    /// What was found.
    pub(crate) tls: Option<Box<Tls>>,
}

/// A direction with TLS in it.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Tls {
    pub(crate) reading: Reading,
    pub(crate) seen: Seen,
    pub(crate) connection: Connection,
}
