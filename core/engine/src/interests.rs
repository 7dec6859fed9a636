//! Which plugins want the packets of a flow, interned: a slot holds the number of a list.

use flowz_api::host::HostedPlugin;
use flowz_api::plugin::{Interest, PacketContext};
use flowz_api::slab::FlowIndex;

use crate::blame::{Blame, Hook};

/// All lists of plugins in use.
#[derive(Debug)]
pub(crate) struct Interests {
    /// Numbers of plugins in order; the first list holds all.
    lists: Vec<Box<[u16]>>,
    /// The answers of the plugins that are asked.
    asked: Vec<u16>,
}

impl Interests {
    /// For so many plugins.
    pub(crate) fn new(plugins: usize) -> Self {
        Self { lists: vec![(0..plugins).map(|n| n as u16).collect()], asked: Vec::new() }
    }

    /// The plugins that want the packets of a flow.
    #[inline]
    pub(crate) fn of(&self, number: u16) -> &[u16] {
        self.lists.get(usize::from(number)).map_or(&[], |list| list)
    }

    /// Asks all plugins about a new flow; yields the number of their list.
    pub(crate) fn ask(
        &mut self,
        plugins: &mut [Box<dyn HostedPlugin>],
        cx: &PacketContext<'_>,
        at: FlowIndex,
        blame: &Blame,
    ) -> u16 {
        self.asked.clear();
        for (n, plugin) in plugins.iter_mut().enumerate() {
            if blame.on(n, Hook::NewFlow, || plugin.new_flow(cx, at)) == Interest::Packets {
                self.asked.push(n as u16);
            }
        }
        self.intern()
    }

    /// The number of the list that was answered.
    fn intern(&mut self) -> u16 {
        let known = self.lists.iter().position(|list| **list == *self.asked);
        let at = known.unwrap_or_else(|| {
            self.lists.push(self.asked.as_slice().into());
            self.lists.len() - 1
        });
        // More than 65,536 different lists: flows beyond are shown to all plugins.
        u16::try_from(at).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Interests;

    #[test]
    fn the_same_answers_have_the_same_number() {
        let mut interests = Interests::new(3);
        let mut ask = |answers: &[u16]| {
            interests.asked = answers.to_vec();
            interests.intern()
        };
        assert_eq!([ask(&[0, 1, 2]), ask(&[0, 2]), ask(&[]), ask(&[0, 2])], [0, 1, 2, 1]);
        assert_eq!((interests.of(1), interests.of(9)), (&[0, 2][..], &[][..]));
    }
}
