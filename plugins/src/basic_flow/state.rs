//! What every flow keeps.

use flowz_api::Checkpoint;
use flowz_api::cell::Mac;
use flowz_api::token::Chain;

use super::frame::MAX_VLANS;
use super::headers::own_number;
use super::rare::Rare;

/// Different header chains that a flow keeps.
pub(crate) const MAX_CHAINS: usize = 4;
/// Hardware addresses per side that a flow keeps.
pub(crate) const MAX_MACS: usize = 3;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) chains: [u16; MAX_CHAINS],
    pub(crate) src_macs: [Mac; MAX_MACS],
    pub(crate) dst_macs: [Mac; MAX_MACS],
    pub(crate) vlans: [u16; MAX_VLANS],
    pub(crate) chain_count: u8,
    pub(crate) src_count: u8,
    pub(crate) dst_count: u8,
    pub(crate) vlan_count: u8,
    pub(crate) elsewhere: Option<Box<Elsewhere>>,
}

/// What few flows keep.
#[derive(Debug, Checkpoint)]
pub(crate) enum Elsewhere {
    /// Where toggles ask for other lists.
    Rare(Box<Rare>),
    /// Header chains beyond those that are described for all flows.
    Chains(Vec<Chain>),
}

impl State {
    /// What it keeps where toggles ask for other lists.
    #[inline]
    pub(crate) fn rare(&self) -> Option<&Rare> {
        if let Some(Elsewhere::Rare(rare)) = self.elsewhere.as_deref() { Some(rare) } else { None }
    }

    /// The same to be changed.
    pub(crate) fn rare_mut(&mut self) -> Option<&mut Rare> {
        if let Some(Elsewhere::Rare(rare)) = self.elsewhere.as_deref_mut() {
            Some(rare)
        } else {
            None
        }
    }

    /// Header chains that it keeps itself.
    pub(crate) fn own(&self) -> &[Chain] {
        match self.elsewhere.as_deref() {
            None => &[],
            Some(Elsewhere::Rare(rare)) => &rare.own,
            Some(Elsewhere::Chains(own)) => own,
        }
    }

    /// The list for a flow with the usual lists.
    #[cold]
    fn own_mut(&mut self) -> Option<&mut Vec<Chain>> {
        let none = || Box::new(Elsewhere::Chains(Vec::new()));
        if let Elsewhere::Chains(own) = &mut **self.elsewhere.get_or_insert_with(none) {
            Some(own)
        } else {
            None
        }
    }

    /// Keeps a header chain; says whether there was no room. The reference complains about every
    /// packet once the list is full, also about known chains.
    #[inline]
    pub(crate) fn add_chain(&mut self, number: Option<u16>, chain: &Chain, compat: bool) -> bool {
        let count = usize::from(self.chain_count);
        if count == MAX_CHAINS && compat {
            return true;
        }
        let number = number.or_else(|| own_number(self.own_mut()?, chain, count < MAX_CHAINS));
        let Some(number) = number else { return true };
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
    use super::super::headers::MOST;
    use super::State;
    use flowz_api::token::{Chain, Token};

    #[test]
    fn state_stays_small() {
        assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    }

    #[test]
    fn a_fifth_chain_finds_no_room() {
        let mut state = State::default();
        let any = &Chain::EMPTY;
        assert!((0..4).all(|n| !state.add_chain(Some(n), any, false)));
        assert!(!state.add_chain(Some(2), any, false));
        assert!(state.add_chain(Some(2), any, true), "the reference counts known ones too");
        assert!(state.add_chain(Some(9), any, false));
        assert!(state.add_chain(None, any, false) && state.own().is_empty());
    }

    #[test]
    fn a_flow_keeps_chains_that_have_no_number() {
        let chain = |n: usize| Chain::from_headers(&[Token::Udp; 9][..n]);
        let mut state = State::default();
        let added =
            [(Some(5), 1), (None, 2), (None, 3), (None, 2), (None, 4), (None, 5), (None, 3)]
                .map(|(number, n)| state.add_chain(number, &chain(n), false));
        assert_eq!(added, [false, false, false, false, false, true, false]);
        assert_eq!(state.chains, [5, MOST, MOST + 1, MOST + 2]);
        assert_eq!(state.own(), [2, 3, 4].map(chain));
    }
}
