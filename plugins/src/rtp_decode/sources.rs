//! The sources in one direction of a flow.

use flowz_api::Checkpoint;
use flowz_api::memory::Growth;

use super::formats::Known;
use super::sequence::Place;
use super::source::{Arrived, Source};

/// Most sources on probation.
const CANDIDATES: usize = 8;

/// The sources, in the order in which they began.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Sources {
    list: Vec<Source>,
    /// Where the source of the latest packet is.
    latest: usize,
}

/// Limits that settings set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Sources that are kept, besides those on probation.
    pub(crate) sources: usize,
    /// Nanoseconds of silence behind which a packet begins a source anew; 0 for never.
    pub(crate) silence: i64,
}

/// What became of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It belongs to a source.
    Of(Place),
    /// It may be the first of one.
    Maybe,
    /// The same, but what came before was none.
    Noise,
    /// It makes a source of what was on probation.
    Begins,
    /// There is no room for its source.
    Beyond,
}

impl Sources {
    /// What they may grow by: each packet may begin a source.
    pub(crate) fn growth(limits: Limits) -> Growth {
        // A list has room for twice as many as there are.
        let bytes = 2 * size_of::<Source>() + Source::BYTES;
        Growth { bytes: bytes as u32, packets: (limits.sources + CANDIDATES) as u32 }
    }

    /// Takes in a packet.
    pub(crate) fn add(
        &mut self,
        ssrc: u32,
        packet: &Arrived,
        known: Known<'_>,
        limits: Limits,
    ) -> Outcome {
        if let Some(at) = self.position(ssrc) {
            self.latest = at;
            let source = &mut self.list[at];
            if limits.silence == 0 || packet.time - source.last.time <= limits.silence {
                let was_valid = source.is_valid();
                let place = source.add(packet, known);
                return match (was_valid, source.is_valid()) {
                    (true, _) => Outcome::Of(place),
                    (false, true) => Outcome::Begins,
                    (false, false) if place == Place::First => Outcome::Noise,
                    (false, false) => Outcome::Maybe,
                };
            }
            source.is_over = true;
        }
        self.begin(ssrc, packet, known, limits)
    }

    fn position(&self, ssrc: u32) -> Option<usize> {
        let is_it = |source: &Source| source.ssrc == ssrc && !source.is_over;
        let is_latest = self.list.get(self.latest).is_some_and(is_it);
        if is_latest { Some(self.latest) } else { self.list.iter().position(is_it) }
    }

    fn begin(&mut self, ssrc: u32, packet: &Arrived, known: Known<'_>, limits: Limits) -> Outcome {
        let on_probation = self.list.iter().filter(|source| !source.is_valid()).count();
        if self.list.len() - on_probation >= limits.sources {
            return Outcome::Beyond;
        }
        let has_room = on_probation < CANDIDATES;
        if !has_room {
            self.forget_candidate();
        }
        self.latest = self.list.len();
        self.list.push(Source::new(ssrc, packet, known));
        if has_room { Outcome::Maybe } else { Outcome::Noise }
    }

    /// Forgets the candidate that was silent for longest.
    fn forget_candidate(&mut self) {
        let candidates = self.list.iter().enumerate().filter(|(_, source)| !source.is_valid());
        let oldest = candidates.min_by_key(|(_, source)| source.last.number);
        if let Some((at, _)) = oldest {
            self.list.remove(at);
        }
    }

    /// The source of the latest packet; not that of one that found no room.
    pub(crate) fn latest(&mut self) -> Option<&mut Source> {
        self.list.get_mut(self.latest)
    }

    /// Sources behind which others with their SSRC have begun.
    pub(crate) fn over(&mut self) -> impl Iterator<Item = &mut Source> {
        self.list.iter_mut().filter(|source| source.is_over)
    }

    /// The flow ends: its sources. Those on probation are among them if they are what was announced.
    pub(crate) fn close(&mut self, is_announced: impl Fn(&Source) -> bool) -> &mut [Source] {
        self.list.retain(|source| source.is_valid() || is_announced(source));
        self.list.iter_mut().for_each(Source::close);
        &mut self.list
    }

    /// Timestamp of the latest packet of a source.
    pub(crate) fn last_timestamp(&self, ssrc: u32) -> Option<u32> {
        self.position(ssrc).map(|at| self.list[at].last.timestamp)
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;

    use super::Outcome::{self, Begins, Beyond, Maybe, Of};
    use super::{CANDIDATES, Limits, Sources};
    use crate::rtp_decode::book::Book;
    use crate::rtp_decode::formats::Known;
    use crate::rtp_decode::sequence::Place;
    use crate::rtp_decode::source::Arrived;

    const LIMITS: Limits = Limits { sources: 2, silence: 0 };

    fn add(sources: &mut Sources, ssrc: u32, sequence: u16, limits: Limits) -> Outcome {
        let number = sources.list.iter().map(|s| s.last.number).max().unwrap_or(0) + 1;
        let time = Timestamp(i64::from(sequence) * 20_000_000);
        let packet = Arrived { number, time, sequence, ..Arrived::default() };
        let (book, key) = (Book::new(0), FlowKey::default());
        sources.add(ssrc, &packet, Known { book: &book, key: &key }, limits)
    }

    #[test]
    fn several_at_once_within_bounds() {
        let mut sources = Sources::default();
        let outcomes = [(1, 1), (2, 9), (1, 2), (2, 10), (1, 3), (3, 5), (3, 6), (2, 11)]
            .map(|(ssrc, sequence)| add(&mut sources, ssrc, sequence, LIMITS));
        let ahead = Of(Place::Ahead);
        assert_eq!(outcomes, [Maybe, Maybe, Begins, Begins, ahead, Beyond, Beyond, ahead]);
        let found: Vec<_> = sources.close(|_| false).iter().map(|s| (s.ssrc, s.unique())).collect();
        assert_eq!(found, [(1, 3), (2, 3)]);
    }

    #[test]
    fn noise_is_no_source() {
        let mut sources = Sources::default();
        for n in 0..1000_u32 {
            let sequence = n.wrapping_mul(40_503) as u16;
            let outcome = add(&mut sources, n % 11, sequence, LIMITS);
            assert_eq!(outcome, if n < 8 { Maybe } else { Outcome::Noise });
            assert!(sources.list.len() <= CANDIDATES);
        }
        assert!(sources.close(|_| false).is_empty());
    }

    #[test]
    fn one_packet_is_enough_where_it_was_announced() {
        let mut sources = Sources::default();
        add(&mut sources, 1, 1, LIMITS);
        assert_eq!(sources.close(|_| true).len(), 1);
    }

    #[test]
    fn silence_may_end_a_source() {
        let limits = Limits { silence: 5_000_000_000, ..LIMITS };
        let mut sources = Sources::default();
        for sequence in [1, 2, 252, 253, 600, 601] {
            add(&mut sources, 1, sequence, limits);
        }
        let found: Vec<_> =
            sources.close(|_| false).iter().map(|s| s.sequence.expected()).collect();
        assert_eq!(found, [253, 2]);
    }
}
