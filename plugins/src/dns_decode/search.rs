//! Where a message begins in the bytes of a TCP stream whose framing is lost: behind a gap, or in the middle of a connection.
//!
//! A length of two bytes tells little, so header, question and the first records must be those of a message too, and the service
//! asks that another message begins behind it. The work for a place is bounded, whatever the bytes.

use flowz_api::stream::Found;

use super::header::{self, Header};

/// Bytes of the length in front of a message (RFC 1035, section 4.2.2).
pub(crate) const LENGTH: usize = 2;
/// So many records of a message are looked at.
const RECORDS: usize = 4;
/// Least bytes of a question, and of a record.
const QUESTION: usize = 5;
const RECORD: usize = 11;

/// Whether a message begins here.
pub(crate) fn find(bytes: &[u8]) -> Found {
    let Some((length, message)) = bytes.split_first_chunk::<LENGTH>() else {
        return Found::NeedMore;
    };
    let length = usize::from(u16::from_be_bytes(*length));
    if length < header::LENGTH {
        return Found::NotHere(1);
    }
    let message = message.get(..length).unwrap_or(message);
    let looking = Looking { message, length, at: header::LENGTH };
    match Header::from_message(message) {
        None => Found::NeedMore,
        Some(header) => match looking.at_message(&header) {
            None => Found::NeedMore,
            Some(true) => Found::Message(LENGTH + length),
            Some(false) => Found::NotHere(1),
        },
    }
}

/// Whether so many questions and records can be in a message of this length.
pub(crate) fn fits(header: &Header, length: usize) -> bool {
    let [questions, records @ ..] = header.counts.map(usize::from);
    let least = questions * QUESTION + records.iter().sum::<usize>() * RECORD;
    least <= length.saturating_sub(header::LENGTH)
}

/// A look at a message that may not be all there.
struct Looking<'a> {
    message: &'a [u8],
    /// How long it is said to be.
    length: usize,
    at: usize,
}

impl Looking<'_> {
    /// Whether this is a message; none if that cannot be told without more bytes.
    fn at_message(mut self, header: &Header) -> Option<bool> {
        if !is_header(header) || !fits(header, self.length) {
            return Some(false);
        }
        let [questions, records @ ..] = header.counts.map(usize::from);
        if questions == 1 && !self.question()? {
            return Some(false);
        }
        let records: usize = records.iter().sum();
        for n in 0..records.min(RECORDS) {
            match self.record() {
                Some(true) => {}
                Some(false) => return Some(false),
                // The question and what is there of the records are evidence enough.
                None if questions + n > 0 => return Some(true),
                None => return None,
            }
        }
        Some(records > RECORDS || self.at == self.length)
    }

    fn question(&mut self) -> Option<bool> {
        const FIXED: usize = 4;
        if !self.name()? {
            return Some(false);
        }
        let Some(&[a, b, c, d]) =
            self.message.get(self.at..).and_then(|b| b.first_chunk::<FIXED>())
        else {
            return self.cut();
        };
        self.at += FIXED;
        Some([a, b] != [0, 0] && is_class(u16::from_be_bytes([c, d])))
    }

    fn record(&mut self) -> Option<bool> {
        const FIXED: usize = 10;
        if !self.name()? {
            return Some(false);
        }
        let Some(fixed) = self.message.get(self.at..).and_then(|b| b.first_chunk::<FIXED>()) else {
            return self.cut();
        };
        let &[a, b, c, d, _, _, _, _, e, f] = fixed;
        let (kind, class) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        self.at += FIXED + usize::from(u16::from_be_bytes([e, f]));
        let is_sound = kind != 0 && (kind == super::message::OPT || is_class(class));
        Some(is_sound && self.at <= self.length)
    }

    /// Passes over a name of letters that can be seen.
    fn name(&mut self) -> Option<bool> {
        let start = self.at;
        loop {
            let Some(&length) = self.message.get(self.at) else { return self.cut() };
            let behind = self.at + 1 + usize::from(length);
            match length >> 6 {
                0 if length == 0 => {
                    self.at = behind;
                    return Some(true);
                }
                0 => {
                    if behind - start > super::name::LONGEST {
                        return Some(false);
                    }
                    let label = self.message.get(self.at + 1..behind.min(self.message.len()));
                    if !label.unwrap_or_default().iter().all(|byte| is_visible(*byte)) {
                        return Some(false);
                    }
                    if behind > self.message.len() {
                        return self.cut();
                    }
                    self.at = behind;
                }
                3 => {
                    let Some(&low) = self.message.get(self.at + 1) else { return self.cut() };
                    let to = usize::from(length & 0x3f) << 8 | usize::from(low);
                    self.at += 2;
                    return Some((header::LENGTH..start).contains(&to));
                }
                _ => return Some(false),
            }
        }
    }

    /// The bytes end here: perhaps more of the message is to come.
    fn cut(&self) -> Option<bool> {
        if self.message.len() < self.length { None } else { Some(false) }
    }
}

/// Whether a header is that of a message as they are sent over TCP: one question at most, no reserved bit.
fn is_header(header: &Header) -> bool {
    const RESERVED: u16 = 0x0040;
    const QUERY_HAS_NOT: u16 = 0x0480 | 0x000f;
    const UPDATE: u8 = 5;
    let [questions, answers, authority, additional] = header.counts;
    let is_known = matches!(header.opcode(), 0 | 4 | UPDATE) && header.flags & RESERVED == 0;
    let is_update = header.opcode() == UPDATE;
    let are_few = questions <= 1 && additional <= 64 && (authority <= 64 || is_update);
    let has_sense = if header.is_response() {
        questions == 1 || answers > 0 || header.rcode() != 0
    } else {
        let records = answers == 0 && authority <= 1 || header.opcode() != 0;
        header.flags & QUERY_HAS_NOT == 0 && questions == 1 && records
    };
    is_known && are_few && has_sense
}

/// The classes there are (IANA, "Domain Name System Parameters").
fn is_class(class: u16) -> bool {
    matches!(super::message::class(class), 1 | 3 | 4 | 254 | 255)
}

fn is_visible(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f
}
