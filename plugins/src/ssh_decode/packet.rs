//! Bytes of SSH: identification lines and binary packets (RFC 4253, sections 4.2 and 6) as far as they are not encrypted.

/// Message numbers (RFC 4253, section 12; RFC 5656, section 7.1; RFC 4419, section 5).
pub(super) mod message {
    pub(in super::super) const KEXINIT: u8 = 20;
    pub(in super::super) const NEWKEYS: u8 = 21;
    pub(in super::super) const FIRST: u8 = 30;
    pub(in super::super) const SECOND: u8 = 31;
    pub(in super::super) const GEX_INIT: u8 = 32;
    pub(in super::super) const GEX_REPLY: u8 = 33;
    pub(in super::super) const GEX_REQUEST: u8 = 34;
}

/// Longest identification line (RFC 4253, section 4.2).
const LONGEST_LINE: usize = 255;
/// Longest packet that everybody has to understand (RFC 4253, section 6.1).
const LONGEST_PACKET: usize = 35_000;
/// Bytes of the length, and of that of the padding behind it.
const HEADER: usize = 5;
/// Bytes of the random number in a KEXINIT.
const COOKIE: usize = 16;
/// Lists of names in a KEXINIT.
pub(super) const LISTS: usize = 10;

/// What the next bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Parsed<T> {
    /// This, and so many bytes of the stream.
    Whole(T, usize),
    /// More bytes are needed.
    NeedMore,
    /// No SSH.
    Wrong,
}

/// A line without its end; whether it ended in CR LF.
pub(super) fn line(bytes: &[u8]) -> Parsed<(&[u8], bool)> {
    let within = &bytes[..bytes.len().min(LONGEST_LINE)];
    match within.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let line = &bytes[..end];
            let text = line.strip_suffix(b"\r");
            Parsed::Whole((text.unwrap_or(line), text.is_some()), end + 1)
        }
        None if bytes.len() < LONGEST_LINE => Parsed::NeedMore,
        None => Parsed::Wrong,
    }
}

/// The payload of a binary packet that is not encrypted.
pub(super) fn packet(bytes: &[u8]) -> Parsed<&[u8]> {
    let Some((header, _)) = bytes.split_first_chunk::<HEADER>() else { return Parsed::NeedMore };
    let [a, b, c, d, padding] = *header;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    let payload = length.checked_sub(1 + usize::from(padding));
    let Some(payload) = payload.filter(|_| length <= LONGEST_PACKET) else { return Parsed::Wrong };
    match bytes.get(HEADER..HEADER + payload) {
        Some(payload) if bytes.len() >= 4 + length => Parsed::Whole(payload, 4 + length),
        _ => Parsed::NeedMore,
    }
}

/// A KEXINIT: the cookie and the lists of names (RFC 4253, section 7.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct KexInit<'a> {
    pub(super) cookie: [u8; COOKIE],
    /// Key exchange, host keys, encryption, MAC, compression and language, the last four to the server and to the client.
    pub(super) lists: [&'a [u8]; LISTS],
}

impl<'a> KexInit<'a> {
    /// Reads the payload behind the message number.
    pub(super) fn parse(payload: &'a [u8]) -> Option<Self> {
        let (cookie, mut rest) = payload.split_first_chunk::<COOKIE>()?;
        let mut lists = [&[][..]; LISTS];
        for list in &mut lists {
            (*list, rest) = string(rest)?;
        }
        Some(Self { cookie: *cookie, lists })
    }
}

/// A string and what is behind it (RFC 4251, section 5).
pub(super) fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// The first name of the client's that the server has too (RFC 4253, section 7.1).
pub(super) fn chosen<'a>(client: &'a [u8], server: &[u8]) -> &'a [u8] {
    let names = |list: &'a [u8]| list.split(|byte| *byte == b',');
    // Both lists are at most a packet long; names of the server are looked up, not compared one by one.
    let offered: std::collections::HashSet<&[u8]> = server.split(|byte| *byte == b',').collect();
    names(client).find(|name| !name.is_empty() && offered.contains(name)).unwrap_or(b"")
}

#[cfg(test)]
mod tests {
    use super::{KexInit, Parsed, chosen, line, packet};

    #[test]
    fn lines() {
        assert_eq!(line(b"SSH-2.0-x\r\n.."), Parsed::Whole((&b"SSH-2.0-x"[..], true), 11));
        assert_eq!(line(b"SSH-2.0-x\n"), Parsed::Whole((&b"SSH-2.0-x"[..], false), 10));
        assert_eq!((line(b"SSH"), line(&[b'x'; 300])), (Parsed::NeedMore, Parsed::Wrong));
    }

    #[test]
    fn packets() {
        // Length 12, padding 4: seven bytes of payload.
        let bytes = b"\0\0\0\x0c\x04\x14payload\0\0\0\0";
        assert_eq!(packet(&bytes[..16]), Parsed::Whole(&b"\x14payloa"[..], 16));
        assert_eq!(
            (packet(&bytes[..15]), packet(&bytes[..3])),
            (Parsed::NeedMore, Parsed::NeedMore)
        );
        assert_eq!(packet(b"\0\0\0\x04\x04...."), Parsed::Wrong, "more padding than packet");
        assert_eq!(packet(b"\0\x01\0\0\x04"), Parsed::Wrong, "too long");
    }

    #[test]
    fn offers() {
        let mut payload = vec![7; 16];
        for n in 0..10_u8 {
            payload.extend([0, 0, 0, 1, b'a' + n]);
        }
        payload.extend([0; 5]);
        let offer = KexInit::parse(&payload).unwrap();
        assert_eq!((offer.cookie, offer.lists[9]), ([7; 16], &b"j"[..]));
        assert!(KexInit::parse(&payload[..60]).is_none());
        assert_eq!(chosen(b"x,b,a", b"a,b"), b"b");
        assert_eq!(chosen(b"", b""), b"", "an empty name is none");
    }
}
