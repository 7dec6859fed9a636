//! Questions and records of the Domain Name System (RFC 1035), also of multicast DNS (RFC 6762), LLMNR (RFC 4795)
//! and the NetBIOS name service (RFC 1002): UDP and TCP packets from or to the ports 53, 5353, 5355 and 137.
//!
//! | `dnsStat` | what |
//! |---|---|
//! | 0001 | a port of DNS |
//! | 0002 | NetBIOS: names are decoded, their kind is behind them as in `HOST<20>` |
//! | 0004, 0008 | a message over TCP lies in several segments; a later one of them |
//! | 0010 | bytes of a message over TCP are missing |
//! | 0020, 0040, 0080 | a question for or a record of type ANY, IXFR, AXFR |
//! | 0100 | a UDP payload of more than 548 bytes |
//! | 0200 | records of types whose data are not shown |
//! | 0400, 0800 | the list of questions or records is full, there were more |
//! | 1000 | a message ends within a question or record, though all of it was captured |
//! | 2000 | a compression pointer that does not point backwards |
//! | 4000 | too short for a header |
//! | 8000 | a label of an unknown kind, or a name of more than 255 bytes |
//!
//! **Messages**: one in each UDP datagram, of fragments what the first one holds, or all with `core.REASSEMBLE`. Over TCP
//! they are read from the stream, each behind its length: cut anywhere, any number in a segment, whatever the order of the
//! segments. A hole within a message costs this one: it is read as far as to there. Behind other holes, and where the
//! beginning of the connection was not captured, the next message is looked for: header, question and first records must be
//! those of a message, and another one must follow. A packet in the packet table has the messages that end in it.
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
//! **Table of queries**: `DNS_TABLE` (ours) makes `_dns.txt`, one row for each query, with its response and the time up to
//! that, and one for each response whose query was not seen. They belong together by number and question, in the other
//! direction of the flow; a query that comes again and a response that comes again count in the same row, and so do all
//! messages of a zone transfer. A response may stand up to a second in front of its query. Queries to groups of hosts (mDNS, LLMNR,
//! NetBIOS) are answered from other flows within ten seconds: by number and question to the address that asked; in multicast
//! DNS by any record that was asked for, so one response may answer up to four queries, and a response to none has a row of its own. Rows
//! are written at the end of the flow, or when more than 64 of a flow, 128 of queries to groups or, of all, a gigabyte (with `--max-mem` a
//! 16th of that) wait: what is answered first, then the oldest, as unanswered. For that one instance sees all flows. Answers: at most 256
//! of a row. With `--compat` the table has what the reference's way of reading finds.
//!
//! A flow of which no message could be read so far is given up at the first payload that is 4000 or 8000.
//!
//! With `--compat` times to live are modulo 65536, questions are those of the latest message, records behind a
//! full list overwrite the last one (and the list is called full when one more fits in), IPv4 addresses are also
//! shown where type A was asked for and IPv6 addresses only together with it, records behind an OPT record are
//! read from its type on, several texts of a TXT record are shown with their lengths, captured bytes count as
//! length, what was not captured counts as missing, payloads below 17 bytes and TCP flows without their SYN are
//! 8000, and flows with that bit are not looked at any more. TCP is read segment by segment in the order in which they come: of messages
//! that are longer than their segment what that one holds, and 0008 is a segment that goes on with one.
//!
//! **Not offered**: `DNS_MAL_TEST`, `DNS_MAL_TYPE`, `DNS_MAL_DOMAIN`: there is no list of malicious names here.
//! `DNS_WHO`: nor one of the owners of addresses.

mod addresses;
mod answer;
mod book;
mod counts;
mod groups;
pub(crate) mod header;
pub(crate) mod message;
mod name;
mod netbios;
mod packet;
mod reading;
mod row;
mod search;
mod state;
mod stored;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod toggles;
mod transactions;
mod transport;
mod words;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::merge::Merge as _;
use flowz_api::plugin::FindDirection;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::stream::{Found, Next, StreamEvent};
use flowz_api::table::TableList;

use answer::{Answer, Question};
use book::Book;
use counts::Counts;
use header::{Header, stat};
use name::LONGEST;
use row::{FlowRow, PacketRow};
use state::{Rare, State};
use table::QueryRow;
use toggles::Toggles;
use transactions::Waiting;

/// Bytes of texts longer than names that a flow keeps where memory is limited.
const TEXTS: usize = 4096;

inventory::submit! { PluginEntry::new::<DnsDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
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
    #[merge(state)]
    book: Book,
    /// Most bytes of texts that are longer than names, which a flow keeps.
    #[merge(keep)]
    text_room: usize,
}

/// What the packet table shows of the packet with the latest messages.
#[derive(Debug, Default)]
struct Latest {
    /// The packet, and its direction.
    number: u64,
    direction: Option<Direction>,
    /// Header of its first message.
    header: Option<Header>,
    addresses: Vec<u8>,
}

impl Plugin for DnsDecode {
    const INFO: Info = Info::new(
        "dnsDecode",
        251,
        "Questions and records of DNS, multicast DNS, LLMNR and NetBIOS names",
    )
    .sees_all_flows()
    .streams();
    const FIND_DIRECTION: Option<FindDirection<Self>> = Some(packet::find_direction);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
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
            book: Book::new(setup.run.share()),
            text_room: if setup.run.max_mem.is_some() { TEXTS } else { usize::MAX },
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        let t = &self.toggles;
        let (questions, answers) = (usize::from(t.max_questions), usize::from(t.max_records));
        let names = (questions + 2 * answers) * memory::list::<u8>(LONGEST);
        let lists = memory::list::<Question>(questions) + memory::list::<Answer>(answers);
        let texts = if self.text_room == TEXTS { memory::list::<u8>(TEXTS) } else { 0 };
        memory::boxed::<Rare>() + lists + names + texts + memory::boxed::<Waiting>()
    }

    fn bytes_of_run(&self) -> usize {
        if self.toggles.table { self.book.bytes() } else { 0 }
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<QueryRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        flow.stat = packet::ports(cx.layers);
        if flow.stat != 0 && self.compat && cx.layers.is_tcp() && !packet::has_syn(cx) {
            flow.stat |= stat::CORRUPT;
        }
        flow.given_up = flow.stat == 0 || flow.stat & stat::CORRUPT != 0;
        match flow.given_up {
            true => Interest::None,
            false if self.reads_streams(cx.layers) => Interest::Stream,
            false => Interest::Packets,
        }
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        if flow.given_up || self.reads_streams(cx.layers) {
            return;
        }
        self.latest.begin(cx.number, cx.flow.direction());
        if cx.layers.is_tcp() {
            self.segment(cx, flow, peer);
        } else if let Some((payload, length)) = packet::datagram(cx) {
            let (piece, bits) = transport::datagram(payload, length, self.compat);
            flow.stat |= bits;
            if let Some(piece) = piece {
                let (key, time) = (*cx.key, cx.packet.ts);
                self.message(cx, &key, (flow, peer), (piece, time, 0));
            }
        }
        if flow.is_something_else(self.compat) {
            flow.given_up = true;
            cx.set_interest(Interest::None);
        }
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => return self.data(cx, data, flow, peer),
            StreamEvent::Gap(gap) => return self.gap(cx, gap, flow, peer),
            StreamEvent::End(end) => {
                let piece = stream::end(flow, end.rest);
                self.part(cx, flow, peer, piece);
            }
            StreamEvent::Closed(_) => {
                stream::closed(flow);
            }
        }
        Next::Take(0)
    }

    fn find_message(&self, _: &State, bytes: &[u8], _: usize) -> Found {
        search::find(bytes)
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        if flow.stat == 0 {
            return PacketRow::default();
        }
        let Latest { header, addresses, .. } = &self.latest;
        let is_latest = self.latest.is_of(cx.number, cx.flow.direction());
        let header = header.filter(|_| is_latest).unwrap_or_default();
        let [a, b, c, d] = header.counts;
        PacketRow {
            addresses: Label(if is_latest { addresses } else { &[] }),
            stat: Hex16(flow.stat),
            flags: Some(Hex16(header.flags)),
            counts: (a, b, c, d),
        }
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let key = *cx.key;
        self.book.close(cx, &key, flow);
        self.counts.merge(Counts::from_state(flow));
        FlowRow::from_state(flow, self.compat)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.counts.report(totals, out);
    }
}

impl Latest {
    /// Messages of this packet follow. Whether it is another one than before.
    fn begin(&mut self, number: u64, direction: Direction) -> bool {
        let is_new = !self.is_of(number, direction);
        if is_new {
            (self.number, self.direction) = (number, Some(direction));
            self.header = None;
            self.addresses.clear();
        }
        is_new
    }

    fn is_of(&self, number: u64, direction: Direction) -> bool {
        (self.number, self.direction) == (number, Some(direction))
    }
}
