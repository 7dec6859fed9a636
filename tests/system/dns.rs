//! The table of DNS queries: the same for any number of threads and whatever memory there is, bounded, and about the right flows.

use crate::kit::{Scratch, Table, captures, flowz, raw_ip_capture, shared};

const ARGS: [&str; 6] = ["-q", "-s", "-w", "x", "--plugins", "basicFlow,dnsDecode"];
const LITTLE: [&str; 6] =
    ["--max-mem", "1M", "-o", "core.STREAM_BUFFER=1", "-o", "core.STREAM_MESSAGE=1"];

/// All files of a run but the headers, which have the command line and the date.
fn files(args: &[&str]) -> Vec<(String, Vec<u8>)> {
    let dir = Scratch::new();
    flowz(&dir, args).well();
    let files = dir.files().into_iter();
    files.filter(|(name, _)| !name.ends_with("headers.txt")).collect()
}

/// Captures of the project, and some conversations.
fn inputs() -> Vec<String> {
    let names = ["mdns", "llmnr", "udp", "udp.dup", "tcp_pipeline", "tcp.hole_resp", "axfr"];
    let conversations = names.iter().filter_map(|name| {
        let ending = if name.contains('.') { "pcap.zst" } else { "pcap" };
        let path = shared(&format!("made/streams/captures/dns_{name}.{ending}"))?;
        Some(path.to_str()?.to_owned())
    });
    captures().into_iter().chain(conversations).collect()
}

#[test]
fn the_same_for_any_number_of_threads() {
    for path in inputs() {
        for memory in [&LITTLE[..0], &LITTLE] {
            let with = |threads| {
                files(&[&["-r", &path, "--threads", threads], &ARGS[..], memory].concat())
            };
            let alone = with("1");
            for threads in ["2", "4"] {
                assert!(alone == with(threads), "{path}, {threads} threads, {memory:?}");
            }
        }
    }
}

/// A datagram over IPv4 from a host of 192.0.2.0/24.
fn datagram(host: u8, source: u16, destination: [u8; 4], port: u16, payload: &[u8]) -> Vec<u8> {
    let udp = [source, port, payload.len() as u16 + 8, 0].map(u16::to_be_bytes);
    let [high, low] = (payload.len() as u16 + 28).to_be_bytes();
    let head = [0x45, 0, high, low, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, host];
    [&head[..], &destination, udp.as_flattened(), payload].concat()
}

/// A query with this number for the root's addresses.
fn query(id: u16) -> Vec<u8> {
    [&id.to_be_bytes()[..], &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]].concat()
}

/// Rows of the table of queries of these packets: number of the flow, number of the query, tries.
fn queries(packets: &[Vec<u8>], more: &[&str]) -> Vec<(u64, String, String)> {
    let dir = Scratch::new();
    dir.write("c.pcap", raw_ip_capture(packets));
    flowz(&dir, &[&["-r", "c.pcap"], &ARGS[..], more].concat()).well();
    let table = Table::parse(&dir.read("x_dns.txt"));
    let rows = table.select(["flowInd", "dnsID", "dnsTries"]);
    rows.iter()
        .map(|[flow, id, tries]| (flow.parse().unwrap(), (*id).into(), (*tries).into()))
        .collect()
}

#[test]
fn a_flood_of_queries_of_one_flow() {
    let packets: Vec<_> =
        (0..5000).map(|id| datagram(1, 4000, [192, 0, 2, 53], 53, &query(id))).collect();
    let rows = queries(&packets, &[]);
    assert_eq!(rows.len(), 5000);
    assert!(rows.iter().zip(0..).all(|(row, id)| row.1 == format!("0x{id:04x}")), "in order");
}

#[test]
fn queries_to_a_group_belong_to_their_flows() {
    let packets: Vec<_> =
        (1..=300).map(|n| datagram(1, 50_000 + n, [224, 0, 0, 252], 5355, &query(n))).collect();
    for memory in [&LITTLE[..0], &LITTLE] {
        let rows = queries(&packets, memory);
        assert_eq!(rows.len(), 300);
        for (flow, id, tries) in rows {
            assert_eq!((id, tries), (format!("0x{flow:04x}"), "1".to_owned()));
        }
    }
}

#[test]
fn with_little_memory_each_query_still_has_its_row() {
    let flows = (0..2000).map(|n| datagram(1, 2000 + n, [192, 0, 2, 53], 53, &query(n)));
    let packets: Vec<_> = flows.collect();
    let (all, few) = (queries(&packets, &[]), queries(&packets, &LITTLE));
    assert_eq!((all.len(), few.len()), (2000, 2000));
}
