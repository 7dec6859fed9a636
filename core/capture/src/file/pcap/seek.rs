//! Records from the middle of a file: found by headers that chain, as behind damage.
//!
//! A packet may carry a capture, whose records chain too. No chain in a packet is longer than the longest record, so
//! what lies behind a chain of that length is a record of this file.
//!
//! Where captured length and length on the wire are equal, what begins four bytes inside a header can look like one too,
//! all along: it names the same length. Who comes from the front meets the true header first, so one that is found
//! right where a search begins is not believed.

use flowz_api::packet::{NANOS, Timestamp};

use super::Pcap;
use super::layout::{Header, Rule};
use crate::file::stream::Stream;

/// Bytes between the two lengths of a header.
const SHIFT: usize = 4;

/// A record: how far from where the stream is, and its time.
pub(crate) type Found = (usize, Timestamp);

impl Pcap {
    /// Bytes of the longest record.
    pub(crate) fn longest(&self) -> usize {
        self.layout.header + self.limit as usize
    }

    /// The next records that chain; they may be the contents of a packet.
    pub(crate) fn find(&self, stream: &mut Stream) -> Option<Found> {
        self.find_from(stream, 0)
    }

    /// The next record that surely is one of this file, with sane records all the way to it.
    pub(crate) fn find_surely(&self, stream: &mut Stream) -> Option<Found> {
        let mut from = 0;
        while from <= self.longest() {
            let (start, _) = self.find_from(stream, from)?;
            let mut at = start;
            while let Some(header) = self.sane(stream, at) {
                if at - start > self.longest() {
                    return Some((at, self.time(header)));
                }
                at += self.layout.header + header.captured as usize;
            }
            // What chained so far was in a packet, or there is damage.
            from = start + 1;
        }
        None
    }

    /// The last whole record of the stream, which begins in the middle of the file.
    pub(crate) fn last(&self, stream: &mut Stream) -> Option<Found> {
        let mut from = 0;
        while from <= self.longest() {
            let (start, _) = self.find_from(stream, from)?;
            let (mut at, mut last) = (start, None);
            while let Some(header) = self.sane(stream, at) {
                let behind = at + self.layout.header + header.captured as usize;
                if !stream.have(behind) {
                    return last;
                }
                last = Some((at, self.time(header)));
                at = behind;
            }
            if !stream.have(at + self.layout.header) {
                return last;
            }
            from = start + 1;
        }
        None
    }

    fn find_from(&self, stream: &mut Stream, from: usize) -> Option<Found> {
        let (place, ts) = self.find_chain(stream, from)?;
        if place - from >= SHIFT {
            return Some((place, ts));
        }
        // True or not, the next record begins at most so far in front of where this one ends.
        let header = self.layout.peek(stream, place)?;
        let behind = place + self.layout.header + header.captured as usize;
        self.find_chain(stream, behind - SHIFT)
    }

    fn find_chain(&self, stream: &mut Stream, from: usize) -> Option<Found> {
        for place in from..=from + self.longest() {
            if self.layout.fits(stream, place, Rule::Close)? {
                let header = self.layout.peek(stream, place)?;
                return Some((place, self.time(header)));
            }
        }
        None
    }

    /// The header at a place, if it is sane.
    fn sane(&self, stream: &mut Stream, at: usize) -> Option<Header> {
        self.layout.peek(stream, at).filter(|header| header.is_sane(&self.layout))
    }

    fn time(&self, header: Header) -> Timestamp {
        let (seconds, fraction) = (i64::from(header.seconds), i64::from(header.fraction));
        Timestamp(seconds * NANOS + fraction * self.nanos_per_unit)
    }
}
