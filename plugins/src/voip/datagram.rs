//! The payload of UDP that a packet brings.

use flowz_api::plugin::PacketContext;

/// Octets of the header of UDP.
const HEADER: usize = 8;

/// A datagram: what was captured of its payload, and how long that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Datagram<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) len: u32,
}

/// The datagram of a packet: none in later fragments, all of one whose last fragment this is.
pub(crate) fn datagram<'a>(cx: &PacketContext<'a>) -> Option<Datagram<'a>> {
    let l = cx.layers;
    if let Some(datagram) = cx.datagram {
        let bytes = datagram.bytes.get(HEADER..)?;
        return Some(Datagram { bytes, len: bytes.len() as u32 });
    }
    if !l.is_first_fragment() || l.is_fragment() && cx.run.core.reassemble {
        return None;
    }
    let bytes = l.payload(cx.packet.data);
    let header = l.layer4(cx.packet.data).first_chunk::<HEADER>();
    let all = header.map_or(0, |h| u32::from(u16::from_be_bytes([h[4], h[5]])));
    let rest = if l.is_fragment() { all.saturating_sub(HEADER as u32) } else { 0 };
    let len = rest.max(l.l7_len).max(bytes.len() as u32);
    (!bytes.is_empty()).then_some(Datagram { bytes, len })
}
