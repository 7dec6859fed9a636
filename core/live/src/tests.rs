//! Interfaces of a network of the test's own; without rights to make one they are skipped.

use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use flowz_api::packet::LinkType;
use flowz_capture::Resolution;
use nix::sched::{CloneFlags, unshare};

use crate::clock;
use crate::{Arrival, Direction, Fanout, Live, LiveError, Options, TimestampType, devices};

/// Moves this thread to a network that has nothing but a loopback interface.
fn has_own_network() -> bool {
    let is_there = unshare(CloneFlags::CLONE_NEWNET).is_ok() && ip("link set lo up");
    if !is_there {
        let mut out = std::io::stderr().lock();
        let _ =
            std::io::Write::write_all(&mut out, b"skipped: no rights for a network of its own\n");
    }
    is_there
}

fn ip(words: &str) -> bool {
    let status = Command::new("ip").args(words.split(' ')).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Interfaces with these names, each of which takes all for 10.7.N.0/24, counted from 1, and passes it on to nobody.
fn wires(names: &[&str]) {
    for (n, name) in names.iter().enumerate() {
        assert!(ip(&format!("link add {name} type veth peer name {name}p")));
        assert!(ip(&format!("link set {name}p up")) && ip(&format!("link set {name} up arp off")));
        assert!(ip(&format!("addr add 10.7.{}.1/24 dev {name}", n + 1)));
    }
}

fn options(names: &[&str]) -> Options {
    let interfaces = names.iter().map(|name| (*name).to_owned()).collect();
    let filter = Some("udp port 4444".to_owned());
    Options { interfaces, buffer: 1 << 20, filter, ..Options::default() }
}

/// Sends so many datagrams of growing length.
fn send(to: &str, count: usize) {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    for n in 0..count {
        socket.send_to(&vec![n as u8; n + 1], (to, 4444)).unwrap();
    }
}

/// Packets until it is quiet or the end: interface, length, last byte.
fn packets(live: &mut Live) -> (Vec<(u32, usize, u8)>, bool) {
    let mut found = Vec::new();
    loop {
        match live.next() {
            Arrival::Packet(p) => found.push((p.interface, p.data.len(), *p.data.last().unwrap())),
            Arrival::Quiet => return (found, false),
            Arrival::End => return (found, true),
        }
    }
}

/// Goes on until something is told that has these words in it.
fn until_told(live: &mut Live, words: &str) -> Vec<(u32, usize, u8)> {
    let (mut found, start) = (Vec::new(), clock::now());
    loop {
        found.extend(packets(live).0);
        let remarks = live.remarks();
        if remarks.iter().any(|remark| remark.contains(words)) {
            return found;
        }
        assert!(remarks.is_empty(), "{remarks:?}");
        assert!(start.elapsed() < Duration::from_secs(20), "never told: {words}");
    }
}

#[test]
fn one_interface() {
    if !has_own_network() {
        return;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let mut live = Live::open(&options(&["lo"]), Some(Arc::clone(&stop))).unwrap();
    let [interface] = live.interfaces() else { panic!() };
    assert_eq!((interface.link, interface.resolution), (LinkType::ETHERNET, Resolution::Nanos));
    assert_eq!((&*interface.name, interface.snap_len), (&b"lo"[..], 262_144));
    send("127.0.0.1", 1);
    let now = clock::time_of_day();
    let Arrival::Packet(packet) = live.next() else { panic!() };
    assert_eq!((packet.wire_len, packet.link), (43, LinkType::ETHERNET));
    assert!((packet.ts - now).abs() < 10_000_000_000);
    send("127.0.0.1", 3);
    let expected = [(0, 43, 0), (0, 44, 1), (0, 45, 2)];
    assert_eq!(packets(&mut live), (expected.to_vec(), false));
    let before = clock::now();
    assert!(matches!(live.next(), Arrival::Quiet));
    assert!(
        before.elapsed() > Duration::from_millis(90) && before.elapsed() < Duration::from_secs(5)
    );
    // What lies in a block that the kernel has not handed out is not lost.
    send("127.0.0.1", 3);
    stop.store(true, Ordering::Relaxed);
    assert_eq!(packets(&mut live), (expected.to_vec(), true));
    send("127.0.0.1", 1);
    assert!(matches!(live.next(), Arrival::End));
    let [statistics] = live.statistics() else { panic!() };
    // Out and in again.
    assert_eq!((statistics.received, statistics.dropped), (16, 0));
    assert!(live.remarks().is_empty());
}

#[test]
fn packets_behind_the_order_to_stop_do_not_keep_it_going() {
    if !has_own_network() {
        return;
    }
    wires(&["d0"]);
    for names in [&["lo"][..], &["lo", "d0"]] {
        let stop = Arc::new(AtomicBool::new(false));
        let mut live = Live::open(&options(names), Some(Arc::clone(&stop))).unwrap();
        send("127.0.0.1", 5);
        stop.store(true, Ordering::Relaxed);
        let mut count = 0;
        while let Arrival::Packet(_) = live.next() {
            count += 1;
            send("127.0.0.1", 2);
        }
        assert_eq!(count, 5);
    }
}

#[test]
fn several_interfaces_in_order_of_time() {
    if !has_own_network() {
        return;
    }
    wires(&["d0", "d1"]);
    let mut live = Live::open(&options(&["d1", "lo", "d0"]), None).unwrap();
    assert_eq!(live.interfaces().len(), 3);
    let targets = [("10.7.1.9", 2), ("127.0.0.1", 1), ("10.7.2.9", 0), ("10.7.1.9", 2)];
    for (to, _) in targets {
        send(to, 1);
    }
    let found: Vec<_> = packets(&mut live).0.into_iter().map(|packet| packet.0).collect();
    assert_eq!(found, targets.map(|(_, number)| number));
    let counts: Vec<_> = live.statistics().iter().map(|s| s.received).collect();
    assert_eq!(counts, [1, 2, 2]);
}

#[test]
fn an_interface_that_goes_away_comes_back() {
    if !has_own_network() {
        return;
    }
    wires(&["d0"]);
    for names in [&["d0"][..], &["lo", "d0"]] {
        let number = names.len() as u32 - 1;
        let mut live = Live::open(&options(names), None).unwrap();
        send("10.7.1.9", 1);
        assert!(ip("link set d0 down"));
        let mut found = until_told(&mut live, "`d0` is down or away");
        assert!(ip("link set d0 up"));
        found.extend(until_told(&mut live, "`d0` is back"));
        send("10.7.1.9", 2);
        found.extend(packets(&mut live).0);
        assert!(ip("link del d0"));
        found.extend(until_told(&mut live, "`d0` is"));
        wires(&["d0"]);
        found.extend(until_told(&mut live, "`d0` is back"));
        send("10.7.1.9", 3);
        found.extend(packets(&mut live).0);
        let lengths: Vec<_> = found.iter().map(|(n, len, _)| (*n, *len)).collect();
        assert_eq!(lengths, [43, 43, 44, 43, 44, 45].map(|len| (number, len)));
        assert_eq!(live.statistics()[number as usize].received, 6);
    }
}

#[test]
fn settings() {
    if !has_own_network() {
        return;
    }
    wires(&["d0"]);
    let micros = Options { resolution: Some(Resolution::Micros), snap_len: 50, ..options(&["lo"]) };
    let mut live = Live::open(&Options { immediate: true, ..micros }, None).unwrap();
    assert_eq!(live.interfaces()[0].resolution, Resolution::Micros);
    send("127.0.0.1", 20);
    let mut last = None;
    while let Arrival::Packet(packet) = live.next() {
        assert!(packet.data.len() <= 50 && packet.ts.0 % 1000 == 0);
        assert!(packet.ts.0 > 1_000_000_000_000_000_000);
        last = Some((packet.data.len(), packet.wire_len));
    }
    assert_eq!(last, Some((50, 62)));
    for (direction, count) in [(Direction::In, 0), (Direction::Out, 4), (Direction::InOut, 4)] {
        let mut live = Live::open(&Options { direction, ..options(&["d0"]) }, None).unwrap();
        send("10.7.1.9", 4);
        assert_eq!(packets(&mut live).0.len(), count, "{direction:?}");
    }
    let any = Live::open(&options(&["any"]), None).unwrap();
    assert!([LinkType::LINUX_SLL, LinkType::LINUX_SLL2].contains(&any.interfaces()[0].link));
}

#[test]
fn a_group_shares_packets() {
    if !has_own_network() {
        return;
    }
    wires(&["d0"]);
    let open = |text: &str| {
        let fanout: Option<Fanout> = Some(text.parse().unwrap());
        Live::open(&Options { fanout, ..options(&["d0"]) }, None)
    };
    let (mut first, mut second) = (open("7:lb").unwrap(), open("7:lb").unwrap());
    send("10.7.1.9", 10);
    assert_eq!([&mut first, &mut second].map(|live| packets(live).0.len()), [5, 5]);
    let error = open("7:hash").err().unwrap();
    assert!(matches!(&error, LiveError::Fanout { .. }), "{error}");
}

#[test]
fn refusals() {
    if !has_own_network() {
        return;
    }
    let open = |options: Options| Live::open(&options, None).err().unwrap();
    let text = |options: Options| open(options).to_string();
    assert!(matches!(open(options(&[])), LiveError::NoInterface { .. }));
    let unknown = text(options(&["nosuch0"]));
    assert!(unknown.starts_with("there is no interface `nosuch0`; there are "), "{unknown}");
    assert!(unknown.contains("lo") && unknown.contains(" and "), "{unknown}");
    assert!(matches!(open(options(&["lo", "lo"])), LiveError::Twice(_)));
    let filter = Some("udp prt".to_owned());
    assert!(text(Options { filter, ..options(&["lo"]) }).contains("`udp prt` is wrong for `lo`: "));
    let tstamp_type = Some(TimestampType::Adapter);
    assert_eq!(
        text(Options { tstamp_type, ..options(&["lo"]) }),
        "`lo` has no time stamps of the type adapter; it has host"
    );
    assert!(ip("link set lo down"));
    assert_eq!(
        text(options(&["lo"])),
        "the interface `lo` is down; `ip link set lo up` switches it on"
    );
}

#[test]
fn lists() {
    if !has_own_network() {
        return;
    }
    wires(&["d0"]);
    let all = devices().unwrap();
    let lo = all.iter().find(|device| device.name == "lo").unwrap();
    assert!(lo.is_up && lo.is_loopback && !lo.is_wireless);
    assert_eq!(lo.links[0], LinkType::ETHERNET);
    let d0 = all.iter().find(|device| device.name == "d0").unwrap();
    assert!(d0.addresses.iter().any(|address| address.to_string() == "10.7.1.1"));
    assert!(d0.is_up && !d0.is_loopback);
}

#[test]
fn what_is_no_interface_of_the_system_does_not_go_away() {
    if !has_own_network() {
        return;
    }
    for name in ["any", "nflog"] {
        let is_there = devices().unwrap().iter().any(|d| d.name == name && !d.links.is_empty());
        if !is_there {
            continue;
        }
        let mut live = Live::open(&Options { filter: None, ..options(&[name]) }, None).unwrap();
        for _ in 0..13 {
            assert!(matches!(live.next(), Arrival::Quiet));
        }
        assert_eq!(live.remarks(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn conversations_over_two_interfaces_stay_in_order() {
    if !has_own_network() {
        return;
    }
    wires(&["d0", "d1"]);
    for immediate in [false, true] {
        // In immediate mode each packet has as much room in the ring as the longest.
        let options = Options { immediate, snap_len: 2000, ..options(&["d0", "d1", "lo"]) };
        let stop = Arc::new(AtomicBool::new(false));
        let mut live = Live::open(&options, Some(Arc::clone(&stop))).unwrap();
        let sender = std::thread::spawn(move || {
            for n in 0..150 {
                send(["10.7.1.9", "10.7.2.9"][n % 2], 1);
                if n % 40 == 0 {
                    std::thread::sleep(Duration::from_millis(60));
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
        let (mut last, mut numbers) = (0, Vec::new());
        loop {
            match live.next() {
                Arrival::Packet(packet) => {
                    assert!(packet.ts.0 >= last);
                    last = packet.ts.0;
                    numbers.push(packet.interface as usize);
                }
                Arrival::Quiet => {}
                Arrival::End => break,
            }
        }
        sender.join().unwrap();
        assert_eq!(numbers, (0..150).map(|n| n % 2).collect::<Vec<_>>(), "{immediate}");
    }
}
