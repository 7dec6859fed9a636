//! The IP part, for every protocol: time to live, type of service, identification, options.

use flowz_api::Checkpoint;
use flowz_api::layers::{Layers, Net};

use super::bits::ip as bit;
use super::fragment::Fragments;

/// Options in a flow's IP headers: few flows have any.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Rare {
    /// IPv4 options.
    pub(crate) options: u16,
    /// Their copy and class bits (RFC 791, section 3.1).
    pub(crate) option_class: u8,
    /// Their numbers, as bits.
    pub(crate) option_numbers: u32,
    /// Options in IPv6 hop-by-hop headers: how many, and types modulo 32 as bits.
    pub(crate) hop: (u16, u32),
    /// The same of destination options headers.
    pub(crate) dest: (u16, u32),
}

/// What the IP headers of one direction had in common.
#[derive(Debug, Checkpoint)]
pub(crate) struct IpState {
    /// Identification of the previous packet.
    last_id: u16,
    pub(crate) min_id_gap: u16,
    pub(crate) max_id_gap: u16,
    /// All bits of `ipFlags`.
    pub(crate) flags: u16,
    pub(crate) min_ttl: u8,
    pub(crate) max_ttl: u8,
    last_ttl: u8,
    pub(crate) ttl_changes: u8,
    pub(crate) tos: u8,
    /// The datagram whose fragments arrive.
    pub(crate) fragments: Fragments,
    /// Options.
    pub(crate) rare: Option<Box<Rare>>,
}

impl Default for IpState {
    fn default() -> Self {
        Self {
            last_id: 0,
            min_id_gap: u16::MAX,
            max_id_gap: 0,
            flags: 0,
            min_ttl: 0,
            max_ttl: 0,
            last_ttl: 0,
            ttl_changes: 0,
            tos: 0,
            fragments: Fragments::default(),
            rare: None,
        }
    }
}

/// Fields of one packet's header.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Header {
    pub(crate) tos: u8,
    pub(crate) ttl: u8,
    /// Identification, 0 in IPv6.
    pub(crate) id: u16,
    /// Distance to the one before.
    pub(crate) id_gap: i32,
    /// Flags and fragment offset as in the header.
    pub(crate) fragment: u16,
    /// Bits of `ipFlags` for this packet.
    pub(crate) flags: u16,
}

/// An identification that went back, but so far forward at most, rolled over.
const ROLLOVER: u16 = 0x2000;

/// Bytes of an IP header in front of its addresses.
const FIXED: usize = 12;

/// What was captured of a header that was cut, with zeros behind.
#[cold]
fn padded(l3: &[u8]) -> [u8; FIXED] {
    let mut bytes = [0; FIXED];
    bytes.iter_mut().zip(l3).for_each(|(to, from)| *to = *from);
    bytes
}

impl IpState {
    /// Reads a header; `first` is the first one of the flow, `again` the one that was read last.
    #[inline]
    pub(crate) fn header(
        &mut self,
        layers: &Layers,
        l3: &[u8],
        (first, again): (bool, bool),
        compat: bool,
    ) -> Header {
        let bytes = l3.first_chunk::<FIXED>().copied().unwrap_or_else(|| padded(l3));
        let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let mut header = Header::default();
        if layers.net == Net::V4 {
            header.tos = bytes[1];
            header.ttl = bytes[8];
            header.id = word(4);
            header.fragment = word(6);
            header.flags = u16::from(bytes[6] & 0xe0);
            self.identification(&mut header, first || again, compat);
            self.options(layers, l3, &mut header.flags);
        } else {
            header.tos = (word(0) >> 4) as u8;
            header.ttl = bytes[7];
            header.fragment = layers.fragment_offset | u16::from(layers.more_fragments);
            // The reference shows the upper bits of the offset as flags, which IPv6 has not.
            header.flags = if compat { layers.fragment_offset >> 7 & 0xe0 } else { 0 };
        }
        self.time_to_live(header.ttl, first);
        self.tos |= header.tos;
        header
    }

    #[inline]
    fn time_to_live(&mut self, ttl: u8, first: bool) {
        if first {
            (self.min_ttl, self.max_ttl) = (ttl, ttl);
        } else if ttl != self.last_ttl {
            self.ttl_changes = self.ttl_changes.wrapping_add(1);
            self.min_ttl = self.min_ttl.min(ttl);
            self.max_ttl = self.max_ttl.max(ttl);
        }
        self.last_ttl = ttl;
    }

    /// Distance of the identification to the one before. The reference takes every step back for a
    /// roll-over and keeps it as a distance.
    #[inline]
    fn identification(&mut self, header: &mut Header, first: bool, compat: bool) {
        let before = std::mem::replace(&mut self.last_id, header.id);
        if first {
            return;
        }
        let gap = i32::from(header.id) - i32::from(before);
        header.id_gap = gap;
        let forward = header.id.wrapping_sub(before);
        if gap < 0 {
            let rollover = compat || forward < ROLLOVER;
            header.flags |= if rollover { bit::ID_ROLLOVER } else { bit::ID_DISORDER };
        }
        let (low, high) =
            if compat { (gap, gap) } else { (i32::from(forward), i32::from(forward)) };
        if header.flags & bit::ID_DISORDER == 0 {
            if low < i32::from(self.min_id_gap) {
                self.min_id_gap = low as u16;
            }
            if high > i32::from(self.max_id_gap) {
                self.max_id_gap = high as u16;
            }
        }
    }

    /// Takes in an IPv4 header without options; the result is the bits of `ipFlags` for its packet. The
    /// values of [`Self::header`], without branches on what cannot be foretold.
    #[inline]
    pub(crate) fn fast_path_header(&mut self, header: &[u8; 20], first: bool) -> u16 {
        let id = u16::from_be_bytes([header[4], header[5]]);
        let (before, forward) = (self.last_id, id.wrapping_sub(self.last_id));
        self.last_id = id;
        let mut flags = u16::from(header[6] & 0xe0);
        if !first {
            let near = forward < ROLLOVER;
            let back = if near { bit::ID_ROLLOVER } else { bit::ID_DISORDER };
            flags |= if id < before { back } else { 0 };
            let counts = near || id >= before;
            let (low, high) = (self.min_id_gap.min(forward), self.max_id_gap.max(forward));
            self.min_id_gap = if counts { low } else { self.min_id_gap };
            self.max_id_gap = if counts { high } else { self.max_id_gap };
        }
        self.time_to_live(header[8], first);
        self.tos |= header[1];
        flags
    }

    /// IPv4 options (RFC 791, section 3.1).
    #[inline]
    fn options(&mut self, layers: &Layers, l3: &[u8], flags: &mut u16) {
        if layers.l3_header_len > 20 {
            self.some_options(layers, l3, flags);
        }
    }

    #[cold]
    fn some_options(&mut self, layers: &Layers, l3: &[u8], flags: &mut u16) {
        let end = usize::from(layers.l3_header_len);
        let Some(mut rest) = l3.get(20..end) else {
            *flags |= bit::OPTIONS_CORRUPT;
            return;
        };
        let rare = self.rare.get_or_insert_default();
        while let [kind @ 1..=255, tail @ ..] = rest {
            rare.options = rare.options.wrapping_add(1);
            rare.option_class |= kind & 0xe0;
            rare.option_numbers |= 1 << (kind & 0x1f);
            let length = match (kind, tail) {
                (1, _) => 1,
                (_, [length @ 1..=255, ..]) => usize::from(*length),
                _ => {
                    *flags |= bit::OPTIONS_CORRUPT;
                    return;
                }
            };
            rest = rest.get(length..).unwrap_or(&[]);
        }
    }

    /// Options of IPv6 extension headers (RFC 8200, section 4.2), if there are any.
    #[cold]
    pub(crate) fn extension_options(&mut self, hop: &[u8], dest: &[u8], compat: bool) {
        let rare = self.rare.get_or_insert_default();
        count_types(hop, &mut rare.hop, compat);
        count_types(dest, &mut rare.dest, compat);
    }
}

/// Counts the options of a header. Padding of one byte has no length (RFC 8200, section 4.2); the reference stops there.
fn count_types(mut rest: &[u8], (count, types): &mut (u16, u32), compat: bool) {
    const PAD1: u8 = 0;
    while let [kind, tail @ ..] = rest {
        if compat && *kind == PAD1 {
            return;
        }
        *count = count.wrapping_add(1);
        *types |= 1 << (kind & 0x1f);
        rest = match (kind, tail) {
            (&PAD1, tail) => tail,
            (_, [length, body @ ..]) => body.get(usize::from(*length)..).unwrap_or(&[]),
            _ => &[],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, IpState, Layers, Net, bit};

    fn layers(header_len: u16) -> Layers {
        Layers { net: Net::V4, l3_header_len: header_len, ..Layers::default() }
    }

    fn ipv4(id: u16, ttl: u8, options: &[u8]) -> Vec<u8> {
        let [high, low] = id.to_be_bytes();
        let mut bytes = vec![0x45, 0x10, 0, 0, high, low, 0x40, 0, ttl, 6, 0, 0];
        bytes.extend([10, 0, 0, 1, 10, 0, 0, 2]);
        bytes.extend(options);
        bytes
    }

    fn read(ip: &mut IpState, bytes: &[u8], first: bool, compat: bool) -> Header {
        ip.header(&layers(bytes.len() as u16), bytes, (first, false), compat)
    }

    #[test]
    fn time_to_live_and_identification() {
        let mut ip = IpState::default();
        read(&mut ip, &ipv4(7, 64, &[]), true, false);
        read(&mut ip, &ipv4(9, 60, &[]), false, false);
        let header = read(&mut ip, &ipv4(8, 60, &[]), false, false);
        assert_eq!((ip.min_ttl, ip.max_ttl, ip.ttl_changes), (60, 64, 1));
        assert_eq!((ip.min_id_gap, ip.max_id_gap, header.id_gap), (2, 2, -1));
        assert_eq!(header.flags, 0x40 | bit::ID_DISORDER);
    }

    #[test]
    fn roll_over() {
        for compat in [false, true] {
            let mut ip = IpState::default();
            read(&mut ip, &ipv4(0xffff, 64, &[]), true, compat);
            let header = read(&mut ip, &ipv4(1, 64, &[]), false, compat);
            assert_eq!(header.flags & 0x0f, bit::ID_ROLLOVER);
            assert_eq!(ip.min_id_gap, 2);
            assert_eq!(ip.max_id_gap, if compat { 0 } else { 2 });
        }
    }

    #[test]
    fn options() {
        let mut ip = IpState::default();
        let header = read(&mut ip, &ipv4(1, 1, &[0x94, 4, 0, 0, 1, 1, 0, 9]), true, false);
        let rare = ip.rare.as_deref().unwrap();
        assert_eq!((rare.options, rare.option_class), (3, 0x80));
        assert_eq!((rare.option_numbers, header.flags), (1 << 20 | 1 << 1, 0x40));
        let header = read(&mut ip, &ipv4(1, 1, &[0x94, 0, 0, 0]), true, false);
        assert_eq!(header.flags & bit::OPTIONS_CORRUPT, bit::OPTIONS_CORRUPT);
    }

    #[test]
    fn extension_options() {
        let mut ip = IpState::default();
        ip.extension_options(&[5, 2, 0, 0, 1, 0], &[], false);
        assert_eq!(ip.rare.as_deref().unwrap().hop, (2, 0x22));
        for (compat, expected) in [(false, (4, 0x4000_0021)), (true, (1, 0x20))] {
            let mut ip = IpState::default();
            ip.extension_options(&[], &[5, 2, 0, 0, 0, 0, 0x1e, 0], compat);
            assert_eq!(ip.rare.as_deref().unwrap().dest, expected, "{compat}");
        }
    }
}
