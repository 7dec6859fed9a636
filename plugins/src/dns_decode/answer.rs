//! Questions and records as the columns show them.

use super::message::{OPT, Reader, Record, class, is_known};
use super::name;
use flowz_api::Checkpoint;

/// A question.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Question {
    pub(crate) name: Vec<u8>,
    pub(crate) kind: u16,
    pub(crate) class: u16,
}

/// A record: all that any type has, the rest empty.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Answer {
    /// Owner.
    pub(crate) name: Vec<u8>,
    /// The name or text that the data hold.
    pub(crate) target: Vec<u8>,
    pub(crate) v4: Option<[u8; 4]>,
    pub(crate) v6: Option<[u8; 16]>,
    pub(crate) kind: u16,
    pub(crate) class: u16,
    pub(crate) ttl: u32,
    /// Preference of a mail exchanger.
    pub(crate) preference: u16,
    /// Priority, weight and port of a service.
    pub(crate) service: [u16; 3],
    /// What an OPT record has in place of a time to live.
    pub(crate) options: u32,
}

impl Answer {
    /// Bytes of its text, if that is longer than a name.
    pub(crate) fn long_text(&self) -> usize {
        if self.target.len() > name::LONGEST { self.target.len() } else { 0 }
    }

    /// The entries of a record: one, of SOA records two, because they name a server and a mailbox.
    pub(crate) fn from_record(record: Record, reader: &mut Reader<'_>) -> (Self, Option<Self>) {
        let (start, end) = record.data;
        let compat = reader.reading.compat;
        let mut answer = Self {
            name: reader.name(record.owner),
            kind: record.kind,
            class: class(record.class),
            ttl: lifetime(record.ttl, compat),
            ..Self::default()
        };
        if record.kind == OPT {
            (answer.class, answer.ttl, answer.options) = (0, 0, record.ttl);
        }
        if !record.complete || !is_known(record.kind) {
            return (answer, None);
        }
        let data = reader.bytes.get(start..end).unwrap_or_default();
        let word = |at: usize| part::<2>(data, at).map_or(0, u16::from_be_bytes);
        match record.kind {
            1 => answer.v4 = part(data, 0),
            28 => answer.v6 = part(data, 0),
            2 | 5 | 12 => answer.target = target(reader, start, end),
            6 => {
                answer.target = target(reader, start, end);
                let second = mailbox(reader, start, end);
                return (answer, Some(second));
            }
            15 => {
                answer.preference = word(0);
                answer.target = target(reader, start + 2, end);
            }
            16 => answer.target = text(data, compat),
            33 => {
                answer.service = [word(0), word(2), word(4)];
                answer.target = target(reader, start + 6, end);
            }
            _ => {}
        }
        (answer, None)
    }
}

/// The second entry of an SOA record: its mailbox, and how long the absence of a name may be kept (RFC 2308, section 4).
fn mailbox(reader: &mut Reader<'_>, start: usize, end: usize) -> Answer {
    /// Five numbers behind the names, the last one is it.
    const NUMBERS: usize = 20;
    const MINIMUM_AT: usize = 16;
    let at = name::skip(reader.bytes, start).unwrap_or(end);
    let behind = name::skip(reader.bytes, at).unwrap_or(end);
    let fits = behind + NUMBERS <= end;
    let minimum = part(reader.bytes, behind + MINIMUM_AT).filter(|_| fits);
    let ttl = minimum.map_or(0, u32::from_be_bytes);
    Answer { target: target(reader, at, end), ttl, ..Answer::default() }
}

/// A name within data.
fn target(reader: &mut Reader<'_>, at: usize, end: usize) -> Vec<u8> {
    if at < end { reader.name(at) } else { Vec::new() }
}

/// Seconds that a record may be kept: numbers with the top bit are none (RFC 2181, section 8). The reference
/// keeps 16 bits.
pub(crate) fn lifetime(field: u32, compat: bool) -> u32 {
    if compat {
        field & 0xffff
    } else if field >> 31 == 1 {
        0
    } else {
        field
    }
}

/// The strings of a TXT record (RFC 1035, section 3.3.14) with a blank between them. The reference shows several
/// strings with their lengths, up to a zero.
pub(crate) fn text(data: &[u8], compat: bool) -> Vec<u8> {
    let first = data.first().map_or(0, |length| usize::from(*length) + 1);
    if compat {
        let shown = if first == data.len() { data.get(1..).unwrap_or_default() } else { data };
        return shown.split(|b| *b == 0).next().unwrap_or_default().to_vec();
    }
    let (mut rest, mut out) = (data, Vec::with_capacity(data.len()));
    while let Some((length, behind)) = rest.split_first() {
        let (string, more) = behind.split_at(behind.len().min(usize::from(*length)));
        if !out.is_empty() && !string.is_empty() {
            out.push(b' ');
        }
        out.extend_from_slice(string);
        rest = more;
    }
    out
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
