//! Internet checksums (RFC 1071): IPv4 header and layer 4, also over fragments.

use flowz_api::checksum::{folded, lanes};
use flowz_api::layers::{Layers, Net};

/// What was computed for one packet; what was not stays 0.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Sums {
    /// In the IPv4 header.
    pub(crate) l3: u16,
    /// What it should be.
    pub(crate) l3_computed: u16,
    /// In the layer-4 header.
    pub(crate) l4: u16,
    /// What it should be.
    pub(crate) l4_computed: u16,
    /// Layer 4 cannot be verified: bytes are missing, or still to come.
    pub(crate) unknown: bool,
}

/// Sum of big-endian 16-bit words, with carries; an odd byte is the high half of a last word.
#[inline]
pub(crate) fn sum(bytes: &[u8]) -> u16 {
    folded(lanes(bytes))
}

/// Bytes of layer 4 that a checksum covers: all, but of UDP as many as its header says (RFC 768), which leaves a surplus area
/// alone (RFC 9868, section 6).
#[inline]
pub(crate) fn covered(layers: &Layers, l4: &[u8]) -> u32 {
    const UDP: u8 = 17;
    const HEADER: u32 = 8;
    let length = layers.l4_len();
    if layers.l4_proto != UDP {
        return length;
    }
    let said = u32::from(word(l4, 2));
    if said < HEADER || said > length { length } else { said }
}

/// Sum of a whole layer 4 of `length` bytes with its pseudo header, but for its checksum at word `at`.
#[inline]
pub(crate) fn with_pseudo_header(
    layers: &Layers,
    l3: &[u8],
    (l4, length): (&[u8], u32),
    at: usize,
) -> u16 {
    const HEADER: u16 = 20;
    if layers.net != Net::V4 || layers.l3_header_len != HEADER {
        return add(sum_without(l4, at), pseudo_header(layers, l3, length, false));
    }
    let addresses = l3.get(12..).and_then(|l3| l3.first_chunk::<8>()).map_or(0, |ends| lanes(ends));
    let length =
        u64::from((length as u16).swap_bytes()) + u64::from(((length >> 16) as u16).swap_bytes());
    let total = lanes(l4) + addresses + length + u64::from(u16::from(layers.l4_proto).swap_bytes());
    // The sum is none of zeros: the protocol is part of it.
    add(folded(total), !word(l4, at))
}

/// Adds two sums with carry.
#[inline]
pub(crate) fn add(a: u16, b: u16) -> u16 {
    let (sum, carry) = a.overflowing_add(b);
    sum + u16::from(carry)
}

/// Sum of all words but the one with the checksum itself, which is taken off again.
#[inline]
pub(crate) fn sum_without(bytes: &[u8], at: usize) -> u16 {
    sum_less(bytes, word(bytes, at))
}

/// Sum of all words less one of this value.
#[inline]
pub(crate) fn sum_less(bytes: &[u8], field: u16) -> u16 {
    match (sum(bytes), field) {
        (total, 0) => total,
        (total, field) => add(total, !field),
    }
}

/// The 16-bit word at this position, 0 if it was not captured.
#[inline]
pub(crate) fn word(bytes: &[u8], word: usize) -> u16 {
    bytes.get(2 * word..2 * word + 2).map_or(0, |b| u16::from_be_bytes([b[0], b[1]]))
}

/// Sum of the pseudo header (RFC 9293, section 3.1; RFC 8200, section 8.1) for a layer 4 of this
/// length.
pub(crate) fn pseudo_header(layers: &Layers, l3: &[u8], length: u32, compat: bool) -> u16 {
    let (source, destination) = match layers.net {
        // The reference takes the addresses of the moment.
        Net::V4 if compat => (l3.get(12..16), l3.get(16..20)),
        Net::V6 if compat => (l3.get(8..24), l3.get(24..40)),
        Net::V4 => (l3.get(12..16), end_of_source_route(layers, l3).or(l3.get(16..20))),
        Net::V6 => (
            home_address(layers, l3).or(l3.get(8..24)),
            final_destination(layers, l3).or(l3.get(24..40)),
        ),
        Net::Layer2 => (None, None),
    };
    let addresses = add(sum(source.unwrap_or(&[])), sum(destination.unwrap_or(&[])));
    let length = add((length >> 16) as u16, length as u16);
    add(add(addresses, u16::from(layers.l4_proto)), length)
}

/// Where a packet goes in the end, if a routing header says so: while segments are left, the
/// destination of the IPv6 header is only the next stop (RFC 8200, section 8.1; RFC 8754, section 2.1).
fn final_destination<'a>(layers: &Layers, l3: &'a [u8]) -> Option<&'a [u8]> {
    const SEGMENT_ROUTING: u8 = 4;
    const LIST_AT: usize = 8;
    const ADDRESS: usize = 16;
    let at = layers.routing.at.checked_sub(layers.l3)? as usize;
    let header = l3.get(at..at + usize::from(layers.routing.len))?;
    let [_, units, kind, segments_left, ..] = *header else { return None };
    if segments_left == 0 {
        return None;
    }
    // Segment routing lists the last stop first, all others last.
    let last = if kind == SEGMENT_ROUTING { 0 } else { usize::from(units / 2).checked_sub(1)? };
    header.get(LIST_AT + last * ADDRESS..LIST_AT + (last + 1) * ADDRESS)
}

/// Where a packet goes in the end, if a source route of its IPv4 options says so: while there are addresses left in the route,
/// the destination of the header is only the next stop (RFC 791, section 3.1).
#[cold]
fn end_of_source_route<'a>(layers: &Layers, l3: &'a [u8]) -> Option<&'a [u8]> {
    const END: u8 = 0;
    const NO_OPERATION: u8 = 1;
    const LOOSE: u8 = 131;
    const STRICT: u8 = 137;
    let mut options = l3.get(20..usize::from(layers.l3_header_len))?;
    loop {
        match *options {
            [] | [END, ..] => return None,
            [NO_OPERATION, ref rest @ ..] => options = rest,
            [kind, length @ 2..=255, ..] => {
                let option = options.get(..length.into())?;
                if matches!(kind, LOOSE | STRICT) {
                    let pointer = *option.get(2)?;
                    return option.last_chunk::<4>().filter(|_| pointer < length).map(|a| &a[..]);
                }
                options = &options[length.into()..];
            }
            _ => return None,
        }
    }
}

/// The home address of a mobile node (RFC 6275, sections 6.3 and 11.3.1): checksums are made with it in place of the
/// source.
fn home_address<'a>(layers: &Layers, l3: &'a [u8]) -> Option<&'a [u8]> {
    const PAD1: u8 = 0;
    const HOME_ADDRESS: u8 = 201;
    let at = layers.dest_options.at.checked_sub(layers.l3)? as usize;
    let header = l3.get(at..at + usize::from(layers.dest_options.len))?;
    let mut options = header.get(2..)?;
    loop {
        match *options {
            [PAD1, ref rest @ ..] => options = rest,
            [kind, length, ref rest @ ..] => {
                let (body, rest) = rest.split_at_checked(length.into())?;
                if kind == HOME_ADDRESS {
                    return Some(body).filter(|body| body.len() == 16);
                }
                options = rest;
            }
            _ => return None,
        }
    }
}

/// Where a protocol keeps its checksum, and whether that covers the pseudo header. GRE has one only if
/// its first bit says so, and without pseudo header (RFC 2784, section 2.1); the reference takes the
/// first word for it otherwise. A datagram that ends in front of its checksum has none.
pub(crate) fn place(layers: &Layers, l4: &[u8], compat: bool) -> Option<(usize, bool)> {
    let place = usual_place(layers, l4, compat);
    place.filter(|(word, _)| compat || l4.len() >= 2 * word + 2)
}

fn usual_place(layers: &Layers, l4: &[u8], compat: bool) -> Option<(usize, bool)> {
    let v6 = layers.net == Net::V6;
    match layers.l4_proto {
        1 | 2 => Some((1, false)),
        58 => Some((1, true)),
        6 => Some((8, true)),
        17 | 136 => Some((3, true)),
        47 if l4.first().is_some_and(|flags| flags & 0x80 != 0) => Some((2, compat)),
        47 => compat.then_some((0, true)),
        89 => Some((6, v6)),
        // The reference sums later fragments also of flows over all protocols.
        0 if compat && !layers.is_first_fragment() => Some((0, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::layers::Span;

    use super::{Layers, Net, add, covered, pseudo_header, sum, sum_without, with_pseudo_header};

    /// The example of RFC 1071, section 3.
    #[test]
    fn words_are_summed_with_carry() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(sum(&bytes), 0xddf2);
        assert_eq!(sum(&bytes[..7]), add(0xf600, add(0xf4f5, add(0xf203, 1))));
        assert_eq!(sum(&[]), 0);
    }

    /// What the checksum of a layer 4 should be.
    fn computed(layers: &Layers, l3: &[u8], l4: &[u8]) -> u16 {
        !with_pseudo_header(layers, l3, (l4, covered(layers, l4)), 3)
    }

    /// From 192.0.2.1 by way of 198.51.100.2; the route says whether it ends at 203.0.113.2 or has ended.
    #[test]
    fn source_routes() {
        let l4 = [0x13, 0x88, 0x13, 0x89, 0, 12, 0, 0, b'l', b's', b'r', b'r'];
        let mut l3 = vec![0x47, 0, 0, 40, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2];
        l3.extend([131, 7, 4, 203, 0, 113, 2, 0]);
        let layers = Layers { net: Net::V4, l4_proto: 17, l3_len: 40, ..Layers::default() };
        let layers = Layers { l3_header_len: 28, l4: 28, ..layers };
        assert_eq!(computed(&layers, &l3, &l4), 0xfbda);
        for broken in [(22, 8), (20, 7), (21, 1), (21, 99), (20, 0)] {
            let mut l3 = l3.clone();
            l3[broken.0] = broken.1;
            assert_eq!(computed(&layers, &l3, &l4), 0x0da8, "{broken:?}");
        }
    }

    /// From 2001:db8::1, at home 2001:db8:ffff::99.
    #[test]
    fn home_addresses() {
        let address = |net: u8, host: u8| {
            let mut address = [0; 16];
            address[..6].copy_from_slice(&[0x20, 1, 0x0d, 0xb8, net, net]);
            address[15] = host;
            address
        };
        let mut l3 = vec![0x60, 0, 0, 0, 0, 36, 60, 64];
        l3.extend(address(0, 1));
        l3.extend(address(0, 2));
        l3.extend([17, 2, 1, 2, 0, 0, 201, 16]);
        l3.extend(address(0xff, 0x99));
        let l4 = [0x13, 0x88, 0x13, 0x89, 0, 12, 0, 0, b'h', b'o', b'm', b'e'];
        let layers = Layers { net: Net::V6, l4_proto: 17, l3_len: 76, ..Layers::default() };
        let layers = Layers { l3_header_len: 40, l4: 64, ..layers };
        let layers = Layers { dest_options: Span { at: 40, len: 24 }, ..layers };
        assert_eq!(computed(&layers, &l3, &l4), 0xa6e3);
        for broken in [(46, 200), (47, 15), (47, 17), (43, 3)] {
            let mut l3 = l3.clone();
            l3[broken.0] = broken.1;
            assert_eq!(computed(&layers, &l3, &l4), 0xa77b, "{broken:?}");
        }
    }

    /// Behind the twelve bytes of UDP is a surplus area of eight (RFC 9868).
    #[test]
    fn udp_lengths() {
        let mut l4 = [0x13, 0x88, 0x13, 0x89, 0, 12, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        let layers = Layers { net: Net::V4, l4_proto: 17, l3_len: 40, ..Layers::default() };
        let layers = Layers { l3_header_len: 20, l4: 20, ..layers };
        for (said, expected) in [(12, 12), (8, 8), (20, 20), (7, 20), (21, 20), (0, 20)] {
            l4[5] = said;
            assert_eq!(covered(&layers, &l4), expected);
        }
        assert_eq!(covered(&Layers { l4_proto: 6, ..layers }, &l4), 20);
    }

    #[test]
    fn sums_with_and_without_shortcut_are_the_same() {
        let l3: Vec<u8> = (0..20).map(|n| n * 11).collect();
        for length in [0, 1, 7, 8, 19, 20, 21, 1000, 70_001] {
            let l4: Vec<u8> = (0..length).map(|n: u32| (n % 251) as u8).collect();
            for l4_proto in [6, 17] {
                let layers = Layers {
                    net: Net::V4,
                    l4_proto,
                    l3_header_len: 20,
                    l3_len: 20 + length,
                    ..Layers::default()
                };
                let pseudo = pseudo_header(&layers, &l3, length, false);
                let slowly = add(sum_without(&l4, 8), pseudo);
                assert_eq!(with_pseudo_header(&layers, &l3, (&l4, length), 8), slowly, "{length}");
            }
        }
    }

    #[test]
    fn an_ipv4_header_checks() {
        let header = [
            0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8,
            0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
        ];
        assert_eq!(!sum_without(&header, 5), 0xb861);
        assert_eq!(sum_without(&header, 99), sum(&header));
    }
}
