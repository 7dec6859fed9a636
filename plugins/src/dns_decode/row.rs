//! Columns of dnsDecode.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Row;
use flowz_api::cell::{Cell, Each, Hex8, Hex16, Hex32, Label, Text};
use flowz_api::cell_writer::CellWriter;
use flowz_api::column::Type;

use super::answer::{Answer, Question};
use super::toggles::Toggles;
use super::words;

/// A word that may have been made for a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Term(pub(crate) Cow<'static, str>);

impl Cell for Term {
    const TYPE: Type = Type::Label;

    fn put(&self, out: &mut impl CellWriter) {
        Label(self.0.as_bytes()).put(out);
    }
}

type Asked<'a, C> = Each<'a, Question, C>;
type Answered<'a, C> = Each<'a, Answer, C>;

/// The flow table's columns. Those of questions and of records have one value for each question or record.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen and what is wrong.
    #[col(name = "dnsStat")]
    pub(crate) stat: Hex16,
    /// Flags, opcode and response code of the latest message.
    #[col(name = "dnsHdrOPField")]
    pub(crate) flags: Hex16,
    /// Bits of all messages: QR AA TC RD RA Z AD CD, opcodes, response codes.
    #[col(name = "dnsHFlg_OpC_RetC", show = t.header_mode == 0)]
    pub(crate) codes: (Hex8, Hex16, Hex16),
    /// Bits of all messages (QR AA TC RD RA Z AD CD); opcode and response code of the latest message.
    #[col(name = "dnsHFlg_OpC_RetC", show = t.header_mode == 1)]
    pub(crate) code_numbers: (Hex8, u8, u8),
    /// Bits of all messages (QR AA TC RD RA Z AD CD); opcode and response code of the latest message.
    #[col(name = "dnsHFlg_OpC_RetC", show = t.header_mode == 2)]
    pub(crate) code_words: (Hex8, Term, Term),
    /// Questions, answers, authority and additional records, as the headers say.
    #[col(name = "dnsCntQu_Asw_Aux_Add")]
    pub(crate) counts: (u16, u16, u16, u16),
    /// Bytes of responses by those of their headers and questions.
    #[col(name = "dnsAAAqF")]
    pub(crate) amplification: f32,
    /// Names asked for.
    #[col(name = "dnsQname", show = t.questions())]
    pub(crate) question_names: Asked<'a, Text<'a>>,
    /// Owners of records.
    #[col(name = "dnsAname", show = t.records())]
    pub(crate) names: Answered<'a, Text<'a>>,
    /// Names or texts that records hold.
    #[col(name = "dnsAPname", show = t.records())]
    pub(crate) targets: Answered<'a, Text<'a>>,
    /// IPv4 addresses; empty if no record has one.
    #[col(name = "dns4Aaddress", show = t.records())]
    pub(crate) v4: Answered<'a, Ipv4Addr>,
    /// IPv6 addresses; empty if no record has one.
    #[col(name = "dns6Aaddress", show = t.records())]
    pub(crate) v6: Answered<'a, Ipv6Addr>,
    /// Types asked for.
    #[col(name = "dnsQType", show = t.questions() && !t.as_words() && !t.hex)]
    pub(crate) question_types: Asked<'a, u16>,
    /// Types asked for.
    #[col(name = "dnsQType", show = t.questions() && t.as_hex())]
    pub(crate) question_types_hex: Asked<'a, Hex16>,
    /// Types asked for.
    #[col(name = "dnsQType", show = t.questions() && t.as_words())]
    pub(crate) question_types_words: Asked<'a, Term>,
    /// Classes asked for.
    #[col(name = "dnsQClass", show = t.questions() && !t.hex)]
    pub(crate) question_classes: Asked<'a, u16>,
    /// Classes asked for.
    #[col(name = "dnsQClass", show = t.questions() && t.hex)]
    pub(crate) question_classes_hex: Asked<'a, Hex16>,
    /// Types of records.
    #[col(name = "dnsAType", show = t.records() && !t.as_words() && !t.hex)]
    pub(crate) types: Answered<'a, u16>,
    /// Types of records.
    #[col(name = "dnsAType", show = t.records() && t.as_hex())]
    pub(crate) types_hex: Answered<'a, Hex16>,
    /// Types of records.
    #[col(name = "dnsAType", show = t.records() && t.as_words())]
    pub(crate) types_words: Answered<'a, Term>,
    /// Classes of records.
    #[col(name = "dnsAClass", show = t.records() && !t.hex)]
    pub(crate) classes: Answered<'a, u16>,
    /// Classes of records.
    #[col(name = "dnsAClass", show = t.records() && t.hex)]
    pub(crate) classes_hex: Answered<'a, Hex16>,
    /// How long records may be kept.
    #[col(name = "dnsATTL", unit = "s", show = t.records())]
    pub(crate) lifetimes: Answered<'a, u32>,
    /// Preferences of mail exchangers.
    #[col(name = "dnsMXpref", show = t.records())]
    pub(crate) preferences: Answered<'a, u16>,
    /// Priorities of services.
    #[col(name = "dnsSRVprio", show = t.records())]
    pub(crate) priorities: Answered<'a, u16>,
    /// Weights of services.
    #[col(name = "dnsSRVwgt", show = t.records())]
    pub(crate) weights: Answered<'a, u16>,
    /// Ports of services.
    #[col(name = "dnsSRVprt", show = t.records())]
    pub(crate) ports: Answered<'a, u16>,
    /// Extended response code, version and flags of OPT records.
    #[col(name = "dnsOptStat", show = t.records())]
    pub(crate) options: Answered<'a, Hex32>,
}

/// The packet table's columns.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow<'a> {
    /// Addresses in the records of the packet, a semicolon behind each.
    #[col(name = "dnsIPs")]
    pub(crate) addresses: Label<'a>,
    /// What was seen so far and what is wrong.
    #[col(name = "dnsStat")]
    pub(crate) stat: Hex16,
    /// Flags, opcode and response code; 0 if the packet has no message, empty if the flow is not DNS.
    #[col(name = "dnsHdr")]
    pub(crate) flags: Option<Hex16>,
    /// Questions, answers, authority and additional records, as the header says.
    #[col(name = "dnsCntQu_Asw_Aux_Add")]
    pub(crate) counts: (u16, u16, u16, u16),
}

impl<'a> FlowRow<'a> {
    /// The row of a flow.
    pub(crate) fn from_state(flow: &'a super::state::State, compat: bool) -> Self {
        let (asked, found) = (flow.questions(), flow.answers());
        let (v4, v6) = flow.with_addresses(compat);
        let [a, b, c, d] = flow.counts;
        let (bits, opcode, rcode) = (Hex8(flow.bits), flow.opcode(), flow.rcode());
        let netbios = flow.stat & super::header::stat::NETBIOS != 0;
        let words = if flow.opcodes == 0 {
            (bits, Term::default(), Term::default())
        } else {
            (
                bits,
                Term(super::words::opcode(opcode, netbios)),
                Term(super::words::rcode(rcode.into())),
            )
        };
        Self {
            stat: Hex16(flow.stat),
            flags: Hex16(flow.flags),
            codes: (bits, Hex16(flow.opcodes), Hex16(flow.rcodes)),
            code_numbers: (bits, opcode, rcode),
            code_words: words,
            counts: (a, b, c, d),
            amplification: flow.amplification(),
            question_names: Each(asked, |q| Text(&q.name)),
            names: Each(found, |a| Text(&a.name)),
            targets: Each(found, |a| Text(&a.target)),
            v4: Each(v4, |a| a.v4.unwrap_or_default().into()),
            v6: Each(v6, |a| a.v6.unwrap_or_default().into()),
            question_types: Each(asked, |q| q.kind),
            question_types_hex: Each(asked, |q| Hex16(q.kind)),
            question_types_words: Each(asked, |q| Term(words::kind(q.kind))),
            question_classes: Each(asked, |q| q.class),
            question_classes_hex: Each(asked, |q| Hex16(q.class)),
            types: Each(found, |a| a.kind),
            types_hex: Each(found, |a| Hex16(a.kind)),
            types_words: Each(found, |a| Term(words::kind(a.kind))),
            classes: Each(found, |a| a.class),
            classes_hex: Each(found, |a| Hex16(a.class)),
            lifetimes: Each(found, |a| a.ttl),
            preferences: Each(found, |a| a.preference),
            priorities: Each(found, |a| a.service[0]),
            weights: Each(found, |a| a.service[1]),
            ports: Each(found, |a| a.service[2]),
            options: Each(found, |a| Hex32(a.options)),
        }
    }
}
