//! The table of messages: a row for each query and response, as far as its first question and its answers go.

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, IpText, Label, List, Seconds, Text, Time};
use flowz_api::key::FlowKey;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::plugin::PacketContext;

use super::answer::{Answer, Question};
use super::header::{Header, stat};
use super::message::{self, Asked, OPT, Reader, Reading, Record, Sink, is_known};
use super::row::Term;
use super::state::State;
use super::toggles::Toggles;
use super::transport::Piece;
use super::words;

/// A DNS query or response.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "dns")]
pub(crate) struct MessageRow<'a> {
    /// Time of the packet.
    #[col(name = "time", unit = "s")]
    pub(crate) time: Time,
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
    pub(crate) kind: Label<'a>,
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
    pub(crate) query: Text<'a>,
    /// Type asked for; empty without a question.
    #[col(name = "dnsQType")]
    pub(crate) query_type: Term,
    /// Class asked for.
    #[col(name = "dnsQClass")]
    pub(crate) query_class: u16,
    /// Data of the answers; of types that are not decoded the word for the type.
    #[col(name = "dnsAnswers")]
    pub(crate) answers: Each<'a, Vec<u8>, Text<'a>>,
    /// How long each answer may be kept.
    #[col(name = "dnsTTLs", unit = "s")]
    pub(crate) lifetimes: List<'a, u32>,
    /// Time from the query to this response; empty where the query was not seen.
    #[col(name = "dnsRTT", unit = "s")]
    pub(crate) round_trip: Option<Seconds>,
}

/// Most answers of a row.
const MOST: usize = 256;

/// Adds a message of a flow to the table.
pub(crate) fn add(
    cx: &mut PacketContext<'_>,
    flow: &mut State,
    peer: Option<&mut State>,
    piece: Piece<'_>,
) {
    let netbios = flow.stat & stat::NETBIOS != 0;
    // The reference has no such table, so nothing is to be read its way.
    let reading = Reading { netbios, whole: piece.is_whole(), compat: false };
    let Some(parsed) = Parsed::from_message(piece.bytes, reading, MOST) else { return };
    let now = cx.packet.ts;
    let round_trip = parsed.round_trip(now, flow, peer);
    let row = parsed.row(now.into(), cx.key, round_trip);
    cx.emit(&row);
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
    limit: usize,
}

impl Parsed {
    /// Reads a message; nothing without a header.
    pub(crate) fn from_message(bytes: &[u8], reading: Reading, limit: usize) -> Option<Self> {
        let header = Header::from_message(bytes)?;
        let mut parsed = Self { netbios: reading.netbios, limit, ..Self::default() };
        message::read(&header, bytes, reading, &mut parsed);
        Some(parsed)
    }

    /// Notes a query; the time since the query of a response, if the other direction has sent one.
    pub(crate) fn round_trip(
        &self,
        now: Timestamp,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Option<f64> {
        let id = self.header.id;
        if !self.header.is_response() {
            flow.waiting.get_or_insert_default().sent(id, now);
            return None;
        }
        let sent = peer?.waiting.as_mut()?.answered(id)?;
        Some((now - sent) as f64 / NANOS as f64)
    }

    /// The row of a packet with this message.
    pub(crate) fn row(&self, time: Time, key: &FlowKey, round_trip: Option<f64>) -> MessageRow<'_> {
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
            kind: Label(if is_response { b"response" } else { b"query" }),
            flags: Hex16(flags),
            opcode: Term(words::opcode(self.header.opcode(), self.netbios)),
            rcode: Term(rcode.unwrap_or_default()),
            query: Text(question.map_or(&[], |q| &q.name)),
            query_type: Term(question.map(|q| words::kind(q.kind)).unwrap_or_default()),
            query_class: question.map_or(0, |q| q.class),
            answers: Each(&self.answers, |a| Text(a)),
            lifetimes: List(&self.lifetimes),
            round_trip: round_trip.map(Seconds),
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
        if section != 1 || record.kind == OPT || self.answers.len() >= self.limit {
            return;
        }
        let (answer, second) = Answer::from_record(record, reader);
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
