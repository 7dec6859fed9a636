//! Rows of the table of messages: one for each query and response, as far as its first question and its answers go.

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Row;
use flowz_api::cell::{Hex16, IpText, List, Nine, Quoted, Stamp, Word};
use flowz_api::key::FlowKey;

use super::answer::{Answer, Question};
use super::cells::Texts;
use super::header::Header;
use super::message::{self, Asked, OPT, Reader, Reading, Record, Sink, is_known};
use super::row::Term;
use super::toggles::Toggles;
use super::words;

/// A message.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct MessageRow<'a> {
    /// Time of the packet.
    #[col(name = "time", unit = "s")]
    pub(crate) time: Stamp,
    /// Source address.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// Source port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// Destination address.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// Destination port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Protocol of layer 4.
    #[col(name = "l4Proto")]
    pub(crate) proto: u8,
    /// Transaction number.
    #[col(name = "dnsID")]
    pub(crate) id: Hex16,
    /// `query` or `response`.
    #[col(name = "dnsKind")]
    pub(crate) kind: Word<'a>,
    /// Flags, opcode and response code as they are.
    #[col(name = "dnsHdr")]
    pub(crate) flags: Hex16,
    /// Kind of query.
    #[col(name = "dnsOpcode")]
    pub(crate) opcode: Term,
    /// Response code; empty in queries.
    #[col(name = "dnsRcode")]
    pub(crate) rcode: Term,
    /// Name asked for.
    #[col(name = "dnsQuery")]
    pub(crate) query: Quoted<'a>,
    /// Type asked for; empty without a question.
    #[col(name = "dnsQType")]
    pub(crate) query_type: Term,
    /// Class asked for.
    #[col(name = "dnsQClass")]
    pub(crate) query_class: u16,
    /// Data of the answers; of types that are not decoded the word for the type.
    #[col(name = "dnsAnswers")]
    pub(crate) answers: Texts<'a, Vec<u8>>,
    /// How long each answer may be kept.
    #[col(name = "dnsTTLs", unit = "s")]
    pub(crate) lifetimes: List<'a, u32>,
    /// Time from the query to this response; empty where the query was not seen.
    #[col(name = "dnsRTT", unit = "s")]
    pub(crate) round_trip: Option<Nine>,
}

/// What a row tells of a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parsed {
    header: Header,
    netbios: bool,
    question: Option<Question>,
    answers: Vec<Vec<u8>>,
    lifetimes: Vec<u32>,
    /// Most answers that are kept.
    most: usize,
}

impl Parsed {
    /// Reads a message; nothing without a header.
    pub(crate) fn of(bytes: &[u8], reading: Reading, most: usize) -> Option<Self> {
        let header = Header::of(bytes)?;
        let mut parsed = Self { netbios: reading.netbios, most, ..Self::default() };
        message::read(&header, bytes, reading, &mut parsed);
        Some(parsed)
    }

    /// The row of a packet with this message.
    pub(crate) fn row(
        &self,
        time: Stamp,
        key: &FlowKey,
        round_trip: Option<f64>,
    ) -> MessageRow<'_> {
        let Header { id, flags, .. } = self.header;
        let is_response = self.header.is_response();
        let rcode = is_response.then(|| words::rcode(self.header.rcode()));
        let question = self.question.as_ref();
        MessageRow {
            time,
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            proto: key.proto,
            id: Hex16(id),
            kind: Word(if is_response { b"response" } else { b"query" }),
            flags: Hex16(flags),
            opcode: Term(words::opcode(self.header.opcode(), self.netbios)),
            rcode: Term(rcode.unwrap_or_default()),
            query: Quoted(question.map_or(&[], |q| &q.name)),
            query_type: Term(question.map(|q| words::kind(q.kind)).unwrap_or_default()),
            query_class: question.map_or(0, |q| q.class),
            answers: Texts(&self.answers, |a| a),
            lifetimes: List(&self.lifetimes),
            round_trip: round_trip.map(Nine),
        }
    }
}

impl Sink for Parsed {
    fn header(&mut self, header: &Header) {
        self.header = *header;
    }

    fn question(&mut self, asked: Asked, reader: &mut Reader<'_>) {
        if self.question.is_none() {
            let name = reader.name(asked.owner);
            self.question = Some(Question { name, kind: asked.kind, class: asked.class });
        }
    }

    fn questions_end(&mut self, _: usize) {}

    fn record(&mut self, section: usize, record: Record, reader: &mut Reader<'_>) {
        if section != 1 || record.kind == OPT || self.answers.len() >= self.most {
            return;
        }
        let (answer, second) = Answer::of(record, reader);
        self.lifetimes.push(answer.ttl);
        self.answers.push(data(&answer, second.as_ref()));
    }
}

/// The data of a record as text.
fn data(answer: &Answer, second: Option<&Answer>) -> Vec<u8> {
    if let Some(v4) = answer.v4 {
        return Ipv4Addr::from(v4).to_string().into_bytes();
    }
    if let Some(v6) = answer.v6 {
        return Ipv6Addr::from(v6).to_string().into_bytes();
    }
    let front = match answer.kind {
        15 => format!("{} ", answer.preference),
        33 => {
            let [priority, weight, port] = answer.service;
            format!("{priority} {weight} {port} ")
        }
        32 | 46 => words::kind(answer.kind).into_owned(),
        kind if !is_known(kind) => words::kind(kind).into_owned(),
        _ => String::new(),
    };
    let mut text = [front.as_bytes(), &answer.target].concat();
    if let Some(second) = second {
        text.push(b' ');
        text.extend_from_slice(&second.target);
    }
    text
}
