//! What a flow keeps when toggles ask for other lists than the usual ones.

use std::sync::Arc;

use flowz_api::Checkpoint;
use flowz_api::cell::{List, Mac};
use flowz_api::memory;
use flowz_api::plugin::PacketContext;
use flowz_api::token::Chain;
use flowz_places::Place;

use super::headers::own_number;
use super::lapd;
use super::place;
use super::related::Related;
use super::stacks::Stacks;
use super::state::{Elsewhere, MAX_CHAINS};
use super::toggles::Toggles;
use super::tunnels::Tunnels;

/// Lists of any length, and what the first packet tells.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Rare {
    /// Numbers of header chains, and how many packets had them.
    pub(crate) chains: Vec<u16>,
    pub(crate) counts: Vec<u64>,
    /// Those that no number stands for.
    pub(crate) own: Vec<Chain>,
    pub(crate) src_macs: Vec<Mac>,
    pub(crate) dst_macs: Vec<Mac>,
    pub(crate) stacks: Stacks,
    pub(crate) tunnels: Tunnels,
    pub(crate) lapd: lapd::Address,
    /// Flows that ICMP errors report on.
    pub(crate) related: Related,
    /// Where both addresses belong, if that is shown.
    #[checkpoint(with = crate::place::kept)]
    pub(crate) places: Option<[Arc<Place>; 2]>,
}

impl Rare {
    /// Of a flow that begins with the packet at hand.
    pub(crate) fn new(cx: &PacketContext<'_>, toggles: &Toggles) -> Self {
        let mut rare = Self { tunnels: Tunnels::read(cx), ..Self::default() };
        rare.stacks.read(cx, toggles);
        if let Some((address, _)) = lapd::read(cx) {
            rare.lapd = address;
        }
        rare
    }

    /// Counts a packet with a header chain; says whether there was no room for it. The reference neither
    /// counts nor looks any more once the list is full.
    pub(crate) fn add_chain(
        &mut self,
        number: Option<u16>,
        chain: &Chain,
        (limit, compat): (u8, bool),
    ) -> bool {
        let full = self.chains.len() >= usize::from(limit);
        if full && compat {
            return true;
        }
        let number = number.or_else(|| own_number(&mut self.own, chain, !full));
        let Some(number) = number else { return true };
        match self.chains.iter().position(|known| *known == number) {
            Some(place) => self.counts[place] += 1,
            None if full => return true,
            None => {
                self.chains.push(number);
                self.counts.push(1);
            }
        }
        false
    }

    /// Keeps the addresses that are new, as long as there is room.
    pub(crate) fn add_macs(&mut self, src: Mac, dst: Mac, limit: u8) {
        for (list, mac) in [(&mut self.src_macs, src), (&mut self.dst_macs, dst)] {
            if list.len() < usize::from(limit) && !list.contains(&mac) {
                list.push(mac);
            }
        }
    }
}

/// Most bytes of what a flow with the usual lists keeps.
pub(crate) fn usual_bytes() -> usize {
    memory::boxed::<Elsewhere>() + memory::list::<Chain>(MAX_CHAINS)
}

/// Most bytes of it with all lists.
pub(crate) fn bytes(t: &Toggles, places: bool) -> usize {
    let places = if places { 2 * place::bytes() } else { 0 };
    let chains = usize::from(t.bfo_max_hdrdesc);
    let macs = memory::list::<Mac>(t.bfo_max_mac.into());
    let lists = memory::list::<u16>(chains) + memory::list::<u64>(chains) + 2 * macs;
    memory::boxed::<Elsewhere>()
        + memory::boxed::<Rare>()
        + places
        + lists
        + memory::list::<Chain>(chains)
        + Stacks::bytes(t)
}

/// A list that only flows with rare state have.
pub(crate) fn list<'a, T>(
    rare: Option<&'a Rare>,
    of: impl FnOnce(&'a Rare) -> &'a [T],
) -> List<'a, T> {
    List(rare.map_or(&[], of))
}

#[cfg(test)]
mod tests {
    use super::{Chain, Mac, Rare};

    #[test]
    fn chains_are_counted_while_there_is_room() {
        let added = |compat| {
            let mut rare = Rare::default();
            let full = [3, 3, 9, 3, 5]
                .map(|number| rare.add_chain(Some(number), &Chain::EMPTY, (2, compat)));
            (full, rare.chains, rare.counts)
        };
        assert_eq!(added(false), ([false, false, false, false, true], vec![3, 9], vec![3, 1]));
        assert_eq!(added(true), ([false, false, false, true, true], vec![3, 9], vec![2, 1]));
    }

    #[test]
    fn addresses_in_order_of_appearance() {
        let mut rare = Rare::default();
        for n in [1, 2, 1, 3] {
            rare.add_macs(Mac([n; 6]), Mac([9; 6]), 2);
        }
        assert_eq!((rare.src_macs, rare.dst_macs.len()), (vec![Mac([1; 6]), Mac([2; 6])], 1));
    }
}
