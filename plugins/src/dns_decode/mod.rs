//! Questions and records of the Domain Name System (RFC 1035), also of multicast DNS (RFC 6762), LLMNR (RFC 4795)
//! and the NetBIOS name service (RFC 1002): UDP and TCP packets from or to the ports 53, 5353, 5355 and 137.
//!
//! | `dnsStat` | what |
//! |---|---|
//! | 0001 | a port of DNS |
//! | 0002 | NetBIOS: names are decoded, their kind is behind them as in `HOST<20>` |
//! | 0004, 0008 | a message over TCP is longer than its first segment; a segment goes on with it |
//! | 0020, 0040, 0080 | a question for or a record of type ANY, IXFR, AXFR |
//! | 0100 | a UDP payload of more than 548 bytes |
//! | 0200 | records of types whose data are not shown |
//! | 0400, 0800 | the list of questions or records is full, there were more |
//! | 1000 | a message ends within a question or record, though all of it was captured |
//! | 2000 | a compression pointer that does not point backwards |
//! | 4000 | too short for a header |
//! | 8000 | a label of an unknown kind, or a name of more than 255 bytes |
//!
//! **Messages**: one in each UDP datagram, of fragments what the first one holds, or all with `core.REASSEMBLE`.
//! Over TCP as many as a segment holds, each behind its length; of messages that are longer than their segment
//! what that one holds. Segments count in the order in which they come. Where the beginning of the connection is
//! unknown, only segments that are one message are read.
//!
//! **Lists** have one value for each question or record, in the order of the messages. An SOA record has two: the
//! second, with type 0, has its mailbox. Names are written without escapes. Texts of a TXT record have a blank
//! between them. Of an OPT record the flags are shown and neither class nor time to live, because it has none
//! (RFC 6891, section 6.1.3); classes are without the highest bit, which multicast DNS uses; times to live with
//! the highest bit count as 0 (RFC 2181, section 8).
//!
//! With `--max-mem` a flow keeps up to 4096 bytes of texts that are longer than a name can be; further ones are empty, and
//! bit 0800 is set.
//!
//! **Amplification**, `dnsAAAqF`: bytes of all responses of a direction by those of their headers and questions.
//!
//! **Direction**: between equal ports a flow that begins with a response goes from server to client, any other
//! from client to server.
//!
//! **Messages one by one**: `DNS_TABLE` (ours) makes the table `_dns.txt`, one row for each query and response, with
//! the first question, up to 256 answers, and the time since the query where that was seen in the other direction (of
//! eight queries that wait). With `--compat` only what is not looked at any more, or never was, is missing there.
//!
//! A flow of which no message could be read so far is given up at the first payload that is 4000 or 8000.
//!
//! With `--compat` times to live are modulo 65536, questions are those of the latest message, records behind a
//! full list overwrite the last one (and the list is called full when one more fits in), IPv4 addresses are also
//! shown where type A was asked for and IPv6 addresses only together with it, records behind an OPT record are
//! read from its type on, several texts of a TXT record are shown with their lengths, captured bytes count as
//! length, what was not captured counts as missing, payloads below 17 bytes and TCP flows without their SYN are
//! 8000, and flows with that bit are not looked at any more.
//!
//! **Not offered**: `DNS_MAL_TEST`, `DNS_MAL_TYPE`, `DNS_MAL_DOMAIN`: there is no list of malicious names here.
//! `DNS_WHO`: nor one of the owners of addresses.

mod addresses;
mod answer;
mod counts;
mod header;
mod message;
mod name;
mod netbios;
mod packet;
mod queries;
mod row;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod toggles;
mod transport;
mod words;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::merge::Merge as _;
use flowz_api::plugin::FindDirection;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::table::TableList;

use answer::{Answer, Question};
use counts::Counts;
use header::{Header, stat};
use message::Reading;
use name::LONGEST;
use queries::Queries;
use row::{FlowRow, PacketRow};
use state::{Collector, Rare, State};
use table::MessageRow;
use toggles::Toggles;
use transport::Piece;

/// Bytes of texts longer than names that a flow keeps where memory is limited.
const TEXTS: usize = 4096;

inventory::submit! { PluginEntry::new::<DnsDecode>() }

/// The plugin.
#[derive(Merge, Debug)]
pub(crate) struct DnsDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(keep)]
    packet_mode: bool,
    #[merge(nested)]
    counts: Counts,
    #[merge(keep)]
    latest: Latest,
    /// Most bytes of texts that are longer than names, which a flow keeps.
    #[merge(keep)]
    text_room: usize,
}

/// What the packet table shows of the packet whose hook has just run.
#[derive(Debug, Default)]
struct Latest {
    /// Header of its first message.
    header: Option<Header>,
    addresses: Vec<u8>,
}

impl Plugin for DnsDecode {
    const INFO: Info = Info::new(
        "dnsDecode",
        251,
        "Questions and records of DNS, multicast DNS, LLMNR and NetBIOS names",
    );
    const FIND_DIRECTION: Option<FindDirection<Self>> = Some(packet::find_direction);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self {
            toggles: setup.toggles.clone(),
            compat: setup.run.compat,
            packet_mode: setup.run.packet_mode,
            counts: Counts::default(),
            latest: Latest::default(),
            text_room: if setup.run.max_mem.is_some() { TEXTS } else { usize::MAX },
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        let t = &self.toggles;
        let (questions, answers) = (usize::from(t.max_questions), usize::from(t.max_records));
        let names = (questions + 2 * answers) * memory::list::<u8>(LONGEST);
        let lists = memory::list::<Question>(questions) + memory::list::<Answer>(answers);
        let texts = if self.text_room == TEXTS { memory::list::<u8>(TEXTS) } else { 0 };
        memory::boxed::<Rare>() + lists + names + texts + memory::boxed::<Queries>()
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<MessageRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        flow.stat = packet::ports(cx.layers);
        flow.from_start = !cx.layers.is_tcp() || packet::has_syn(cx);
        if flow.stat != 0 && self.compat && !flow.from_start {
            flow.stat |= stat::CORRUPT;
        }
        flow.given_up = flow.stat == 0 || flow.stat & stat::CORRUPT != 0;
        Interest::when(!flow.given_up)
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        self.latest.header = None;
        self.latest.addresses.clear();
        if flow.given_up {
            return;
        }
        if cx.layers.is_tcp() {
            self.segment(cx, flow, peer);
        } else if let Some((payload, length)) = packet::datagram(cx) {
            let (piece, bits) = transport::datagram(payload, length, self.compat);
            flow.stat |= bits;
            if let Some(piece) = piece {
                self.message(cx, flow, peer, piece);
            }
        }
        if flow.is_something_else(self.compat) {
            flow.given_up = true;
            cx.set_interest(Interest::None);
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        if flow.stat == 0 {
            return PacketRow::default();
        }
        let Latest { header, addresses } = &self.latest;
        let header = header.unwrap_or_default();
        let [a, b, c, d] = header.counts;
        PacketRow {
            addresses: Label(addresses),
            stat: Hex16(flow.stat),
            flags: Some(Hex16(header.flags)),
            counts: (a, b, c, d),
        }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.counts.merge(Counts::from_state(flow));
        FlowRow::from_state(flow, self.compat)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.counts.report(totals, out);
    }
}

impl DnsDecode {
    /// The messages of a TCP segment.
    fn segment(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        mut peer: Option<&mut State>,
    ) {
        let payload = cx.layers.payload(cx.packet.data);
        if !cx.layers.is_first_fragment() || !flow.from_start && !transport::is_one_message(payload)
        {
            return;
        }
        let lost = (cx.layers.l7_len as usize).saturating_sub(payload.len());
        let mut rest = payload;
        while let Some((piece, behind)) = transport::segment(flow, rest, lost) {
            self.message(cx, flow, peer.as_deref_mut(), piece);
            rest = behind;
        }
    }

    /// Takes in a message, the first of its packet or a later one.
    fn message(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
        piece: Piece<'_>,
    ) {
        let Some(header) = Header::from_message(piece.bytes) else { return };
        if self.toggles.table {
            table::add(cx, flow, peer, piece);
        }
        if self.latest.header.is_none() {
            self.latest.header = Some(header);
            let count = if header.is_response() { &mut flow.replies } else { &mut flow.queries };
            *count = count.saturating_add(1);
        }
        let reading = Reading {
            netbios: flow.stat & stat::NETBIOS != 0,
            whole: piece.is_whole(),
            compat: self.compat,
        };
        let mut collector = Collector {
            flow,
            toggles: &self.toggles,
            text_room: self.text_room,
            addresses: self.packet_mode.then_some(&mut self.latest.addresses),
            length: piece.length,
            is_response: false,
            compat: self.compat,
        };
        let bits = message::read(&header, piece.bytes, reading, &mut collector);
        flow.stat |= bits;
        flow.is_dns |= bits & stat::CORRUPT == 0;
    }
}
