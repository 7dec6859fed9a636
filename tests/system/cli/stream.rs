//! `-w -`: rows go to standard output, the report to standard error, and nothing else is written but what is
//! asked for.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::kit::{Done, Scratch, command, data, flowz, start, t2conf};

fn with_capture() -> Scratch {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    dir
}

#[test]
fn nothing_but_standard_output_is_written() {
    let dir = with_capture();
    let done = flowz(&dir, &["-r", "web.pcap", "-w", "-"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(dir.names(), ["web.pcap"]);
    assert!(done.stderr.ends_with("Packets read: 169 = 169 in flows\n"), "{}", done.stderr);
    assert_eq!(done.stdout.lines().count(), 37);
    flowz(&dir, &["-r", "web.pcap", "-w", "file/", "-q"]).well();
    assert_eq!(done.stdout, dir.read("file/web_flows.txt"));
    flowz(&dir, &["-r", "web.pcap", "-w", "-", "-q"]).well();
}

#[test]
fn other_files_are_written_on_request() {
    let dir = with_capture();
    flowz(&dir, &["-r", "web.pcap", "-w", "-", "-s", "-l"]).well();
    assert_eq!(dir.names(), ["web.pcap", "web_log.txt", "web_packets.txt"]);
    assert!(dir.read("web_log.txt").ends_with("Packets read: 169 = 169 in flows\n"));
}

#[test]
fn tables_of_plugins_need_a_prefix() {
    let dir = with_capture();
    for sink in ["txt", "csv", "json"] {
        let plugins = ["--plugins", "basicFlow,dnsDecode", "--sinks", sink, "-q"];
        flowz(&dir, &[&["-r", "web.pcap", "-w", "-"][..], &plugins].concat()).well();
        assert_eq!(dir.names(), ["web.pcap"], "{sink}");
    }
}

#[test]
fn compat_writes_all_files_beside_the_input() {
    let dir = with_capture();
    flowz(&dir, &["-r", "web.pcap", "-w", "-", "--compat"]).well();
    let suffixes = ["headers", "icmpStats", "log", "protocols"];
    let others = suffixes.map(|name| std::ffi::OsString::from(format!("web_{name}.txt")));
    assert_eq!(dir.names()[1..], others, "besides the capture");
}

/// The program with a reader that goes after the first line.
fn read_one_line(mut command: std::process::Command) -> (String, Done) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (line, Done::from_output(&child.wait_with_output().unwrap()))
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let dir = Scratch::new();
    let many = data("many.pcap");
    for threads in ["1", "2"] {
        let args = ["-r", &many, "-w", "-", "-q", "--threads", threads];
        let (line, done) = read_one_line(command(&dir, &args));
        assert!(line.starts_with("%dir\tflowInd\t"), "{line}");
        done.well();
    }
    let (_, done) = read_one_line(command(&dir, &["--columns=json"]));
    done.well();
    let (_, done) = read_one_line(start(t2conf(), &dir, &["-a"]));
    done.well();
    assert!(dir.names().is_empty());
}

#[test]
fn a_report_that_nobody_reads_leaves_whole_tables() {
    let dir = with_capture();
    let (_, done) = read_one_line(command(&dir, &["-r", "web.pcap", "-w", "x"]));
    done.well();
    flowz(&dir, &["-r", "web.pcap", "-w", "y"]).well();
    assert_eq!(dir.read("x_flows.txt"), dir.read("y_flows.txt"));
}
