//! Payload types of a source: what they are, and what that means for its packets.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;

use super::book::Book;
use super::impairment::{Impairment, impairment};
use crate::voip::media::Format;
use crate::voip::payload_types;

/// Most payload types that a source keeps.
pub(crate) const MOST_TYPES: usize = 8;
/// Longest name.
pub(crate) const LONGEST: usize = 32;
/// Comfort noise (RFC 3389), and the number that it had once: some still send it.
const COMFORT_NOISE: &str = "CN";
const OLD_COMFORT_NOISE: u8 = 19;
/// Digits and tones of telephones (RFC 4733).
const TELEPHONE_EVENT: &str = "TELEPHONE-EVENT";

/// What packets of a payload type are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Role {
    /// Sound or pictures, or what is not known.
    #[default]
    Media,
    Noise,
    Event,
}

/// A payload type that a source has used.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Used {
    pub(crate) payload_type: u8,
    /// Empty if it is not known.
    pub(crate) name: String,
    /// Not there, or not 0.
    pub(crate) clock: Option<u32>,
    pub(crate) channels: u8,
    pub(crate) role: Role,
    pub(crate) packets: u64,
    /// Edition of the book in which it was looked up last.
    edition: u64,
}

/// Where to learn what a payload type is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) book: &'a Book,
    /// Of the flow.
    pub(crate) key: &'a FlowKey,
}

/// The payload types of a source in the order in which they came first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Formats {
    list: Vec<Used>,
    is_full: bool,
}

impl Formats {
    /// A packet has this type: what it is for, and the clock of the type.
    pub(crate) fn add(&mut self, payload_type: u8, known: Known<'_>) -> (Role, Option<u32>) {
        let at = self.list.iter().position(|used| used.payload_type == payload_type);
        let at = at.unwrap_or_else(|| {
            if self.list.len() < MOST_TYPES {
                self.list.push(Used::new(payload_type, known));
            } else {
                self.is_full = true;
            }
            self.list.len() - 1
        });
        match self.list.get_mut(at) {
            Some(used) if used.payload_type == payload_type => {
                if used.name.is_empty() && used.edition != known.book.edition() {
                    *used = Used { packets: used.packets, ..Used::new(payload_type, known) };
                }
                used.packets += 1;
                (used.role, used.clock)
            }
            _ => (Role::Media, None),
        }
    }

    /// The clock of the source: of its first media, or else of the first type that has one.
    pub(crate) fn clock(&self) -> Option<u32> {
        let is_media = |used: &&Used| used.role == Role::Media && used.clock.is_some();
        let first = self.list.iter().find(is_media);
        first.or_else(|| self.list.iter().find(|used| used.clock.is_some()))?.clock
    }

    /// How the codec of most packets with media impairs speech, if that is known.
    pub(crate) fn impairment(&self, conceals: bool) -> Option<Impairment> {
        let media = self.list.iter().rev().filter(|used| used.role == Role::Media);
        impairment(&media.max_by_key(|used| used.packets)?.name, conceals)
    }

    /// What is known of a type that was used.
    pub(crate) fn used(&self, payload_type: u8) -> Option<&Used> {
        self.list.iter().find(|used| used.payload_type == payload_type)
    }

    pub(crate) fn list(&self) -> &[Used] {
        &self.list
    }

    /// There were more types than are kept.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }
}

impl Used {
    fn new(payload_type: u8, known: Known<'_>) -> Self {
        let edition = known.book.edition();
        let told = known.book.of(known.key).and_then(|announced| {
            announced.formats.iter().find(|f| f.payload_type == payload_type && !f.name.is_empty())
        });
        let mut format = match told {
            Some(format) => format.clone(),
            None if payload_type == OLD_COMFORT_NOISE => {
                Format { name: COMFORT_NOISE.into(), clock: 8000, ..Format::default() }
            }
            None => payload_types::format(payload_type),
        };
        let end = format.name.char_indices().nth(LONGEST).map_or(format.name.len(), |(at, _)| at);
        format.name.truncate(end);
        let Format { name, clock, channels, .. } = format;
        let role = match name.as_str() {
            name if name.eq_ignore_ascii_case(COMFORT_NOISE) => Role::Noise,
            name if name.eq_ignore_ascii_case(TELEPHONE_EVENT) => Role::Event,
            _ => Role::Media,
        };
        let clock = (clock > 0).then_some(clock);
        Self { payload_type, name, clock, channels, role, packets: 0, edition }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;

    use super::{Formats, Known, MOST_TYPES, Role};
    use crate::rtp_decode::book::Book;
    use crate::voip::media::{Format, Media};

    fn format(payload_type: u8, name: &str, clock: u32) -> Format {
        Format { payload_type, name: name.into(), clock, channels: 1 }
    }

    #[test]
    fn assigned_and_announced_types() {
        let key = FlowKey { dst: [1; 16], dst_port: 5000, ..FlowKey::default() };
        let mut book = Book::new(usize::MAX);
        let mut types = Formats::default();
        let known = Known { book: &book, key: &key };
        assert_eq!(types.add(13, known), (Role::Noise, Some(8000)));
        assert_eq!(types.clock(), Some(8000), "as long as there is no other");
        assert_eq!(types.add(96, known), (Role::Media, None));
        let formats = vec![format(96, "OPUS", 48_000), format(101, "TELEPHONE-EVENT", 8000)];
        let media = Media { address: key.dst, port: 5000, formats, ..Media::default() };
        book.announce(1, Timestamp(0), &[media]);
        let known = Known { book: &book, key: &key };
        assert_eq!(types.add(101, known), (Role::Event, Some(8000)));
        assert_eq!(types.add(96, known), (Role::Media, Some(48_000)), "told later");
        assert_eq!(types.clock(), Some(48_000));
        let counts = types.list().iter().map(|used| (used.payload_type, used.packets));
        assert_eq!(counts.collect::<Vec<_>>(), [(13, 1), (96, 2), (101, 1)]);
        assert_eq!(types.impairment(true), None);
    }

    #[test]
    fn the_codec_of_most_packets_impairs() {
        let (book, key) = (Book::new(0), FlowKey::default());
        let known = Known { book: &book, key: &key };
        let mut types = Formats::default();
        for n in [101, 0, 0, 13, 13, 13] {
            types.add(n, known);
        }
        assert_eq!(types.impairment(true).map(|i| i.factor), Some(0.0));
        for n in [18; 3] {
            types.add(n, known);
        }
        assert_eq!(types.impairment(true).map(|i| i.factor), Some(11.0));
        for n in [101; 3] {
            types.add(n, known);
        }
        assert_eq!(types.impairment(true), None);
    }

    #[test]
    fn bounded() {
        let (book, key) = (Book::new(0), FlowKey::default());
        let known = Known { book: &book, key: &key };
        let mut types = Formats::default();
        for n in 0..127 {
            types.add(n, known);
        }
        assert_eq!((types.list().len(), types.is_full()), (MOST_TYPES, true));
        assert_eq!(types.add(100, known), (Role::Media, None));
    }
}
