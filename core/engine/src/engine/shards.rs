//! Engines that work on a part of the packets.

use super::Engine;
use crate::shard::Shard;

impl Engine {
    /// Works on the packets of this part only. All are read, counted, and have their numbers; time goes on with all.
    pub fn take_shard(&mut self, shard: Shard) {
        self.shard = Some(shard);
        self.share_numbers(shard.index().into(), shard.of().into());
    }

    /// A packet of another part.
    #[cold]
    pub(super) fn leave_to_others(&mut self) {
        self.current = None;
        self.of_parts.clear();
        self.counters.other_shards += 1;
    }
}
