//! `core.ICMP_RELATED`: errors of ICMP name the flow that they report on.

use crate::kit::{Outcome, Scratch, analyse, data, raw_ip_capture};

/// Errors and flows as `[source, destination]` and the numbers of flows that they name.
fn named(seen: &Outcome) -> Vec<([String; 2], String)> {
    let table = seen.flow_table();
    let rows = table.select(["srcIP", "dstIP", "relFlowInd"]).into_iter();
    let rows = rows.filter(|[.., related]| !related.is_empty());
    rows.map(|[src, dst, related]| ([src.to_owned(), dst.to_owned()], related.to_owned())).collect()
}

/// Host unreachable, prohibited, time exceeded and port unreachable, over both versions of IP.
#[test]
fn errors_of_a_real_capture() {
    let seen = analyse(&["-r", &data("ssh-ping.pcapng"), "-o", "core.ICMP_RELATED=1"]);
    let (flows, packets) = (seen.flow_table(), seen.packet_table());
    let ends = |number: &str| {
        let rows = flows.select(["flowInd", "dir", "srcIP", "dstIP", "l4Proto"]);
        let [.., src, dst, proto] = *rows.iter().find(|r| r[0] == number && r[1] == "A").unwrap();
        [src.to_owned(), dst.to_owned(), proto.to_owned()]
    };
    let rows = packets.select(["relFlowInd", "srcIP", "dstIP"]).into_iter();
    let errors: Vec<_> = rows.filter(|[related, ..]| !related.is_empty()).collect();
    assert_eq!(errors.len(), 4);
    for [related, _, dst] in errors {
        // Who sent the packet gets the error.
        assert_eq!(ends(related)[0], dst, "{:?}", ends(related));
    }
    let line = seen.report("Number of ICMP errors about known flows");
    assert!(line.unwrap().starts_with("4 "), "{line:?}");
}

#[test]
fn the_column_is_there_on_request_only() {
    let seen = analyse(&["-r", &data("ssh-ping.pcapng")]);
    assert!(!seen.flow_table().columns.contains(&"relFlowInd".to_owned()));
    assert!(!seen.packet_table().columns.contains(&"relFlowInd".to_owned()));
}

/// An IPv4 packet from 10.0.0.`ends[0]` to 10.0.0.`ends[1]`.
fn packet(proto: u8, ends: [u8; 2], payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 20 + payload.len() as u8, 0, 1, 0, 0, 64, proto, 0, 0];
    packet.extend([10, 0, 0, ends[0], 10, 0, 0, ends[1]]);
    packet.extend(payload);
    packet
}

/// One UDP packet, and errors about it that quote so many bytes of it.
#[test]
fn cut_quotations() {
    // 1.2.3.4 of the ports: 258 and 772.
    let sent = packet(17, [1, 2], &[1, 2, 3, 4, 0, 16, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9]);
    let error = |kind: u8, quoted: &[u8]| {
        let message = [&[kind, 3, 0, 0, 0, 0, 0, 0], quoted].concat();
        packet(1, [kind, 1], &message)
    };
    let mut other = sent.clone();
    other[19] = 7;
    let reply = packet(17, [2, 1], &[3, 4, 1, 2, 0, 8, 0, 0]);
    let packets = [
        sent.clone(),
        error(3, &sent[..28]),
        error(4, &sent[..24]),
        error(5, &sent),
        error(11, &sent[..23]),
        error(12, &sent[..19]),
        error(12, &[]),
        error(0, &sent),
        error(11, &other),
        error(12, &reply),
    ];
    let dir = Scratch::new();
    dir.write("x.pcap", raw_ip_capture(&packets));
    let path = dir.path("x.pcap").display().to_string();
    let seen = analyse(&["-r", &path, "-o", "core.ICMP_RELATED=1"]);
    let related = seen.packet_table().column("relFlowInd").join(" ");
    assert_eq!(related, " 1 1 1      1", "ports are needed, and a packet in either direction");
    let flows = named(&seen);
    let from = |kind: u8| [format!("10.0.0.{kind}"), "10.0.0.1".to_owned()];
    assert_eq!(flows, [3, 4, 5, 12].map(|kind| (from(kind), "1".to_owned())));
    let unknown = seen.report("Number of ICMP errors about unknown flows");
    assert!(unknown.unwrap().starts_with("3 "), "{unknown:?}");
}
