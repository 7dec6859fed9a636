//! VLAN tags and MPLS labels in all notations that toggles ask for.

use std::fmt::Write as _;

use flowz_api::Checkpoint;
use flowz_api::cell::{Hex16, Hex32};
use flowz_api::memory;
use flowz_api::plugin::PacketContext;

use super::frame::vlan_id;
use super::toggles::Toggles;

/// A tag: the type, priority, drop bit, identifier.
pub(crate) type TagParts = (Hex16, u8, u8, u16);
/// A label: the label, traffic class, bottom of stack, time to live.
pub(crate) type LabelParts = (u32, u8, u8, u8);

/// The stacks of a packet, outermost first. Only the notations asked for are filled in.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Stacks {
    pub(crate) vlan_ids: Vec<u16>,
    pub(crate) vlan_headers: Vec<Hex32>,
    pub(crate) vlan_parts: Vec<TagParts>,
    /// Headers or parts of tags as the packet table has them: hexadecimal without `0x`.
    pub(crate) vlan_text: String,
    pub(crate) labels: Vec<u32>,
    pub(crate) labels_hex: Vec<Hex32>,
    pub(crate) label_headers: Vec<Hex32>,
    pub(crate) label_parts: Vec<LabelParts>,
}

impl Stacks {
    /// Most bytes of all lists.
    pub(crate) fn bytes(t: &Toggles) -> usize {
        /// No notation of a tag is longer, with what is in front of the next one.
        const TAG_TEXT: usize = 20;
        let (tags, labels) = (usize::from(t.bfo_max_vlan), usize::from(t.bfo_max_mpls));
        memory::list::<u16>(tags)
            + memory::list::<Hex32>(tags)
            + memory::list::<TagParts>(tags)
            + memory::list::<u8>(tags * TAG_TEXT)
            + memory::list::<u32>(labels)
            + 2 * memory::list::<Hex32>(labels)
            + memory::list::<LabelParts>(labels)
    }

    /// Takes the stacks of the packet at hand.
    pub(crate) fn read(&mut self, cx: &PacketContext<'_>, toggles: &Toggles) {
        self.clear();
        let l = cx.layers;
        let limit = usize::from(toggles.bfo_max_vlan.min(l.vlan_tags));
        for n in 0..limit {
            self.tag(cx, l.vlan as usize + 4 * n, toggles);
        }
        let limit = usize::from(toggles.bfo_max_mpls.min(l.mpls_labels));
        for n in 0..limit {
            let at = l.mpls as usize + 4 * n;
            if let Some(word) = cx.packet.data.get(at..).and_then(|d| d.first_chunk()) {
                self.label(u32::from_be_bytes(*word), toggles.bfo_mpls);
            }
        }
    }

    fn clear(&mut self) {
        self.vlan_ids.clear();
        self.vlan_headers.clear();
        self.vlan_parts.clear();
        self.vlan_text.clear();
        self.labels.clear();
        self.labels_hex.clear();
        self.label_headers.clear();
        self.label_parts.clear();
    }

    /// A tag whose control word is at `at`; in front of it is its own type, behind it that of what it
    /// is around.
    fn tag(&mut self, cx: &PacketContext<'_>, at: usize, toggles: &Toggles) {
        let word = |at: usize| {
            let bytes = cx.packet.data.get(at..).and_then(|d| d.first_chunk());
            bytes.map_or(0, |b| u16::from_be_bytes(*b))
        };
        let (own, control, next) = (word(at.saturating_sub(2)), word(at), word(at + 2));
        // Writing to a string cannot fail.
        match toggles.bfo_vlan {
            1 => self.vlan_ids.push(vlan_id(control, cx.run.compat)),
            2 => {
                let header = u32::from(control) << 16 | u32::from(next);
                self.vlan_headers.push(Hex32(header));
                let _ = write!(self.separated(), "{header:08x}");
            }
            3 => {
                let parts = tag_parts(own, control, next, cx.run.compat);
                self.vlan_parts.push(parts);
                let (Hex16(kind), priority, drop, id) = parts;
                let _ = write!(self.separated(), "{kind:04x}_{priority}_{drop}_{id}");
            }
            _ => {}
        }
    }

    /// The text, with a separator behind what is there.
    fn separated(&mut self) -> &mut String {
        if !self.vlan_text.is_empty() {
            self.vlan_text.push(';');
        }
        &mut self.vlan_text
    }

    fn label(&mut self, word: u32, notation: u8) {
        let label = word >> 12;
        match notation {
            1 => self.labels.push(label),
            2 => self.labels_hex.push(Hex32(label)),
            3 => self.label_headers.push(Hex32(word)),
            4 => self.label_parts.push(label_parts(word)),
            _ => {}
        }
    }
}

/// A tag in parts (IEEE 802.1Q). The reference shows the type behind the tag, and takes priority and
/// drop bit from there; its identifier is the whole control word.
fn tag_parts(own: u16, control: u16, next: u16, compat: bool) -> TagParts {
    let (kind, flags) = if compat { (next, next) } else { (own, control) };
    (Hex16(kind), (flags >> 13) as u8, (flags >> 12 & 1) as u8, vlan_id(control, compat))
}

/// A label in parts (RFC 3032, section 2.1).
fn label_parts(word: u32) -> LabelParts {
    (word >> 12, (word >> 9 & 7) as u8, (word >> 8 & 1) as u8, word as u8)
}

#[cfg(test)]
mod tests {
    use super::{Hex16, Stacks, label_parts, tag_parts};

    #[test]
    fn parts() {
        assert_eq!(tag_parts(0x88a8, 0xb064, 0x86dd, false), (Hex16(0x88a8), 5, 1, 100));
        assert_eq!(tag_parts(0x88a8, 0xb064, 0x86dd, true), (Hex16(0x86dd), 4, 0, 0xb064));
        assert_eq!(label_parts(0x0001_ddff), (29, 6, 1, 255));
    }

    #[test]
    fn labels_in_all_notations() {
        let mut stacks = Stacks::default();
        (0..=4).for_each(|notation| stacks.label(0x0001_ddff, notation));
        assert_eq!((stacks.labels[0], stacks.labels_hex[0].0), (29, 29));
        assert_eq!((stacks.label_headers[0].0, stacks.label_parts[0].0), (0x0001_ddff, 29));
        assert_eq!(stacks.labels.len() + stacks.label_parts.len(), 2);
        stacks.clear();
        assert!(stacks.labels.is_empty() && stacks.label_parts.is_empty());
    }
}
