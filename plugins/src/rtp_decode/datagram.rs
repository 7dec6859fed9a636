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

/// Whether a message of signalling may begin with these bytes: SIP, or H.225.0 and H.245 in TPKT (RFC 1006).
pub(crate) fn is_signalling(bytes: &[u8]) -> bool {
    const VERSION: &[u8] = b"SIP/2.0";
    let line = bytes.get(..512.min(bytes.len())).unwrap_or_default();
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.starts_with(VERSION) || line.ends_with(VERSION) || bytes.starts_with(&[3, 0])
}

#[cfg(test)]
mod tests {
    use super::is_signalling;

    #[test]
    fn first_lines_of_sip() {
        assert!(is_signalling(b"SIP/2.0 200 OK\r\n"));
        assert!(is_signalling(b"INVITE sip:b@b.example SIP/2.0\r\nVia: x\r\n"));
        assert!(is_signalling(&[3, 0, 0, 9, 8]));
        assert!(!is_signalling(b"GET / HTTP/1.1\r\nX: SIP/2.0\r\n"));
        assert!(!is_signalling(b""));
    }
}
