//! What a plugin has not taken yet of one direction.

use flowz_api::checkpoint::{self, Checkpoint, LoadError, Writer};

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
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
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

/// With the size of what was not taken: it counts as memory.
impl Checkpoint for Reader {
    fn save(&self, out: &mut Writer<'_>) {
        (self.plugin, self.mode, self.seen, self.unread.capacity()).save(out);
        self.unread.save(out);
    }

    fn load(from: &mut checkpoint::Reader<'_>) -> Result<Self, LoadError> {
        let (plugin, mode, seen, room) = <(u16, Mode, usize, usize)>::load(from)?;
        let mut unread = Vec::load(from)?;
        if room > 1 << 30 {
            return Err(LoadError::Value("reader"));
        }
        unread.reserve_exact(room.saturating_sub(unread.len()));
        Ok(Self { plugin, mode, unread, seen })
    }
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
