//! How the records of one file look, and whether bytes look like a record: the ground for telling
//! the variants of the format apart and for finding records again behind garbage.

use crate::file::record::MAX_SNAP_LEN;
use crate::file::stream::Stream;

/// Bytes that the record headers of all variants begin with.
pub(super) const COMMON: usize = 16;

/// Seconds that two neighboring records may be apart without a second look.
pub(super) const DAY: u32 = 86_400;

/// Longer packets than this are on no wire.
const LARGEST_WIRE: u32 = 1 << 20;

/// How many headers in a row make a chain.
const CHAIN: usize = 3;

/// Order of the two length fields of a record; it differs in versions before 2.4.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lengths {
    /// Captured, then on the wire.
    Normal,
    /// On the wire, then captured.
    Swapped,
    /// The smaller one is the captured one.
    Sorted,
}

/// How the records of a file are laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) big_endian: bool,
    /// Bytes in front of the captured bytes of each packet.
    pub(super) header: usize,
    pub(super) lengths: Lengths,
    /// Fractions in a second.
    pub(super) units: u32,
}

/// The fields that the record headers of all variants begin with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) seconds: u32,
    pub(super) fraction: u32,
    pub(super) captured: u32,
    pub(super) wire_len: u32,
}

impl Header {
    /// Whether this can be the header of a packet: the fraction is below a second, there was
    /// something on the wire, and the lengths are possible.
    fn is_possible(self, layout: &Layout) -> bool {
        self.fraction < layout.units
            && self.wire_len > 0
            && self.captured <= MAX_SNAP_LEN
            && self.wire_len <= LARGEST_WIRE
    }

    /// Whether this can be the usual header of a packet: also, no more was captured than was on the
    /// wire. Some writers leave a check sequence out of the length on the wire.
    pub(super) fn is_sane(self, layout: &Layout) -> bool {
        self.is_possible(layout) && self.captured <= self.wire_len
    }

    /// Whether two headers are at most a day apart.
    fn is_near(self, seconds: u32) -> bool {
        self.seconds.abs_diff(seconds) <= DAY
    }
}

/// What makes a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    /// Sane headers.
    Sane,
    /// Sane headers, each at most a day from the one before it.
    Close,
    /// Possible headers, each at most a day from the one before it. Garbage is so more often.
    Loose,
}

/// How far records could be followed from one place on.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Chain {
    /// Sane headers in a row, at most [`CHAIN`].
    pub(super) count: usize,
    /// Behind the last of these records is the end of the file.
    pub(super) ends: bool,
    /// The file ends in or behind the last of these records.
    pub(super) cut: bool,
}

impl Chain {
    /// All that was asked for, or fewer records with the end of the file where it should be.
    pub(super) fn suffices(self, least: usize) -> bool {
        self.count == CHAIN || self.ends && self.count >= least
    }
}

impl Layout {
    /// The fields of a header.
    #[inline]
    pub(super) fn parse(&self, bytes: &[u8; COMMON]) -> Header {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let mut words = [word(0), word(4), word(8), word(12)];
        if self.big_endian {
            words = words.map(u32::swap_bytes);
        }
        let [seconds, fraction, first, second] = words;
        let (captured, wire_len) = match self.lengths {
            Lengths::Normal => (first, second),
            Lengths::Swapped => (second, first),
            Lengths::Sorted => (first.min(second), first.max(second)),
        };
        Header { seconds, fraction, captured, wire_len }
    }

    /// The header `at` bytes from where the stream is; `None` if the file ends before its end.
    pub(super) fn peek(&self, stream: &mut Stream, at: usize) -> Option<Header> {
        if !stream.have(at + COMMON) {
            return None;
        }
        stream.rest().get(at..)?.first_chunk().map(|bytes| self.parse(bytes))
    }

    /// Whether the second header from here on is sane and near the first one, or not there at all.
    pub(super) fn second_is_sane(&self, stream: &mut Stream) -> bool {
        let Some(first) = self.peek(stream, 0) else { return true };
        let at = self.header + first.captured.min(MAX_SNAP_LEN) as usize;
        let second = self.peek(stream, at);
        second.is_none_or(|second| second.is_sane(self) && second.is_near(first.seconds))
    }

    /// Follows records from `at` bytes behind where the stream is.
    pub(super) fn follow_chain(&self, stream: &mut Stream, mut at: usize, rule: Rule) -> Chain {
        let mut chain = Chain::default();
        let mut before: Option<Header> = None;
        while chain.count < CHAIN {
            let Some(header) = self.peek(stream, at) else {
                chain.ends = chain.count > 0 && stream.available() == at;
                chain.cut = true;
                break;
            };
            let far = before.is_some_and(|before| !header.is_near(before.seconds));
            let fits = match rule {
                Rule::Sane => header.is_sane(self),
                Rule::Close => !far && header.is_sane(self),
                Rule::Loose => !far && header.is_possible(self),
            };
            if !fits {
                break;
            }
            chain.count += 1;
            at += self.header + header.captured as usize;
            before = Some(header);
        }
        chain
    }
}
