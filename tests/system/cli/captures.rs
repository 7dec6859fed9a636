//! Several captures on one command line, and which words are captures and which the filter.

use std::fs;

use crate::kit::{Pcap, Scratch, analyse, data, flowz, flowz_fed};

/// web.pcap in two files, `a.pcap` and `b`.
fn two_parts() -> Scratch {
    let dir = Scratch::new();
    let whole = Pcap::read(&data("web.pcap"));
    dir.write("a.pcap", whole.part(0..60));
    dir.write("b", whole.part(60..whole.len()));
    dir
}

#[test]
fn several_captures_are_one_stream() {
    let dir = two_parts();
    let whole = analyse(&["-r", &data("web.pcap")]);
    let ways: [&[&str]; 6] = [
        &["-r", "a.pcap", "b"],
        &["-r", "a.pcap", "-r", "b"],
        &["a.pcap", "b"],
        &["-r", "a.pcap", "b", "--"],
        &["./a.pcap", "./b"],
        &["-R", "list"],
    ];
    dir.write("list", "  a.pcap \r\n\t\r\n # none\r\nb\t\r\n");
    for way in ways {
        let done = flowz(&dir, &[&["-w", "x", "-s"], way].concat()).well();
        assert!(dir.read("x_flows.txt") == whole.flows, "{way:?}");
        assert!(dir.read("x_packets.txt") == whole.packets, "{way:?}");
        assert!(done.stdout.contains("2 files"), "{}", done.stdout);
    }
    flowz(&dir, &["a.pcap", "b", "-q"]).well();
    assert!(dir.path("a_flows.txt").exists(), "named by the first one: {:?}", dir.names());
}

#[test]
fn standard_input_is_one_of_them() {
    let dir = two_parts();
    let rest = fs::read(dir.path("b")).unwrap();
    flowz_fed(&dir, &["-r", "a.pcap", "-r", "-", "-w", "x", "-q"], rest).well();
    assert_eq!(dir.read("x_flows.txt"), analyse(&["-r", &data("web.pcap")]).flows);
}

#[test]
fn a_list_comes_from_standard_input() {
    let dir = two_parts();
    let list = b"a.pcap\nb\n".to_vec();
    flowz_fed(&dir, &["-R", "-", "-w", "x", "-q"], list).well();
    assert_eq!(dir.read("x_flows.txt"), analyse(&["-r", &data("web.pcap")]).flows);
}

#[test]
fn a_binary_is_no_list() {
    let dir = two_parts();
    flowz(&dir, &["-R", "a.pcap", "-w", "x"]).is_refused(&["a.pcap is no list of captures", "-r"]);
    let bytes = fs::read(dir.path("b")).unwrap();
    let done = flowz_fed(&dir, &["-R", "-", "-w", "x"], bytes);
    done.is_refused(&["standard input is no list"]);
}

#[test]
fn files_called_like_words_of_a_filter_change_nothing() {
    let dir = two_parts();
    let web = data("web.pcap");
    for name in ["tcp", "port", "80", "host"] {
        dir.copy("many.pcap", name);
    }
    dir.write("udp", "no capture");
    let expected = analyse(&["-r", &web, "tcp port 80"]).flows;
    let ways: [&[&str]; 4] = [
        &["-r", &web, "tcp", "port", "80"],
        &["-r", &web, "tcp port 80"],
        &["-r", &web, "--", "tcp", "port", "80"],
        &[&web, "tcp", "port", "80"],
    ];
    for way in ways {
        flowz(&dir, &[&["-w", "x", "-q"], way].concat()).well();
        assert!(dir.read("x_flows.txt") == expected, "{way:?}");
    }
    dir.copy("many.pcap", "many");
    flowz(&dir, &["-w", "x", "-q", "-r", &web, "--", "tcp or", "udp"]).well();
    assert_eq!(dir.read("x_flows.txt"), analyse(&["-r", &web, "tcp or udp"]).flows);
    let done = flowz(&dir, &["-w", "x", "-r", &web, "--", "many"]);
    done.is_refused(&["filter `>>many<<`"]);
}

#[test]
fn a_capture_behind_the_filter() {
    let dir = two_parts();
    flowz(&dir, &["-w", "x", "-q", "tcp or udp", "a.pcap", "./b"]).well();
    assert_eq!(dir.read("x_flows.txt"), analyse(&["-r", &data("web.pcap"), "tcp or udp"]).flows);
}

#[test]
fn a_mistyped_capture_is_not_taken_for_a_filter() {
    let dir = two_parts();
    flowz(&dir, &["nowhere.pcap", "-w", "x"]).fails_with(&["nowhere.pcap", "No such file"]);
    let done = flowz(&dir, &["a.pcap", "nowhere.pcap.gz", "-w", "x"]);
    assert_eq!(done.code, 3, "{done:?}");
    done.says("flowz: warning: ", &["nowhere.pcap.gz", "left out"]);
    dir.write("list", "a.pcap");
    let done = flowz(&dir, &["-R", "list", "./b", "-w", "x"]);
    done.is_refused(&["'./b' is a capture", "-R"]);
}

#[test]
fn nothing_given() {
    let dir = Scratch::new();
    let done = flowz(&dir, &[]);
    assert_eq!((done.code, done.stdout.as_str()), (2, ""));
    assert!(done.stderr.starts_with("Usage: flowz"), "{}", done.stderr);
    assert!(done.stderr.contains("flowz --help") && done.stderr.lines().count() < 12);
    flowz(&dir, &["-w", "x"]).is_refused(&["no input", "-r FILE"]);
}

#[test]
fn long_names_say_what_they_do() {
    let dir = two_parts();
    dir.copy("web.pcap", "n8.pcap");
    for [numbered, split] in [["--numbered", "--split"], ["--input-regex", "--output-regex"]] {
        flowz(&dir, &[numbered, "n8.pcap:n", split, "x:10f", "-q"]).well();
        assert!(dir.path("x_flows.txt3").exists());
        fs::remove_file(dir.path("x_flows.txt3")).unwrap();
    }
}
