//! `core.TUNNEL_KEY`: networks with the same addresses, in tunnels with different identifiers.

use crate::kit::{Outcome, Scratch, analyse, raw_ip_capture};

/// Raw IPv4 from 10.0.0.`ends[0]` to 10.0.0.`ends[1]`, identification 0.
fn ip(ends: [u8; 2], proto: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 20 + payload.len() as u8, 0, 0, 0, 0];
    packet.extend([64, proto, 0, 0, 10, 0, 0, ends[0], 10, 0, 0, ends[1]]);
    packet.extend(payload);
    packet
}

fn udp(ports: [u16; 2], payload: &[u8]) -> Vec<u8> {
    let words = [ports[0], ports[1], 8 + payload.len() as u16, 0];
    [&words.map(u16::to_be_bytes).concat(), payload].concat()
}

/// A tunnel from 10.0.0.1 to 10.0.0.2: the header in front of an Ethernet frame or an IP packet.
#[derive(Clone, Copy)]
enum Tunnel {
    Vxlan,
    Geneve,
    Gre,
    /// With a checksum in front of the key.
    GreSum,
    Gtp,
    Gtp0,
}

impl Tunnel {
    fn packet(self, id: u8, inner: &[u8]) -> Vec<u8> {
        let frame = [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0], inner].concat();
        let over_udp = |port, header: &[u8], content: &[u8]| {
            ip([1, 2], 17, &udp([40_000, port], &[header, content].concat()))
        };
        let over_gre = |header: &[u8]| ip([1, 2], 47, &[header, inner].concat());
        match self {
            Self::Vxlan => over_udp(4789, &[8, 0, 0, 0, 0, 0, id, 0], &frame),
            Self::Geneve => over_udp(6081, &[0, 0, 0x65, 0x58, 0, 0, id, 0], &frame),
            Self::Gre => over_gre(&[0x20, 0, 8, 0, 0, 0, 0, id]),
            Self::GreSum => over_gre(&[0xa0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, id]),
            Self::Gtp => over_udp(2152, &[0x30, 0xff, 0, inner.len() as u8, 0, 0, 0, id], inner),
            Self::Gtp0 => {
                let header = [0x1e, 0xff, 0, inner.len() as u8, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
                over_udp(2152, &[&header[..], &[0, 0, 0, id, 0, 0, 0, 9]].concat(), inner)
            }
        }
    }
}

fn run(packets: &[Vec<u8>], settings: &[&str]) -> Outcome {
    let dir = Scratch::new();
    dir.write("x.pcap", raw_ip_capture(packets));
    let path = dir.path("x.pcap").display().to_string();
    let settings = settings.iter().flat_map(|setting| ["-o", setting]);
    analyse(&["-r", &path].into_iter().chain(settings).collect::<Vec<_>>())
}

/// Flow number, direction and packets of each flow.
fn flows(seen: &Outcome) -> Vec<String> {
    let table = seen.flow_table();
    let rows = table.select(["flowInd", "dir", "pktsSnt"]);
    let mut rows: Vec<_> = rows.into_iter().map(|row| row.join(" ")).collect();
    rows.sort();
    rows
}

/// A request and its answer in network 1, a request in network 2.
fn tenants(tunnel: Tunnel) -> Vec<Vec<u8>> {
    let up = ip([8, 9], 17, &udp([1000, 53], b"up"));
    let down = ip([9, 8], 17, &udp([53, 1000], b"down"));
    vec![tunnel.packet(1, &up), tunnel.packet(1, &down), tunnel.packet(2, &up)]
}

#[test]
fn one_network_by_default() {
    for tunnel in [Tunnel::Vxlan, Tunnel::Geneve, Tunnel::Gre, Tunnel::GreSum, Tunnel::Gtp] {
        assert_eq!(flows(&run(&tenants(tunnel), &[])), ["1 A 2", "1 B 1"]);
    }
}

/// RFC 7348, section 5; RFC 8926, section 3.4; RFC 2890, section 2.1; 3GPP TS 29.281, section 5.1.
#[test]
fn each_network_has_its_flows() {
    let kinds = [
        (Tunnel::Vxlan, 1),
        (Tunnel::Geneve, 2),
        (Tunnel::Gre, 4),
        (Tunnel::GreSum, 4),
        (Tunnel::Gtp, 8),
        (Tunnel::Gtp0, 8),
    ];
    for (tunnel, bit) in kinds {
        let packets = tenants(tunnel);
        let apart = |value: u8| flows(&run(&packets, &[&format!("core.TUNNEL_KEY={value}")]));
        assert_eq!(apart(bit), ["1 A 1", "1 B 1", "2 A 1"], "{bit}");
        assert_eq!(apart(15 - bit), ["1 A 2", "1 B 1"], "not {bit}");
    }
}

#[test]
fn tunnels_in_tunnels() {
    let inner = tenants(Tunnel::Vxlan);
    let within: Vec<_> = [1, 2]
        .into_iter()
        .flat_map(|id| inner.iter().map(move |packet| Tunnel::Gre.packet(id, packet)))
        .collect();
    let apart = |value: u8| flows(&run(&within, &[&format!("core.TUNNEL_KEY={value}")])).len();
    assert_eq!([apart(0), apart(1), apart(4), apart(5)], [2, 3, 4, 6]);
}

/// Fragments of two networks with one identification stay apart, put together and not.
#[test]
fn fragments() {
    let whole = udp([1000, 53], &[7; 40]);
    let fragment = |offset: usize| {
        let (from, to) = (offset * 8, (offset * 8 + 24).min(whole.len()));
        let mut packet = ip([8, 9], 17, &whole[from..to]);
        packet[5] = 77;
        packet[6..8].copy_from_slice(&[if offset == 0 { 0x20 } else { 0 }, offset as u8]);
        packet
    };
    let [first, last] = [fragment(0), fragment(3)];
    let packet = |id, fragment: &[u8]| Tunnel::Vxlan.packet(id, fragment);
    let packets = [packet(1, &first), packet(2, &first), packet(1, &last), packet(2, &last)];
    let seen = run(&packets, &["core.TUNNEL_KEY=1"]);
    assert_eq!(flows(&seen), ["1 A 2", "2 A 2"]);
    // Without, the second network's last fragment comes when nobody awaits it any more.
    assert_eq!(flows(&run(&packets, &[])), ["1 A 3", "2 A 1"]);
}
