//! HTTP/1.0, 1.1, and HTTP/2 without TLS (RFC 9110, 9112, 9113): requests, responses, which belong together, and contents.
//!
//! Connections are recognised by what they begin with, on any port; if the beginning is not in the capture, by the first message
//! that is found. A hole within a body of known length, or within a chunk, costs these bytes and nothing else. Behind a hole in a head or in
//! the framing the next message is looked for; responses behind it go to the requests that they answer.
//!
//! UDP packets from and to ports above 1024 that are a message (SSDP) are read too, by themselves.
//!
//! | `httpStat` | what |
//! |---|---|
//! | 0001 | a list is full (`HTTP_DATA_C_MAX`) |
//! | 0002 | the name of a content is cut (`HTTP_MXFILE_LEN`) |
//! | 0004 | something was asked for |
//! | 0008, 0020 | HTTP |
//! | 0010 | a body in chunks |
//! | 0040 | a head, at the flow's end only |
//! | 0200 to 8000 | contents written to files: images, videos, sounds, messages, texts, of applications, others |
//!
//! | `httpAFlags` | what is odd |
//! |---|---|
//! | 0001 | POST with a query in the URL |
//! | 0002 | the host is an IPv4 address |
//! | 0010 | bytes are missing |
//! | 0020 | not well formed |
//! | 0040 | a field without a value |
//! | 0100, 0200, 0400 | `X-XSS-Protection`, `Content-Security-Policy`, `DNT` |
//! | 1000, 2000 | a content begins like a program of Windows, of Unix (ELF) |
//! | 4000 | HTTP/1.0 |
//!
//! `httpHeadMimes`: types of contents: 1 application, 2 audio, 4 image, 8 message, 10 model, 20 multipart, 40 text, 80 video, 100 vnd, 200 x,
//! 400 x-pkcs, 8000 other.
//!
//! | `httpCFlags` | what heads have |
//! |---|---|
//! | 0001, 0002, 0004 | `Set-Cookie`, `Refresh`, `Host` |
//! | 0008 | a type with a boundary |
//! | 0010 | always, as in the reference; with `--compat` no other |
//!
//! **Contents** are bodies with a type. Their names are the URL, the flow, the direction, the packet of the flow with a payload, and a number in
//! their class. `HTTP_SAVE_…` writes them to files of these names, codings undone (gzip, deflate, br, zstd; at most 1 MiB and 1100 bytes for
//! each byte that was sent). Missing bytes are zeros in files and hashes, of a gap at most 1 MiB; behind a larger one there is no hash.
//!
//! **Table** `http`: a row for each request and its response when both are over. `state`: `complete`; `damaged`: bytes are missing or not well
//! formed; `cut`: the end is not there; `noResponse`, `noRequest`. `HTTP_MESSAGES` makes a table `httpmsg` too: heads, bodies and losses in the order
//! of the conversation. `flowz http FILE` prints it. `HTTP_PARTS` makes a table `httppart`: a row for each part of a content with parts
//! (multipart: forms with files, ranges), whose parts are written to files like contents of their types, with their number behind the name. Parts
//! within parts are not taken apart.
//!
//! **Not offered**: `HTTP_ANTVIR`, `HTTP_AVAST_CID`, `HTTP_ESET_UID`, `HTTP_AVID_LEN` and `HTTP_PUNK_AV_ONLY` (marks of virus scanners),
//! `HTTP_RMDIR`, `HTTP_PATH` and the folders of contents (all files lie beside the tables); bits for guesses: generated names, types that do not
//! fit. SCTP is not read.

mod bits;
mod body;
mod exchange;
mod facts;
mod h2;
mod log;
mod pairing;
mod parts;
mod reader;
mod row;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod toggles;
mod waiting;

use flowz_api::inventory;
use flowz_api::key::UDP;
use flowz_api::memory::{self, Growth};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamData, StreamEvent, StreamGap, StreamStart};
use flowz_api::table::TableList;

use crate::http::head::{Head, Parsed, Start, may_begin};
use crate::http::{coding, search};
use exchange::Moment;
use facts::CLASSES;
use reader::Reader;
use row::{FlowRow, PacketRow};
use state::{Http, Phase, State};
use table::ExchangeRow;
use toggles::Toggles;

/// So many bytes of a connection are looked at for a message where it does not begin with one.
const MOST_SEARCHED: u64 = 1 << 24;
/// UDP ports that are above this one on both sides are read.
const LOW_PORTS: u16 = 1024;

inventory::submit! { PluginEntry::new::<HttpSniffer>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct HttpSniffer {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// Another run may go on with this one.
    #[merge(keep)]
    continues: bool,
    #[merge(or)]
    stat: u16,
    #[merge(or)]
    odd: u16,
    #[merge(or)]
    contents: u16,
    #[merge(or)]
    types: u16,
    /// Packets with a payload in flows with HTTP.
    #[merge(sum)]
    packets: u64,
    #[merge(sum)]
    gets: u64,
    #[merge(sum)]
    posts: u64,
    #[merge(nested)]
    classes: ClassCounts,
}

/// Contents of each class.
#[derive(Debug, Default, Checkpoint)]
struct ClassCounts([u64; CLASSES]);

flowz_api::resume_whole!(ClassCounts);

impl flowz_api::merge::Merge for ClassCounts {
    fn merge(&mut self, other: Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own += other;
        }
    }
}

impl Plugin for HttpSniffer {
    const INFO: Info =
        Info::new("httpSniffer", 310, "HTTP: requests, responses, contents").streams();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        let continues = setup.run.continues;
        let (stat, odd, contents, types, packets, gets, posts) = (0, 0, 0, 0, 0, 0, 0);
        let classes = ClassCounts::default();
        Ok(Self {
            toggles,
            compat,
            continues,
            stat,
            odd,
            contents,
            types,
            packets,
            gets,
            posts,
            classes,
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        let t = &self.toggles;
        let decodes = t.saves_any() || (t.table && t.hashes) || t.messages_table;
        memory::boxed::<Http>()
            + memory::boxed::<exchange::Exchange>()
            + memory::boxed::<body::Body>()
            + if decodes { coding::memory(self.continues) } else { 0 }
    }

    fn growth(&self) -> Growth {
        // What a packet says is kept in lists and with the request: at most as much again as it is long.
        let texts = usize::from(self.toggles.most) + usize::from(self.toggles.most_waiting);
        Growth { bytes: 4096, packets: texts as u32 }
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<ExchangeRow<'_>>();
        }
        if list.toggles().messages_table {
            list.add::<log::MessageRow<'_>>();
        }
        if list.toggles().parts_table {
            list.add::<parts::PartRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let layers = cx.layers;
        let is_high = layers.src_port > LOW_PORTS && layers.dst_port > LOW_PORTS;
        let is_datagram = layers.l4_proto == UDP && is_high;
        flow.is_read = layers.is_tcp() || is_datagram;
        if layers.is_tcp() { Interest::StreamAndPackets } else { Interest::when(is_datagram) }
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        if cx.layers.l7_len == 0 {
            return;
        }
        flow.packets = flow.packets.saturating_add(1);
        if cx.layers.l4_proto == UDP {
            self.datagram(cx, flow);
        }
        if flow.is_over {
            cx.set_interest(Interest::None);
        }
        self.packets += u64::from(flow.http.is_some());
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => self.data(cx, data, flow, peer),
            StreamEvent::Gap(gap) => self.gap(cx, gap, flow, peer),
            StreamEvent::End(end) => {
                if let Some(mut reader) = self.reader(cx, flow, peer) {
                    reader.end(end);
                }
                Next::Take(0)
            }
            StreamEvent::Closed(_) => {
                if let Some(mut reader) = self.reader(cx, flow, peer) {
                    reader.close();
                }
                (flow.lost, flow.has_gap, flow.searched) = (0, false, 0);
                Next::Take(0)
            }
        }
    }

    fn find_message(&self, flow: &State, bytes: &[u8], seen: usize) -> Found {
        // What is no HTTP yet is looked at with the bytes, and not for ever.
        if flow.http.is_none() { Found::Anything } else { search::find(bytes, seen) }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow::from_state(flow, self.compat)
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.http.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        if let Some(http) = &flow.http {
            let facts = &http.facts;
            self.stat |= facts.stat;
            self.odd |= facts.shown_odd(self.compat);
            self.contents |= facts.shown_contents(self.compat);
            self.types |= facts.types;
            self.gets += u64::from(facts.gets);
            self.posts += u64::from(facts.posts);
            for (own, count) in self.classes.0.iter_mut().zip(facts.class_counts) {
                *own += u64::from(count);
            }
        }
        FlowRow::from_state(flow, self.compat)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("httpStat", u64::from(self.stat & !bits::stat::HEAD), 4);
        out.aggregated("httpAFlags", u64::from(self.odd), 4);
        out.aggregated("httpCFlags", u64::from(self.contents), 4);
        out.aggregated("httpHeadMimes", u64::from(self.types), 4);
        let counts = self.classes.0.map(|count| count.to_string()).join("_");
        out.line("Number of files img_vid_aud_msg_txt_app_unk", [Part::Text(counts)]);
        let packets = [Part::Count(self.packets), Part::Share(self.packets, totals.packets)];
        out.line("Number of HTTP packets", packets);
        for (name, count) in [("GET ", self.gets), ("POST", self.posts)] {
            if count > 0 {
                let parts = [Part::Count(count), Part::Share(count, self.packets)];
                out.line(format!("Number of HTTP {name} requests"), parts);
            }
        }
        if self.posts > 0 {
            let ratio = self.gets as f64 / self.posts as f64;
            out.line("HTTP GET/POST ratio", [Part::Ratio(ratio)]);
        }
    }
}

impl HttpSniffer {
    /// Reads on if there is HTTP in the direction.
    fn reader<'a, 'c>(
        &'a self,
        cx: &'a mut StreamContext<'c>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> Option<Reader<'a, 'c>> {
        let packets = flow.packets.saturating_add(1);
        let own = flow.http.as_deref_mut()?;
        Some(Reader { toggles: &self.toggles, compat: self.compat, cx, packets, own, peer })
    }

    fn data(
        &self,
        cx: &mut StreamContext<'_>,
        data: StreamData<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        if flow.http.is_none() {
            if data.seen == 0 {
                flow.first = (Moment { time: data.time, number: data.number }, data.offset);
            }
            let is_start = cx.start == StreamStart::Syn && !flow.has_gap;
            let next = if is_start { begin(&data) } else { look(&data, flow, peer.as_deref()) };
            if let Some(next) = next {
                flow.is_over = next == Next::Stop;
                return next;
            }
            let mut http = Http::new();
            (http.reading.first, http.reading.offset) = flow.first;
            let lost = std::mem::take(&mut flow.lost);
            match data.bytes.starts_with(b"HTTP/") {
                true => http.reading.lost.at_least = lost,
                false if lost > 0 => http.waiting.lose(lost),
                false => {}
            }
            flow.http = Some(Box::new(http));
        }
        match self.reader(cx, flow, peer) {
            Some(mut reader) => reader.data(data),
            None => Next::Stop,
        }
    }

    fn gap(
        &self,
        cx: &mut StreamContext<'_>,
        gap: StreamGap<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        if let Some(mut reader) = self.reader(cx, flow, peer) {
            return reader.gap(gap);
        }
        if !flow.has_gap {
            flow.lost += u32::from(cx.start == StreamStart::Syn);
        }
        flow.has_gap = true;
        Next::Take(0)
    }

    /// A packet of its own that is a message.
    fn datagram(&self, cx: &PacketContext<'_>, flow: &mut State) {
        let payload = cx.layers.payload(cx.packet.data);
        // The reference takes SIP for HTTP.
        let changed = self.compat.then(|| as_http(payload)).flatten();
        let bytes = changed.as_deref().unwrap_or(payload);
        let Parsed::Head(head) = Head::parse(bytes, 0) else { return };
        let http = flow.http.get_or_insert_with(|| Box::new(Http::new()));
        http.facts.take(&head, &self.toggles, self.compat);
        let Some(types) = head.field("content-type").map(facts::kind) else { return };
        let (class, number) = http.facts.content(types);
        let place = format!("{}_{}_{}_{number}", cx.flow.id.0, letter(cx.flow), flow.packets);
        let target = match head.start {
            Start::Request { method, target } if bits::method(method) != 0 => Some(target),
            _ => None,
        };
        let name = facts::name(target, &place, &self.toggles);
        http.facts.name(class, &name, &self.toggles);
    }
}

fn letter(flow: &Flow) -> char {
    match flow.direction() {
        Direction::A => 'A',
        Direction::B => 'B',
    }
}

/// The first bytes of a connection; none if they are a message.
fn begin(data: &StreamData<'_>) -> Option<Next> {
    match Phase::of_h2(data.bytes, false) {
        None => return Some(Next::Take(0)),
        Some(Phase::Head) => {}
        Some(_) => return None,
    }
    match may_begin(data.bytes, data.seen) {
        Some(true) => None,
        Some(false) => Some(Next::Stop),
        None if data.bytes.len() > crate::http::head::LONGEST => Some(Next::Stop),
        None => Some(Next::Take(0)),
    }
}

/// Bytes in the middle of a connection; none if they are a message.
fn look(data: &StreamData<'_>, flow: &mut State, peer: Option<&State>) -> Option<Next> {
    let passed = match search::find(data.bytes, data.seen) {
        Found::Message(_) | Found::Anything => return None,
        Found::NeedMore => return Some(Next::Take(0)),
        Found::NotHere(len) => len,
        Found::Never => return Some(Next::Stop),
    };
    flow.searched += passed as u64;
    let is_hopeless = flow.searched > MOST_SEARCHED && peer.is_none_or(|peer| peer.http.is_none());
    Some(if is_hopeless { Next::Stop } else { Next::Take(passed) })
}

/// A message of SIP (RFC 3261, section 7) as one of HTTP: its first line says another version.
fn as_http(bytes: &[u8]) -> Option<Vec<u8>> {
    const SIP: &[u8] = b"SIP/2.0";
    let end = memchr::memchr(b'\n', bytes)?;
    let place = memchr::memmem::find(&bytes[..end], SIP)?;
    Some([&bytes[..place], b"HTTP/1.1", &bytes[place + SIP.len()..]].concat())
}
