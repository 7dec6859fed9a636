//! Calls without signalling: RTP there and back in one pair of ports.

use super::VoipCalls;
use super::book::Candidate;
use super::call::{Call, MediaFlow, Party, Protocol};

impl VoipCalls {
    /// RTP that no call wants has ended; yields the number of the call that it is, and the call if that is whole.
    pub(super) fn media_alone(&mut self, media: Candidate, has_peer: bool) -> (u64, Option<Call>) {
        if let Some((number, _)) = self.alone {
            return (number, self.take_alone(Some(media)));
        }
        let number = self.book.number();
        self.alone = Some((number, media));
        (number, if has_peer { None } else { self.take_alone(None) })
    }

    /// The call of media whose other direction has ended, too, or is none.
    pub(super) fn take_alone(&mut self, other: Option<Candidate>) -> Option<Call> {
        let (number, first) = self.alone.take()?;
        let mut all: Vec<Candidate> = std::iter::once(first).chain(other).collect();
        all.sort_by_key(|media| media.first);
        Some(Call::alone(number, &all))
    }
}

impl Call {
    /// Media of both directions, those that begin first in front.
    fn alone(number: u64, all: &[Candidate]) -> Self {
        let caller = all.first().map(|media| media.from);
        let media = all.iter().map(|media| MediaFlow {
            flow: media.flow,
            sender: Some(if Some(media.from) == caller { Party::Caller } else { Party::Callee }),
            packets: media.packets,
            first: media.first,
            last: media.last,
            is_rtcp: false,
            is_elsewhere: false,
            streams: media.streams.clone(),
        });
        let first = all.iter().map(|media| media.first).min().unwrap_or_default();
        Self {
            number,
            protocol: Protocol::Rtp,
            ends: all.first().map(|media| (media.from, media.to)),
            first,
            last: all.iter().map(|media| media.last).max().unwrap_or_default(),
            start: Some(first),
            media: media.collect(),
            ..Self::default()
        }
    }
}
