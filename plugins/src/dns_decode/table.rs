//! The table of queries: a row for each, with its response, and for each response whose query was not seen.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, IpText, Label, Seconds, Text, Time};
use flowz_api::key::FlowKey;

use super::row::Term;
use super::stored::Found;
use super::toggles::Toggles;
use super::transactions::Transaction;
use super::words;

/// A DNS query and its response, or one of them.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "dns")]
pub(crate) struct QueryRow<'a> {
    /// Time of the query; of the response where the query was not seen.
    #[col(name = "time", unit = "s")]
    pub(crate) time: Time,
    /// Address that asks.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// Its port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// Address that is asked.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// Its port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Protocol of layer 4.
    #[col(name = "l4Proto")]
    pub(crate) proto: u8,
    /// Transaction number.
    #[col(name = "dnsID")]
    pub(crate) id: Hex16,
    /// `query`, or `response` where the query was not seen.
    #[col(name = "dnsKind")]
    pub(crate) kind: Label<'a>,
    /// Flags, opcode and response code of the query as they are; empty where it was not seen.
    #[col(name = "dnsHdr")]
    pub(crate) flags: Option<Hex16>,
    /// Kind of query.
    #[col(name = "dnsOpcode")]
    pub(crate) opcode: Term,
    /// Response code, also the extended ones; empty without a response.
    #[col(name = "dnsRcode")]
    pub(crate) rcode: Term,
    /// Name asked for: of the first question.
    #[col(name = "dnsQuery")]
    pub(crate) query: Text<'a>,
    /// Type asked for; empty without a question.
    #[col(name = "dnsQType")]
    pub(crate) query_type: Term,
    /// Class asked for.
    #[col(name = "dnsQClass")]
    pub(crate) query_class: u16,
    /// Data of the answers, at most 256; of types that are not decoded in hexadecimal.
    #[col(name = "dnsAnswers")]
    pub(crate) answers: Each<'a, Found<'a>, Text<'a>>,
    /// How long each answer may be kept.
    #[col(name = "dnsTTLs", unit = "s")]
    pub(crate) lifetimes: Each<'a, Found<'a>, u32>,
    /// Time from the query to the response; empty where one of them was not seen, negative where the response stands in front.
    #[col(name = "dnsRTT", unit = "s")]
    pub(crate) round_trip: Option<Seconds>,
    /// The same from the last time that the query was sent.
    #[col(name = "dnsRTTLast", unit = "s")]
    pub(crate) last_round_trip: Option<Seconds>,
    /// How often the query was sent.
    #[col(name = "dnsTries")]
    pub(crate) tries: u32,
    /// Responses: more than one came again, or are messages of a zone transfer.
    #[col(name = "dnsRespCnt")]
    pub(crate) responses: u32,
    /// Address that the response came from; `-` without one.
    #[col(name = "dnsRespIP")]
    pub(crate) responder: IpText,
    /// Flags, opcode and response code of the response as they are; empty without one.
    #[col(name = "dnsRespHdr")]
    pub(crate) response_flags: Option<Hex16>,
    /// Whether the response was cut by its sender; empty without one.
    #[col(name = "dnsTrunc")]
    pub(crate) truncated: Option<u8>,
    /// Questions, answers, authority and additional records, as the header of the response says, without one that of the query; of a zone
    /// transfer their sums.
    #[col(name = "dnsCntQu_Asw_Aux_Add")]
    pub(crate) counts: (u16, u16, u16, u16),
    /// Owner of each answer.
    #[col(name = "dnsAnames")]
    pub(crate) names: Each<'a, Found<'a>, Text<'a>>,
    /// Type of each answer.
    #[col(name = "dnsATypes")]
    pub(crate) types: Each<'a, Found<'a>, Term>,
    /// Length of the query.
    #[col(name = "dnsQSize", unit = "bytes")]
    pub(crate) query_size: Option<u32>,
    /// Length of the response; of a zone transfer that of all its messages.
    #[col(name = "dnsRespSize", unit = "bytes")]
    pub(crate) response_size: Option<u32>,
    /// Bytes of the query that are not in the capture.
    #[col(name = "dnsQMissing", unit = "bytes")]
    pub(crate) query_missing: Option<u32>,
    /// Bytes of the response that are not in the capture.
    #[col(name = "dnsRespMissing", unit = "bytes")]
    pub(crate) response_missing: Option<u32>,
    /// Largest UDP payload that the OPT record of the query allows; empty without one.
    #[col(name = "dnsOptSize", unit = "bytes")]
    pub(crate) option_size: Option<u16>,
}

/// Where a row belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// In the direction of the query; of the response where the query was not seen.
    pub(crate) key: &'a FlowKey,
    pub(crate) netbios: bool,
    /// Who has answered, if that is not known from the key: the query went to many.
    pub(crate) responder: Option<IpText>,
}

/// Makes the row of a query and its response.
pub(crate) fn show(transaction: &Transaction, place: Place<'_>, emit: impl FnOnce(&QueryRow<'_>)) {
    let response = transaction.response.as_ref().map(|told| &told.message);
    let answers: Vec<_> = response.map(|r| r.answers().collect()).unwrap_or_default();
    if let Some(row) = QueryRow::new(transaction, &answers, place) {
        emit(&row);
    }
}

impl<'a> QueryRow<'a> {
    fn new(
        transaction: &'a Transaction,
        answers: &'a [Found<'a>],
        place: Place<'_>,
    ) -> Option<Self> {
        let (first, query) = (transaction.first()?, transaction.query.as_ref().map(|t| &t.message));
        let response = transaction.response.as_ref().map(|t| &t.message);
        let key = if query.is_some() { *place.key } else { place.key.reversed() };
        let question = first.message.question().or_else(|| response?.question());
        let header = first.message.header;
        let latencies = transaction.latencies();
        let [a, b, c, d] = response.map_or(header.counts, |r| r.header.counts);
        Some(Self {
            time: first.time.into(),
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            proto: key.proto,
            id: Hex16(header.id),
            kind: Label(if query.is_some() { b"query" } else { b"response" }),
            flags: query.map(|q| Hex16(q.header.flags)),
            opcode: Term(words::opcode(header.opcode(), place.netbios)),
            rcode: Term(response.map(|r| words::rcode(r.rcode())).unwrap_or_default()),
            query: Text(question.map_or(&[], |q| q.name)),
            query_type: Term(question.map(|q| words::kind(q.kind)).unwrap_or_default()),
            query_class: question.map_or(0, |q| q.class),
            answers: Each(answers, |a| Text(a.data)),
            lifetimes: Each(answers, |a| a.ttl),
            round_trip: latencies.map(|(first, _)| Seconds(first)),
            last_round_trip: latencies.map(|(_, last)| Seconds(last)),
            tries: transaction.tries,
            responses: transaction.responses,
            responder: match response {
                Some(_) => place.responder.unwrap_or(key.dst_ip()),
                None => IpText::None,
            },
            response_flags: response.map(|r| Hex16(r.header.flags)),
            truncated: response.map(|r| u8::from(r.header.is_truncated())),
            counts: (a, b, c, d),
            names: Each(answers, |a| Text(a.name)),
            types: Each(answers, |a| Term(words::kind(a.kind))),
            query_size: query.map(|q| q.size),
            response_size: response.map(|r| r.size),
            query_missing: query.map(|q| q.missing),
            response_missing: response.map(|r| r.missing),
            option_size: query.and_then(|q| Some(q.options?.size)),
        })
    }
}
