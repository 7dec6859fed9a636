//! What a plugin has not taken yet of one direction.

/// A plugin that reads one direction.
#[derive(Debug)]
pub(super) struct Reader {
    /// Its number in the set.
    pub(super) plugin: u16,
    pub(super) mode: Mode,
    /// Bytes that it was shown and did not take.
    pub(super) unread: Vec<u8>,
    /// So many of them it was shown from there on.
    pub(super) seen: usize,
}

/// What a reader is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// It knows where the next message begins.
    Reading,
    /// It looks for a message.
    Searching,
    /// It takes all bytes unseen.
    TakingAll,
    /// It wants no more.
    Stopped,
}

impl Reader {
    /// A reader that comes when the connection is under way: it looks for a message.
    pub(super) fn new(plugin: u16) -> Self {
        Self { plugin, mode: Mode::Searching, unread: Vec::new(), seen: 0 }
    }

    /// Memory that it takes beside itself.
    pub(super) fn memory(&self) -> usize {
        self.unread.capacity()
    }
}
