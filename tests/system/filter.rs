//! `flowz slice --filter`: rows of the flow table become packets again.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::kit::{Done, Scratch, command, data, flowz, flowz_fed, shared};

/// Columns of a table.
fn columns(dir: &Scratch, table: &str, names: &[&str]) -> Vec<Vec<String>> {
    let text = fs::read_to_string(dir.path(table)).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let place = |name: &&str| head.iter().position(|c| c.trim_start_matches('%') == *name).unwrap();
    let places: Vec<_> = names.iter().map(place).collect();
    lines.map(|cells| places.iter().map(|place| cells[*place].to_owned()).collect()).collect()
}

/// The time of each packet of a capture, with its flow's number.
fn flows_of(dir: &Scratch, captures: &[&str]) -> Vec<(String, String)> {
    let mut args = vec!["-w", "all", "-q", "-s"];
    args.extend(captures.iter().flat_map(|capture| ["-r", *capture]));
    flowz(dir, &args).well();
    let rows = columns(dir, "all_packets.txt", &["time", "flowInd"]);
    rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

/// The numbers of the flows for which a condition holds.
fn chosen(dir: &Scratch, captures: &[&str], condition: &str) -> HashSet<String> {
    let mut args = vec!["-w", "some", "-q", "--where", condition];
    args.extend(captures.iter().flat_map(|capture| ["-r", *capture]));
    flowz(dir, &args).well();
    columns(dir, "some_flows.txt", &["flowInd"]).into_iter().map(|row| row[0].clone()).collect()
}

/// Times of the packets of a slice.
fn times(dir: &Scratch, slice: &str) -> Vec<String> {
    flowz(dir, &["-r", slice, "-w", "again", "-q", "-s", "--plugins", "basicFlow"]).well();
    columns(dir, "again_packets.txt", &["time"]).into_iter().map(|row| row[0].clone()).collect()
}

fn slice(dir: &Scratch, captures: &[&str], args: &[&str]) {
    flowz(dir, &[&["slice"], captures, args].concat()).well();
}

#[test]
fn packets_of_flows_with_and_without_an_index() {
    let dir = Scratch::new();
    let (web, many, rare) = (data("web.pcap"), data("many.pcap"), data("rare.pcap"));
    let ssh = data("ssh-ping.pcapng");
    // Two sections in one file, and a compressed one.
    for (capture, name) in [(&web, "a.pcapng"), (&ssh, "b.pcapng")] {
        slice(&dir, &[capture], &["-w", name]);
    }
    let parts = ["a.pcapng", "b.pcapng"].map(|name| fs::read(dir.path(name)).unwrap());
    dir.write("both.pcapng", parts.concat());
    let mut packed = GzEncoder::new(File::create(dir.path("web.gz")).unwrap(), Compression::fast());
    packed.write_all(&fs::read(&web).unwrap()).unwrap();
    packed.finish().unwrap();
    for captures in [&[&*web][..], &[&rare], &["both.pcapng"], &["web.gz"], &[&*many, &web, &ssh]] {
        for condition in ["l4Proto == 17", "dstPort == 22 || srcPort in {80, 443}", "duration > 1"]
        {
            let flows = chosen(&dir, captures, condition);
            let packets = flows_of(&dir, captures);
            let expected = packets.into_iter().filter(|(_, flow)| flows.contains(flow));
            let expected: Vec<_> = expected.map(|(time, _)| time).collect();
            let numbers = flows.iter().map(String::as_str).collect::<Vec<_>>().join(",");
            let numbers = if numbers.is_empty() { "999999" } else { &numbers };
            for (filter, index) in [
                (condition, None),
                (numbers, None),
                (condition, Some("--index=new.index")),
                (condition, Some("--index=new.index")),
                (numbers, Some("--index=new.index")),
            ] {
                let mut args = vec!["-w", "x.pcapng", "--filter", filter];
                args.extend(index);
                slice(&dir, captures, &args);
                assert_eq!(times(&dir, "x.pcapng"), expected, "{captures:?} {filter} {index:?}");
            }
            fs::remove_file(dir.path("new.index")).unwrap();
        }
    }
}

#[test]
fn a_slice_of_flows_is_cut_by_time_and_is_what_was_captured() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    slice(&dir, &[&web], &["--filter", "flowInd >= 1", "-w", "x.pcap"]);
    let rest: Vec<_> = flows_of(&dir, &[&web]).into_iter().map(|(time, _)| time).collect();
    assert_eq!(times(&dir, "x.pcap"), rest);
    assert!(fs::read(dir.path("x.pcap")).unwrap() == fs::read(&web).unwrap());
    slice(&dir, &["+0.5", "+0.5", &web], &["--filter", "1-999", "-w", "y.pcap"]);
    slice(&dir, &["+0.5", "+0.5", &web], &["-w", "z.pcap"]);
    assert!(fs::read(dir.path("y.pcap")).unwrap() == fs::read(dir.path("z.pcap")).unwrap());
    // Settings choose other flows.
    let args = ["--filter", "1", "-w", "v.pcap", "--no-config", "-o", "core.FLOW_TIMEOUT=0"];
    slice(&dir, &[&web], &args);
    assert_eq!(times(&dir, "v.pcap").len(), 1);
    // Plugins write no files.
    let dir = Scratch::new();
    let args = ["--filter", "1-999", "-w", "x", "--plugins", "tcpStream,protoStats", "-o"];
    slice(&dir, &[&web], &[&args[..], &["tcpStream.TS_SAVE=1"]].concat());
    assert_eq!(dir.names(), ["x"]);
}

#[test]
fn with_an_index_packets_of_others_are_not_read() {
    let dir = Scratch::new();
    let original = fs::read(data("web.pcap")).unwrap();
    dir.write("c.pcap", &original);
    let filter = ["--filter", "l7BytesSnt > 20000", "--index"];
    slice(&dir, &["c.pcap"], &[&filter[..], &["-w", "x.pcap"]].concat());
    let wanted = fs::read(dir.path("x.pcap")).unwrap();
    assert!(wanted.len() > 1000 && dir.path("c.pcap.flowz-index").exists());
    // All packets but the first and the wanted ones become nonsense, at the same time and of the same length.
    let file = File::options().write(true).open(dir.path("c.pcap")).unwrap();
    let modified = file.metadata().unwrap().modified().unwrap();
    let (mut spoilt, mut at, mut spared) = (original.clone(), 24, 0);
    while at < spoilt.len() {
        let data = at + 16;
        let end = data + u32::from_le_bytes(original[at + 8..at + 12].try_into().unwrap()) as usize;
        let is_wanted = wanted.windows(16).any(|part| part == &original[at..data]);
        spared += usize::from(is_wanted);
        if at > 24 && !is_wanted {
            spoilt[data..end].fill(0xee);
        }
        at = end;
    }
    assert!(spared > 5);
    fs::write(dir.path("c.pcap"), &spoilt).unwrap();
    file.set_modified(modified).unwrap();
    slice(&dir, &["c.pcap"], &[&filter[..], &["-w", "y.pcap"]].concat());
    assert!(fs::read(dir.path("y.pcap")).unwrap() == wanted);
    // Another file of the same name has another index.
    fs::write(dir.path("c.pcap"), &original).unwrap();
    slice(&dir, &["c.pcap"], &[&filter[..], &["-w", "y.pcap"]].concat());
    assert!(fs::read(dir.path("y.pcap")).unwrap() == wanted);
}

#[test]
fn what_is_no_index_stays_and_what_is_cut_is_made_anew() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    dir.write("precious.txt", b"letters");
    let request = |index: &str| {
        flowz(&dir, &["slice", &web, "--filter", "5", "-w", "x.pcap", &format!("--index={index}")])
    };
    let done = request("precious.txt");
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("it is no index of flowz"), "{}", done.stderr);
    assert_eq!(fs::read(dir.path("precious.txt")).unwrap(), b"letters");
    request("i").well();
    let whole = fs::read(dir.path("i")).unwrap();
    fs::write(dir.path("i"), &whole[..whole.len() / 2]).unwrap();
    let done = request("i");
    assert_eq!(done.code, 0);
    assert!(done.stderr.contains("is not whole"), "{}", done.stderr);
    assert!(fs::read(dir.path("i")).unwrap() == whole);
}

#[test]
fn an_index_that_a_signal_has_cut_is_none() {
    let dir = Scratch::new();
    let bytes = fs::read(data("web.pcap")).unwrap();
    dir.write("long.pcap", [&bytes[..24], &bytes[24..].repeat(400)].concat());
    let args = ["slice", "long.pcap", "--filter", "5", "--index=i", "-w", "x"];
    let child = command(&dir, &args).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id().to_string();
    let temporary = dir.path(&format!(".i.tmp{id}"));
    while !temporary.exists() {
        thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    let done = Done::from_output(&child.wait_with_output().unwrap());
    assert_eq!(done.code, 143, "{}", done.stderr);
    assert!(done.stderr.contains("ended by SIGTERM: nothing is written"), "{}", done.stderr);
    assert_eq!(dir.names(), ["long.pcap"]);
}

#[test]
fn captures_without_packets_have_an_index_too() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    dir.write("empty.pcap", &fs::read(&web).unwrap()[..24]);
    let captures = ["empty.pcap", &web, "empty.pcap", &web];
    let filter = ["--filter", "5,6", "--no-config", "-w"];
    slice(&dir, &captures, &[&filter[..], &["x"]].concat());
    for _ in 0..2 {
        slice(&dir, &captures, &[&filter[..], &["y", "--index=i"]].concat());
        assert_eq!(times(&dir, "y"), times(&dir, "x"));
    }
}

#[test]
fn the_slice_is_no_index() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    for _ in 0..2 {
        let done = flowz(&dir, &["slice", &web, "--filter", "5", "--index=i", "-w", "i"]);
        assert_eq!(done.code, 2, "{}", done.stderr);
        assert!(done.stderr.contains("two outputs have the same name 'i'"), "{}", done.stderr);
        slice(&dir, &[&web], &["--filter", "5", "--index=i", "-w", "x"]);
    }
}

#[test]
fn numbers_are_those_of_the_reference_where_it_is_asked_for() {
    let Some(capture) = shared("made/captures/caplen-above-len.pcap") else { return };
    let dir = Scratch::new();
    let args = ["--filter", "dstPort > 0", "--no-config", "--compat", "-w", "x.pcap"];
    slice(&dir, &[capture.to_str().unwrap()], &args);
    assert_eq!(times(&dir, "x.pcap"), ["1700000000.020000000"]);
}

#[test]
fn requests_that_cannot_be_met() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    for (args, says) in [
        (&["--filter", "dstPrt == 5"][..], "there is no column 'dstPrt'"),
        (&["--filter", "5-"], "'5-' is neither a flow's number nor a range"),
        (&["--filter", "5", "-s", "tcp"], "cannot be used with"),
        (&["--index", "-s", "tcp"], "with --filter only"),
        (&["-o", "core.FLOW_TIMEOUT=1"], "with --filter only"),
        (&["-x", "5"], "with --filter only"),
        (&["--filter", "5", "--read-all"], "cannot be used with"),
        (&["--filter", "5", "--plugins", "nothing"], "nothing"),
    ] {
        let done = flowz(&dir, &[&["slice", &web, "-w", "x.pcap"][..], args].concat());
        assert_eq!(done.code, 2, "{args:?}: {}", done.stderr);
        assert!(done.stderr.contains(says), "{args:?}: {}", done.stderr);
    }
    let args = ["slice", "-", "--filter", "dstPort == 80", "-w", "x.pcap"];
    let done = flowz_fed(&dir, &args, fs::read(&web).unwrap());
    assert_eq!(done.code, 2);
    assert!(done.stderr.contains("standard input can be read only once"), "{}", done.stderr);
    let args = ["slice", "/dev/stdin", "--filter", "dstPort == 80", "-w", "x.pcap"];
    let done = flowz_fed(&dir, &args, fs::read(&web).unwrap());
    assert_eq!(done.code, 2);
    assert!(done.stderr.contains("'/dev/stdin' is no file and can be read"), "{}", done.stderr);
    flowz_fed(&dir, &["slice", "-", "--filter", "5", "-w", "-"], fs::read(&web).unwrap()).well();
    assert!(dir.names().is_empty(), "{:?}", dir.names());
}
