//! Duplicates among merged packets: what several captures have of one packet.
//!
//! Packets of one time are kept, as long as there is room. One with the same time, lengths, link type and bytes as
//! another that was written for another capture is a duplicate; each one that was written stands for one of every other
//! capture, so two equal packets of one capture stay two.

use std::mem;

use flowz_api::packet::{LinkType, Packet, Timestamp};

/// At most so many packets of one time are kept, and so many bytes of them.
const MOST: usize = 1024;
const MOST_BYTES: usize = 8 << 20;

/// What was written of the latest time.
#[derive(Default, Debug)]
pub(crate) struct Duplicates {
    ts: Timestamp,
    written: Vec<Written>,
    /// The bytes of all of them.
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Written {
    link: LinkType,
    wire_len: u32,
    /// Place and number of its bytes.
    at: usize,
    len: usize,
    /// Captures that it stands for, the one that it is from first.
    captures: Vec<usize>,
}

impl Duplicates {
    /// Whether the packet of a capture was written for another one; else it is taken to be written now.
    pub(crate) fn is_duplicate(&mut self, packet: &Packet<'_>, capture: usize) -> bool {
        if packet.ts != self.ts || self.written.len() >= MOST || self.bytes.len() >= MOST_BYTES {
            self.ts = packet.ts;
            self.written.clear();
            self.bytes = mem::take(&mut self.bytes);
            self.bytes.clear();
        }
        let bytes = &self.bytes;
        let same = |known: &&mut Written| {
            (known.link, known.wire_len) == (packet.link, packet.wire_len)
                && bytes[known.at..known.at + known.len] == *packet.data
                && !known.captures.contains(&capture)
        };
        if let Some(known) = self.written.iter_mut().find(same) {
            known.captures.push(capture);
            return true;
        }
        let (at, len) = (self.bytes.len(), packet.data.len());
        self.bytes.extend_from_slice(packet.data);
        let Packet { link, wire_len, .. } = *packet;
        self.written.push(Written { link, wire_len, at, len, captures: vec![capture] });
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(ts: i64, data: &[u8]) -> Packet<'_> {
        Packet { ts: Timestamp(ts), wire_len: 60, link: LinkType::ETHERNET, interface: 0, data }
    }

    #[test]
    fn one_of_each_capture() {
        let mut d = Duplicates::default();
        assert!(!d.is_duplicate(&packet(1, b"a"), 0));
        assert!(!d.is_duplicate(&packet(1, b"a"), 0), "twice in one capture");
        assert!(!d.is_duplicate(&packet(1, b"b"), 0));
        assert!(d.is_duplicate(&packet(1, b"a"), 1), "not only the one in front of it");
        assert!(d.is_duplicate(&packet(1, b"a"), 1));
        assert!(!d.is_duplicate(&packet(1, b"a"), 1), "the third is one more");
        assert!(d.is_duplicate(&packet(1, b"b"), 2));
        assert!(!d.is_duplicate(&packet(2, b"b"), 2), "another time");
    }

    #[test]
    fn all_must_be_equal() {
        let mut d = Duplicates::default();
        assert!(!d.is_duplicate(&packet(1, b"a"), 0));
        assert!(!d.is_duplicate(&Packet { wire_len: 61, ..packet(1, b"a") }, 1));
        assert!(!d.is_duplicate(&Packet { link: LinkType::RAW, ..packet(1, b"a") }, 1));
        assert!(!d.is_duplicate(&packet(1, b"ab"), 1));
        assert!(d.is_duplicate(&packet(1, b"a"), 1));
    }

    #[test]
    fn no_more_than_there_is_room_for() {
        let mut d = Duplicates::default();
        for n in 0..5000_u32 {
            assert!(!d.is_duplicate(&packet(1, &n.to_le_bytes()), 0));
            assert!(d.written.len() <= MOST && d.bytes.len() <= 4 * MOST);
        }
        let large = vec![0; MOST_BYTES];
        for _ in 0..3 {
            d.is_duplicate(&packet(1, &large), 0);
        }
        assert!(d.bytes.len() <= 2 * MOST_BYTES);
    }
}
