//! Settings that keep packets from forming flows: each is in a bucket of its own.

use crate::kit::{Ledger, Pcap, Scratch, analyse, captures, data};

fn ledger(name: &str, setting: &str) -> Ledger {
    let seen = analyse(&["-r", &data(name), "-o", setting]);
    let ledger = seen.ledger();
    assert!(ledger.adds_up(), "{name}, {setting}: {ledger:?}");
    assert_eq!(seen.packet_table().rows.len() as u64, ledger.in_flows, "{name}, {setting}");
    ledger
}

#[test]
fn layers_that_form_no_flows() {
    let bucket = |n: u64| [(n, "of a layer switched off".to_owned())];
    let seen = analyse(&["-r", &data("web.pcap")]);
    let packets = seen.packet_table();
    let types = packets.column("ethType");
    let count = |ethertype| types.iter().filter(|t| **t == ethertype).count() as u64;
    let (arp, ipv6) = (count("0x0806"), count("0x86dd"));
    assert!(arp > 0 && ipv6 > 0 && arp + ipv6 < types.len() as u64);
    assert_eq!(ledger("web.pcap", "core.ETH_ACTIVATE=0").without, bucket(arp));
    assert_eq!(ledger("web.pcap", "core.IPV6_ACTIVATE=0").without, bucket(ipv6));
    // IPv4 is what layer 2 carries then.
    let seen = analyse(&["-r", &data("web.pcap"), "-o", "core.IPV6_ACTIVATE=1"]);
    assert!(seen.ledger().without.is_empty());
    // The report counts what there is, in flows or not.
    let all = types.len() as u64;
    for (setting, counts) in [
        ("core.ETH_ACTIVATE=0", [arp, all - arp - ipv6, ipv6]),
        ("core.IPV6_ACTIVATE=0", [arp, all - arp - ipv6, ipv6]),
        ("core.IPV6_ACTIVATE=1", [all - ipv6, all - arp - ipv6, ipv6]),
    ] {
        let seen = analyse(&["-r", &data("web.pcap"), "-o", setting]);
        let told = ["L2", "IPv4", "IPv6"].map(|kind| {
            let line = seen.report(&format!("Number of {kind} packets")).unwrap();
            line.split(' ').next().unwrap().parse::<u64>().unwrap()
        });
        assert_eq!(told, counts, "{setting}");
        let remark = |words: &str| seen.done.stdout.lines().any(|line| line.ends_with(words));
        assert_eq!(remark("] IPv4 flows"), setting != "core.IPV6_ACTIVATE=1", "{setting}");
        assert_eq!(remark("] IPv6 flows"), setting != "core.IPV6_ACTIVATE=0", "{setting}");
    }
    let rows = seen.flow_table();
    let rows = rows.select(["ethType", "srcIP"]);
    assert!(rows.contains(&["0x0800", "-"]) && !rows.iter().any(|r| r[1].contains('.')));
}

#[test]
fn columns_of_the_other_version_are_left_out() {
    for (value, lost, kept) in [("0", "ip6OptCntHH_D", "ipOptCnt"), ("1", "ipOptCnt", "ip6OptHH_D")]
    {
        let setting = format!("core.IPV6_ACTIVATE={value}");
        let columns = analyse(&["-r", &data("web.pcap"), "-o", &setting]).flow_table().columns;
        assert!(!columns.contains(&lost.to_owned()) && columns.contains(&kept.to_owned()));
    }
}

/// `data/scripts/fragments.py --list` tells what the fragments are.
#[test]
fn fragments_that_form_no_flows() {
    let all = ledger("fragments.pcap", "core.FRAGMENTATION=0");
    let seen = analyse(&["-r", &data("fragments.pcap")]).packet_table();
    let later = |frag: &&str| u16::from_str_radix(&frag[2..], 16).is_ok_and(|f| f & 0x1fff > 7);
    let known = seen.column("ipFrag").iter().filter(|frag| later(frag)).count() as u64;
    let [(dropped, reason)] = &all.without[..] else { panic!("{all:?}") };
    assert_eq!(reason, "later fragments");
    assert!(*dropped > known / 2 && all.in_flows + dropped == 182, "{all:?}, {known}");
    let headless = ledger("fragments.pcap", "core.FRAG_HLST_CRFT=0");
    let [(lost, reason)] = &headless.without[..] else { panic!("{headless:?}") };
    assert_eq!(reason, "fragments without first one");
    assert!(lost < dropped, "{headless:?}");
    for setting in ["core.FRAGMENTATION=0", "core.FRAG_HLST_CRFT=0"] {
        assert!(ledger("web.pcap", setting).without.is_empty());
    }
}

/// With any of the settings every packet of every capture is in one place.
#[test]
fn packets_add_up_with_all_of_them() {
    let settings = [
        "ETH_ACTIVATE=0",
        "FRAGMENTATION=0",
        "FRAG_HLST_CRFT=0",
        "IPV6_ACTIVATE=0",
        "IPV6_ACTIVATE=1",
        "FDURLIMIT=1",
        "ICMP_RELATED=1",
        "OUTER_KEY=1",
        "REASSEMBLE=1",
    ];
    for path in captures() {
        for setting in settings {
            let setting = format!("core.{setting}");
            let args = ["-r", path.as_str(), "-o", setting.as_str()];
            let seen = analyse(&args);
            assert!(seen.ledger().adds_up(), "{path}, {setting}: {:?}", seen.ledger());
            assert_eq!(seen.flows, analyse(&args).flows, "{path}, {setting}: other bytes");
        }
    }
}

/// The capture, and all of it again with other hardware addresses.
fn twice(capture: &Pcap) -> Vec<u8> {
    const RECORD_HEADER: usize = 16;
    let mut bytes = capture.part(0..capture.len());
    for n in 0..capture.len() {
        let mut one = capture.part(n..n + 1);
        let frame = one.len() - capture.packets().nth(n).unwrap().1.len();
        (one[frame + 5], one[frame + 11]) = (one[frame + 5] ^ 0x40, one[frame + 11] ^ 0x40);
        bytes.extend(&one[frame - RECORD_HEADER..]);
    }
    bytes
}

#[test]
fn hardware_addresses_may_tell_flows_apart() {
    let zerowin = data("zerowin.pcap");
    let by_hardware = ["-o", "core.ETH_ACTIVATE=2"];
    let plain = analyse(&["-r", &zerowin]);
    let same = analyse(&[&["-r", &zerowin][..], &by_hardware].concat());
    assert_eq!(plain.flows, same.flows, "directions have them the other way round");
    let dir = Scratch::new();
    dir.write("twice.pcap", twice(&Pcap::read(&zerowin)));
    let path = dir.path("twice.pcap").to_string_lossy().into_owned();
    let flows = |path: &str, settings: &[&str]| {
        let seen = analyse(&[&["-r", path], settings].concat()).flow_table();
        let rows = seen.select(["srcIP", "srcMac"]);
        let ip = rows.iter().filter(|[ip, _]| *ip != "-");
        let mixed = ip.clone().filter(|[_, macs]| macs.contains(';')).count();
        (ip.count(), mixed)
    };
    let (rows, mixed) = flows(&path, &by_hardware);
    assert_eq!((rows, mixed), (2 * flows(&zerowin, &[]).0, 0));
    assert!(flows(&path, &[]).1 > 0);
}

#[test]
fn time_goes_back_in_flows_of_layer_2_too() {
    const TIME_JUMP: u64 = 1 << 51;
    let path = data("backwards.pcap");
    let marked = |settings: &[&str]| {
        let flows = analyse(&[&["-r", &path], settings].concat()).flow_table();
        flows.numbers("flowStat").iter().filter(|status| **status & TIME_JUMP != 0).count()
    };
    assert!(marked(&[]) > 0 && marked(&["-o", "core.IPV6_ACTIVATE=1"]) > 0);
}
