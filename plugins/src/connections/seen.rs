//! What is special about a segment.

use super::segment::Segment;

/// What is special about a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Seen {
    /// Some of its numbers were sent before.
    pub(crate) is_repeated: bool,
    /// Some of its numbers are new and below the highest.
    pub(crate) is_late: bool,
    /// It was captured twice: number and identification are those of one of the last segments.
    pub(crate) is_twice: bool,
    /// It is data into a closed window.
    pub(crate) is_probe: bool,
    /// The window that it announces, in bytes.
    pub(crate) window: u64,
    /// It ends a round trip of the other side that is valid: nanoseconds.
    pub(crate) round_trip: Option<i64>,
    /// It ends where a segment of the other side ends that was sent more than once, or had to wait for a lower one.
    pub(crate) is_ambiguous: bool,
    /// It is the fourth acknowledgement of the same number in a row.
    pub(crate) is_triple: bool,
}

/// An acknowledgement of the other side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ack<'a> {
    pub(crate) segment: &'a Segment,
    /// It has the number and the window of the one before, and no data.
    pub(crate) is_same: bool,
    pub(crate) original: bool,
}

/// Whether the first block tells of bytes that came twice (RFC 2883, section 4).
pub(crate) fn is_duplicate_sack(segment: &Segment) -> bool {
    let options = &segment.options;
    let below = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
    match (options.block_count, options.blocks) {
        (0, _) => false,
        (_, [(from, _), ..]) if below(from, segment.ack) => true,
        (1, _) => false,
        (_, [(from, to), (start, end), ..]) => !below(from, start) && !below(end, to),
    }
}
