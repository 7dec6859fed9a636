//! Labels that were made lately: captures have many flows between few addresses.

use flowz_api::cell::Mac;

use super::label::{Label, Labels};

/// Places for labels; an address has one of them.
const PLACES: usize = 256;

/// Labels, and those that were made lately.
#[derive(Debug)]
pub(crate) struct KnownLabels {
    labels: Labels,
    places: Vec<Option<Known>>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    address: Mac,
    ethertype: u16,
    label: Label,
}

impl KnownLabels {
    /// None are known.
    pub(crate) fn new(labels: Labels) -> Self {
        Self { labels, places: Vec::new() }
    }

    /// The label of an address in a flow with this ethertype.
    pub(crate) fn of(&mut self, address: Mac, ethertype: u16) -> Label {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let place = self.places.get_mut(place(address));
        if let Some(Some(known)) = &place
            && known.address == address
            && known.ethertype == ethertype
        {
            return known.label;
        }
        let label = self.labels.of(address, ethertype);
        if let Some(place) = place {
            *place = Some(Known { address, ethertype, label });
        }
        label
    }
}

/// The place of an address: devices differ in their last bytes, vendors in the first ones.
fn place(Mac([a, b, c, d, e, f]): Mac) -> usize {
    let number = u32::from_be_bytes([a ^ d, b, c ^ e, f]);
    (number.wrapping_mul(0x9e37_79b1) >> 24) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::super::toggles::Toggles;
    use super::{KnownLabels, Labels, Mac, place};

    #[test]
    fn what_is_known_is_what_would_be_made() {
        let labels = Labels::new(&Toggles::default(), true);
        let mut known = KnownLabels::new(labels);
        let addresses: Vec<_> = (0..=255_u8).map(|n| Mac([0, 0, n, n, 1, n ^ 7])).collect();
        let distinct: std::collections::HashSet<_> = addresses.iter().map(|a| place(*a)).collect();
        assert!((64..256).contains(&distinct.len()), "some share a place: {}", distinct.len());
        for _ in 0..2 {
            for address in addresses.iter().copied().chain([Mac([1, 0, 0xc, 0xcc, 0xcc, 0xcc])]) {
                for ethertype in [0x0800, 0x2000] {
                    let made = labels.of(address, ethertype);
                    assert_eq!(known.of(address, ethertype).as_bytes(), made.as_bytes());
                }
            }
        }
    }
}
