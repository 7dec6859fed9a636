//! Inputs: standard input, compressed files, lists and numbered files give what the plain file gives.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use lz4_flex::frame::FrameEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::kit::{Outcome, Pcap, Scratch, analyse, data, flowz, flowz_fed};

/// Both tables are the same, byte for byte.
#[track_caller]
fn same(dir: &Scratch, prefix: &str, whole: &Outcome) {
    assert!(dir.read(&format!("{prefix}_flows.txt")) == whole.flows, "{prefix}: other flows");
    assert!(dir.read(&format!("{prefix}_packets.txt")) == whole.packets, "{prefix}: other packets");
}

#[test]
fn standard_input_is_like_a_file() {
    for name in ["web.pcap", "ssh-ping.pcapng"] {
        let (dir, path) = (Scratch::new(), data(name));
        let bytes = fs::read(&path).unwrap();
        flowz_fed(&dir, &["-r", "-", "-w", "x", "-s", "-q"], bytes).well();
        same(&dir, "x", &analyse(&["-r", &path]));
    }
}

#[test]
fn standard_input_without_prefix_is_called_stdin() {
    let dir = Scratch::new();
    flowz_fed(&dir, &["-r", "-", "-q"], fs::read(data("web.pcap")).unwrap()).well();
    assert_eq!(
        dir.names(),
        ["stdin_flows.txt", "stdin_headers.txt", "stdin_icmpStats.txt", "stdin_protocols.txt"]
    );
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut out = FrameEncoder::new(Vec::new());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// A way to compress.
type Compress = fn(&[u8]) -> Vec<u8>;

#[test]
fn compressed_is_like_plain() {
    let ways: [(&str, Compress); 3] = [("gz", gzip), ("lz4", lz4), ("zst", zstd)];
    for name in ["web.pcap", "ssh-ping.pcapng"] {
        let (plain, path) = (fs::read(data(name)).unwrap(), data(name));
        let whole = analyse(&["-r", &path]);
        for (way, compress) in ways {
            let dir = Scratch::new();
            // The content tells, not the name.
            dir.write("file", compress(&plain));
            flowz(&dir, &["-r", "file", "-w", way, "-s", "-q"]).well();
            same(&dir, way, &whole);
            let piped = compress(&plain);
            flowz_fed(&dir, &["-r", "-", "-w", "piped", "-s", "-q"], piped).well();
            same(&dir, "piped", &whole);
        }
    }
}

/// A directory with web.pcap in three files, the second one compressed.
fn three_parts() -> Scratch {
    let dir = Scratch::new();
    let whole = Pcap::read(&data("web.pcap"));
    dir.write("part8.pcap", whole.part(0..50));
    dir.write("part9.pcap", gzip(&whole.part(50..51)));
    dir.write("part10.pcap", whole.part(51..whole.len()));
    dir
}

#[test]
fn a_list_is_one_stream() {
    let dir = three_parts();
    dir.write("list.txt", "# my parts\npart8.pcap\r\n\npart9.pcap\npart10.pcap");
    flowz(&dir, &["-R", "list.txt", "-w", "x", "-s", "-q"]).well();
    same(&dir, "x", &analyse(&["-r", &data("web.pcap")]));
    flowz(&dir, &["-R", "list.txt", "-q"]).well();
    assert!(dir.path("list_flows.txt").is_file(), "named by the list: {:?}", dir.names());
}

#[test]
fn numbered_files_are_one_stream() {
    let dir = three_parts();
    let whole = analyse(&["-r", &data("web.pcap")]);
    for wanted in ["part8.pcap:t", "part8.pcap:t,10"] {
        flowz(&dir, &["-D", wanted, "-w", "x", "-s", "-q"]).well();
        same(&dir, "x", &whole);
    }
    flowz(&dir, &["-D", "part8.pcap:t,9", "-w", "y", "-s", "-q"]).well();
    assert_eq!(dir.read("y_packets.txt").lines().count(), 52);
}

#[test]
fn a_gap_in_numbered_files_is_told() {
    let dir = three_parts();
    let done = flowz(&dir, &["-D", "part8.pcap:t,12", "-w", "x", "-s"]);
    assert_eq!(done.code, 3);
    done.says("flowz: warning: ", &["part11.pcap does not exist", "up to number 12"]);
    same(&dir, "x", &analyse(&["-r", &data("web.pcap")]));
}

#[test]
fn a_missing_file_of_a_list_is_left_out() {
    let dir = three_parts();
    dir.write("list.txt", "part8.pcap\nnowhere.pcap\npart9.pcap\n");
    let done = flowz(&dir, &["-R", "list.txt", "-w", "x", "-s"]);
    assert_eq!(done.code, 3);
    done.says("flowz: warning: ", &["nowhere.pcap", "No such file", "left out"]);
    assert!(done.stdout.ends_with("Packets read: 51 = 51 in flows\n"), "{}", done.stdout);
}

#[test]
fn lists_that_lead_nowhere() {
    let dir = Scratch::new();
    dir.write("empty.txt", "# nothing\n\n");
    dir.write("gone.txt", "one.pcap\ntwo.pcap\n");
    flowz(&dir, &["-R", "empty.txt"]).is_refused(&["empty.txt", "names no file"]);
    flowz(&dir, &["-R", "gone.txt"]).fails_with(&["none of the 2 files", "gone.txt", "one.pcap"]);
    flowz(&dir, &["-R", "nowhere"]).fails_with(&["nowhere", "No such file"]);
    flowz(&dir, &["-D", "p1.pcap"]).fails_with(&["p1.pcap", "No such file"]);
}
