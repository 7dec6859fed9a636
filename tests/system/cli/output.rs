//! Where tables and report go: `-w`, `-W`, `-l`, `-q`, `--sinks`.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::process::Command;

use crate::kit::{Scratch, Table, data, flowz};

const FILES: [&str; 5] = [
    "web_flows.txt",
    "web_headers.txt",
    "web_icmpStats.txt",
    "web_packets.txt",
    "web_protocols.txt",
];

/// What a prefix gets without a packet file.
fn files(prefix: &str) -> [OsString; 4] {
    let suffixes = ["_flows", "_headers", "_icmpStats", "_protocols"];
    suffixes.map(|suffix| format!("{prefix}{suffix}.txt").into())
}

#[test]
fn main_job_writes_tables_and_counts() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "results/", "-s"]).well();
    assert_eq!(dir.names(), ["results"]);
    assert_eq!(dir.names_in("results"), FILES);
    assert!(done.stdout.starts_with("====="), "{}", done.stdout);
    assert!(done.stdout.ends_with("Packets read: 169 = 169 in flows\n"), "{}", done.stdout);
    let flows = Table::parse(&dir.read("results/web_flows.txt"));
    assert_eq!(flows.columns[..2], ["dir", "flowInd"]);
    assert_eq!(flows.rows.len(), 36);
    assert_eq!(Table::parse(&dir.read("results/web_packets.txt")).rows.len(), 169);
}

/// A file that is replaced keeps its mode, a link stays a link, and what is new follows the mask.
#[test]
fn modes_and_links_stay() {
    let dir = Scratch::new();
    let mode = |name: &str| fs::metadata(dir.path(name)).unwrap().permissions().mode() & 0o777;
    for name in ["o_flows.txt", "o_log.txt", "o_protocols.txt"] {
        dir.write(name, b"earlier");
        fs::set_permissions(dir.path(name), Permissions::from_mode(0o600)).unwrap();
    }
    fs::create_dir(dir.path("elsewhere")).unwrap();
    dir.write("elsewhere/packets", b"earlier");
    symlink("elsewhere/packets", dir.path("o_packets.txt")).unwrap();
    symlink("elsewhere/icmp", dir.path("o_icmpStats.txt")).unwrap();
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "o", "-s", "-l", "-q"]).well();
    for name in ["o_flows.txt", "o_log.txt", "o_protocols.txt"] {
        assert_eq!(mode(name), 0o600, "{name}");
        assert_ne!(dir.read(name), "earlier");
    }
    dir.write("new", b"");
    assert_eq!(mode("o_headers.txt"), mode("new"));
    assert!(dir.path("o_packets.txt").symlink_metadata().unwrap().is_symlink());
    assert_eq!(Table::parse(&dir.read("elsewhere/packets")).rows.len(), 169);
    assert!(dir.path("o_icmpStats.txt").symlink_metadata().unwrap().is_symlink());
    assert!(dir.read("elsewhere/icmp").contains("ICMP"), "behind a link that led to nothing");
}

/// A pipe in the place of a file about the run stays one, and gets what the file would hold.
#[test]
fn pipes_stay() {
    let dir = Scratch::new();
    let capture = data("web.pcap");
    let pipe = dir.path("o_protocols.txt");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let read = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    flowz(&dir, &["-r", &capture, "-w", "o", "-q"]).well();
    flowz(&dir, &["-r", &capture, "-w", "p", "-q"]).well();
    assert_eq!(read.join().unwrap(), dir.read("p_protocols.txt"));
    let kind = dir.path("o_protocols.txt").symlink_metadata().unwrap().file_type();
    assert!(kind.is_fifo());
}

#[test]
fn without_prefix_files_are_beside_the_input() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.v2.pcap");
    flowz(&dir, &["-r", "web.v2.pcap"]).well();
    assert_eq!(dir.names(), [&["web.v2.pcap".into()][..], &files("web.v2")].concat());
}

#[test]
fn a_prefix_is_taken_as_it_is() {
    let dir = Scratch::new();
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "a/b/name.x"]).well();
    assert_eq!(dir.names_in("a/b"), files("name.x"));
}

#[test]
fn a_directory_without_slash_is_a_directory() {
    let dir = Scratch::new();
    std::fs::create_dir(dir.path("there")).unwrap();
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "there"]).well();
    assert_eq!(dir.names_in("there"), files("web"));
    assert_eq!(dir.names(), ["there"]);
}

#[test]
fn the_report_goes_into_a_log_file() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-l"]).well();
    assert_eq!(done.stdout, "");
    assert_eq!(dir.names(), [&files("x")[..3], &["x_log.txt".into()], &files("x")[3..]].concat());
    assert!(dir.read("x_log.txt").contains("Number of processed packets: 169\n"));
}

#[test]
fn quiet_says_nothing() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-q"]).well();
    assert_eq!(done.stdout, "");
    assert_eq!(dir.names(), files("x"));
}

/// The flow table of many.pcap in pieces: the pieces' texts by name, and the whole.
fn pieces(wanted: &str) -> (Vec<(String, String)>, String) {
    let dir = Scratch::new();
    let capture = data("many.pcap");
    flowz(&dir, &["-r", &capture, "-w", "whole", "-q"]).well();
    flowz(&dir, &["-r", &capture, "-W", wanted, "-q"]).well();
    let names = dir.names().into_iter().map(|name| name.into_string().unwrap());
    let names = names.filter_map(|name| Some(name.strip_prefix("out_flows.txt")?.to_owned()));
    let mut numbers: Vec<u64> = names.map(|number| number.parse().unwrap()).collect();
    numbers.sort_unstable();
    let read = |n: &u64| (n.to_string(), dir.read(&format!("out_flows.txt{n}")));
    (numbers.iter().map(read).collect(), dir.read("whole_flows.txt"))
}

#[test]
fn pieces_by_flows_make_up_the_whole() {
    let (pieces, whole) = pieces("out:250f,7");
    let numbers: Vec<_> = pieces.iter().map(|(number, _)| number.as_str()).collect();
    assert_eq!(numbers, ["7", "8", "9", "10", "11"]);
    let lines: Vec<_> = pieces.iter().map(|(_, text)| text.lines().count()).collect();
    assert_eq!(lines, [251, 250, 250, 250, 100], "1100 flows, one header line");
    assert_eq!(pieces.into_iter().map(|(_, text)| text).collect::<String>(), whole);
}

#[test]
fn pieces_by_bytes_make_up_the_whole() {
    let (pieces, whole) = pieces("out:0.1M");
    assert_eq!(pieces[0].0, "0");
    let longest = whole.lines().map(|line| line.len() + 1).max().unwrap();
    let (last, full) = pieces.split_last().unwrap();
    for (number, text) in full {
        assert!((100_000..100_000 + longest).contains(&text.len()), "{number}: {}", text.len());
    }
    assert!(last.1.len() < 100_000 + longest);
    assert_eq!(pieces.into_iter().map(|(_, text)| text).collect::<String>(), whole);
}

#[test]
fn csv_has_the_columns_and_rows_of_txt() {
    let dir = Scratch::new();
    let args = ["-r", &data("web.pcap"), "-w", "x", "-s", "-q", "--sinks", "txt,csv"];
    flowz(&dir, &args).well();
    for table in ["flows", "packets"] {
        let txt = Table::parse(&dir.read(&format!("x_{table}.txt")));
        let mut csv = csv::Reader::from_path(dir.path(&format!("x_{table}.csv"))).unwrap();
        assert_eq!(csv.headers().unwrap().iter().collect::<Vec<_>>(), txt.columns, "{table}");
        // The reader checks that all rows have the same number of cells.
        let rows = csv.records().map(|row| row.unwrap());
        let numbers: Vec<_> = rows.map(|row| row[1].to_owned()).collect();
        assert_eq!(numbers, txt.column("flowInd"), "{table}");
    }
}

/// Texts of a capture in which one packet's payload begins as a formula does.
#[test]
fn csv_for_spreadsheets() {
    let dir = Scratch::new();
    let mut capture = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    capture.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0]);
    capture.extend([1, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 32, 0, 0, 0]);
    capture.extend([0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    capture.extend([0, 9, 0, 53, 0, 12, 0, 0]);
    capture.extend(b"=1+2");
    dir.write("f.pcap", &capture);
    for (option, cell) in [("--csv-safe", ",'=1+2\r\n"), ("-q", ",=1+2\r\n")] {
        let args = ["-r", "f.pcap", "-w", "o", "-s", "--sinks", "csv", option];
        flowz(&dir, &args).well();
        let packets = dir.read("o_packets.csv");
        assert!(packets.ends_with(cell), "{packets}");
    }
}
