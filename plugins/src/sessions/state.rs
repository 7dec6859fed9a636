//! What is kept of a flow.

use flowz_api::Checkpoint;
use flowz_api::memory;

use super::calls::Part;
use super::connection::Connection;
use super::conversation::Conversation;

/// Calls whose messages a flow has had, of which so many are kept.
pub(crate) const MOST_CALLS: usize = 16;

/// State of a flow. What both directions share is kept with the first one.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// The other direction looks here.
    pub(crate) is_first: bool,
    /// State of [`Calls::generation`](super::calls::Calls::generation) in which `wanted` was found.
    pub(crate) generation: Option<u32>,
    /// The call that wants these packets, and whether they are RTCP.
    pub(crate) wanted: Option<(u64, bool)>,
    pub(crate) part: Option<Part>,
    /// Number of the latest session.
    pub(crate) latest: u64,
    pub(crate) tcp: Option<Box<Tcp>>,
    pub(crate) udp: Option<Box<Conversation>>,
    /// RTP that belongs to no call.
    pub(crate) rtp: Option<Box<Conversation>>,
    /// The flow has RTP.
    pub(crate) has_rtp: bool,
    /// Numbers of the calls whose messages the flow has had, the latest last.
    pub(crate) calls: Vec<u64>,
}

/// A connection.
#[derive(Debug, Checkpoint)]
pub(crate) struct Tcp {
    pub(crate) connection: Connection,
    /// The session, if such sessions are wanted and it is not over.
    pub(crate) session: Option<Conversation>,
    /// A connection is over: only a SYN begins another one.
    pub(crate) is_over: bool,
}

impl State {
    /// Bytes that a state holds elsewhere, at most.
    pub(crate) fn bytes() -> usize {
        size_of::<Tcp>() + 2 * size_of::<Conversation>() + memory::list::<u64>(MOST_CALLS)
    }

    /// The flow has messages of a call.
    pub(crate) fn has_call(&mut self, number: u64) {
        if self.calls.last() == Some(&number) {
            return;
        }
        self.calls.retain(|known| *known != number);
        if self.calls.len() == MOST_CALLS {
            self.calls.remove(0);
        }
        self.calls.push(number);
    }
}
