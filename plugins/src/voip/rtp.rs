//! Packets of RTP (RFC 3550, section 5.1), and what else may come to the same port (RFC 7983).

/// Octets of the header without lists and extension.
const FIXED: usize = 12;
/// Cookie of STUN (RFC 8489, section 5).
const MAGIC_COOKIE: [u8; 4] = 0x2112_a442_u32.to_be_bytes();

/// What a datagram on a port of media is, by its first octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Rtp,
    /// RTP's packet types 192 to 223, which RFC 5761, section 4, keeps free for it.
    Rtcp,
    Stun,
    Dtls,
    Other,
}

/// A packet of RTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    /// Contributing sources, four octets each.
    pub(crate) csrcs: &'a [u8],
    pub(crate) has_extension: bool,
    pub(crate) has_padding: bool,
    /// Where the payload begins.
    pub(crate) payload_at: u32,
    /// What was captured of the payload, without extension and padding.
    pub(crate) payload: &'a [u8],
    /// Its length on the wire.
    pub(crate) payload_len: u32,
    /// Octets that would tell where the payload begins or ends were not captured.
    pub(crate) is_cut: bool,
}

/// What a datagram is.
pub(crate) fn kind(bytes: &[u8]) -> Kind {
    let &[first, second, third, ..] = bytes else { return Kind::Other };
    match first {
        0x80..=0xbf if (192..=223).contains(&second) => Kind::Rtcp,
        0x80..=0xbf => Kind::Rtp,
        0..=3 if bytes.get(4..8) == Some(&MAGIC_COOKIE[..]) => Kind::Stun,
        // Types of records, and versions that count down from 254.255 (RFC 9147, section 4).
        20..=26 if second == 0xfe && third >= 0xfc => Kind::Dtls,
        _ => Kind::Other,
    }
}

impl<'a> Packet<'a> {
    /// Reads a datagram of so many octets, of which these were captured; none if that is no header.
    pub(crate) fn read(bytes: &'a [u8], len: u32) -> Option<Self> {
        let fixed = bytes.first_chunk::<FIXED>()?;
        let [first, second, s1, s0, t3, t2, t1, t0, c3, c2, c1, c0] = *fixed;
        if first >> 6 != 2 {
            return None;
        }
        let (has_padding, has_extension) = (first & 0x20 != 0, first & 0x10 != 0);
        let len = (len as usize).max(bytes.len());
        let lists = FIXED + 4 * usize::from(first & 0x0f);
        let (head, mut is_cut) = head(bytes, lists, has_extension, len)?;
        let mut end = len;
        if has_padding {
            match bytes.get(len - 1) {
                Some(0) => return None,
                Some(&padding) => end = len.checked_sub(usize::from(padding))?,
                None => is_cut = true,
            }
        }
        let payload_len = end.checked_sub(head)?;
        Some(Self {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7f,
            sequence: u16::from_be_bytes([s1, s0]),
            timestamp: u32::from_be_bytes([t3, t2, t1, t0]),
            ssrc: u32::from_be_bytes([c3, c2, c1, c0]),
            csrcs: bytes.get(FIXED..lists).unwrap_or_default(),
            has_extension,
            has_padding,
            payload_at: head as u32,
            payload: bytes.get(head..end.min(bytes.len())).unwrap_or_default(),
            payload_len: payload_len as u32,
            is_cut,
        })
    }

    /// The contributing sources.
    pub(crate) fn contributors(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.csrcs.as_chunks::<4>().0.iter().map(|octets| u32::from_be_bytes(*octets))
    }
}

/// Where the payload begins, and whether the octets that tell it are missing; none if that is behind the end.
fn head(bytes: &[u8], lists: usize, has_extension: bool, len: usize) -> Option<(usize, bool)> {
    if !has_extension {
        return (lists <= len).then_some((lists, lists > bytes.len()));
    }
    let least = lists + 4;
    let words = bytes.get(lists + 2..least).and_then(|b| b.first_chunk::<2>());
    let head = words.map_or(least, |w| least + 4 * usize::from(u16::from_be_bytes(*w)));
    (head <= len).then_some((head, words.is_none()))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Packet, kind};

    /// Version 2, payload type 8 with marker, number 0x0102, time 0x03040506, source 0x0708090a.
    const PLAIN: [u8; 14] = [0x80, 0x88, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xd5, 0x55];

    fn read(bytes: &[u8]) -> Option<Packet<'_>> {
        Packet::read(bytes, bytes.len() as u32)
    }

    #[test]
    fn a_plain_packet() {
        let packet = read(&PLAIN).expect("its header is whole");
        assert_eq!((packet.marker, packet.payload_type, packet.sequence), (true, 8, 0x0102));
        assert_eq!((packet.timestamp, packet.ssrc), (0x0304_0506, 0x0708_090a));
        assert_eq!((packet.payload, packet.payload_len), (&PLAIN[12..], 2));
        assert_eq!(packet.contributors().count(), 0);
        assert_eq!(read(&PLAIN[..11]), None);
        assert_eq!(read(&[&[0x40], &PLAIN[1..]].concat()), None, "version 1");
    }

    #[test]
    fn sources_extension_and_padding_are_no_payload() {
        let mut bytes = vec![0xb2, 0];
        bytes.extend(&PLAIN[2..12]);
        bytes.extend([0, 0, 0, 7, 0, 0, 0, 9]);
        bytes.extend([0xbe, 0xde, 0, 1, 1, 2, 3, 4]);
        bytes.extend([0xaa, 0xbb, 0xcc, 0, 0, 3]);
        let packet = read(&bytes).expect("all parts fit");
        assert_eq!(packet.contributors().collect::<Vec<_>>(), [7, 9]);
        assert!(packet.has_extension && packet.has_padding && !packet.is_cut);
        assert_eq!((packet.payload, packet.payload_len), (&[0xaa, 0xbb, 0xcc][..], 3));
        // Padding of nothing, of more than there is; an extension that is too long; a list that is.
        let last = bytes.len() - 1;
        for (at, value) in [(last, 0), (last, 7), (23, 9), (0, 0x8f)] {
            let mut wrong = bytes.clone();
            wrong[at] = value;
            assert_eq!(read(&wrong), None, "{at}");
        }
    }

    #[test]
    fn what_was_not_captured_is_unknown() {
        let whole = [&[0xa0], &PLAIN[1..], &[0; 40]].concat();
        let packet = Packet::read(&whole[..20], 54).expect("the header is here");
        assert_eq!((packet.payload.len(), packet.payload_len, packet.is_cut), (8, 42, true));
        let extended = [&[0x90], &PLAIN[1..12]].concat();
        assert!(Packet::read(&extended, 60).expect("it may be one").is_cut);
        assert_eq!(Packet::read(&extended, 12), None);
    }

    #[test]
    fn kinds_of_datagrams() {
        assert_eq!(kind(&PLAIN), Kind::Rtp);
        assert_eq!(kind(&[0x81, 200, 0, 1]), Kind::Rtcp);
        assert_eq!(kind(&[0x80, 223, 0, 1]), Kind::Rtcp);
        assert_eq!(kind(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Kind::Stun);
        assert_eq!(kind(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x43]), Kind::Other);
        assert_eq!(kind(&[22, 0xfe, 0xfd, 0]), Kind::Dtls);
        assert_eq!(kind(&[22, 3, 3, 0]), Kind::Other);
        assert_eq!(kind(&[0x80, 0]), Kind::Other);
    }

    #[test]
    fn any_bytes_are_read_within_bounds() {
        let mut seed = 1_u32;
        for round in 0..20_000 {
            let mut bytes = Vec::new();
            for _ in 0..round % 60 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                bytes.push((seed >> 24) as u8);
            }
            if let Some(first) = bytes.first_mut() {
                *first = *first & 0x3f | 0x80;
            }
            let len = round % 70;
            if let Some(packet) = Packet::read(&bytes, len) {
                assert!(packet.payload.len() as u32 <= packet.payload_len);
                assert!(packet.payload_len <= len.max(bytes.len() as u32));
            }
        }
    }
}
