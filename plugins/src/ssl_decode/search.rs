//! Whether a connection has TLS in it, and where it begins: with the first byte, or behind words in clear (STARTTLS of
//! RFC 3207, CONNECT of RFC 9110).

use super::records::{Head, is_hello};
use flowz_api::Checkpoint;

/// So far behind the beginning of a connection a hello is looked for, in bytes.
const WORDS: u32 = 8 << 10;
/// So far a record is looked for where the beginning was not captured: there is one record at least.
const MIDDLE: u32 = 40 << 10;

/// Where the search is.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Search {
    /// Bytes that were passed over.
    pub(super) done: u32,
    /// The beginning was not captured.
    pub(crate) middle: bool,
}

/// What is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// A record begins behind so many bytes.
    Here(usize),
    /// Perhaps: more has to be seen of what is behind so many bytes.
    Wait(usize),
    /// There is none.
    Nowhere,
}

impl Search {
    /// Looks at the next bytes. Those in front of the place are passed over.
    pub(crate) fn look(&mut self, bytes: &[u8]) -> Place {
        let at_start = self.done == 0 && !self.middle;
        let most = if self.middle { MIDDLE } else { WORDS };
        let mut at = 0;
        while let Some(found) = self.candidate(&bytes[at..], at_start && at == 0) {
            at += found;
            if self.done + at as u32 > most {
                return Place::Nowhere;
            }
            match self.is_record(&bytes[at..], at_start && at == 0) {
                Some(true) => return Place::Here(at),
                None => {
                    self.done += at as u32;
                    return Place::Wait(at);
                }
                Some(false) => at += 1,
            }
        }
        self.done = self.done.saturating_add(bytes.len() as u32);
        if self.done > most { Place::Nowhere } else { Place::Wait(bytes.len()) }
    }

    /// Where the next byte is that may begin a record; behind words only a hello does.
    fn candidate(self, bytes: &[u8], at_start: bool) -> Option<usize> {
        let is_kind = |byte: &u8| (20..=24).contains(byte);
        if self.middle {
            return bytes.iter().position(is_kind);
        }
        let is_first = at_start && bytes.first().is_some_and(is_kind);
        if is_first { Some(0) } else { memchr::memchr(22, bytes) }
    }

    /// Whether a record begins here; nothing if more has to be seen.
    fn is_record(self, bytes: &[u8], at_start: bool) -> Option<bool> {
        if is_hello(bytes) != Some(false) {
            return is_hello(bytes);
        }
        if !self.middle && !at_start {
            return Some(false);
        }
        if bytes.len() < 5 {
            // Of a head that is cut what is there has to be right.
            return bytes.get(1).is_some_and(|byte| *byte != 3).then_some(false);
        }
        let Some(head) = Head::read(bytes) else { return Some(false) };
        if at_start {
            return Some(true);
        }
        let next = bytes.get(5 + usize::from(head.len)..)?;
        if next.len() < 5 { None } else { Some(Head::read(next).is_some()) }
    }
}
