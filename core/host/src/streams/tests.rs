//! A plugin of messages, each an M, its length in a byte, and a text: what it is shown and what it answers.

use flowz_api::flow::{Flow, FlowId};
use flowz_api::host::{PluginSettings, Settings};
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::plugin::{
    EndContext, EndView, Info, Interest, PacketContext, PacketView, Plugin, PluginError,
    PluginSetup, Services, SteerContext, StreamContext, TimeoutId, Timeouts,
};
use flowz_api::row::NoRow;
use flowz_api::settings::Run;
use flowz_api::slab::FlowIndex;
use flowz_api::stream::{Found, GapReason, Next, StreamEvent};
use flowz_api::{Merge, Toggles};

use super::StreamSettings;
use crate::placement::Place;
use crate::plugin_set::PluginSet;

#[derive(Toggles, Clone, Debug)]
struct Nothing {}

#[derive(Merge, Debug)]
struct Messages {}

/// So much the reader knows of a body whose head it has taken.
#[derive(Debug, Default)]
struct State {
    body: usize,
}

impl Plugin for Messages {
    const INFO: Info = Info::new("messages", 899, "Reads messages").streams();
    type Toggles = Nothing;
    type Flow = State;
    type Row<'a> = NoRow<Nothing>;
    type PacketRow<'a> = NoRow<Nothing>;

    fn new(_: &mut PluginSetup<'_, Nothing>) -> Result<Self, PluginError> {
        Ok(Self {})
    }

    fn on_new_flow(&mut self, _: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::Stream
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        _: Option<&mut State>,
    ) -> Next {
        let (text, next) = step(event, flow);
        let again = if cx.connection > 0 { format!("#{} ", cx.connection) } else { String::new() };
        let text = again + &text;
        cx.append_to_file("log", text.as_bytes());
        next
    }

    fn find_message(&self, _: &State, bytes: &[u8], seen: usize) -> Found {
        assert!(seen <= bytes.len());
        match *bytes {
            [b'M', len, ..] => Found::Message(2 + usize::from(len)),
            [b'M'] => Found::NeedMore,
            _ => Found::NotHere(1),
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Nothing> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        _: &'a mut State,
        _: Option<&'a mut State>,
    ) -> NoRow<Nothing> {
        NoRow::default()
    }
}

/// What the plugin says of an event, and its answer.
fn step(event: StreamEvent<'_>, flow: &mut State) -> (String, Next) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match event {
        StreamEvent::Data(data) => match *data.bytes {
            [b'B', len, ..] => {
                // A body of known length is taken as it comes.
                flow.body = len.into();
                (format!("{} body {len}\n", data.offset), Next::Take(2))
            }
            _ if flow.body > 0 => {
                let taken = data.bytes.len().min(flow.body);
                flow.body -= taken;
                (format!("{} {}\n", data.offset, text(&data.bytes[..taken])), Next::Take(taken))
            }
            [b'M', len, ref rest @ ..] if rest.len() >= len.into() => {
                let len = usize::from(len);
                (format!("{} {}\n", data.offset, text(&rest[..len])), Next::Take(2 + len))
            }
            [b'M' | b'W', ..] => (format!("{} wait {}\n", data.offset, data.seen), Next::Take(0)),
            [b'Q', ..] => (format!("{} quit\n", data.offset), Next::Stop),
            _ => (format!("{} lost\n", data.offset), Next::Search(0)),
        },
        StreamEvent::Gap(gap) => {
            let rest =
                if gap.reason == GapReason::NotTaken { String::new() } else { text(gap.rest) };
            let line = format!("{} gap {} after {rest}\n", gap.offset, gap.len);
            let goes_on = (gap.len as usize) < flow.body;
            flow.body = if goes_on { flow.body - gap.len as usize } else { 0 };
            (line, if goes_on { Next::Take(0) } else { Next::Search(0) })
        }
        StreamEvent::End(end) => (
            format!("{} end {:?} after {}\n", end.offset, end.reason, text(end.rest)),
            Next::Take(0),
        ),
        StreamEvent::Closed(counts) => {
            let first = counts.first_message;
            (format!("closed {} {} {first:?}\n", counts.bytes, counts.missing), Next::Take(0))
        }
    }
}

/// One flow of one direction, and its plugin.
struct Stage {
    set: PluginSet,
    services: Services,
    run: Run,
    flow: Flow,
    list: u16,
    number: u64,
}

impl Stage {
    fn new(run: Run, share: u64) -> Self {
        let mut timeouts = Timeouts::default();
        let plugin = Settings::<Messages>::default().start(&run, &mut timeouts).unwrap();
        let settings = StreamSettings::new(&run, share * super::SHARES as u64, 1);
        let set = PluginSet::new(vec![(0, plugin)]).with_streams(settings, &[Place::Lane]);
        let services = set.services();
        let flow = Flow { id: FlowId(1), ..Flow::NONE };
        Self { set, services, run, flow, list: 0, number: 0 }
    }

    /// A segment, 10 ms behind the one before: flags, offset and payload. What the plugin said.
    fn segment(&mut self, flags: u8, offset: u32, payload: &[u8]) -> String {
        let mut data = vec![0; 20];
        data[4..8].copy_from_slice(&(1000 + offset).to_be_bytes());
        (data[12], data[13]) = (0x50, flags);
        data.extend_from_slice(payload);
        let len = payload.len() as u32;
        let layers = Layers {
            net: Net::V4,
            l4_proto: 6,
            l7: 20,
            snap_l4_len: 20 + len,
            snap_l7_len: len,
            l7_len: payload.len() as u32,
            ..Layers::default()
        };
        self.number += 1;
        self.flow.last = Timestamp(self.number as i64 * 10_000_000);
        let link = LinkType::ETHERNET;
        let (ts, wire_len) = (self.flow.last, data.len() as u32);
        let packet = Packet { ts, wire_len, link, interface: 0, data: &data };
        let view = PacketView {
            packet: &packet,
            layers: &layers,
            number: self.number,
            key: &key(),
            flow: &self.flow,
            peer: None,
            tunnel_offsets: None,
            previous: ts,
            datagram: None,
            related: None,
            run: &self.run,
            timeouts: &Timeouts::default(),
        };
        self.services.begin_hooks(OWN, None);
        let mut cx = PacketContext::new(view, &mut self.services);
        if self.number == 1 {
            self.list = self.set.begin_flow(&mut cx, OWN);
        }
        let mut cx = SteerContext::new(cx, [TimeoutId::default(); 2]);
        self.set.packet(self.list, &mut cx, OWN, None);
        let list = &mut self.list;
        self.set.serve(self.services.end_hooks(), |_, change| *list = change(*list)).unwrap();
        self.said()
    }

    fn end(&mut self) -> String {
        let view = EndView { key: &key(), flow: &self.flow, peer: None, order: 1, run: &self.run };
        let mut cx = EndContext::new(view, &mut self.services);
        self.set.end_streams(&mut cx, OWN, None);
        self.said()
    }

    fn said(&mut self) -> String {
        let emissions = self.services.emissions();
        let said = String::from_utf8_lossy(&emissions.bytes).replace('\n', "; ");
        emissions.clear();
        said.trim_end_matches("; ").to_owned()
    }
}

const OWN: FlowIndex = FlowIndex(0);
const SYN: u8 = 2;
const PSH: u8 = 8;

fn key() -> FlowKey {
    FlowKey {
        src: [1; 16],
        dst: [2; 16],
        src_port: 1,
        dst_port: 2,
        vlan: 0,
        ethertype: 0x0800,
        proto: 6,
        net: Net::V4,
        stream: 0,
        tag: 0,
    }
}

fn stage() -> Stage {
    let mut stage = Stage::new(Run::default(), 1 << 20);
    assert_eq!(stage.segment(SYN, 0, b""), "");
    stage
}

#[test]
fn messages_are_whole_however_they_are_cut() {
    let mut stage = stage();
    assert_eq!(stage.segment(PSH, 1, b"M\x03abcM\x02de"), "0 abc; 5 de");
    assert_eq!(stage.segment(PSH, 10, b"M"), "9 wait 0");
    assert_eq!(stage.segment(PSH, 11, b"\x03x"), "9 wait 1");
    assert_eq!(stage.segment(PSH, 13, b"yzM\x01"), "9 xyz; 14 wait 0");
    assert_eq!(stage.end(), "16 end Open after M\u{1}; closed 16 0 None");
}

#[test]
fn a_body_of_known_length_survives_a_gap() {
    let mut stage = stage();
    assert_eq!(stage.segment(PSH, 1, b"B\x0aabc"), "0 body 10; 2 abc");
    stage.segment(PSH, 8, b"fghijM\x01z");
    assert_eq!(stage.end(), "5 gap 2 after ; 7 fghij; 12 z; 15 end Open after ; closed 13 2 None");
}

#[test]
fn the_next_message_is_found_behind_a_gap() {
    let mut stage = stage();
    stage.segment(PSH, 1, b"M\x03abcM\x07");
    stage.segment(PSH, 20, b"xxM\x02qq?M\x02deM");
    stage.segment(PSH, 32, b"\x01f");
    let found = "7 gap 12 after M\u{7}; 26 de; 30 wait 0; 30 f; 33 end Open after ; \
                 closed 21 12 Some(26)";
    assert_eq!(stage.end(), found, "an M whose length leads nowhere is none");
}

#[test]
fn a_capture_from_the_middle_begins_with_a_search() {
    let mut stage = Stage::new(Run::default(), 1 << 20);
    assert_eq!(stage.segment(PSH, 1, b"yzM"), "");
    assert_eq!(stage.segment(PSH, 4, b"\x02ab"), "2 ab");
    assert_eq!(stage.segment(PSH, 7, b"?M\x01c"), "6 lost; 7 c", "and after something unknown");
    assert_eq!(stage.end(), "10 end Open after ; closed 10 0 Some(2)");
}

#[test]
fn data_in_a_syn_is_of_the_connection_that_it_opens() {
    let mut stage = stage();
    let told = stage.segment(SYN, 50_000, b"M\x01a");
    assert_eq!(told, "0 end Reused after ; closed 0 0 None; #1 0 a");
    assert_eq!(stage.segment(PSH, 50_004, b"M\x01b"), "#1 3 b");
}

#[test]
fn who_stops_is_shown_nothing_more_and_costs_nothing() {
    let mut stage = stage();
    let before = stage.list;
    assert_eq!(stage.segment(PSH, 1, b"Q and more"), "0 quit");
    assert_ne!(stage.list, before, "the flow is no longer looked at");
    assert_eq!(stage.segment(PSH, 11, b"M\x01a"), "");
    assert_eq!(stage.end(), "");
}

#[test]
fn what_is_not_taken_is_bounded() {
    let mut run = Run::default();
    run.core.stream_message = 1;
    let mut stage = Stage::new(run, 1 << 20);
    stage.segment(SYN, 0, b"");
    assert_eq!(stage.segment(PSH, 1, b"W"), "0 wait 0");
    for n in 0..10 {
        assert_eq!(
            stage.segment(PSH, 2 + n * 100, &[b'x'; 100]),
            format!("0 wait {}", 1 + n * 100)
        );
    }
    let told = stage.segment(PSH, 1002, &[b'x'; 100]);
    assert_eq!(told, "0 wait 1001; 0 gap 1101 after ");
    assert_eq!(stage.segment(PSH, 1102, b"xM\x01z"), "1102 z");
}

#[test]
fn all_memory_is_bounded_by_the_share_of_the_flow() {
    let mut stage = Stage::new(Run::default(), 10_000);
    stage.segment(SYN, 0, b"");
    for n in 0..200 {
        stage.segment(PSH, 11 + n * 101, &[b'x'; 100]);
        assert!(stage.set_memory() <= 10_000, "{n}: {}", stage.set_memory());
    }
    let end = stage.end();
    assert!(end.ends_with("closed 20000 209 None"), "{end}");
}

impl Stage {
    /// Memory that the service has counted.
    fn set_memory(&self) -> usize {
        self.set.stream_memory()
    }
}
