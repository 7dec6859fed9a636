//! A file that cannot be written: none of the run's files appears, and those of an earlier run stay.

use std::os::unix::fs::symlink;

use crate::kit::{Scratch, data, flowz};

/// Files of an earlier run, with one of them on a disk that is full.
fn with_full(name: &str) -> Scratch {
    let dir = Scratch::new();
    for name in ["o_flows.txt", "o_headers.txt", "o_packets.txt", "o_protocols.txt", "o_log.txt"] {
        dir.write(name, b"earlier");
    }
    std::fs::remove_file(dir.path(name)).unwrap();
    symlink("/dev/full", dir.path(name)).unwrap();
    dir
}

#[test]
fn all_files_or_none() {
    for full in ["o_flows.txt", "o_packets.txt", "o_headers.txt"] {
        for threads in ["1", "2", "4"] {
            let dir = with_full(full);
            let args =
                ["-r", &data("many.pcap"), "-w", "o", "-s", "-l", "-q", "--threads", threads];
            let done = flowz(&dir, &args);
            done.fails_with(&["cannot write", full, "No space left"]);
            let names = dir.names();
            assert_eq!(names.len(), 5, "{full}, {threads}: {names:?}");
            for name in names {
                let name = name.to_string_lossy();
                assert!(name == full || dir.read(&name) == "earlier", "{full}, {threads}: {name}");
            }
        }
    }
}

/// The report comes last: what cannot be written then is the log alone.
#[test]
fn a_log_that_cannot_be_written() {
    let dir = with_full("o_log.txt");
    let done = flowz(&dir, &["-r", &data("many.pcap"), "-w", "o", "-l", "-q"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(dir.read("o_flows.txt").lines().count() > 100);
}
