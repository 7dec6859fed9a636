//! Bad input and bad output: one sentence that says what and where, the exit status, and all that
//! could be computed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use proptest::prelude::any;
use proptest::sample::Index;

use crate::kit::{
    Done, Ledger, Outcome, Scratch, Table, analyse, broken, command, data, flowz, flowz_fed, runner,
};

/// A file of `data/broken/` that can be read: name, exit status, packets, words of the warning.
type Readable = (&'static str, i32, u64, &'static [&'static str]);

const READABLE: [Readable; 7] = [
    ("bigendian-nano.pcap", 0, 10, &[]),
    ("cut.pcap", 3, 9, &["cut in the middle of packet 10 at byte 674", "53 of 70 bytes"]),
    ("cut.pcap.gz", 3, 19, &["gzip stream is cut", "packet 20 at byte 2266"]),
    ("empty.pcap", 0, 0, &[]),
    (
        "lying.pcap",
        3,
        9,
        &["packet 6 at byte 384 claims 2147483647 captured bytes", "75 bytes are passed over"],
    ),
    ("snap.pcap", 0, 81, &[]),
    ("two-links.pcapng", 0, 10, &[]),
];

const UNREADABLE: [(&str, &[&str]); 2] =
    [("text.pcap", &["is not a capture", "54 68 69 73"]), ("zero.pcap", &["is empty (0 bytes)"])];

fn path(name: &str) -> String {
    data(&format!("broken/{name}"))
}

#[test]
fn every_broken_file_has_an_expectation() {
    let names = READABLE.iter().map(|case| case.0).chain(UNREADABLE.iter().map(|case| case.0));
    let mut expected: Vec<_> = names.map(path).collect();
    expected.sort();
    assert_eq!(broken(), expected);
}

/// All packets in flows have a row, and the flows' counts are those of the packets.
#[track_caller]
fn complete(seen: &Outcome) {
    let in_flows = seen.ledger().in_flows;
    assert_eq!(seen.packet_table().rows.len() as u64, in_flows);
    assert_eq!(seen.flow_table().numbers("pktsSnt").iter().sum::<u64>(), in_flows);
}

#[test]
fn what_can_be_read_is_in_the_tables() {
    for (name, code, packets, words) in READABLE {
        let seen = analyse(&["-r", &path(name)]);
        assert_eq!((seen.done.code, seen.ledger().read), (code, packets), "{name}");
        complete(&seen);
        if code == 0 {
            assert_eq!(seen.done.stderr, "", "{name}");
        } else {
            seen.done.says(&format!("flowz: warning: {}: ", path(name)), &[]);
            seen.done.says("flowz: warning: ", words);
        }
    }
}

#[test]
fn what_cannot_be_read_leaves_nothing() {
    for (name, words) in UNREADABLE {
        let dir = Scratch::new();
        let done = flowz(&dir, &["-r", &path(name), "-w", "x", "-s", "-l"]);
        done.fails_with(&[&[path(name).as_str()], words].concat());
        assert!(dir.names().is_empty(), "{name}: {:?}", dir.names());
    }
}

#[test]
fn a_quiet_run_still_has_its_status() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &path("cut.pcap"), "-w", "x", "-q"]);
    assert_eq!((done.code, done.stdout.as_str(), done.stderr.as_str()), (3, "", ""));
    assert_eq!(Table::parse(&dir.read("x_flows.txt")).numbers("pktsSnt").iter().sum::<u64>(), 9);
}

#[test]
fn standard_input_is_called_so() {
    let dir = Scratch::new();
    let fed = |bytes: &[u8]| flowz_fed(&dir, &["-r", "-", "-w", "x"], bytes.to_vec());
    fed(b"").fails_with(&["standard input is empty"]);
    fed(b"GET / HTTP/1.1").fails_with(&["standard input is not a capture"]);
    let done = fed(&fs::read(path("cut.pcap")).unwrap());
    assert_eq!(done.code, 3);
    done.says("flowz: warning: standard input: cut in the middle of packet 10", &[]);
}

#[test]
fn a_damaged_file_of_a_list_does_not_stop_the_others() {
    let dir = Scratch::new();
    let names = ["cut.pcap", "text.pcap", "lying.pcap"].map(path);
    dir.write("list", names.join("\n"));
    let done = flowz(&dir, &["-R", "list", "-w", "x"]);
    assert_eq!(done.code, 3, "{}", done.stderr);
    for name in names {
        assert_eq!(done.stderr.matches(&name).count(), 1, "{}", done.stderr);
    }
    let last = done.stdout.lines().last().unwrap();
    assert_eq!(Ledger::parse(last).read, 9 + 9);
}

#[test]
fn inputs_that_are_no_files() {
    let dir = Scratch::new();
    fs::create_dir(dir.path("folder.pcap")).unwrap();
    let read = |name: &str| flowz(&dir, &["-r", name, "-w", "x"]);
    read("nowhere.pcap").fails_with(&["cannot open nowhere.pcap", "No such file"]);
    read("folder.pcap").fails_with(&["folder.pcap is a directory"]);
    dir.write("locked.pcap", "");
    fs::set_permissions(dir.path("locked.pcap"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(dir.path("locked.pcap")).is_err() {
        read("locked.pcap").fails_with(&["cannot open locked.pcap", "Permission denied"]);
    } else {
        println!("skipped: this user may read everything");
    }
}

#[test]
fn outputs_that_cannot_be() {
    let (dir, web) = (Scratch::new(), data("web.pcap"));
    dir.write("file", "");
    let write = |prefix: &str| flowz(&dir, &["-r", &web, "-w", prefix, "-s"]);
    write("file/").fails_with(&["cannot make the output directory 'file'"]);
    write("file/x").fails_with(&["cannot make the output directory 'file'"]);
    write("/dev/full/").fails_with(&["cannot make the output directory '/dev/full'"]);
    fs::create_dir(dir.path("x_flows.txt")).unwrap();
    write("x").fails_with(&["x_flows.txt"]);
    fs::create_dir(dir.path("locked")).unwrap();
    fs::set_permissions(dir.path("locked"), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(dir.path("locked/probe"), "").is_err() {
        write("locked/x").fails_with(&["cannot create 'locked/x", "Permission denied"]);
    } else {
        println!("skipped: this user may write everywhere");
    }
}

#[test]
fn a_full_disk_behind_a_table() {
    for full in ["x_flows.txt", "x_packets.txt"] {
        let dir = Scratch::new();
        symlink("/dev/full", dir.path(full)).unwrap();
        let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-s"]);
        done.fails_with(&["cannot write", full, "No space left on device"]);
        assert_eq!(dir.names(), [full], "no other table of the run appears");
    }
}

#[test]
fn a_full_disk_behind_standard_output() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for args in [&["-r", "web.pcap", "-w", "-", "-q"][..], &["-r", "web.pcap"], &["--columns"]] {
        let output = command(&dir, args).stdout(full()).output().unwrap();
        Done::from_output(&output).fails_with(&["cannot write", "No space left on device"]);
    }
}

#[test]
fn a_closed_pipe() {
    let dir = Scratch::new();
    dir.copy("many.pcap", "many.pcap");
    for args in [&["-r", "many.pcap", "-w", "-"][..], &["-r", "many.pcap"], &["--man"]] {
        // Nobody reads from the first write on.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = Done::from_output(&command(&dir, args).stdout(writer).output().unwrap());
        done.well();
    }
}

#[test]
fn time_may_go_backwards() {
    let seen = analyse(&["-r", &data("backwards.pcap")]);
    seen.done.says("", &[]);
    assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
    assert!(seen.done.stdout.contains("[WRN] Timestamp jump"), "{}", seen.done.stdout);
    complete(&seen);
}

/// Any bytes may change, and the file may end anywhere.
#[test]
fn random_damage_never_ends_badly() {
    let names = ["rare.pcap", "ssh-ping.pcapng", "broken/two-links.pcapng", "broken/cut.pcap.gz"];
    let originals = names.map(|name| fs::read(data(name)).unwrap());
    let damage = proptest::collection::vec((any::<Index>(), any::<u8>()), 0..12);
    let strategy = (0..names.len(), damage, any::<Index>());
    let outcome = runner(48).run(&strategy, |(which, changes, end)| {
        let mut bytes = originals[which].clone();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at.index(length)] = byte;
        }
        bytes.truncate(1 + end.index(length));
        let dir = Scratch::new();
        dir.write("x.pcap", bytes);
        let done = flowz(&dir, &["-r", "x.pcap", "-w", "x", "-s"]);
        assert!(matches!(done.code, 0 | 1 | 3), "{done:?}");
        if done.code != 1 {
            let ledger = Ledger::parse(done.stdout.lines().last().unwrap());
            assert!(ledger.adds_up(), "{ledger:?}");
            let rows = Table::parse(&dir.read("x_packets.txt")).rows.len();
            assert_eq!(rows as u64, ledger.in_flows);
        }
        Ok(())
    });
    outcome.unwrap();
}
