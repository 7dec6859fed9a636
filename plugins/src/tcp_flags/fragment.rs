//! Fragments (RFC 791, section 3.2; RFC 8200, section 4.5) and layer-4 checksums, which may span them.

use flowz_api::Checkpoint;
use flowz_api::layers::{Layers, Net};
use flowz_api::status::FlowStat;

use super::bits::{ip as bit, stat};
use super::checksum::{
    Sums, add, covered, place, pseudo_header, sum, sum_less, sum_without, with_pseudo_header, word,
};

/// Smallest fragment that a router may make, IP header included (RFC 791, section 3.2).
const MIN_FRAGMENT: u32 = 68;

/// The same as the reference has it.
const MIN_FRAGMENT_COMPAT: u32 = 48;

/// How far the fragments of a datagram are.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Fragments {
    /// Where the next one should begin.
    expected: u32,
    /// Offset of the latest one.
    latest: u16,
    /// Layer-4 bytes so far.
    length: u32,
    /// Sum of the bytes so far. The reference also keeps it behind whole packets.
    sum: u16,
    /// Checksum in the first one's layer-4 header.
    header: u16,
    /// A fragment is missing: the checksum cannot be verified.
    broken: bool,
}

impl Fragments {
    /// Checks size and position of a fragment. A gap of eight bytes is allowed in IPv4, and any other position than the
    /// expected one is wrong in IPv6 only. The reference compares the two bytes of an IPv6 offset in the wrong order, and
    /// with the previous offset: sequences in order are wrong, too.
    pub(crate) fn position(&mut self, layers: &Layers, compat: bool) -> u16 {
        let at = u32::from(layers.fragment_offset);
        let payload = layers.l3_len.saturating_sub(u32::from(layers.l3_header_len));
        let mut flags = 0;
        let smallest = if compat { MIN_FRAGMENT_COMPAT } else { MIN_FRAGMENT };
        if layers.net == Net::V4 && layers.more_fragments && layers.l3_len < smallest {
            flags |= bit::FRAGMENT_SMALL;
        }
        // The largest datagram counts its header in IPv4, and its payload only in IPv6 (RFC 8200, section 3).
        let bytes = if layers.net == Net::V4 { layers.l3_len } else { payload };
        if at.saturating_add(bytes) > 0xffff {
            flags |= bit::FRAGMENT_RANGE;
        }
        let wrong = match layers.net {
            Net::V6 if compat => layers.fragment_offset.swap_bytes() > self.latest.swap_bytes(),
            Net::V6 => at != self.expected,
            _ => at > self.expected.saturating_add(8),
        };
        if at != 0 && wrong {
            flags |= bit::FRAGMENT_POSITION;
        }
        self.latest = layers.fragment_offset;
        self.broken = at != 0 && (self.broken || at != self.expected);
        // Records may lie about the length on the wire, up to 4 GiB.
        self.expected = at.saturating_add(payload);
        flags
    }

    /// Layer-4 checksum of a packet or fragment; `lasting` are the flow's lasting status bits.
    #[inline]
    pub(crate) fn layer4(
        &mut self,
        layers: &Layers,
        (l3, l4): (&[u8], &[u8]),
        lasting: &mut u16,
        compat: bool,
    ) -> Option<Sums> {
        if layers.is_fragment() || compat {
            return self.any_layer4(layers, (l3, l4), lasting, compat);
        }
        // Most packets: whole. They leave alone what is known of fragments, which they may come between.
        let (at, with_pseudo) = place(layers, l4, false)?;
        // Link types with a trailer may have captured more than the datagram.
        let length = covered(layers, l4);
        let l4 = &l4[..l4.len().min(length as usize)];
        *lasting &= !stat::SUM_OPEN;
        let header = word(l4, at);
        let unknown = layers.status.contains(FlowStat::SNAPPED_L3);
        if unknown {
            return Some(Sums { l4: header, unknown, ..Sums::default() });
        }
        let sum = if with_pseudo {
            with_pseudo_header(layers, l3, (l4, length), at)
        } else {
            sum_without(l4, at)
        };
        Some(Sums { l4: header, l4_computed: !sum, ..Sums::default() })
    }

    /// The same for fragments, which need the sums of those before, and for the reference, which keeps the
    /// sums of all packets.
    #[inline(never)]
    fn any_layer4(
        &mut self,
        layers: &Layers,
        (l3, l4): (&[u8], &[u8]),
        lasting: &mut u16,
        compat: bool,
    ) -> Option<Sums> {
        let (at, with_pseudo) = place(layers, l4, compat)?;
        let length = layers.l4_len();
        let beyond = if compat { word(l4, at) } else { 0 };
        // Link types with a trailer may have captured more than the datagram.
        let l4 = &l4[..l4.len().min(length as usize)];
        let field = if compat { beyond } else { word(l4, at) };
        let snapped = layers.status.contains(FlowStat::SNAPPED_L3);
        let pseudo = |n: u32| if with_pseudo { pseudo_header(layers, l3, n, compat) } else { 0 };
        let (first, last) = (layers.is_first_fragment(), !layers.more_fragments);
        if first {
            self.header = field;
            self.length = 0;
        }
        self.length = self.length.wrapping_add(length);
        self.sum = match (first, last) {
            (true, _) if compat && (snapped || at == 0) => add(self.sum, pseudo(length)),
            (true, true) => add(sum_less(l4, field), pseudo(length)),
            (true, false) => sum_less(l4, field),
            // The reference does not read the bytes of later fragments, and adds a pseudo header to all protocols.
            (false, true) if compat => add(self.sum, pseudo_header(layers, l3, self.length, true)),
            (false, false) if compat => self.sum,
            (false, true) => add(add(self.sum, sum(l4)), pseudo(self.length)),
            (false, false) => add(self.sum, sum(l4)),
        };
        if last {
            *lasting &= !stat::SUM_OPEN;
            return Some(self.verified(!compat && (snapped || self.broken && !first), compat));
        }
        *lasting |= if first { stat::SUM_OPEN } else { 0 };
        Some(Sums { l4: if first { self.header } else { 0 }, unknown: true, ..Sums::default() })
    }

    /// Header and computed checksum of a complete datagram. The reference makes 0xffff of 0 for all
    /// protocols, not for UDP alone (RFC 768).
    fn verified(&self, unknown: bool, compat: bool) -> Sums {
        let l4_computed = match self.sum {
            _ if unknown => 0,
            0xffff if compat => 0xffff,
            sum => !sum,
        };
        Sums { l4: self.header, l4_computed, unknown, ..Sums::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fragments, Layers, Net, bit, stat};

    const HEADER: [u8; 20] = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    const DATAGRAM: [u8; 24] =
        [0, 7, 0, 8, 0, 24, 0xcb, 0x84, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8];

    fn fragment(at: u16, more: bool, length: u32) -> Layers {
        Layers {
            net: Net::V4,
            l4_proto: 17,
            l3_header_len: 20,
            l3_len: 20 + length,
            fragment_offset: at,
            more_fragments: more,
            ..Layers::default()
        }
    }

    #[test]
    fn positions() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.position(&fragment(0, true, 1480), false), 0);
        assert_eq!(fragments.position(&fragment(1480, true, 24), false), bit::FRAGMENT_SMALL);
        assert_eq!(fragments.position(&fragment(1528, false, 8), false), bit::FRAGMENT_POSITION);
        let beyond = fragments.position(&fragment(65528, false, 100), false);
        assert_eq!(beyond, bit::FRAGMENT_RANGE | bit::FRAGMENT_POSITION);
    }

    /// RFC 8200, section 4.5: none of a sequence in order is out of place.
    #[test]
    fn positions_in_ipv6() {
        let six = |at| Layers {
            net: Net::V6,
            l3_header_len: 48,
            l3_len: 48 + 1416,
            ..fragment(at, true, 0)
        };
        for (compat, expected) in
            [(false, [0; 4]), (true, [0, bit::FRAGMENT_POSITION, 0, bit::FRAGMENT_POSITION])]
        {
            let mut fragments = Fragments::default();
            let found = [0, 1416, 2832, 4248].map(|at| fragments.position(&six(at), compat));
            assert_eq!(found, expected, "{compat}");
        }
    }

    /// RFC 791, section 3.2: routers need not make fragments smaller than 68 bytes.
    #[test]
    fn small_fragments() {
        for (length, by_default, compat) in
            [(27, true, true), (28, true, false), (47, true, false), (48, false, false)]
        {
            let small = |compat| {
                Fragments::default().position(&fragment(0, true, length), compat)
                    == bit::FRAGMENT_SMALL
            };
            assert_eq!([small(false), small(true)], [by_default, compat], "{length}");
        }
    }

    #[test]
    fn a_whole_datagram() {
        let (mut fragments, mut lasting) = (Fragments::default(), 0);
        let whole = fragment(0, false, 24);
        let sums = fragments.layer4(&whole, (&HEADER, &DATAGRAM), &mut lasting, false).unwrap();
        assert_eq!((sums.l4_computed, lasting), (sums.l4, 0));
    }

    #[test]
    fn a_datagram_in_two_fragments() {
        let (mut fragments, mut lasting) = (Fragments::default(), 0);
        let (first, last) = (fragment(0, true, 16), fragment(16, false, 8));
        let mut put = |layers: &Layers, bytes: &[u8]| {
            fragments.position(layers, false);
            fragments.layer4(layers, (&HEADER, bytes), &mut lasting, false).unwrap()
        };
        let head = put(&first, &DATAGRAM[..16]);
        let tail = put(&last, &DATAGRAM[16..]);
        assert_eq!((head.l4_computed, tail.l4_computed), (0, head.l4));
        assert_eq!(lasting & stat::SUM_OPEN, 0);
        assert!(!tail.unknown);
    }

    #[test]
    fn a_whole_datagram_between_two_fragments() {
        let header6: Vec<u8> = (0..40).collect();
        for (net, l3) in [(Net::V4, &HEADER[..]), (Net::V6, &header6)] {
            let (mut fragments, mut lasting) = (Fragments::default(), 0);
            let mut put = |at, more, bytes: &[u8]| {
                let layers = Layers { net, ..fragment(at, more, bytes.len() as u32) };
                if layers.is_fragment() {
                    fragments.position(&layers, false);
                }
                fragments.layer4(&layers, (l3, bytes), &mut lasting, false).unwrap()
            };
            put(0, true, &DATAGRAM[..16]);
            let alone = put(16, false, &DATAGRAM[16..]);
            put(0, true, &DATAGRAM[..16]);
            put(0, false, &[9; 24]);
            assert_eq!(put(16, false, &DATAGRAM[16..]), alone, "{net:?}");
        }
    }

    #[test]
    fn a_missing_fragment_leaves_the_sum_unknown() {
        let (mut fragments, mut lasting) = (Fragments::default(), 0);
        let late = fragment(16, false, 8);
        fragments.position(&late, false);
        let sums = fragments.layer4(&late, (&HEADER, &DATAGRAM[16..]), &mut lasting, false);
        assert_eq!((sums.unwrap().l4_computed, sums.unwrap().unknown), (0, true));
        let whole =
            fragments.layer4(&fragment(0, false, 24), (&HEADER, &DATAGRAM), &mut lasting, false);
        assert!(!whole.unwrap().unknown);
    }

    /// An IPv6 header does not count into the length of its datagram (RFC 8200, section 3): the last
    /// fragment may end at 65,535, as one may that ends at 65,520.
    #[test]
    fn ipv6_fragments_end_at_65535() {
        let six = |at, length: u32| Layers {
            net: Net::V6,
            l3_header_len: 48,
            l3_len: 48 + length,
            ..fragment(at, false, 0)
        };
        let range = |at, length| {
            Fragments::default().position(&six(at, length), false) & bit::FRAGMENT_RANGE != 0
        };
        assert!(!range(65_480, 40) && !range(65_528, 7));
        assert!(range(65_528, 8));
    }

    /// Found by the fuzz target `engine`, 2026-11-21.
    #[test]
    fn a_length_on_the_wire_that_lies() {
        let mut fragments = Fragments::default();
        let monster = fragment(0xfff8, true, u32::MAX - 100);
        assert_ne!(fragments.position(&monster, false) & bit::FRAGMENT_RANGE, 0);
        fragments.position(&monster, false);
    }
}
