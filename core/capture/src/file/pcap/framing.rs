//! Framing: whether the lengths of records lead from one to the next. Where they do, records are
//! what they are, however odd their other fields look.

use super::layout::{Header, Layout, Rule};
use crate::file::search::SEARCH_WINDOW;
use crate::file::stream::Stream;

/// So many records of one file are followed in any case, and one more for each 16 bytes in front of
/// the place in doubt: no file makes this take longer than in proportion to its length.
const STEPS: u64 = 1 << 16;

/// How far the framing of a file was followed. Places are counted from the start of the file.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Framing {
    /// Up to here the framing is intact.
    intact_to: u64,
    /// Up to here records were followed, in vain so far.
    followed_to: u64,
    /// Records that were followed.
    steps: u64,
}

/// What is found where the lengths lead to.
enum Step {
    /// Records that chain, or the end of the file.
    Arrived,
    /// A record; the next one is so many bytes behind it.
    Record(usize),
    /// Nothing that could be a record, or a cut one.
    Lost,
}

impl Framing {
    /// Whether lengths lead from the record here, and from there on, to records that chain or to the
    /// end of the file, at most [`SEARCH_WINDOW`] further on.
    pub(super) fn is_intact(&mut self, stream: &mut Stream, layout: &Layout, limit: u32) -> bool {
        let here = stream.offset();
        let mut place = (self.followed_to.max(here) - here) as usize;
        let end = self.intact_to;
        while here >= end && place <= SEARCH_WINDOW && self.steps < STEPS + here / 16 {
            match layout.step(stream, place, limit) {
                Step::Arrived => {
                    self.intact_to = here + place as u64;
                    return true;
                }
                Step::Record(length) => place += length,
                Step::Lost => break,
            }
            self.steps += 1;
            self.followed_to = here + place as u64;
        }
        here < end
    }

    /// Reading goes on elsewhere: what was followed is not what will be read.
    pub(super) fn leave(&mut self) {
        *self = Self { steps: self.steps, ..Self::default() };
    }
}

impl Layout {
    /// Looks where lengths have led to, `place` bytes from where the stream is.
    fn step(&self, stream: &mut Stream, place: usize, limit: u32) -> Step {
        let Some(header) = self.peek(stream, place) else {
            let at_end = place > 0 && stream.available() == place;
            return if at_end { Step::Arrived } else { Step::Lost };
        };
        if place > 0 && self.chains(stream, place, Rule::Close) {
            return Step::Arrived;
        }
        if !header.is_framed(limit) {
            return Step::Lost;
        }
        Step::Record(self.header + header.captured as usize)
    }
}

impl Header {
    /// Whether a record header can begin so: nothing is asked but a captured length within the
    /// limit, and that it is not all zeros.
    fn is_framed(self, limit: u32) -> bool {
        let Self { seconds, fraction, captured, wire_len } = self;
        captured <= limit && seconds | fraction | captured | wire_len != 0
    }
}
