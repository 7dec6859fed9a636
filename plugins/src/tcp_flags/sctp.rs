//! The checksum of SCTP: CRC-32C over the whole packet, without pseudo header (RFC 9260, section 6.8 and
//! appendix A). It has 32 bits, so the packet file does not show it; `ipFlags` tells if it is wrong.

use flowz_api::layers::Layers;
use flowz_api::status::FlowStat;

/// Bytes in front of the checksum.
const BEFORE: usize = 8;

/// Whether a packet has a wrong checksum. 0 says that the sender made none (RFC 9653, section 3), and of
/// fragments and packets that were cut it is not known.
pub(super) fn is_wrong(layers: &Layers, l4: &[u8]) -> bool {
    if layers.is_fragment() || layers.status.contains(FlowStat::SNAPPED_L3) {
        return false;
    }
    let l4 = l4.get(..layers.l4_len() as usize).unwrap_or(l4);
    let Some((before, rest)) = l4.split_at_checked(BEFORE) else { return false };
    let Some((field, behind)) = rest.split_first_chunk::<4>() else { return false };
    *field != [0; 4] && u32::from_le_bytes(*field) != checksum(before, behind)
}

/// The checksum of these bytes with a field of zeros between them.
fn checksum(before: &[u8], behind: &[u8]) -> u32 {
    let head = crc32c::crc32c(before);
    let field = crc32c::crc32c_append(head, &[0; 4]);
    crc32c::crc32c_append(field, behind)
}

#[cfg(test)]
mod tests {
    use flowz_api::layers::{Layers, Net};

    use super::{FlowStat, is_wrong};

    /// An INIT from port 2905 to port 2905, made with scapy.
    const INIT: [u8; 32] = [
        0x0b, 0x59, 0x0b, 0x59, 0, 0, 0, 0, 0x6d, 0x61, 0x0f, 0x2b, 1, 0, 0, 0x14, 1, 2, 3, 4, 0,
        1, 0, 0, 0, 0x0a, 0, 0x0a, 0, 0, 0, 7,
    ];

    fn layers() -> Layers {
        Layers {
            net: Net::V4,
            l4_proto: 132,
            l3_header_len: 20,
            l4: 20,
            l3_len: 52,
            ..Layers::default()
        }
    }

    #[test]
    fn an_init() {
        assert!(!is_wrong(&layers(), &INIT));
        for at in [0, 9, 12, 31] {
            let mut damaged = INIT;
            damaged[at] ^= 4;
            assert!(is_wrong(&layers(), &damaged), "byte {at}");
        }
    }

    #[test]
    fn what_cannot_be_known() {
        let mut none = INIT;
        none[8..12].fill(0);
        assert!(!is_wrong(&layers(), &none));
        let cut = Layers { status: FlowStat::SNAPPED_L3, ..layers() };
        assert!(!is_wrong(&cut, &INIT[..20]));
        let fragment = Layers { more_fragments: true, ..layers() };
        assert!(!is_wrong(&fragment, &INIT[..20]));
        assert!(!is_wrong(&layers(), &INIT[..11]));
    }

    /// Bytes of the link layer behind the packet do not count.
    #[test]
    fn padding() {
        let mut padded = INIT.to_vec();
        padded.extend([1, 2, 3]);
        assert!(!is_wrong(&layers(), &padded));
    }
}
