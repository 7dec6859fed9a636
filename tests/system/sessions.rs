//! `flowz slice --sessions`: what belongs together stays together.

use std::collections::HashSet;
use std::fs;
use std::process::Stdio;

use crate::kit::{Conversation, Done, Pcap, Scratch, command, data, flowz, raw_ip_capture};

const SECOND: u64 = 1_000_000_000;

/// Times and flow numbers of all packets, from the packet table.
fn flows_of(dir: &Scratch, capture: &str) -> Vec<(u64, String)> {
    let args = ["-r", capture, "-w", "all", "-q", "-s", "--plugins", "basicFlow"];
    flowz(dir, &[&args[..], &["-o", "core.FLOW_TIMEOUT=1e6"]].concat()).well();
    let table = fs::read_to_string(dir.path("all_packets.txt")).unwrap();
    let column = |name: &str| {
        let head = table.lines().next().unwrap();
        head.split('\t').position(|column| column.trim_start_matches('%') == name).unwrap()
    };
    let (flow, time) = (column("flowInd"), column("time"));
    let row = |line: &str| {
        let cells: Vec<_> = line.split('\t').collect();
        let (seconds, nanos) = cells[time].split_once('.').unwrap();
        let time = seconds.parse::<u64>().unwrap() * SECOND + nanos.parse::<u64>().unwrap();
        (time, cells[flow].to_owned())
    };
    table.lines().skip(1).map(row).collect()
}

fn seconds(nanos: u64) -> String {
    format!("{}.{:09}", nanos / SECOND, nanos % SECOND)
}

fn times(dir: &Scratch, name: &str) -> Vec<u64> {
    let pcap = Pcap::read(dir.path(name).to_str().unwrap());
    pcap.packets().map(|(nanos, _)| nanos).collect()
}

#[test]
fn connections_that_are_open_are_kept_whole() {
    let dir = Scratch::new();
    let capture = data("zerowin.pcap");
    let all = flows_of(&dir, &capture);
    for at in (0..all.len()).step_by(17) {
        let end = all[at].0;
        let (_, done) =
            ("", flowz(&dir, &["slice", "0", &seconds(end), &capture, "-w", "x", "-s", "tcp"]));
        done.well();
        let open: HashSet<_> =
            all.iter().filter(|(time, _)| *time <= end).map(|(_, f)| f).collect();
        let kept = all.iter().filter(|(time, flow)| *time <= end || open.contains(flow));
        let kept: Vec<_> = kept.map(|(time, _)| *time).collect();
        assert_eq!(times(&dir, "x"), kept, "until packet {at}");
    }
}

#[test]
fn a_file_for_each_session() {
    let dir = Scratch::new();
    let capture = data("zerowin.pcap");
    let all = flows_of(&dir, &capture);
    let args = ["slice", &capture, "-s", "tcp", "-f", "%s-%.4u.pcap"];
    flowz(&dir, &args).well();
    let names = || dir.names().into_iter().map(|name| name.into_string().unwrap());
    let files: Vec<_> = names().filter(|name| name.starts_with("tcp-")).collect();
    assert_eq!((files.len(), files[0].as_str()), (12, "tcp-0001.pcap"));
    let mut found = 0;
    for file in &files {
        let of_file = times(&dir, file);
        let flow = &all.iter().find(|(time, _)| *time == of_file[0]).unwrap().1;
        let of_flow: Vec<_> =
            all.iter().filter(|(_, f)| f == flow).map(|(time, _)| *time).collect();
        assert_eq!(of_file, of_flow, "{file}");
        found += of_file.len();
    }
    assert!(found > 300, "{found}");
    assert!(!names().any(|name| name.contains("tmp")), "{:?}", dir.names());
}

#[test]
fn openings_and_closings_and_what_is_left() {
    let dir = Scratch::new();
    let capture = data("zerowin.pcap");
    let args = ["slice", "+0", "+0.55", &capture, "-s", "tcp", "-v", "-w"];
    let told = |output: &str, more: &[&str]| -> Done {
        let args = [&args[..], &[output], more].concat();
        let mut flowz = command(&dir, &args);
        Done::from_output(&flowz.env("TZ", "UTC").stdout(Stdio::piped()).output().unwrap())
    };
    let done = told("x", &[]);
    let expected = [
        "Session #1 (TCP) opened at 2026y11m21d04h33m45s049358u (active sessions total: 1)",
        "Session #2 (TCP) opened at 2026y11m21d04h33m45s349192u (active sessions total: 2)",
        "Session #3 (TCP) opened at 2026y11m21d04h33m45s550385u (active sessions total: 3)",
        "Session #3 (TCP) closed at 2026y11m21d04h33m45s550838u (active sessions total: 2)",
        "Session #1 (TCP) closed at 2026y11m21d04h33m48s050177u (active sessions total: 1)",
    ];
    assert_eq!(done.stdout.lines().collect::<Vec<_>>()[..5], expected, "{}", done.stdout);
    assert_eq!(done.stderr, "");
    // The slice has standard output for itself.
    let done = told("-", &[]);
    assert!(done.stderr.starts_with(expected[0]), "{}", done.stderr);
    let done = told("x", &["-e", "1"]);
    assert!(
        done.stdout.contains("#1 (TCP) closed at 2026y11m21d04h33m47s649807u"),
        "{}",
        done.stdout
    );
    // Cut in the middle, a connection has no end.
    flowz(&dir, &["slice", "+0", "+0.1", &capture, "-w", "begin.pcap"]).well();
    let mut flowz = command(&dir, &["slice", "-s", "tcp", "begin.pcap", "-w", "y"]);
    let done = Done::from_output(&flowz.env("TZ", "UTC").output().unwrap());
    let lines: Vec<_> = done.stderr.lines().collect();
    assert_eq!(lines[0], "1 unclosed session (id, type, last, source, destination, bytes):");
    assert!(lines[1].starts_with("#1\tTCP\t2026y11m21d04h33m45s"), "{}", lines[1]);
    assert!(lines[1].contains("\t      10.1.0.10:40001\t       10.1.0.2:7001 \t"), "{}", lines[1]);
}

#[test]
fn late_packets_up_to_the_end_are_kept() {
    let dir = Scratch::new();
    let source = Pcap::read(&data("zerowin.pcap"));
    // The capture, and behind it all of it again: its connections begin anew.
    let bytes = fs::read(data("zerowin.pcap")).unwrap();
    dir.write("twice.pcap", [&bytes[..], &bytes[24..]].concat());
    let middle = source.packets().nth(100).unwrap().0;
    let args = ["slice", "0", &seconds(middle), "twice.pcap", "-w"];
    flowz(&dir, &[&args[..], &["plain.pcap"]].concat()).well();
    flowz(&dir, &[&args[..], &["whole.pcap", "-s", "tcp"]].concat()).well();
    let plain = times(&dir, "plain.pcap");
    assert!(plain.len() > 200, "{}", plain.len());
    let whole = times(&dir, "whole.pcap");
    let up_to_end: Vec<_> = whole.iter().copied().filter(|time| *time <= middle).collect();
    assert_eq!(up_to_end, plain);
    let half = whole.len() / 2;
    assert_eq!(whole[..half], whole[half..], "the same twice");
}

fn sip(call: usize, line: &str, method: &str, tag: &str) -> Vec<u8> {
    format!(
        "{line} SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK{call}{method}\r\nFrom: <sip:a@a>;tag={call}\r\nTo: <sip:b@a>{tag}\r\nCall-ID: {call}@a\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

#[test]
fn a_connection_with_many_calls() {
    const CALLS: usize = 300;
    let dir = Scratch::new();
    let mut connection = Conversation::new(5060);
    for call in 0..CALLS {
        connection.client(&sip(call, "INVITE sip:b@a", "INVITE", ""));
    }
    for call in 0..CALLS {
        connection.client(&sip(call, "INFO sip:b@a", "INFO", ";tag=b"));
    }
    dir.write("calls.pcap", connection.capture());
    let done = flowz(&dir, &["slice", "calls.pcap", "-s", "sip", "-f", "%s%u"]);
    assert!(done.stderr.starts_with("300 unclosed sessions"));
    let files =
        (1..=CALLS).map(|call| Pcap::read(dir.path(&format!("sip{call}")).to_str().unwrap()));
    let mut written = 0;
    for (call, file) in files.enumerate() {
        let with = format!("Call-ID: {call}@a");
        let has = |(_, packet): &(u64, &[u8])| {
            packet.windows(with.len()).any(|part| part == with.as_bytes())
        };
        assert_eq!(file.packets().filter(has).count(), 2, "{call}");
        written += file.len();
    }
    assert!(written < 25 * 2 * CALLS, "{written}");
    // All of the connection is kept while one of its calls is open.
    flowz(&dir, &["slice", "+0", "+100", "calls.pcap", "-s", "sip", "-w", "x"]);
    assert_eq!(times(&dir, "x").len(), times(&dir, "calls.pcap").len());
}

#[test]
fn the_syn_of_another_connection_belongs_to_that() {
    let dir = Scratch::new();
    let syn = |number: u32, flags: u8| {
        let mut packet = vec![0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1];
        packet.extend([192, 0, 2, 2, 0x80, 0, 0, 80]);
        packet.extend([number.to_be_bytes(), [0; 4]].concat());
        packet.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        packet
    };
    let packets = [syn(1000, 2), syn(1000, 2), syn(1001, 16), syn(7000, 2), syn(7001, 16)];
    dir.write("two.pcap", raw_ip_capture(&packets));
    let done = flowz(&dir, &["slice", "two.pcap", "-s", "tcp", "-f", "%s%u", "-v"]);
    assert!(done.stdout.contains("#1 (TCP) closed at 1970y01m01d"), "{}", done.stdout);
    assert_eq!((times(&dir, "tcp1").len(), times(&dir, "tcp2").len()), (3, 2));
    flowz(&dir, &["slice", "+0", "+1", "two.pcap", "-s", "tcp", "-w", "x"]);
    assert_eq!(times(&dir, "x").len(), 3);
}

#[test]
fn files_of_sessions_that_cannot_be_written() {
    let dir = Scratch::new();
    let capture = data("zerowin.pcap");
    fs::create_dir(dir.path("tcp3")).unwrap();
    let done = flowz(&dir, &["slice", &capture, "-s", "tcp", "-f", "tcp%u"]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(done.stderr.contains("cannot write 'tcp3'"), "{}", done.stderr);
    assert!(!dir.names().iter().any(|name| name.to_string_lossy().contains("tmp")));
    let done = flowz(&dir, &["slice", &capture, "-s", "tcp", "-f", "a%u", "-w", "a2"]);
    assert_eq!(done.code, 2, "{}", done.stderr);
    assert!(done.stderr.contains("two outputs have the same name 'a2'"), "{}", done.stderr);
    assert!(!dir.path("a2").exists());
}

#[test]
fn words_that_do_not_fit() {
    let dir = Scratch::new();
    let capture = data("zerowin.pcap");
    for (args, says) in [
        (&["-s", "ftp", "-w", "x"][..], "invalid value 'ftp'"),
        (&["-e", "5", "-w", "x"], "--sessions"),
        (&["-s", "tcp", "-e", "4000000000", "-w", "x"], "--expire <SECONDS>"),
        (&["-s", "tcp", "-f", "x.pcap"], "needs %u"),
        (&["-s", "tcp", "-f", "%d"], "knows %s, %u and %% only"),
        (&["-s", "tcp", "-f", "no/such/%u"], "cannot write 'no/such/"),
    ] {
        let done = flowz(&dir, &[&["slice", &capture][..], args].concat());
        assert_ne!(done.code, 0, "{args:?}");
        assert!(done.stderr.contains(says), "{args:?}: {}", done.stderr);
    }
    assert!(dir.names().is_empty(), "{:?}", dir.names());
}
