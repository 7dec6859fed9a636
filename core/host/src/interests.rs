//! Which plugins want the packets of a flow, interned: a slot holds the number of a list.

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::plugin::Interest;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// All lists of plugins in use.
#[derive(Debug)]
pub(crate) struct Interests {
    /// The first list holds all plugins.
    lists: Vec<List>,
    numbers: HashMap<Members, u16, FixedState>,
    plugins: usize,
}

/// Plugins that want the packets of some flows.
#[derive(Debug)]
struct List {
    /// A bit for each of them. A number, because a list of answers that is written and compared at once makes
    /// the processor wait until all that was written before, a new slot too, has come to the cache.
    members: Members,
    /// Their numbers in order.
    numbers: Box<[u16]>,
    /// Somebody wants the bytes of the flow in order, or those of its peer.
    streams: bool,
}

/// A bit per plugin, and [`STREAMS`]. Plugins beyond are shown all packets.
pub(crate) type Members = u128;

/// The bit of the service that puts streams in order.
pub(crate) const STREAMS: Members = 1 << PLUGIN_BITS;
/// Plugins that have a bit.
const PLUGIN_BITS: u32 = Members::BITS - 1;

impl List {
    /// The members among so many plugins.
    fn new(members: Members, plugins: usize) -> Self {
        let is_member = |n: &u16| u32::from(*n) >= PLUGIN_BITS || members >> n & 1 == 1;
        let numbers = (0..plugins).map(|n| n as u16).filter(is_member).collect();
        Self { members, numbers, streams: members & STREAMS != 0 }
    }
}

impl Interests {
    /// For so many plugins.
    pub(crate) fn new(plugins: usize) -> Self {
        let all = (0..plugins).fold(0, |all, n| all | bit(n));
        let mut interests = Self {
            lists: Vec::new(),
            numbers: HashMap::with_hasher(FixedState::with_seed(2)),
            plugins,
        };
        interests.intern(all);
        interests.intern(all | STREAMS);
        interests
    }

    /// Writes the lists, which flows name by number, for the next run.
    pub(crate) fn save(&self, out: &mut Writer<'_>) {
        out.count(self.lists.len());
        for list in &self.lists {
            list.members.save(out);
        }
    }

    /// Takes them over.
    pub(crate) fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        for (number, members) in Vec::<Members>::load(from)?.into_iter().enumerate() {
            if usize::from(self.intern_rare(members)) != number {
                return Err(LoadError::Other("these plugins"));
            }
        }
        Ok(())
    }

    /// The plugins that want the packets of a flow.
    #[inline]
    pub(crate) fn list(&self, number: u16) -> &[u16] {
        self.lists.get(usize::from(number)).map_or(&[], |list| &list.numbers)
    }

    /// Whether somebody wants the bytes of a flow in order, or those of its peer.
    #[inline]
    pub(crate) fn has_streams(&self, number: u16) -> bool {
        self.lists.get(usize::from(number)).is_some_and(|list| list.streams)
    }

    /// The number of the list of these members.
    #[inline]
    pub(crate) fn intern(&mut self, members: Members) -> u16 {
        // Most flows have one of a few lists.
        let known = self.lists.iter().take(4).position(|list| list.members == members);
        known.map_or_else(|| self.intern_rare(members), |at| at as u16)
    }

    fn intern_rare(&mut self, members: Members) -> u16 {
        if let Some(&number) = self.numbers.get(&members) {
            return number;
        }
        // More than 65,536 different lists: flows beyond are shown to all plugins.
        let Ok(number) = u16::try_from(self.lists.len()) else {
            return u16::from(members & STREAMS != 0);
        };
        self.lists.push(List::new(members, self.plugins));
        self.numbers.insert(members, number);
        number
    }

    /// The list after plugin number `plugin` has thought again.
    pub(crate) fn changed(&mut self, list: u16, plugin: u16, interest: Interest) -> u16 {
        let members = self.lists.get(usize::from(list)).map_or(0, |list| list.members);
        let bit = bit(plugin.into());
        self.intern(if interest.in_packets() { members | bit } else { members & !bit })
    }

    /// The list with the service that puts streams in order, or without it.
    pub(crate) fn with_streams(&mut self, list: u16, wanted: bool) -> u16 {
        let members = self.lists.get(usize::from(list)).map_or(0, |list| list.members);
        self.intern(if wanted { members | STREAMS } else { members & !STREAMS })
    }
}

/// The bit of plugin number `n`, if it has one.
#[inline]
pub(crate) fn bit(n: usize) -> Members {
    if n < PLUGIN_BITS as usize { 1 << n } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::Interests;
    use flowz_api::plugin::Interest;

    #[test]
    fn the_same_members_have_the_same_number() {
        let mut interests = Interests::new(3);
        let numbers = [0b111, 0b101, 0, 0b101, 0b1, 0b10, 0b100, 0b11, 0b100]
            .map(|members| interests.intern(members));
        assert_eq!(numbers, [0, 2, 3, 2, 4, 5, 6, 7, 6]);
        let list = |number| interests.list(number);
        assert_eq!((list(0), list(2), list(9)), (&[0, 1, 2][..], &[0, 2][..], &[][..]));
    }

    #[test]
    fn letting_go_and_coming_back() {
        let mut interests = Interests::new(3);
        let without = interests.changed(0, 1, Interest::None);
        assert_eq!(interests.list(without), [0, 2]);
        assert_eq!(interests.changed(without, 1, Interest::None), without);
        assert_eq!(interests.changed(without, 1, Interest::Packets), 0);
    }

    #[test]
    fn plugins_without_a_bit_see_all() {
        let mut interests = Interests::new(130);
        assert_eq!(interests.list(0).len(), 130);
        let two = interests.intern(0b11);
        assert_eq!(interests.list(two), [0, 1, 127, 128, 129]);
        assert!(!interests.has_streams(two));
    }

    #[test]
    fn streams_beside_the_packets_of_plugins() {
        let mut interests = Interests::new(3);
        let with = interests.with_streams(0, true);
        assert_eq!((interests.list(with), interests.has_streams(with)), (&[0, 1, 2][..], true));
        let fewer = interests.changed(with, 1, Interest::Stream);
        assert_eq!((interests.list(fewer), interests.has_streams(fewer)), (&[0, 2][..], true));
        assert_eq!(interests.with_streams(with, false), 0);
    }
}
