//! Any bytes of any link type decode: no panic, and nothing points behind the captured bytes.
//!
//! The first two bytes of the input are the link type, the next two how many bytes were on the wire
//! beyond those captured (both little endian), the fifth is the settings, one bit each; the rest is
//! the frame.
#![no_main]

use flowz_api::layers::{Layers, Span};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::token::Chain;
use flowz_decode::{Encapsulations, Settings, TunnelKeys, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((head, data)) = input.split_first_chunk::<5>() else { return };
    let link = LinkType(u16::from_le_bytes([head[0], head[1]]));
    let beyond = u32::from(u16::from_le_bytes([head[2], head[3]]));
    let wire_len = data.len() as u32 + beyond;
    let whole = Packet { ts: Timestamp(0), wire_len, link, interface: 0, data };
    let settings = settings(head[4]);
    let chain = check(&whole, settings);
    // Cutting a packet shorter never adds a header; the last one may be called otherwise.
    let cut = check(&Packet { data: &data[..data.len() / 2], ..whole }, settings);
    assert!(cut.depth() <= chain.depth(), "the packet cut in half has more headers");
    let known = cut.tokens().split_last().map_or(&[][..], |(_, rest)| rest);
    assert!(chain.tokens().starts_with(known), "the packet cut in half has other headers");
});

/// Settings from bits; all off are the defaults.
fn settings(bits: u8) -> Settings {
    let on = |bit: u8| bits >> bit & 1 == 1;
    let default = Settings::default();
    let encapsulations =
        if on(5) { default.encapsulations - Encapsulations::IPIP } else { default.encapsulations };
    Settings {
        encapsulations,
        compat: on(0),
        tunnel_keys: TunnelKeys::from_bits_truncate(bits),
        outer_key: on(1),
        interpret_ipvx: on(2),
        lapd: !on(3),
        describes: !on(4),
        ..default
    }
}

/// Decodes and checks what must always hold; yields the headers.
fn check(packet: &Packet<'_>, settings: Settings) -> Chain {
    let mut layers = Layers::default();
    let decoded = decode(packet, settings, &mut layers);
    let data = packet.data;
    for part in [layers.layer3(data), layers.layer4(data), layers.payload(data)] {
        assert!(part.len() <= data.len());
    }
    for span in [layers.hop_options, layers.dest_options, layers.routing] {
        inside(span, data);
    }
    if decoded.is_ok() {
        within(layers.l3, layers.snap_l3_len, data);
        within(layers.l4, layers.snap_l4_len, data);
        within(layers.l7, layers.snap_l7_len, data);
        assert!(layers.l2 <= layers.l3, "layer 3 begins before layer 2");
    }
    description(&layers);
    layers.chain
}

/// Bytes that count as captured are captured.
fn within(at: u32, len: u32, data: &[u8]) {
    assert!(len == 0 || at as usize + len as usize <= data.len(), "{len} bytes at {at}");
}

/// A span may claim more than was captured, but begins in the frame or is empty.
fn inside(span: Span, data: &[u8]) {
    assert!(span.len == 0 || (span.at as usize) <= data.len(), "{span:?}");
}

fn description(layers: &Layers) {
    let mut text = String::new();
    layers.chain.describe(&mut text);
    assert!(text.len() <= 128, "{text}");
}
