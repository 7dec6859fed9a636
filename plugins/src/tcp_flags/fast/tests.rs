//! The fast and the general path make the same of the same packets.

use flowz_api::flow::{Flow, FlowId};
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::plugin::{PacketContext, PacketView, Plugin, PluginSetup, Services, Timeouts};
use flowz_api::settings::Run;
use flowz_api::status::FlowStat;

use super::super::TcpFlags;
use super::super::bits::ip as bit;
use super::super::checksum::{pseudo_header, sum_without};
use super::super::state::FlowState;
use super::super::toggles::TcpFlagsToggles;
use super::super::view;
use super::{TCP, UDP, checksums, shortest};

mod packets;

use packets::Numbers;

fn header(checksum: [u8; 2]) -> [u8; 20] {
    let mut bytes =
        [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 6, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
    bytes[10..12].copy_from_slice(&checksum);
    bytes
}

/// A packet to be looked at on both paths.
#[derive(Clone, Debug)]
struct Input {
    /// Whether it goes the other way.
    back: bool,
    nanos: i64,
    /// The IPv4 header; its checksum is made right and then changed by this.
    l3: [u8; 20],
    l3_error: u16,
    /// Header of layer 4 and payload.
    l4: Vec<u8>,
}

/// A plugin on one of the paths, and the two directions of one flow.
struct Path {
    plugin: TcpFlags,
    states: [FlowState; 2],
}

impl Path {
    fn new(run: &Run) -> Self {
        let (toggles, mut timeouts) = (TcpFlagsToggles::default(), Timeouts::default());
        let mut setup = PluginSetup { toggles: &toggles, run, timeouts: &mut timeouts };
        let plugin = TcpFlags::new(&mut setup).unwrap();
        Self { plugin, states: Default::default() }
    }

    /// Everything that is kept.
    fn kept(&self) -> String {
        format!("{:?} {:?}", self.states, self.plugin.counters)
    }
}

/// Both paths over the same packets.
struct Paths {
    run: Run,
    fast: Path,
    general: Path,
    flows: [Option<Flow>; 2],
}

impl Paths {
    fn new() -> Self {
        let run = Run::default();
        let [fast, general] = [(); 2].map(|()| Path::new(&run));
        Self { run, fast, general, flows: [None; 2] }
    }

    /// Takes a packet in on both paths, which must agree.
    fn packet(&mut self, input: &Input) {
        let l3 = input.header();
        let data = [&l3[..], &input.l4].concat();
        let layers = layers(l3[9], &input.l4);
        let now = Timestamp(input.nanos);
        let packet = Packet {
            ts: now,
            wire_len: data.len() as u32,
            link: LinkType::ETHERNET,
            interface: 0,
            data: &data,
        };
        let way = usize::from(input.back);
        let before = self.flows[way];
        let mut flow =
            before.unwrap_or(Flow { id: FlowId(1), first: now, last: now, status: FlowStat::IPV4 });
        let previous = flow.last;
        flow.last = now;
        self.flows[way] = Some(flow);
        let view = PacketView {
            packet: &packet,
            layers: &layers,
            number: 1,
            key: &FlowKey::default(),
            flow: &flow,
            peer: self.flows[1 - way].as_ref(),
            tunnel_offsets: None,
            previous,
            datagram: None,
            related: None,
            run: &self.run,
            timeouts: &Timeouts::default(),
        };
        let mut services = Services::new(Vec::new());
        for (path, is_fast) in [(&mut self.fast, true), (&mut self.general, false)] {
            let mut cx = PacketContext::new(view, &mut services);
            let [a, b] = &mut path.states;
            let (own, other) = if input.back { (b, a) } else { (a, b) };
            if before.is_none() {
                path.plugin.on_new_flow(&mut cx, own);
            }
            let other = view.peer.map(|_| other);
            if is_fast {
                let header = super::header(&cx).expect("the packet can take the fast path");
                path.plugin.fast_path(&cx, header, own, other);
            } else {
                path.plugin.general_path(&cx, own, other);
            }
        }
        assert_eq!(self.fast.kept(), self.general.kept(), "{input:?}");
    }
}

impl Input {
    fn header(&self) -> [u8; 20] {
        let mut bytes = self.l3;
        let sum = !sum_without(&bytes, 5) ^ self.l3_error;
        bytes[10..12].copy_from_slice(&sum.to_be_bytes());
        bytes
    }
}

/// What a decoder says of such a datagram.
fn layers(proto: u8, l4: &[u8]) -> Layers {
    let length = l4.len() as u32;
    let header = if proto == UDP { 8 } else { u32::from(l4[12] >> 4) * 4 };
    Layers {
        net: Net::V4,
        l4_proto: proto,
        l3_header_len: 20,
        l4: 20,
        l7: 20 + header,
        l3_len: 20 + length,
        snap_l3_len: 20 + length,
        snap_l4_len: length,
        snap_l7_len: length.saturating_sub(header),
        l4_header_len: header as u16,
        l7_len: length.saturating_sub(header),
        ..Layers::default()
    }
}

#[test]
fn connections() {
    let mut numbers = Numbers(0x0123_4567_89ab_cdef);
    let (mut ip, mut stat, mut anomaly) = (0, 0, 0);
    for _ in 0..200 {
        let (mut paths, mut nanos) = (Paths::new(), 1_700_000_000_000_000_000);
        for _ in 0..24 {
            paths.packet(&numbers.packet(&mut nanos));
        }
        for state in &paths.fast.states {
            (ip, stat) = (ip | state.ip.flags, stat | state.stat);
            anomaly |= state.tcp.anomaly;
        }
    }
    // Nearly all events came up: what is missing takes fragments, other protocols or the end of a flow.
    assert_eq!((ip, stat, anomaly), (0xecc6, 0xcf77, 0x53fb), "{ip:04x} {stat:04x} {anomaly:04x}");
}

#[test]
fn identifications() {
    let mut paths = Paths::new();
    let steps = [1u16, 7, 7, 3, 0xfff0, 0x1000, 0xf000, 0xefff, 0, 0x2000, 0x8000, 0x0fff];
    let udp = [4, 210, 0, 53, 0, 8, 0, 0].to_vec();
    for (n, id) in (0..).zip(steps) {
        let mut l3 = header([0; 2]);
        l3[4..6].copy_from_slice(&id.to_be_bytes());
        (l3[8], l3[9]) = (64 - (n / 3) as u8, UDP);
        paths.packet(&Input { back: false, nanos: n, l3, l3_error: 0, l4: udp.clone() });
    }
    let ip = &paths.fast.states[0].ip;
    assert_eq!((ip.min_ttl, ip.max_ttl, ip.ttl_changes), (61, 64, 3));
    assert_eq!(ip.flags & 0x0f, bit::ID_DISORDER | bit::ID_ROLLOVER);
}

/// The bits of checksums and lengths on both paths.
fn checksum_bits(layers: &Layers, l3: &[u8; 20], l4: &[u8]) -> [u16; 2] {
    let toggles = TcpFlagsToggles { checksum: 2, ..TcpFlagsToggles::default() };
    let mut flags = 0;
    view::checksums(layers, (l3, l4), &toggles, &mut FlowState::default(), &mut flags, false);
    [checksums(layers, l3, l4), flags]
}

#[test]
fn checksums_and_lengths() {
    let mut seen = 0;
    for (proto, field) in [(TCP, 16), (UDP, 6)] {
        let lengths = [8u32, 9, 19, 20, 21, 31, 32, 255, 256, 1460, 70_001];
        for length in lengths.into_iter().filter(|length| *length >= shortest(proto)) {
            let layers = Layers {
                net: Net::V4,
                l4_proto: proto,
                l3_header_len: 20,
                l3_len: 20 + length,
                snap_l4_len: length,
                ..Layers::default()
            };
            let mut l4: Vec<u8> = (0..length).map(|n| (n % 251 * 7) as u8).collect();
            let right = !sum_without(&header([0, 0]), 5);
            for l3 in [right, 0, 0xffff, right ^ 1].map(|sum| header(sum.to_be_bytes())) {
                let pseudo = u32::from(pseudo_header(&layers, &l3, length, false));
                let rest = u32::from(sum_without(&l4, field / 2)) + pseudo;
                let good = !((rest & 0xffff) + (rest >> 16)) as u16;
                for sum in [good, 0, 0xffff, good ^ 0x100] {
                    if let Some(place) = l4.get_mut(field..field + 2) {
                        place.copy_from_slice(&sum.to_be_bytes());
                    }
                    for said in [length as u16, 0, 9] {
                        if let Some(place) = l4.get_mut(4..6).filter(|_| proto == UDP) {
                            place.copy_from_slice(&said.to_be_bytes());
                        }
                        let [fast, general] = checksum_bits(&layers, &l3, &l4);
                        assert_eq!(fast, general, "{proto} {length} {sum:04x} {said}");
                        seen |= fast;
                    }
                }
            }
        }
    }
    assert_eq!(seen, 0x2c00, "all bits were set at times");
}
