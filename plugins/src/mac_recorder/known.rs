//! Labels that were made lately: captures have many flows between few addresses.

use flowz_api::cell::Mac;

use super::label::{Labels, Reach, ShortName};

/// Places for blocks, and as many for addresses; a key has one of them.
const HALF: usize = 256;

/// Labels, and those that were made lately.
#[derive(Debug)]
pub(crate) struct KnownLabels {
    labels: Labels,
    places: Vec<Option<Known>>,
    texts: Vec<ShortName>,
}

/// Which of the labels an address has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LabelId(u32);

/// What a label is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Key {
    /// All addresses with these first 24 bits.
    Block([u8; 3]),
    /// An address, in flows with an ethertype.
    Address([u8; 6], u16),
}

#[derive(Clone, Copy, Debug)]
struct Known {
    key: Key,
    /// None for blocks whose addresses have different ones.
    label: Option<LabelId>,
}

impl KnownLabels {
    /// None are known.
    pub(crate) fn new(labels: Labels) -> Self {
        Self { labels, places: Vec::new(), texts: Vec::new() }
    }

    /// A row begins: labels of rows before are no longer needed.
    pub(crate) fn begin_row(&mut self) {
        /// Most labels that stay.
        const LIMIT: usize = 4096;
        if self.texts.len() > LIMIT {
            self.texts.clear();
            self.places.clear();
        }
    }

    /// The label.
    pub(crate) fn text(&self, LabelId(id): LabelId) -> &[u8] {
        self.texts.get(id as usize).map_or(b"", ShortName::as_bytes)
    }

    /// The label of an address in a flow with this ethertype; it is there until the next row begins.
    pub(crate) fn label_of(&mut self, address: Mac, ethertype: u16) -> LabelId {
        let Mac([a, b, c, ..]) = address;
        let (block, key) = (Key::Block([a, b, c]), Key::Address(address.0, ethertype));
        let known = match self.find(block) {
            Some(Known { label: None, .. }) => self.find(key),
            known => known,
        };
        if let Some(label) = known.and_then(|known| known.label) {
            return label;
        }
        let (text, reach) = self.labels.make(address, ethertype);
        let label = LabelId(self.texts.len() as u32);
        self.texts.push(text);
        if reach == Reach::Address {
            self.keep(Known { key, label: Some(label) });
        }
        self.keep(Known { key: block, label: Some(label).filter(|_| reach == Reach::Block) });
        label
    }

    fn find(&self, key: Key) -> Option<&Known> {
        let known = self.places.get(key.place())?.as_ref();
        known.filter(|known| known.key == key)
    }

    fn keep(&mut self, known: Known) {
        if self.places.is_empty() {
            self.places.resize(2 * HALF, None);
        }
        if let Some(place) = self.places.get_mut(known.key.place()) {
            *place = Some(known);
        }
    }
}

impl Key {
    /// The place of a key: devices differ in their last bytes, vendors in the first ones.
    fn place(self) -> usize {
        let (first, number) = match self {
            Self::Block([a, b, c]) => (0, u32::from_be_bytes([a, b, c, 0])),
            Self::Address([a, b, c, d, e, f], _) => {
                (HALF, u32::from_be_bytes([a ^ d, b, c ^ e, f]))
            }
        };
        first + (number.wrapping_mul(0x9e37_79b1) >> 24) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::super::toggles::Toggles;
    use super::{KnownLabels, Labels, Mac};

    /// Blocks of one vendor, a divided one, those of zeros and of groups, and one that is assigned locally.
    const BLOCKS: [[u8; 3]; 7] = [
        [0x00, 0x00, 0x0c],
        [0x00, 0x1b, 0xc5],
        [0x70, 0xb3, 0xd5],
        [0x00, 0x00, 0x00],
        [0x01, 0x00, 0x0c],
        [0x01, 0x80, 0xc2],
        [0x02, 0x42, 0xac],
    ];

    #[test]
    fn what_is_known_is_what_would_be_made() {
        for (maclbl, compat) in [(1, false), (2, false), (2, true), (3, true)] {
            let labels = Labels::new(&Toggles { maclbl, ..Toggles::default() }, compat);
            let mut known = KnownLabels::new(labels);
            for n in 0..20_000_u16 {
                let [high, low] = n.wrapping_mul(0x1f3d).to_be_bytes();
                let [a, b, c] = BLOCKS[usize::from(n) % BLOCKS.len()];
                let last = [[0, 0, 0], [high, low, 1], [0xcc, 0xcc, 0xcc]][usize::from(high) % 3];
                let address = Mac([a, b, c, last[0], last[1], last[2]]);
                let ethertype = [0x0800, 0x2000][usize::from(low) % 2];
                let (made, _) = labels.make(address, ethertype);
                known.begin_row();
                let found = known.label_of(address, ethertype);
                assert_eq!(known.text(found), made.as_bytes(), "{address:?}");
            }
        }
    }
}
