//! Searches that remember.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::Arc;

use crate::{Place, Places, PlacesError};

/// Addresses that a finder remembers.
const ROOM: usize = 4096;

/// Looks places up and remembers the latest ones: a few hosts have most flows. Its memory is bounded, and which addresses
/// share a slot is drawn for each run.
#[derive(Debug)]
pub struct Finder {
    places: Arc<Places>,
    hasher: RandomState,
    known: Vec<Option<(IpAddr, Arc<Place>)>>,
    nowhere: Arc<Place>,
}

impl Finder {
    /// With the files of a setting ([`Places::shared`]).
    pub fn new(setting: &str) -> Result<Self, PlacesError> {
        let places = Places::shared(setting)?;
        let (hasher, nowhere) = (RandomState::new(), Arc::default());
        Ok(Self { places, hasher, known: vec![None; ROOM], nowhere })
    }

    /// Where an address belongs; without one the place has no values.
    pub fn find(&mut self, address: Option<IpAddr>) -> Arc<Place> {
        let Some(address) = address else { return Arc::clone(&self.nowhere) };
        let slot = self.hasher.hash_one(address) as usize % ROOM;
        match &self.known[slot] {
            Some((known, place)) if *known == address => Arc::clone(place),
            _ => {
                let place = Arc::new(self.places.find(address));
                self.known[slot] = Some((address, Arc::clone(&place)));
                place
            }
        }
    }

    /// What it searches.
    pub fn places(&self) -> &Places {
        &self.places
    }
}

#[cfg(test)]
mod tests {
    use super::{Finder, ROOM};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn remembers_and_stays_right() {
        let mut finder = Finder::new("none").unwrap();
        for n in 0..3 * ROOM as u32 {
            let address = IpAddr::V4(Ipv4Addr::from_bits(0x09ff_f000 + n));
            for _ in 0..2 {
                assert_eq!(*finder.find(Some(address)), finder.places().find(address));
            }
        }
        assert_eq!(finder.known.len(), ROOM);
        assert_eq!(*finder.find(None), crate::Place::default());
    }
}
