//! Questions and records of a message, one after the other (RFC 1035, sections 4.1.2 and 4.1.3).

use super::header::{self, Header, stat};
use super::name::{self, Fault, Name};
use super::netbios;

/// The pseudo-record with options (RFC 6891, section 6.1).
pub(crate) const OPT: u16 = 41;

/// How a message is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Reading {
    /// Its names are those of NetBIOS.
    pub(crate) netbios: bool,
    /// All of it was captured: what is missing is missing.
    pub(crate) whole: bool,
    /// As the reference reads it.
    pub(crate) compat: bool,
}

/// Reads a message.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) reading: Reading,
    /// Where it has come to.
    pub(crate) at: usize,
    /// Bits of what is wrong or special.
    pub(crate) stat: u16,
}

/// A question, without its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    /// Where its name begins.
    pub(crate) owner: usize,
    pub(crate) kind: u16,
    /// Without the bit that asks for a unicast answer.
    pub(crate) class: u16,
}

/// Where a record is, without its names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Record {
    /// Where its owner's name begins.
    pub(crate) owner: usize,
    pub(crate) kind: u16,
    /// As on the wire: with the top bit of multicast DNS, or the payload size of an OPT record.
    pub(crate) class: u16,
    pub(crate) ttl: u32,
    /// Where its data begin and end; as far as they were captured.
    pub(crate) data: (usize, usize),
    /// All data were captured.
    pub(crate) complete: bool,
}

impl<'a> Reader<'a> {
    /// A reader behind the header.
    pub(crate) fn new(bytes: &'a [u8], reading: Reading) -> Self {
        Self { bytes, reading, at: header::LENGTH, stat: 0 }
    }

    /// The next question.
    pub(crate) fn question(&mut self) -> Option<Asked> {
        const FIXED: usize = 4;
        let owner = self.at;
        let behind = self.skip()?;
        let Some(&[a, b, c, d]) = self.bytes.get(behind..).and_then(|b| b.first_chunk::<FIXED>())
        else {
            return self.ends();
        };
        self.at = behind + FIXED;
        let (kind, class) = (u16::from_be_bytes([a, b]), class(u16::from_be_bytes([c, d])));
        self.stat |= special(kind);
        Some(Asked { owner, kind, class })
    }

    /// The next record.
    pub(crate) fn record(&mut self) -> Option<Record> {
        const FIXED: usize = 10;
        let owner = self.at;
        let behind = self.skip()?;
        let Some(fixed) = self.bytes.get(behind..).and_then(|b| b.first_chunk::<FIXED>()) else {
            return self.ends();
        };
        let &[a, b, c, d, e, f, g, h, i, j] = fixed;
        let (kind, start) = (u16::from_be_bytes([a, b]), behind + FIXED);
        let end = start + usize::from(u16::from_be_bytes([i, j]));
        let complete = end <= self.bytes.len();
        if !complete && (self.reading.whole || self.reading.compat) {
            // The reference looks at the length of records that it knows.
            if !self.reading.compat || is_known(kind) {
                return self.ends();
            }
        }
        self.stat |= special(kind);
        let end = end.min(self.bytes.len());
        // The reference goes on behind the owner of an OPT record.
        self.at = if self.reading.compat && kind == OPT { behind } else { end };
        let (class, ttl) = (u16::from_be_bytes([c, d]), u32::from_be_bytes([e, f, g, h]));
        Some(Record { owner, kind, class, ttl, data: (start, end), complete })
    }

    /// A name as text; what is wrong with it is noted.
    pub(crate) fn name(&mut self, at: usize) -> Vec<u8> {
        let (name, fault) = name::read(self.bytes, at);
        self.note(fault);
        self.text(&name)
    }

    fn text(&self, name: &Name) -> Vec<u8> {
        let decoded = if self.reading.netbios { netbios::decoded(name.text()) } else { None };
        decoded.unwrap_or_else(|| name.text().to_vec())
    }

    /// Where the bytes behind the name here begin.
    fn skip(&mut self) -> Option<usize> {
        match name::skip(self.bytes, self.at) {
            Ok(behind) => Some(behind),
            Err(fault) => {
                self.note(Some(fault));
                None
            }
        }
    }

    fn note(&mut self, fault: Option<Fault>) {
        self.stat |= match fault {
            Some(Fault::Cut) if self.reading.whole || self.reading.compat => stat::LENGTH,
            None | Some(Fault::Cut) => 0,
            Some(Fault::Pointer) => stat::POINTER,
            Some(Fault::Label) => stat::CORRUPT,
        };
    }

    /// The message ends here, within something.
    fn ends<T>(&mut self) -> Option<T> {
        self.note(Some(Fault::Cut));
        None
    }
}

/// The class without the bit that multicast DNS has there (RFC 6762, sections 10.2 and 18.12).
pub(crate) fn class(field: u16) -> u16 {
    field & 0x7fff
}

/// Whether records of this type are shown in full.
pub(crate) fn is_known(kind: u16) -> bool {
    matches!(kind, 1 | 2 | 5 | 6 | 12 | 15 | 16 | 28 | 32 | 33 | OPT | 46)
}

/// The bit of a type that stands for more than itself.
fn special(kind: u16) -> u16 {
    match kind {
        251 => stat::IXFR,
        252 => stat::AXFR,
        255 => stat::ANY,
        _ => 0,
    }
}

/// What takes the parts of a message; names and data are read only where it asks for them.
pub(crate) trait Sink {
    /// A message begins.
    fn header(&mut self, header: &Header);
    /// A question.
    fn question(&mut self, asked: Asked, reader: &mut Reader<'_>);
    /// All questions were read; they end at this byte.
    fn questions_end(&mut self, at: usize);
    /// A record of section 1 (answers), 2 (authority) or 3 (additional).
    fn record(&mut self, section: usize, record: Record, reader: &mut Reader<'_>);
}

/// Reads a message and tells a sink of its parts; yields the bits of what is wrong or special. The number of
/// parts is bounded by the bytes, because each takes at least five.
pub(crate) fn read(header: &Header, bytes: &[u8], reading: Reading, sink: &mut impl Sink) -> u16 {
    let mut reader = Reader::new(bytes, reading);
    sink.header(header);
    for _ in 0..header.counts[0] {
        let Some(asked) = reader.question() else { return reader.stat };
        sink.question(asked, &mut reader);
    }
    sink.questions_end(reader.at);
    for section in 1..header.counts.len() {
        for _ in 0..header.counts[section] {
            let Some(record) = reader.record() else { return reader.stat };
            sink.record(section, record, &mut reader);
        }
    }
    reader.stat
}
