//! Packets of several captures in one row: the oldest of those that are at hand comes next, of equal ones that of the
//! capture that was named first. A packet that is older than the one in front of it in its own capture comes when it is
//! at hand: none is left out, and those of one capture keep their order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use flowz_api::packet::{Packet, Timestamp};
use flowz_capture::Interface;

use crate::duplicates::Duplicates;
use crate::source::{Range, Source};

/// How captures are merged.
#[derive(Clone, Copy, Default, Debug)]
pub struct Options {
    /// Packets of these moments.
    pub range: Range,
    /// Keep packets that several captures have.
    pub duplicates: bool,
    /// All captures begin at the earliest first packet.
    pub relative: bool,
    /// Read the captures whole, though times go on.
    pub whole: bool,
    /// Show packets behind the range, too.
    pub goes_on: bool,
}

/// A merge that is under way.
#[derive(Debug)]
pub struct Merge<'a> {
    sources: &'a mut [Source],
    /// What is added to the times of each.
    offsets: Vec<i64>,
    /// Time and number of the captures that have a packet at hand.
    heads: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The one whose packet was shown.
    current: Option<usize>,
    duplicates: Option<Duplicates>,
    dropped: u64,
}

/// The earliest first packet of all captures.
pub fn base(sources: &[Source]) -> Option<Timestamp> {
    sources.iter().filter_map(Source::first).min()
}

impl<'a> Merge<'a> {
    /// Looks for the range in all captures.
    pub fn new(sources: &'a mut [Source], options: Options) -> Self {
        let base = base(sources).unwrap_or_default();
        let offset = |source: &Source| match source.first() {
            Some(first) if options.relative => base - first,
            _ => 0,
        };
        let offsets: Vec<_> = sources.iter().map(offset).collect();
        for (source, offset) in sources.iter_mut().zip(&offsets) {
            source.select(options.range.earlier(*offset), options.whole);
            if options.goes_on {
                source.go_on();
            }
        }
        let compares = sources.len() > 1 && !options.duplicates;
        let duplicates = compares.then(Duplicates::default);
        let count = sources.len();
        let heads = BinaryHeap::with_capacity(count);
        let mut merge = Self { sources, offsets, heads, current: None, duplicates, dropped: 0 };
        (0..count).for_each(|number| merge.advance(number));
        merge
    }

    fn advance(&mut self, number: usize) {
        if self.sources[number].advance() {
            let ts = self.sources[number].packet().ts;
            self.heads.push(Reverse((self.moved(ts, number), number)));
        }
    }

    /// Whether no packet of the range comes any more, but those behind it.
    pub fn is_done(&self) -> bool {
        let at_hand = self.heads.iter().map(|Reverse((_, number))| *number);
        at_hand.chain(self.current).all(|number| self.sources[number].is_done())
    }

    fn moved(&self, ts: Timestamp, number: usize) -> Timestamp {
        Timestamp(ts.0.saturating_add(self.offsets[number]))
    }

    /// The next packet and what its file says of its interface.
    pub fn next_packet(&mut self) -> Option<(Packet<'_>, &Source)> {
        loop {
            if let Some(number) = self.current.take() {
                self.advance(number);
            }
            let Reverse((ts, number)) = self.heads.pop()?;
            self.current = Some(number);
            let packet = Packet { ts, ..self.sources[number].packet() };
            let is_duplicate =
                self.duplicates.as_mut().is_some_and(|d| d.is_duplicate(&packet, number));
            if !is_duplicate {
                break;
            }
            self.dropped += 1;
        }
        let number = self.current?;
        let source = &self.sources[number];
        let packet = source.packet();
        Some((Packet { ts: self.moved(packet.ts, number), ..packet }, source))
    }

    /// Duplicates that were left out.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Source {
    /// What the file says of the interface of a packet.
    pub fn interface_of_packet(&self, packet: &Packet<'_>) -> Interface {
        self.interface_of(packet.interface)
    }
}
