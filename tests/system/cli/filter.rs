//! Filters: the packets that are read are those that the rows of the unfiltered packet table predict.

use crate::kit::{Outcome, Scratch, analyse, data, flowz};

/// Whether a row (ethertype, protocol, ports) fits.
type Fits = fn([&str; 4]) -> bool;

/// Each expression with the same condition on the columns.
const CASES: [(&[&str], Fits); 7] = [
    (&["arp"], |[ether, ..]| ether == "0x0806"),
    (&["ip6"], |[ether, ..]| ether == "0x86dd"),
    (&["tcp"], |[_, proto, ..]| proto == "6"),
    (&["udp or icmp6"], |[_, proto, ..]| proto == "17" || proto == "58"),
    (&["tcp", "port", "80"], |[_, proto, ports @ ..]| proto == "6" && ports.contains(&"80")),
    (&["dst port 53"], |[.., dst]| dst == "53"),
    (&["not", "ip"], |[ether, ..]| ether != "0x0800"),
];

fn read(seen: &Outcome) -> usize {
    usize::try_from(seen.ledger().read).unwrap()
}

#[test]
fn filters_choose_packets() {
    for name in ["web.pcap", "ssh-ping.pcapng"] {
        let path = data(name);
        let all = analyse(&["-r", &path]).packet_table();
        let rows = all.select(["ethType", "l4Proto", "srcPort", "dstPort"]);
        for (words, fits) in CASES {
            let expected = rows.iter().filter(|row| fits(**row)).count();
            let seen = analyse(&[&["-r", &path][..], words].concat());
            assert_eq!(read(&seen), expected, "{name}: {words:?}");
            let line = format!("[INF] BPF: {}\n", words.join(" "));
            assert!(seen.done.stdout.contains(&line), "{}", seen.done.stdout);
        }
    }
}

#[test]
fn a_filter_file_is_like_words() {
    let dir = Scratch::new();
    dir.write("filter", "# the web\ntcp   # not SCTP\n port 80\n");
    let web = data("web.pcap");
    flowz(&dir, &["-r", &web, "-F", "filter", "-w", "x", "-s", "-q"]).well();
    let seen = analyse(&["-r", &web, "tcp port 80"]);
    assert_eq!(dir.read("x_flows.txt"), seen.flows);
    assert_eq!(dir.read("x_packets.txt"), seen.packets);
    assert!(read(&seen) > 0);
}

#[test]
fn a_file_and_words_must_both_hold() {
    let dir = Scratch::new();
    dir.write("filter", "udp or tcp\n");
    let web = data("web.pcap");
    let args = ["-r", &web, "-F", "filter", "-w", "x", "-s", "tcp", "or", "icmp"];
    let done = flowz(&dir, &args).well();
    assert!(done.stdout.contains("BPF: (udp or tcp) and (tcp or icmp)\n"), "{}", done.stdout);
    assert_eq!(dir.read("x_packets.txt"), analyse(&["-r", &web, "tcp"]).packets);
}

/// Each is a filter of its own: what looks right only when they stand together is wrong.
#[test]
fn a_file_and_words_do_not_complete_each_other() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    for (file, words, marked) in [
        ("tcp", "port 80) or (udp", "`port 80>>)<< or (udp`"),
        ("tcp) or (udp", "port 80", "`tcp>>)<< or (udp`"),
        ("(tcp", "udp)", "`>>(<<tcp`"),
    ] {
        dir.write("filter", file);
        let done = flowz(&dir, &["-r", &web, "-F", "filter", "-w", "x", words]);
        done.is_refused(&["the filter ", marked, "a bracket has no counterpart"]);
        assert_eq!(dir.names(), ["filter"]);
    }
}

#[test]
fn an_empty_filter_file_filters_nothing() {
    let dir = Scratch::new();
    dir.write("filter", "# nothing\n\n");
    flowz(&dir, &["-r", &data("web.pcap"), "-F", "filter", "-w", "x", "-s", "-q"]).well();
    assert_eq!(dir.read("x_packets.txt"), analyse(&["-r", &data("web.pcap")]).packets);
}

#[test]
fn a_filter_that_fits_nothing_leaves_header_lines() {
    let seen = analyse(&["-r", &data("web.pcap"), "host 192.0.2.77"]);
    assert_eq!(seen.done.code, 0);
    assert_eq!(read(&seen), 0);
    assert!(seen.flow_table().rows.is_empty() && seen.packet_table().rows.is_empty());
}
