//! Which plugins want the packets of a flow, interned: a slot holds the number of a list.

use flowz_api::host::HostedPlugin;
use flowz_api::plugin::{Interest, PacketContext};
use flowz_api::slab::FlowIndex;

use crate::blame::{Blame, Hook};

/// All lists of plugins in use.
#[derive(Debug)]
pub(crate) struct Interests {
    /// The first list holds all plugins.
    lists: Vec<List>,
}

/// Plugins that want the packets of some flows.
#[derive(Debug)]
struct List {
    /// A bit for each of them. A number, because a list of answers that is written and compared at once makes
    /// the processor wait until all that was written before, a new slot too, has come to the cache.
    members: Members,
    /// Their numbers in order.
    numbers: Box<[u16]>,
}

/// A bit per plugin. Those beyond are shown all packets.
type Members = u128;

impl List {
    /// The members among so many plugins.
    fn new(members: Members, plugins: usize) -> Self {
        let is_member = |n: &u16| u32::from(*n) >= Members::BITS || members >> n & 1 == 1;
        Self { members, numbers: (0..plugins).map(|n| n as u16).filter(is_member).collect() }
    }
}

impl Interests {
    /// For so many plugins.
    pub(crate) fn new(plugins: usize) -> Self {
        let all = (0..plugins).fold(0, |all, n| all | bit(n));
        Self { lists: vec![List::new(all, plugins)] }
    }

    /// The plugins that want the packets of a flow.
    #[inline]
    pub(crate) fn of(&self, number: u16) -> &[u16] {
        self.lists.get(usize::from(number)).map_or(&[], |list| &list.numbers)
    }

    /// Asks all plugins about a new flow; yields the number of their list.
    pub(crate) fn ask(
        &mut self,
        plugins: &mut [Box<dyn HostedPlugin>],
        cx: &PacketContext<'_>,
        at: FlowIndex,
        blame: &Blame,
    ) -> u16 {
        let mut members = 0;
        for (n, plugin) in plugins.iter_mut().enumerate() {
            if blame.on(n, Hook::NewFlow, || plugin.new_flow(cx, at)) == Interest::Packets {
                members |= bit(n);
            }
        }
        self.intern(members, plugins.len())
    }

    /// The number of the list of these members.
    fn intern(&mut self, members: Members, plugins: usize) -> u16 {
        let known = self.lists.iter().position(|list| list.members == members);
        let at = known.unwrap_or_else(|| {
            self.lists.push(List::new(members, plugins));
            self.lists.len() - 1
        });
        // More than 65,536 different lists: flows beyond are shown to all plugins.
        u16::try_from(at).unwrap_or(0)
    }
}

/// The bit of plugin number `n`, if it has one.
#[inline]
fn bit(n: usize) -> Members {
    u32::try_from(n).ok().and_then(|n| Members::from(1u8).checked_shl(n)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Interests;

    #[test]
    fn the_same_answers_have_the_same_number() {
        let mut interests = Interests::new(3);
        let mut ask = |answers| interests.intern(answers, 3);
        assert_eq!([ask(0b111), ask(0b101), ask(0), ask(0b101)], [0, 1, 2, 1]);
        let list = |number| interests.of(number);
        assert_eq!((list(0), list(1), list(9)), (&[0, 1, 2][..], &[0, 2][..], &[][..]));
    }

    #[test]
    fn plugins_without_a_bit_see_all() {
        let mut interests = Interests::new(130);
        assert_eq!(interests.of(0).len(), 130);
        let two = interests.intern(0b11, 130);
        assert_eq!(interests.of(two), [0, 1, 128, 129]);
    }
}
