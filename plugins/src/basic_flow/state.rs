//! What every flow keeps.

use flowz_api::cell::Mac;

use super::frame::MAX_VLANS;
use super::rare::Rare;

/// Different header chains that a flow keeps.
pub(crate) const MAX_CHAINS: usize = 4;
/// Hardware addresses per side that a flow keeps.
pub(crate) const MAX_MACS: usize = 3;

/// State of a flow.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) chains: [u16; MAX_CHAINS],
    pub(crate) src_macs: [Mac; MAX_MACS],
    pub(crate) dst_macs: [Mac; MAX_MACS],
    pub(crate) vlans: [u16; MAX_VLANS],
    pub(crate) chain_count: u8,
    pub(crate) src_count: u8,
    pub(crate) dst_count: u8,
    pub(crate) vlan_count: u8,
    pub(crate) rare: Option<Box<Rare>>,
}

impl State {
    /// Keeps a header chain; says whether there was no room. The reference complains about every
    /// packet once the list is full, also about known chains.
    #[inline]
    pub(crate) fn add_chain(&mut self, number: u16, compat: bool) -> bool {
        let count = usize::from(self.chain_count);
        if count == MAX_CHAINS && compat {
            return true;
        }
        if self.chains[..count].contains(&number) {
            return false;
        }
        let Some(place) = self.chains.get_mut(count) else { return true };
        *place = number;
        self.chain_count += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn state_stays_small() {
        assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    }

    #[test]
    fn a_fifth_chain_finds_no_room() {
        let mut state = State::default();
        assert!((0..4).all(|n| !state.add_chain(n, false)));
        assert!(!state.add_chain(2, false));
        assert!(state.add_chain(2, true), "the reference counts known ones too");
        assert!(state.add_chain(9, false));
    }
}
