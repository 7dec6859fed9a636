//! Queries that wait for their response, for round-trip times.

use flowz_api::packet::Timestamp;

/// Most queries of a direction that wait; older ones are forgotten.
const MOST: usize = 8;

/// The latest queries of a direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Queries {
    waiting: [Option<(u16, Timestamp)>; MOST],
    next: u8,
}

impl Queries {
    /// A query with this transaction number. One that is sent again counts from the first time.
    pub(crate) fn sent(&mut self, id: u16, time: Timestamp) {
        if self.waiting.iter().flatten().any(|(known, _)| *known == id) {
            return;
        }
        self.waiting[usize::from(self.next) % MOST] = Some((id, time));
        self.next = (self.next + 1) % MOST as u8;
    }

    /// When the query of a response was sent. It waits no longer.
    pub(crate) fn answered(&mut self, id: u16) -> Option<Timestamp> {
        let place = self.waiting.iter_mut().find(|w| w.is_some_and(|(known, _)| known == id))?;
        place.take().map(|(_, time)| time)
    }
}
