//! Properties of decoding, over bytes of all kinds: noise, and literal frames with some bytes changed,
//! cut anywhere, with any settings.

use flowz_api::layers::{Layers, Span};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::cases::all;
use crate::{Encapsulations, NoFlow, Settings, TunnelKeys, decode};

/// A frame as it was captured.
#[derive(Clone, Debug)]
struct Frame {
    link: LinkType,
    data: Vec<u8>,
    wire_len: u32,
}

impl Frame {
    fn decode(&self, end: usize, settings: Settings) -> (Layers, Result<(), NoFlow>) {
        let data = &self.data[..end];
        let Self { link, wire_len, .. } = *self;
        let packet = Packet { ts: Timestamp(0), wire_len, link, interface: 0, data };
        // What was there before does not matter.
        let mut layers = Layers { src_port: 7, l3: 99, vlan_tags: 3, ..Layers::default() };
        let outcome = decode(&packet, settings, &mut layers);
        (layers, outcome)
    }
}

/// Numbers of link types, most of them known ones.
fn link() -> impl Strategy<Value = LinkType> {
    prop_oneof![8 => 0..300_u16, 1 => any::<u16>()].prop_map(LinkType)
}

fn noise() -> impl Strategy<Value = Frame> {
    // Small and repeated values meet more headers than even noise does.
    let byte = prop_oneof![any::<u8>(), 0..9_u8, Just(0x45), Just(0x60), Just(0x08), Just(0xaa)];
    (link(), vec(byte, 0..200), 0..200_u32).prop_map(|(link, data, beyond)| {
        let wire_len = data.len() as u32 + beyond;
        Frame { link, data, wire_len }
    })
}

/// One of the literal frames with up to four bytes changed.
fn changed() -> impl Strategy<Value = Frame> {
    let frames: Vec<_> = all().into_iter().map(|case| (case.link, case.data)).collect();
    let changes = vec((any::<Index>(), any::<u8>()), 0..5);
    let lengths = prop_oneof![2 => Just(0), 1 => 0..2000_u32, 1 => any::<u32>()];
    (proptest::sample::select(frames), changes, lengths).prop_map(
        |((link, mut data), changes, beyond)| {
            for (at, value) in changes {
                let at = at.index(data.len());
                data[at] = value;
            }
            let wire_len = (data.len() as u32).saturating_add(beyond);
            Frame { link, data, wire_len }
        },
    )
}

fn frame() -> impl Strategy<Value = Frame> {
    prop_oneof![1 => noise(), 3 => changed()]
}

fn settings() -> impl Strategy<Value = Settings> {
    let on = any::<([bool; 8], u8)>();
    let encapsulations = prop_oneof![2 => Just(u32::MAX), 1 => any::<u32>()];
    let nesting = prop_oneof![2 => Just(64), 1 => 0..20_u8];
    (encapsulations, nesting, on).prop_map(|(bits, max_nesting, (on, keys))| {
        let [outer_key, interpret_ipvx, control_word, lapd, describes, ipv4, ipv6, compat] = on;
        let encapsulations = Encapsulations::from_bits_truncate(bits);
        Settings {
            encapsulations,
            max_nesting,
            tunnel_keys: TunnelKeys::from_bits_truncate(keys),
            outer_key,
            interpret_ipvx,
            control_word,
            lapd,
            describes,
            ipv4,
            ipv6,
            compat,
        }
    })
}

/// Bytes that count as captured are captured.
fn inside(layers: &Layers, len: usize) -> Result<(), TestCaseError> {
    let parts = [
        (layers.l3, layers.snap_l3_len),
        (layers.l4, layers.snap_l4_len),
        (layers.l7, layers.snap_l7_len),
    ];
    for (at, bytes) in parts {
        prop_assert!(bytes == 0 || at as usize + bytes as usize <= len, "{bytes} at {at} of {len}");
    }
    for Span { at, len: bytes } in [layers.hop_options, layers.dest_options, layers.routing] {
        prop_assert!(bytes == 0 || at as usize <= len, "options at {at} of {len}");
    }
    prop_assert!(layers.l2 <= layers.l3);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_points_behind_the_captured_bytes(frame in frame(), settings in settings()) {
        let len = frame.data.len();
        let (layers, outcome) = frame.decode(len, settings);
        if outcome.is_ok() {
            inside(&layers, len)?;
        }
        let data = &frame.data;
        for part in [layers.layer3(data), layers.layer4(data), layers.payload(data)] {
            prop_assert!(part.len() <= len);
        }
    }

    #[test]
    fn the_same_bytes_give_the_same_layers(frame in frame(), settings in settings()) {
        let twice = [(); 2].map(|()| format!("{:?}", frame.decode(frame.data.len(), settings)));
        prop_assert_eq!(&twice[0], &twice[1]);
    }

    #[test]
    fn cutting_a_packet_never_adds_a_header(frame in frame(), settings in settings(), cut in any::<Index>()) {
        let (whole, _) = frame.decode(frame.data.len(), settings);
        let end = cut.index(frame.data.len() + 1);
        let (part, _) = frame.decode(end, settings);
        prop_assert!(part.chain.depth() <= whole.chain.depth());
        // The last one may be called otherwise: what it is can depend on what follows.
        let (whole, part) = (whole.chain.tokens(), part.chain.tokens());
        let known = part.split_last().map_or(&[][..], |(_, rest)| rest);
        prop_assert!(whole.starts_with(known), "{whole:?} cut at {end}: {part:?}");
    }

    #[test]
    fn decoding_allocates_nothing(frame in frame(), settings in settings()) {
        let seen = allocation_counter::measure(|| {
            let _ = std::hint::black_box(frame.decode(frame.data.len(), settings));
        });
        prop_assert_eq!(seen.count_total, 0);
    }
}

/// The measure does count.
#[test]
fn allocations_are_seen() {
    let seen = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 100])));
    assert_eq!(seen.count_total, 1);
}
