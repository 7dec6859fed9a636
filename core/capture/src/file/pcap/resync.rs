//! Garbage between records. A header is believed without a second look if its captured length is
//! within the limit and its time within a day of the last time that was looked at closely. Else:
//!
//! - a length beyond the limit is damage;
//! - a far time is taken as true if the header is sane and so is the next one, or the file ends
//!   behind its record, or records are found behind the record and not in it, or nowhere. A header
//!   that is not sane is taken as true if records follow it closely, or are found nowhere. So time
//!   may jump as it likes.
//!
//! Behind damage the next [`SEARCH_WINDOW`] bytes are searched for records that chain: three sane headers
//! in a row, each within a day of the one before, or fewer up to the end of the file. What is in
//! front of the chain is passed over; if there is none, the file ends there.

use super::Pcap;
use super::layout::{DAY, Header, Layout};
use crate::file::damage::DamageKind;
use crate::file::record::{SEARCH_WINDOW, Stop};
use crate::file::stream::Stream;

/// After so many searches of one file that a far time was the cause of and that found nothing, far
/// times are taken as true: the file is an odd one, and each search costs a millisecond.
const MAX_FAILED_SEARCHES: u8 = 64;

impl Pcap {
    /// Looks closely at the first header of the file.
    pub(super) fn start(&mut self, stream: &mut Stream) {
        let Some(first) = self.layout.peek(stream, 0) else { return };
        self.expected_from = if self.layout.second_is_sane(stream) {
            first.seconds.wrapping_sub(DAY)
        } else {
            // No time that is near: `next` is to look again.
            first.seconds.wrapping_add(1)
        };
    }

    /// A header that is not believed at first sight: passes if its record is to be read.
    #[cold]
    #[inline(never)]
    pub(super) fn verify(&mut self, stream: &mut Stream, header: Header) -> Result<(), Stop> {
        let Header { seconds, captured, .. } = header;
        if captured > self.limit {
            return Err(
                self.recover(stream, DamageKind::PacketLength { captured, limit: self.limit })
            );
        }
        if self.failed_searches < MAX_FAILED_SEARCHES && !self.layout.is_followed(stream) {
            let own = self.layout.header + captured as usize;
            let sane = header.is_sane(&self.layout);
            match self.search(stream) {
                Some(place) if place > own && sane || place == own && seconds > 0 => {}
                Some(place) => return Err(Stop::skip(stream, DamageKind::NoRecord, place)),
                None => self.failed_searches += 1,
            }
        }
        self.expected_from = seconds.wrapping_sub(DAY);
        Ok(())
    }

    /// The damage, with the stream moved on to the next records if there are any.
    fn recover(&self, stream: &mut Stream, kind: DamageKind) -> Stop {
        match self.search(stream) {
            Some(place) => Stop::skip(stream, kind, place),
            None => Stop::unrecoverable(stream, kind),
        }
    }

    /// How far from here the next records are that chain.
    fn search(&self, stream: &mut Stream) -> Option<usize> {
        for place in 1..=SEARCH_WINDOW {
            let header = self.layout.peek(stream, place)?;
            if header.captured > 0 && self.layout.chains(stream, place) {
                return Some(place);
            }
        }
        None
    }
}

impl Layout {
    /// Whether the header here is sane and so is the next one, or the file ends behind its record.
    fn is_followed(&self, stream: &mut Stream) -> bool {
        let chain = self.follow_chain(stream, 0, false);
        chain.count > 1 || chain.suffices(1)
    }

    /// Whether records chain from a place on.
    fn chains(&self, stream: &mut Stream, place: usize) -> bool {
        let chain = self.follow_chain(stream, place, true);
        chain.suffices(1) || chain.count > 1 && chain.cut
    }
}

#[cfg(test)]
mod tests;
