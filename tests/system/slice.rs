//! `flowz slice`: which packets a slice has, in which order, in which format, and what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::kit::{Done, Pcap, Scratch, command, data, flowz, flowz_fed};

const SECOND: u64 = 1_000_000_000;

/// A file of Ethernet packets: seconds, microseconds, bytes.
fn capture(packets: &[(u32, u32, &[u8])]) -> Vec<u8> {
    capture_of(1, packets)
}

fn capture_of(link: u32, packets: &[(u32, u32, &[u8])]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, link].map(u32::to_le_bytes).concat();
    for (seconds, micros, data) in packets {
        let len = data.len() as u32;
        file.extend([*seconds, *micros, len, len].map(u32::to_le_bytes).concat());
        file.extend(*data);
    }
    file
}

/// Time in microseconds and first byte of each packet of a pcap file.
fn packets(dir: &Scratch, name: &str) -> Vec<(u64, u8)> {
    let pcap = Pcap::read(dir.path(name).to_str().unwrap());
    pcap.packets().map(|(nanos, data)| (nanos / 1000, data[0])).collect()
}

/// A folder with captures of these names.
fn with(files: &[(&str, Vec<u8>)]) -> Scratch {
    let dir = Scratch::new();
    for (name, bytes) in files {
        dir.write(name, bytes);
    }
    dir
}

fn slice(dir: &Scratch, args: &str) -> Done {
    let args: Vec<_> = ["slice"].into_iter().chain(args.split_whitespace()).collect();
    Done::from_output(&command(dir, &args).env("TZ", "UTC").output().unwrap())
}

#[test]
fn without_times_a_slice_is_the_capture() {
    let dir = Scratch::new();
    for name in ["web.pcap", "rare.pcap", "many.pcap", "backwards.pcap"] {
        flowz(&dir, &["slice", "-w", "x.pcap", &data(name)]).well();
        assert!(fs::read(dir.path("x.pcap")).unwrap() == fs::read(data(name)).unwrap(), "{name}");
    }
    assert_eq!(dir.names(), ["x.pcap"], "and nothing else is left");
}

#[test]
fn a_range_has_both_its_ends() {
    let dir = Scratch::new();
    let all = Pcap::read(&data("web.pcap"));
    let times: Vec<_> = all.packets().map(|(nanos, _)| nanos).collect();
    let text = |nanos: u64| format!("{}.{:06}", nanos / SECOND, nanos % SECOND / 1000);
    let (from, to) = (times[20], times[120]);
    let first = times.iter().position(|t| *t == from).unwrap();
    let behind = times.iter().rposition(|t| *t == to).unwrap() + 1;
    flowz(&dir, &["slice", &text(from), &text(to), &data("web.pcap"), "-w", "x"]).well();
    assert!(fs::read(dir.path("x")).unwrap() == all.part(first..behind));
    flowz(&dir, &["slice", &text(to + 1000), &data("web.pcap"), "-w", "x"]).well();
    assert!(fs::read(dir.path("x")).unwrap() == all.part(behind..all.len()));
}

#[test]
fn words_that_are_times_and_names() {
    let file = capture(&[(100, 0, b"a"), (101, 0, b"b"), (102, 500_000, b"c"), (200, 0, b"d")]);
    let dir = with(&[("in.pcap", file.clone()), ("5s", file)]);
    for (words, expected) in [
        ("+1 in.pcap", "bcd"),
        ("+1 +1.5 in.pcap", "bc"),
        ("+0 +100 in.pcap", "abcd"),
        ("+90s in.pcap", "d"),
        ("101 102.5 in.pcap", "bc"),
        ("0h1m41s 0h1m42s in.pcap", "b"),
        ("1m42s 43s in.pcap", "c"),
        ("150 160 in.pcap", ""),
        ("102 101 in.pcap", ""),
        ("+0 ./5s", "abcd"),
        ("+1 +1 ./5s", "b"),
    ] {
        slice(&dir, &format!("{words} -w x")).well();
        let found: String = packets(&dir, "x").iter().map(|(_, data)| *data as char).collect();
        assert_eq!(found, expected, "{words}");
    }
    slice(&dir, "+1 5s -w x").is_refused(&["no capture is named"]);
    slice(&dir, "25h in.pcap -w x").is_refused(&["hour 25 in '25h' is not valid"]);
}

#[test]
fn times_of_captures_and_ranges() {
    let dir = with(&[
        ("a", capture(&[(1_000_000_000, 5, b"a"), (1_000_000_009, 0, b"b")])),
        ("b", capture(&[(999_999_990, 0, b"a"), (1_000_000_001, 250_000, b"b")])),
        ("none", capture(&[])),
    ]);
    let shown = |words: &str| slice(&dir, words).well().stdout;
    assert_eq!(
        shown("-R a b none"),
        "a\t1000000000.000005\t1000000009.000000\nb\t999999990.000000\t1000000001.250000\nnone\t-\t-\n"
    );
    assert_eq!(shown("-r a"), "a\tSun Sep  9 01:46:40 2001\tSun Sep  9 01:46:49 2001\n");
    assert_eq!(shown("-d a b"), "start\t999999990.000000\nstop\t1000000009.000000\n");
    assert_eq!(shown("-d +1h +90s a"), "start\t1000003600.000005\nstop\t1000003690.000005\n");
    let both = "a\t2001y09m09d01h46m40s000005u\t2001y09m09d01h46m49s000000u\n\
                start\t2001y09m09d01h46m50s000005u\nstop\t2001y09m09d01h46m55s000000u\n";
    assert_eq!(shown("-d -t +10 55s a"), both);
    for words in ["-R -t a", "-R -w x a", "-d -D a", "-t -l a"] {
        assert_eq!(slice(&dir, words).code, 2, "{words}");
    }
}

#[test]
fn the_time_zone_is_that_of_the_user() {
    let dir = with(&[("a", capture(&[(1_000_000_000, 0, b"a"), (1_000_000_009, 0, b"b")]))]);
    for (zone, shown) in [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "a\tSun Sep  9 03:46:40 2001\tSun Sep  9 03:46:49 2001\n"),
        ("EST5", "a\tSat Sep  8 20:46:40 2001\tSat Sep  8 20:46:49 2001\n"),
    ] {
        let output = command(&dir, &["slice", "-r", "a"]).env("TZ", zone).output().unwrap();
        assert_eq!(Done::from_output(&output).well().stdout, shown, "{zone}");
    }
}

#[test]
fn captures_are_merged_by_time() {
    let dir = with(&[
        ("a", capture(&[(10, 0, b"a"), (12, 0, b"b"), (12, 5, b"c")])),
        ("b", capture(&[(9, 0, b"1"), (12, 0, b"2"), (11, 0, b"3"), (20, 0, b"4")])),
    ]);
    let merged = |words: &str| {
        slice(&dir, &format!("{words} -w x")).well();
        packets(&dir, "x").iter().map(|(_, data)| *data as char).collect::<String>()
    };
    // Of equal times the capture that was named first; a late packet when its turn in its capture comes.
    assert_eq!(merged("a b"), "1ab23c4");
    assert_eq!(merged("b a"), "1a23bc4");
    assert_eq!(merged("+1 +2 a b"), "ab23", "in range, though late");
    assert_eq!(merged("-l a b"), "a1bc234", "by the time since the first packet of each");
    let times: Vec<_> = packets(&dir, "x").iter().map(|(micros, _)| *micros).collect();
    assert_eq!(
        times,
        [9_000_000, 9_000_000, 11_000_000, 11_000_005, 12_000_000, 11_000_000, 20_000_000]
    );
}

#[test]
fn what_several_captures_have_is_written_once() {
    let dir = with(&[
        ("a", capture(&[(1, 0, b"p"), (1, 0, b"q"), (2, 0, b"r"), (2, 0, b"r")])),
        ("b", capture(&[(1, 0, b"p"), (1, 0, b"q"), (1, 0, b"Q"), (2, 0, b"r"), (3, 0, b"s")])),
        ("other", capture_of(101, &[(1, 0, b"p")])),
    ]);
    let merged = |words: &str| {
        slice(&dir, &format!("{words} -w x")).well();
        packets(&dir, "x").iter().map(|(_, data)| *data as char).collect::<String>()
    };
    assert_eq!(merged("a b"), "pqQrrs");
    assert_eq!(merged("-D a b"), "pqpqQrrrs");
    assert_eq!(merged("a a"), "pqrr", "what is twice in one capture stays so");
    assert_eq!(merged("a"), "pqrr");
    slice(&dir, "a other -w x.pcapng").well();
    assert_eq!(slice(&dir, "-R x.pcapng").well().stdout.split('\t').count(), 3);
    slice(&dir, "a other -w x").is_refused(&[
        "one link type",
        "Ethernet",
        "Raw IP",
        "--format pcapng",
    ]);
}

#[test]
fn formats_by_name_and_by_word() {
    let dir = with(&[("eth", capture(&[(1, 0, b"p")])), ("raw", capture_of(101, &[(2, 7, b"q")]))]);
    slice(&dir, "eth raw -w x.pcapng").well();
    let bytes = fs::read(dir.path("x.pcapng")).unwrap();
    assert_eq!(bytes[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
    slice(&dir, "x.pcapng -w x.pcap").is_refused(&["one link type"]);
    assert!(!dir.path("x.pcap").exists(), "complete or absent");
    slice(&dir, "1.5 x.pcapng --format pcapng -w y").well();
    slice(&dir, "2 x.pcapng --format pcapng -w z").well();
    assert!(fs::read(dir.path("y")).unwrap() == fs::read(dir.path("z")).unwrap());
    slice(&dir, "eth --format pcap -w x.pcapng").well();
    assert!(fs::read(dir.path("x.pcapng")).unwrap() == capture(&[(1, 0, b"p")]));
    let nanos = data("ssh-ping.pcapng");
    flowz(&dir, &["slice", &nanos, "-w", "n.pcapng"]).well();
    flowz(&dir, &["slice", "n.pcapng", "-w", "n.pcap"]).well();
    let dump = |name: &str| {
        let args = ["-r", name, "-w", "-", "-q", "--plugins", "basicFlow,basicStats"];
        flowz(&dir, &args).well().stdout
    };
    assert_eq!(dump("n.pcapng"), dump(&nanos));
    assert_eq!(dump("n.pcap"), dump(&nanos));
}

#[test]
fn pipes_and_compressed_captures() {
    let dir = Scratch::new();
    let bytes = fs::read(data("web.pcap")).unwrap();
    let fed = flowz_fed(&dir, &["slice", "-", "-w", "x"], bytes.clone());
    fed.well();
    assert!(fs::read(dir.path("x")).unwrap() == bytes);
    let out = command(&dir, &["slice", &data("web.pcap")]).output().unwrap();
    assert!(out.stdout == bytes);
    for args in [["-R", "-"], ["-d", "-"]] {
        let fed = flowz_fed(&dir, &["slice", args[0], args[1]], bytes.clone()).well().stdout;
        let file = flowz(&dir, &["slice", args[0], &data("web.pcap")]).well().stdout;
        assert_eq!(fed.split('\t').next_back(), file.split('\t').next_back());
    }
    slice(&dir, "- - -w x").is_refused(&["only once"]);
    let done = flowz(&dir, &["slice", "-R", &data("broken/cut.pcap.gz")]);
    assert_eq!(done.code, 3, "{done:?}");
}

#[test]
fn captures_are_not_replaced_and_failures_leave_nothing() {
    let dir = with(&[("a", capture(&[(1, 0, b"p")]))]);
    slice(&dir, "a -w a").is_refused(&["would replace 'a'"]);
    slice(&dir, "a -w none/x").fails_with(&["cannot create 'none/x'"]);
    slice(&dir, "a none -w x").fails_with(&["cannot open none"]);
    if Path::new("/dev/full").exists() {
        slice(&dir, "a -w /dev/full").fails_with(&["cannot write '/dev/full'"]);
    }
    assert_eq!(dir.names(), ["a"]);
}

#[test]
fn damage_is_told_and_what_can_be_read_is_written() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["slice", &data("broken/cut.pcap"), "-w", "x"]);
    assert_eq!(done.code, 3);
    done.says("flowz: warning: ", &["cut.pcap"]);
    assert_eq!(packets(&dir, "x").len(), 9);
}

#[test]
fn a_terminal_gets_no_slice() {
    let dir = with(&[("a", capture(&[(1, 0, b"p")]))]);
    let words = format!("{} slice a", crate::kit::program().display());
    let mut script = Command::new("script");
    script.args(["-qec", &words, "/dev/null"]).current_dir(dir.dir());
    let Ok(output) = script.output() else {
        println!("skipped: no script here");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("standard output is a terminal"), "{said}");
}

/// A capture of 12 MB: a packet of 1000 bytes each millisecond from second 1000 on, and times changed by `change`.
fn large(change: impl Fn(u32, u32) -> u32) -> Vec<u8> {
    let mut file = capture(&[]);
    for n in 0..12_000 {
        let millis = change(n, n);
        let (seconds, micros) = (1000 + millis / 1000, millis % 1000 * 1000);
        file.extend([seconds, micros, 984, 984].map(u32::to_le_bytes).concat());
        file.extend([n as u8; 984]);
    }
    file
}

/// Numbers of the packets of a slice of that capture, by their times in milliseconds.
fn millis(dir: &Scratch, words: &str) -> Vec<u64> {
    slice(dir, &format!("{words} -w x")).well();
    packets(dir, "x").iter().map(|(micros, _)| micros / 1000 - 1_000_000).collect()
}

#[test]
fn a_range_is_found_without_reading_what_is_in_front_of_it() {
    let dir = with(&[("in", large(|n, _| n))]);
    assert_eq!(millis(&dir, "+8 +0.01 in"), (8000..=8010).collect::<Vec<_>>());
    assert_eq!(millis(&dir, "+11.998 in"), [11_998, 11_999]);
    assert_eq!(millis(&dir, "+20 in"), [0; 0]);
    assert_eq!(millis(&dir, "+0 +0.001 in"), [0, 1]);
    // Garbage in front of the range is not seen.
    let mut bytes = fs::read(dir.path("in")).unwrap();
    bytes[2_000_000..2_005_000].fill(0xff);
    dir.write("in", &bytes);
    assert_eq!(millis(&dir, "+8 +0.01 in"), (8000..=8010).collect::<Vec<_>>());
    assert_eq!(slice(&dir, "--read-all +8 +0.01 in -w x").code, 3, "with all of it, it is");
}

#[test]
fn captures_without_packets_change_nothing() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let bytes = fs::read(&web).unwrap();
    dir.write("empty.pcap", &bytes[..24]);
    flowz(&dir, &["slice", "empty.pcap", &web, "-w", "x.pcap"]).well();
    assert!(fs::read(dir.path("x.pcap")).unwrap() == bytes);
    flowz(&dir, &["slice", "-w", "x.pcapng", &web]).well();
    flowz(&dir, &["slice", "-w", "y.pcapng", &web, "empty.pcap"]).well();
    assert!(fs::read(dir.path("x.pcapng")).unwrap() == fs::read(dir.path("y.pcapng")).unwrap());
}

#[test]
fn late_packets_are_found_and_so_are_those_of_captures_out_of_order() {
    // Each hundredth packet is 50 ms late.
    let dir = with(&[("in", large(|n, t| if n % 100 == 50 { t - 50 } else { t }))]);
    let mut found = millis(&dir, "+8 +0.2 in");
    found.sort_unstable();
    let expected = (0..12_000).map(|n| if n % 100 == 50 { n - 50 } else { n });
    let mut expected: Vec<_> = expected.filter(|t| (8000..=8200).contains(t)).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    // The clock was set back by five seconds in the middle.
    let dir = with(&[("in", large(|n, t| if n < 6000 { t } else { t - 5000 }))]);
    let found = millis(&dir, "+5 +0.001 in");
    assert_eq!(found, [5000, 5001, 5000, 5001]);
}
