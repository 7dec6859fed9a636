//! Media that signalling has announced, by the place where they are to come to.

use std::hash::BuildHasher;

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;
use foldhash::fast::FixedState;

use crate::voip::bounded::Bounded;
use crate::voip::media::{Crypto, Format, Kind, Media};

/// Most places that are kept.
const MOST: usize = 16_384;
/// Most formats of a place.
const MOST_FORMATS: usize = 16;
/// Longest name of a format.
const LONGEST: usize = 64;
/// Bytes that a place takes with a usual number of formats.
const PLACE: usize = 2304;

/// Most calls whose keys are kept, most keys of one, and bytes of these.
const MOST_CALLS: usize = 4096;
const MOST_KEYS: usize = 16;
const KEYS: usize = MOST_KEYS * 320;

/// Where media are to come to: address and port.
type Place = ([u8; 16], u16);

/// What was announced for a place.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Announced {
    /// Number of the flow in which it was, and when.
    pub(crate) flow: u64,
    pub(crate) time: Timestamp,
    pub(crate) kind: Kind,
    pub(crate) is_encrypted: bool,
    pub(crate) formats: Vec<Format>,
    /// The call, if keys were announced in it.
    call: Option<u64>,
}

/// All that was announced.
#[derive(Debug, Checkpoint)]
pub(crate) struct Book {
    places: Bounded<Place, Announced>,
    /// Keys of all media of a call.
    keys: Bounded<u64, Vec<Crypto>>,
    /// Counted up with each announcement.
    edition: u64,
}

impl Book {
    /// An empty one for what takes no more than a part of the memory.
    pub(crate) fn new(share: usize) -> Self {
        let places = Bounded::new(Self::most(share));
        Self { places, keys: Bounded::new(Self::most_calls(share)), edition: 0 }
    }

    /// Most calls with keys in a part of the memory.
    fn most_calls(share: usize) -> usize {
        (share / 4 / KEYS).min(MOST_CALLS)
    }

    /// Most places in a part of the memory.
    fn most(share: usize) -> usize {
        (share / 4 * 3 / PLACE).min(MOST)
    }

    /// Most bytes that it takes.
    pub(crate) fn bytes(share: usize) -> usize {
        Self::most(share) * PLACE + Self::most_calls(share) * KEYS
    }

    /// Counted up with each announcement: whoever found nothing need not look again before.
    pub(crate) fn edition(&self) -> u64 {
        self.edition
    }

    /// Media were announced in this flow.
    pub(crate) fn announce(&mut self, flow: u64, time: Timestamp, list: &[Media]) {
        for media in list.iter().filter(|media| media.port != 0) {
            let formats = media.formats.iter().filter(|format| format.name.len() <= LONGEST);
            let formats = formats.take(MOST_FORMATS).cloned().collect();
            *self.places.entry((media.address, media.port)) = Announced {
                flow,
                time,
                kind: media.kind,
                is_encrypted: media.is_encrypted || !media.crypto.is_empty(),
                formats,
                call: None,
            };
            self.edition += 1;
        }
    }

    /// These media of a call were announced; keys are kept with those that were announced before. Which of them is in use the answer
    /// tells, but media may come before it: packets can be tried with each.
    pub(crate) fn announce_keys(&mut self, call_id: &[u8], list: &[Media]) {
        if list.iter().all(|media| media.crypto.is_empty()) {
            return;
        }
        let call = FixedState::default().hash_one(call_id);
        for media in list.iter().filter(|media| media.port != 0) {
            self.places.entry((media.address, media.port)).call = Some(call);
        }
        let known = self.keys.entry(call);
        for crypto in list.iter().flat_map(|media| &media.crypto) {
            if known.contains(crypto) {
                continue;
            }
            if known.len() == MOST_KEYS {
                known.remove(0);
            }
            known.push(crypto.clone());
        }
    }

    /// Keys that packets of this flow may be encrypted with: all of its call.
    pub(crate) fn keys(&self, key: &FlowKey) -> &[Crypto] {
        let of = |place: Place| self.keys.get(&self.places.get(&place)?.call?);
        let keys = of((key.dst, key.dst_port)).or_else(|| of((key.src, key.src_port)));
        keys.map_or(&[], Vec::as_slice)
    }

    /// What was announced for where packets of this flow go, or else for where they come from: whoever wants packets there
    /// mostly sends from there.
    pub(crate) fn of(&self, key: &FlowKey) -> Option<&Announced> {
        self.to(key).or_else(|| self.places.get(&(key.src, key.src_port)))
    }

    /// What was announced for where packets of this flow go.
    pub(crate) fn to(&self, key: &FlowKey) -> Option<&Announced> {
        self.places.get(&(key.dst, key.dst_port))
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;

    use super::{Book, PLACE};
    use crate::voip::media::{Crypto, Media};

    fn media(address: u8, port: u16) -> Media {
        Media { address: [address; 16], port, ..Media::default() }
    }

    #[test]
    fn places_are_found_by_either_end() {
        let mut book = Book::new(usize::MAX);
        let encrypted = Media { crypto: vec![Crypto::default()], ..media(2, 6000) };
        book.announce(7, Timestamp(5), &[media(1, 5000), encrypted, media(3, 0)]);
        let to = |dst: u8, dst_port| FlowKey { dst: [dst; 16], dst_port, ..FlowKey::default() };
        assert_eq!(book.of(&to(1, 5000)).map(|a| (a.flow, a.is_encrypted)), Some((7, false)));
        assert_eq!(book.of(&to(2, 6000).reversed()).map(|a| a.is_encrypted), Some(true));
        assert_eq!(book.to(&to(2, 6000).reversed()), None);
        assert_eq!((book.of(&to(3, 0)), book.edition()), (None, 2));
        book.announce(8, Timestamp(6), &[media(1, 5000)]);
        assert_eq!(book.of(&to(1, 5000)).map(|a| a.flow), Some(8));
    }

    #[test]
    fn keys_of_a_call_from_both_sides() {
        let mut book = Book::new(usize::MAX);
        let with = |address, key: u8| Media {
            crypto: vec![Crypto { key: vec![key], ..Crypto::default() }],
            ..media(address, 5000)
        };
        let key = FlowKey { dst: [1; 16], dst_port: 5000, ..FlowKey::default() };
        let elsewhere = FlowKey { src: [2; 16], src_port: 5000, ..FlowKey::default() };
        book.announce_keys(b"a", &[media(1, 5000)]);
        assert_eq!(book.keys(&key), []);
        book.announce_keys(b"a", &[with(1, 7), with(3, 7)]);
        book.announce_keys(b"a", &[with(2, 8)]);
        let keys: Vec<_> = book.keys(&key).iter().map(|crypto| crypto.key[0]).collect();
        assert_eq!((keys, book.keys(&elsewhere).len()), (vec![7, 8], 2));
        for n in 0..100 {
            book.announce_keys(b"a", &[with(1, n)]);
        }
        assert_eq!(book.keys(&key).len(), super::MOST_KEYS);
        book.announce(1, Timestamp(0), &[media(1, 5000)]);
        assert_eq!(book.keys(&key), [], "another description took its place");
    }

    #[test]
    fn bounded() {
        let mut book = Book::new(4 * PLACE);
        for port in 1..100 {
            book.announce(1, Timestamp(0), &[media(1, port)]);
        }
        let there = (1..100).filter(|port| {
            let key = FlowKey { dst: [1; 16], dst_port: *port, ..FlowKey::default() };
            book.to(&key).is_some()
        });
        assert_eq!(there.collect::<Vec<_>>(), [97, 98, 99]);
    }
}
