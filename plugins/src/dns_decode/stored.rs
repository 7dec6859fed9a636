//! What the table tells of a message, in one piece of memory.

use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Checkpoint;

use super::answer::Answer;
use super::header::Header;
use super::message::{self, Asked, OPT, Reader, Reading, Record, Sink};
use super::name;
use super::transport::Piece;

/// Most questions that are kept: all of them may be answered in multicast DNS.
const QUESTIONS: u8 = 4;
/// Most answers of a row.
pub(crate) const ANSWERS: u16 = 256;
/// Answers that begin behind so many bytes of text are not kept.
const TEXTS: usize = 64 << 10;
/// Most messages are not longer.
const LIKELY: usize = 1500;

/// A message: header, sizes, the first questions, and the answers as text.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Stored {
    pub(crate) header: Header,
    /// Length on the wire.
    pub(crate) size: u32,
    /// Bytes of it that were not captured.
    pub(crate) missing: u32,
    pub(crate) options: Option<Options>,
    questions: u8,
    answers: u16,
    /// Each question: length of the name, name, type, class; then each answer: the same, time to live, length of the data, data.
    texts: Vec<u8>,
}

/// What an OPT record tells of its sender (RFC 6891, section 6.1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Options {
    /// Largest UDP payload that it takes.
    pub(crate) size: u16,
    /// Upper eight bits of the response code.
    pub(crate) rcode: u8,
}

/// A question as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Question<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) kind: u16,
    pub(crate) class: u16,
}

/// An answer as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Found<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) kind: u16,
    pub(crate) ttl: u32,
    pub(crate) data: &'a [u8],
}

impl Stored {
    /// Reads a message; nothing without a header.
    pub(crate) fn read(piece: Piece<'_>, netbios: bool) -> Option<Self> {
        let header = Header::from_message(piece.bytes)?;
        // The reference has no such table, so nothing is to be read its way.
        let reading = Reading { netbios, whole: piece.is_whole(), compat: false };
        let size = u32::try_from(piece.length).unwrap_or(u32::MAX);
        let missing = size.saturating_sub(u32::try_from(piece.bytes.len()).unwrap_or(u32::MAX));
        let texts = Vec::with_capacity(2 * piece.bytes.len().min(LIKELY));
        let mut stored = Self { header, size, missing, texts, ..Self::default() };
        message::read(&header, piece.bytes, reading, &mut stored);
        stored.texts.shrink_to_fit();
        Some(stored)
    }

    /// Bytes that it takes elsewhere.
    pub(crate) fn bytes(&self) -> usize {
        self.texts.capacity()
    }

    /// Response code, with the bits that an OPT record has of it.
    pub(crate) fn rcode(&self) -> u16 {
        let high = self.options.map_or(0, |options| options.rcode);
        u16::from(high) << 4 | u16::from(self.header.rcode())
    }

    /// Its first question.
    pub(crate) fn question(&self) -> Option<Question<'_>> {
        self.questions().next()
    }

    /// Its questions, as far as they are kept.
    pub(crate) fn questions(&self) -> impl Iterator<Item = Question<'_>> {
        let mut texts = Texts(&self.texts);
        (0..self.questions).map_while(move |_| texts.question())
    }

    /// Its answers, as far as they are kept.
    pub(crate) fn answers(&self) -> impl Iterator<Item = Found<'_>> {
        let mut texts = Texts(&self.texts);
        for _ in 0..self.questions {
            texts.question();
        }
        (0..self.answers).map_while(move |_| texts.found())
    }

    /// Whether both ask the same, or one of them does not tell what it asks. Upper and lower case are one (RFC 4343).
    pub(crate) fn asks_as(&self, other: &Self) -> bool {
        let (Some(own), Some(other)) = (self.question(), other.question()) else { return true };
        (own.kind, own.class) == (other.kind, other.class)
            && own.name.eq_ignore_ascii_case(other.name)
    }

    /// Whether a zone transfer is asked for, of which there may be many messages (RFC 5936, section 2.2).
    pub(crate) fn is_transfer(&self) -> bool {
        const IXFR: u16 = 251;
        const AXFR: u16 = 252;
        self.question().is_some_and(|question| matches!(question.kind, IXFR | AXFR))
    }

    /// A further message of the same transfer: its answers come behind these.
    pub(crate) fn append(&mut self, other: &Self) {
        self.size = self.size.saturating_add(other.size);
        self.missing = self.missing.saturating_add(other.missing);
        for (sum, n) in self.header.counts.iter_mut().zip(other.header.counts) {
            *sum = sum.saturating_add(n);
        }
        for answer in other.answers() {
            self.keep(answer.name, answer.kind, answer.ttl, answer.data);
        }
    }

    fn keep(&mut self, name: &[u8], kind: u16, ttl: u32, data: &[u8]) {
        if self.answers >= ANSWERS || self.texts.len() >= TEXTS {
            return;
        }
        self.answers += 1;
        self.put_name(name);
        self.texts.extend_from_slice(&kind.to_be_bytes());
        self.texts.extend_from_slice(&ttl.to_be_bytes());
        self.texts.extend_from_slice(&(data.len() as u32).to_be_bytes());
        self.texts.extend_from_slice(data);
    }

    fn put_name(&mut self, name: &[u8]) {
        // Names are of 255 bytes at most, those of NetBIOS a few more.
        let name = name.get(..name.len().min(usize::from(u16::MAX))).unwrap_or_default();
        self.texts.extend_from_slice(&(name.len() as u16).to_be_bytes());
        self.texts.extend_from_slice(name);
    }
}

/// What is left of the texts of a message.
struct Texts<'a>(&'a [u8]);

impl<'a> Texts<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (front, behind) = self.0.split_at_checked(len)?;
        self.0 = behind;
        Some(front)
    }

    fn word(&mut self) -> Option<u16> {
        let (bytes, behind) = self.0.split_first_chunk()?;
        self.0 = behind;
        Some(u16::from_be_bytes(*bytes))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.word()?) << 16 | u32::from(self.word()?))
    }

    fn question(&mut self) -> Option<Question<'a>> {
        let len = self.word()?;
        let name = self.take(len.into())?;
        Some(Question { name, kind: self.word()?, class: self.word()? })
    }

    fn found(&mut self) -> Option<Found<'a>> {
        let len = self.word()?;
        let name = self.take(len.into())?;
        let (kind, ttl, len) = (self.word()?, self.long()?, self.long()?);
        Some(Found { name, kind, ttl, data: self.take(len as usize)? })
    }
}

impl Sink for Stored {
    fn header(&mut self, _: &Header) {}

    fn question(&mut self, asked: Asked, reader: &mut Reader<'_>) {
        if self.questions >= QUESTIONS {
            return;
        }
        self.questions += 1;
        let name = reader.name(asked.owner);
        self.put_name(&name);
        self.texts.extend_from_slice(&asked.kind.to_be_bytes());
        self.texts.extend_from_slice(&asked.class.to_be_bytes());
    }

    fn questions_end(&mut self, _: usize) {}

    fn record(&mut self, section: usize, record: Record, reader: &mut Reader<'_>) {
        if record.kind == OPT {
            let rcode = (record.ttl >> 24) as u8;
            self.options = Some(Options { size: record.class, rcode });
        } else if section == 1
            && self.header.is_response()
            && self.answers < ANSWERS
            && self.texts.len() < TEXTS
        {
            let (answer, second) = Answer::from_record(record, reader);
            let data = data(&answer, second.as_ref(), record, reader.bytes);
            self.keep(&answer.name, answer.kind, answer.ttl, &data);
        }
    }
}

/// The data of a record as text; of types that are not decoded their bytes in hexadecimal. Nothing if they were not captured.
fn data(answer: &Answer, second: Option<&Answer>, record: Record, message: &[u8]) -> Vec<u8> {
    const SOA: u16 = 6;
    if let Some(v4) = answer.v4 {
        return Ipv4Addr::from(v4).to_string().into_bytes();
    }
    if let Some(v6) = answer.v6 {
        return Ipv6Addr::from(v6).to_string().into_bytes();
    }
    match answer.kind {
        _ if !record.complete => Vec::new(),
        2 | 5 | 12 | 16 => answer.target.clone(),
        SOA => {
            let mailbox = second.map_or(&[][..], |second| &second.target);
            let mut text = [&answer.target, &b" "[..], mailbox].concat();
            numbers(&mut text, record, message);
            text
        }
        15 => [format!("{} ", answer.preference).as_bytes(), &answer.target].concat(),
        33 => {
            let [priority, weight, port] = answer.service;
            [format!("{priority} {weight} {port} ").as_bytes(), &answer.target].concat()
        }
        _ => {
            let data = message.get(record.data.0..record.data.1).unwrap_or_default();
            hexadecimal(data)
        }
    }
}

/// Appends serial number, times and minimum of an SOA record (RFC 1035, section 3.3.13), if they are there.
fn numbers(text: &mut Vec<u8>, record: Record, message: &[u8]) {
    const NUMBERS: usize = 20;
    let (start, end) = record.data;
    let behind = name::skip(message, start).and_then(|mailbox| name::skip(message, mailbox));
    let numbers = behind.ok().and_then(|at| message.get(at..end)?.first_chunk::<NUMBERS>());
    for number in numbers.into_iter().flat_map(|bytes| bytes.as_chunks::<4>().0) {
        // Writing to memory does not fail.
        let _ = write!(text, " {}", u32::from_be_bytes(*number));
    }
}

fn hexadecimal(data: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| DIGITS[usize::from(half & 0xf)];
    let digits = data.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]);
    b"0x".iter().copied().chain(digits).collect()
}
