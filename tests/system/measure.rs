//! Commands that measure captures: what they print, in all forms, and how they end.

use std::fs;

use crate::kit::{Scratch, data, flowz, flowz_fed};

/// The first capture of the project from its first packet on: 48, 121 packets in a second each.
fn web(words: &str) -> String {
    let web = data("web.pcap");
    let words: Vec<_> = words.split('|').chain([web.as_str()]).collect();
    flowz(&Scratch::new(), &words).well().stdout
}

#[test]
fn intervals() {
    assert_eq!(
        web("stat|-i|1|--compat"),
        "Time:1795235597\tn=48\tavg=84.19\tstddev=52.72\tbps=32328.00\n\
         Time:1795235598\tn=121\tavg=541.22\tstddev=665.86\tbps=523904.00\n"
    );
    assert_eq!(
        web("stat|-i|1|--align|wall|-o|%S %n %N\\n"),
        "1795235596 4 230\n1795235597 44 3811\n1795235598 121 65488\n"
    );
    assert_eq!(web("stat|-i|1|-s|1|-o|%r %n\\n"), "0.500000 48\n");
    assert_eq!(web("stat|-i|all|-o|%n %N %M %m\\n"), "169 69529 1500 28\n");
    assert_eq!(web("stat|-i|-1|-l|-o|%N\\n"), format!("{}\n", 69_529 + 169 * 14));
    let all = web("stat|-i|0.1|-o|%n\\n").lines().count();
    let some = web("stat|-i|0.1|-e|-o|%n\\n");
    assert!(some.lines().count() < all && !some.lines().any(|line| line == "0"));
}

#[test]
fn forms_of_a_table() {
    let csv = web("stat|-i|1|--csv");
    let json = web("stat|-i|1|--json");
    let people = web("stat|-i|1");
    assert!(csv.starts_with("time,duration,packets,bytes,") && csv.lines().count() == 3);
    let first: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((first["packets"].as_u64(), first["tcp"].as_u64()), (Some(48), Some(34)));
    assert!(people.ends_with("\n\nPackets read: 169 = 169 counted\n"), "{people}");
    assert!(!people.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn sums_of_intervals() {
    let bits = web("stat|-B|100000|-i|0.1|--csv");
    assert!(bits.starts_with("limit,exceeded,duration,part,peak\n100000,0.4"), "{bits}");
    assert!(web("stat|-a|--compat").starts_with("Bytes/sec\t=      6.8 KB\n"));
    assert!(
        web("stat|-b|100000|-i|0.1|--compat")
            .contains("% of the time)\nPeak Bandwidth: 4922720.00 bps\n")
    );
}

#[test]
fn filters_and_damage() {
    let dir = Scratch::new();
    let done =
        flowz(&dir, &["stat", "-o", "%n\\n", "-i", "all", &data("web.pcap"), "tcp", "port", "80"]);
    assert_eq!(done.well().stdout, "143\n");
    let bytes = fs::read(data("web.pcap")).unwrap();
    let done = flowz_fed(&dir, &["stat", "-r", "-", "--csv"], bytes[..5_000].to_vec());
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stdout.lines().nth(1).unwrap().contains(",42,"), "{}", done.stdout);
    for words in [
        "stat",
        "stat -i 0 x.pcap",
        "stat -i all --align wall x.pcap",
        "stat -a -b 1 x.pcap",
        "stat --csv --json x.pcap",
        "stat --csv -o %n x.pcap",
        "icmp-srt",
    ] {
        let words: Vec<_> = words.split(' ').collect();
        assert_eq!(flowz(&dir, &words).code, 2, "{words:?}");
    }
    assert_eq!(flowz(&dir, &["stat", "nothing.pcap"]).code, 1);
}

#[test]
fn echoes() {
    let dir = Scratch::new();
    let frag = data("frag.pcap");
    let csv = flowz(&dir, &["icmp-srt", "--csv", &frag]).well().stdout;
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!(rows[1], "ICMP,2,2,0,0,0.052,0.079,0.0655,0.0655,0.019091883092036785,12,6,0,0,0");
    assert!(rows[2].starts_with("ICMPv6,2,2,0,0,0.016,0.045,"));
    let packets = flowz(&dir, &["icmp-srt", "-p", "--csv", &frag]).well().stdout;
    assert!(packets.starts_with(
        "frame.time_epoch,ip.src,ip.dst,icmp.type,icmp.ident,icmp.seq,ip.len,ip.hdr_len,icmp.resptime\n\
         1795235636.188856000,10.1.0.10,10.1.0.2,8,19009,1,1500,20,\n\
         1795235636.188935000,10.1.0.2,10.1.0.10,0,19009,1,1500,20,0.079\n"
    ));
    let tshark = flowz(&dir, &["icmp-srt", "--compat", &frag]).well().stdout;
    assert!(tshark.contains("\nMinimum   Maximum   Mean      Median    SDeviation     Min Frame Max Frame\n0.052     0.079     "));
}
