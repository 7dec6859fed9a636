//! Garbage between records. A header is believed without a second look if its captured length is
//! within the limit and its time within a day of the last time that was looked at closely. Else:
//!
//! - a length beyond the limit is damage;
//! - a far time is taken as true if the header is sane and so is the next one, or the file ends
//!   behind its record; or if the framing is intact (`framing.rs`); or if the header is sane and
//!   records are found behind the record and not in it, or nowhere. A header that is not sane is
//!   taken as true also if records follow it closely, or are found nowhere. So time may jump as it
//!   likes.
//!
//! Behind damage the next [`SEARCH_WINDOW`] bytes are searched for records that chain: three sane headers
//! in a row, each within a day of the one before, or fewer up to the end of the file. Headers that
//! name more captured bytes than were on the wire only count behind an impossible length, and where
//! there are no others. What is in front of the chain is passed over; if there is none, the file
//! ends there.
//!
//! [`SEARCH_WINDOW`]: crate::file::search::SEARCH_WINDOW

use super::Pcap;
use super::framing::Framing;
use super::layout::{DAY, Header, Layout, Rule};
use crate::file::damage::DamageKind;
use crate::file::record::Stop;
use crate::file::search::Searched;
use crate::file::stream::Stream;

/// After so many searches of one file that a far time was the cause of and that found nothing, far
/// times are taken as true: the file is an odd one, and each search costs a millisecond.
const MAX_FAILED_SEARCHES: u8 = 64;

/// What is known of a file from looking closely at it.
#[derive(Default, Debug)]
pub(super) struct Doubts {
    framing: Framing,
    /// Searches for sane records.
    close: Searched,
    /// Searches for records of which more may have been captured than was on the wire.
    loose: Searched,
    /// Searches that found nothing better than what was in doubt.
    failed: u8,
}

impl Pcap {
    /// Looks closely at the first header of the file.
    pub(crate) fn start(&mut self, stream: &mut Stream) {
        let Some(first) = self.layout.peek(stream, 0) else { return };
        self.expected_from = if self.layout.second_is_sane(stream) {
            first.seconds.wrapping_sub(DAY)
        } else {
            // No time that is near: `next` is to look again.
            first.seconds.wrapping_add(1)
        };
    }

    /// A header that is not believed at first sight: the length on the wire if its record is to be
    /// read.
    #[cold]
    #[inline(never)]
    pub(super) fn verify(&mut self, stream: &mut Stream, header: Header) -> Result<(), Stop> {
        let captured = header.captured;
        if header.fraction >= self.precision.in_doubt_from {
            self.verify_fraction(stream)?;
        }
        if captured > self.limit {
            let kind = DamageKind::PacketLength { captured, limit: self.limit };
            return Err(self.recover(stream, kind));
        }
        if header.seconds.wrapping_sub(self.expected_from) > 2 * DAY {
            if let Some(place) = self.better_place(stream, header) {
                self.doubts.framing.leave();
                return Err(Stop::skip(stream, DamageKind::NoRecord, place));
            }
            self.expected_from = header.seconds.wrapping_sub(DAY);
        }
        Ok(())
    }

    /// Where records are, if not here.
    fn better_place(&mut self, stream: &mut Stream, header: Header) -> Option<usize> {
        let Self { layout, limit, doubts, .. } = self;
        if doubts.failed >= MAX_FAILED_SEARCHES
            || layout.is_followed(stream)
            || doubts.framing.is_intact(stream, layout, *limit)
        {
            return None;
        }
        let own = layout.header + header.captured as usize;
        match doubts.search(stream, layout, Rule::Close) {
            Some(place) if place > own && header.is_sane(layout) => None,
            Some(place) if place == own && header.seconds > 0 => None,
            Some(place) => Some(place),
            None => {
                doubts.failed += 1;
                None
            }
        }
    }

    /// Forgets what was seen with another layout in mind.
    pub(super) fn forget_doubts(&mut self) {
        *self.doubts = Doubts::default();
    }

    /// The damage, with the stream moved on to the next records if there are any.
    fn recover(&mut self, stream: &mut Stream, kind: DamageKind) -> Stop {
        self.doubts.framing.leave();
        let mut search = |rule| self.doubts.search(stream, &self.layout, rule);
        match search(Rule::Close).or_else(|| search(Rule::Loose)) {
            Some(place) => Stop::skip(stream, kind, place),
            None => Stop::unrecoverable(stream, kind),
        }
    }
}

impl Doubts {
    /// How far from here the next records are that chain.
    fn search(&mut self, stream: &mut Stream, layout: &Layout, rule: Rule) -> Option<usize> {
        let searched = if rule == Rule::Loose { &mut self.loose } else { &mut self.close };
        searched.next(stream, |stream, place| layout.fits(stream, place, rule))
    }
}

impl Layout {
    /// Whether the header here is sane and so is the next one, or the file ends behind its record.
    fn is_followed(&self, stream: &mut Stream) -> bool {
        let chain = self.follow_chain(stream, 0, Rule::Sane);
        chain.count > 1 || chain.suffices(1)
    }

    /// Whether records with something in them chain from a place on; `None` if the file ends before.
    pub(super) fn fits(&self, stream: &mut Stream, place: usize, rule: Rule) -> Option<bool> {
        let header = self.peek(stream, place)?;
        Some(header.captured > 0 && self.chains(stream, place, rule))
    }

    /// Whether records chain from a place on.
    pub(super) fn chains(&self, stream: &mut Stream, place: usize, rule: Rule) -> bool {
        let chain = self.follow_chain(stream, place, rule);
        chain.suffices(1) || chain.count > 1 && chain.cut
    }
}

#[cfg(test)]
mod tests;
