//! What a flow keeps of its messages.

use super::answer::{Answer, Question};
use super::header::{Header, stat};
use super::message::{Asked, Reader, Record, Sink, is_known};
use super::toggles::Toggles;
use super::transactions::Waiting;
use flowz_api::Checkpoint;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    /// Flags, opcode and response code of the latest message.
    pub(crate) flags: u16,
    /// Bits of all messages.
    pub(crate) bits: u8,
    /// A message could be read.
    pub(crate) is_dns: bool,
    /// No more packets are looked at.
    pub(crate) given_up: bool,
    /// Bits of the types with addresses that were asked for or found.
    pub(crate) families: u8,
    pub(crate) opcodes: u16,
    pub(crate) rcodes: u16,
    /// Sums of the header's numbers.
    pub(crate) counts: [u16; 4],
    /// The next bytes of the TCP stream begin a message, or are the rest of one.
    pub(crate) in_step: bool,
    /// Bytes of the message over TCP that are still to come and are passed over.
    pub(crate) missing: u16,
    pub(crate) queries: u32,
    pub(crate) replies: u32,
    /// Bytes of responses, and of their headers and questions.
    pub(crate) bytes: (u64, u64),
    pub(crate) rare: Option<Box<Rare>>,
    /// What the table of queries has no row for yet.
    pub(crate) waiting: Option<Box<Waiting>>,
}

/// Type A, in `State::families`.
const V4: u8 = 1;
/// Type AAAA, in `State::families`.
const V6: u8 = 2;

/// The bit of a type with addresses.
fn family(kind: u16) -> u8 {
    match kind {
        1 => V4,
        28 => V6,
        _ => 0,
    }
}

/// Questions and records.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Rare {
    pub(crate) questions: Vec<Question>,
    pub(crate) answers: Vec<Answer>,
    /// Bytes of texts that are longer than names.
    pub(crate) texts: usize,
}

impl State {
    /// Whether what was seen so far is something else on a port of DNS. The reference decides at any packet.
    pub(crate) fn is_something_else(&self, compat: bool) -> bool {
        let bits = if compat { stat::CORRUPT } else { stat::SHORT | stat::CORRUPT };
        self.stat & bits != 0 && (compat || !self.is_dns)
    }

    /// Opcode of the latest message.
    pub(crate) fn opcode(&self) -> u8 {
        Header { flags: self.flags, ..Header::default() }.opcode()
    }

    /// Response code of the latest message.
    pub(crate) fn rcode(&self) -> u8 {
        Header { flags: self.flags, ..Header::default() }.rcode()
    }

    /// Bytes of responses by those of their headers and questions; 0 without responses.
    pub(crate) fn amplification(&self) -> f32 {
        let (all, asked) = self.bytes;
        if asked == 0 { 0.0 } else { (all as f64 / asked as f64) as f32 }
    }

    /// The records for the columns of IPv4 and of IPv6 addresses: none if no record has one. The reference shows the
    /// former also where type A was asked for, the latter only together with it.
    pub(crate) fn with_addresses(&self, compat: bool) -> (&[Answer], &[Answer]) {
        let found = self.answers();
        let (v4, v6) = if compat {
            (self.families & V4 != 0, self.families == V4 | V6)
        } else {
            (found.iter().any(|a| a.v4.is_some()), found.iter().any(|a| a.v6.is_some()))
        };
        (if v4 { found } else { &[] }, if v6 { found } else { &[] })
    }

    /// Questions so far.
    pub(crate) fn questions(&self) -> &[Question] {
        self.rare.as_ref().map_or(&[], |rare| &rare.questions)
    }

    /// Records so far.
    pub(crate) fn answers(&self) -> &[Answer] {
        self.rare.as_ref().map_or(&[], |rare| &rare.answers)
    }
}

/// Takes the parts of one message into a flow.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    pub(crate) flow: &'a mut State,
    pub(crate) toggles: &'a Toggles,
    /// Most bytes of texts that are longer than names.
    pub(crate) text_room: usize,
    /// Addresses in records, if they are wanted.
    pub(crate) addresses: Option<&'a mut Vec<u8>>,
    /// Length of the message, and whether it is a response.
    pub(crate) length: usize,
    pub(crate) is_response: bool,
    pub(crate) compat: bool,
}

impl Sink for Collector<'_> {
    fn header(&mut self, header: &Header) {
        let flow = &mut *self.flow;
        self.is_response = header.is_response();
        flow.flags = header.flags;
        flow.bits |= header.bits();
        flow.opcodes |= 1 << header.opcode();
        flow.rcodes |= 1 << header.rcode();
        for (sum, n) in flow.counts.iter_mut().zip(header.counts) {
            // The reference's sums wrap.
            *sum = if self.compat { sum.wrapping_add(n) } else { sum.saturating_add(n) };
        }
        if !self.compat {
            return;
        }
        // The reference keeps the questions of the latest message, and calls the list of records full one early.
        let limit = usize::from(self.toggles.max_records);
        if let Some(rare) = &mut flow.rare {
            rare.questions.clear();
            if rare.answers.len() + 1 >= limit {
                flow.stat |= stat::RECORDS_FULL;
            }
        }
    }

    fn question(&mut self, asked: Asked, reader: &mut Reader<'_>) {
        self.flow.families |= family(asked.kind);
        if !self.toggles.questions() {
            return;
        }
        let rare = self.flow.rare.get_or_insert_default();
        let full = rare.questions.len() >= usize::from(self.toggles.max_questions);
        if full && !self.toggles.distinct {
            self.flow.stat |= stat::QUESTIONS_FULL;
            return;
        }
        let question =
            Question { name: reader.name(asked.owner), kind: asked.kind, class: asked.class };
        if self.toggles.distinct && rare.questions.contains(&question) {
            return;
        }
        if full {
            self.flow.stat |= stat::QUESTIONS_FULL;
        } else {
            rare.questions.push(question);
        }
    }

    fn questions_end(&mut self, at: usize) {
        if self.is_response {
            self.flow.bytes.0 += self.length as u64;
            self.flow.bytes.1 += at as u64;
        }
    }

    fn record(&mut self, section: usize, record: Record, reader: &mut Reader<'_>) {
        self.flow.families |= family(record.kind);
        if !is_known(record.kind) {
            self.flow.stat |= stat::IGNORED;
        }
        if let Some(out) = &mut self.addresses {
            super::addresses::add(out, record, reader.bytes);
        }
        if !self.toggles.keeps(section) {
            return;
        }
        let rare = self.flow.rare.get_or_insert_default();
        let full = rare.answers.len() >= usize::from(self.toggles.max_records);
        if full && !self.toggles.distinct && !self.compat {
            self.flow.stat |= stat::RECORDS_FULL;
            return;
        }
        let (first, second) = Answer::from_record(record, reader);
        for answer in [Some(first), second].into_iter().flatten() {
            self.keep(answer);
        }
    }
}

impl Collector<'_> {
    fn keep(&mut self, mut answer: Answer) {
        let rare = self.flow.rare.get_or_insert_default();
        if self.toggles.distinct && rare.answers.contains(&answer) {
            return;
        }
        let full = rare.answers.len() >= usize::from(self.toggles.max_records);
        if full && !self.compat {
            self.flow.stat |= stat::RECORDS_FULL;
            return;
        }
        let text = answer.long_text();
        if rare.texts + text > self.text_room {
            self.flow.stat |= stat::RECORDS_FULL;
            answer.target = Vec::new();
        } else {
            rare.texts += text;
        }
        if !full {
            rare.answers.push(answer);
            return;
        }
        // The reference writes further records over the last one, names only where there are some.
        if let Some(last) = rare.answers.last_mut() {
            if answer.name.is_empty() {
                answer.name = std::mem::take(&mut last.name);
            }
            if answer.target.is_empty() {
                answer.target = std::mem::take(&mut last.target);
            } else {
                rare.texts -= last.long_text();
            }
            *last = answer;
        }
    }
}
