//! SIGINT, SIGTERM and SIGHUP end a run as the end of the input does; rows do not wait for more of them; what a
//! killed run leaves goes with the next one.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::kit::{Done, Ledger, Scratch, Table, command, data, flowz, program};

/// So often a test looks, every 10 ms, for something that happens at once.
const LOOKS: u32 = 3000;

/// The program at work on all packets of web.pcap, with more to come.
fn at_work(dir: &Scratch, args: &[&str]) -> (Child, ChildStdin) {
    let mut child = command(dir, args).stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&fs::read(data("web.pcap")).unwrap()).unwrap();
    (child, pipe)
}

/// Sends a signal to a child of ours.
fn signal(name: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}

/// Waits until the program has read all that it was given: what it has not read is in the pipe.
fn wait_until_read(dir: &Scratch, child: &Child) {
    wait_until("tables are open", || {
        dir.names().iter().any(|n| n.to_string_lossy().contains(".tmp"))
    });
    let io = format!("/proc/{}/io", child.id());
    let size = fs::metadata(data("web.pcap")).unwrap().len();
    let read = || fs::read_to_string(&io).unwrap_or_default();
    let number = |text: String| text.lines().next()?.strip_prefix("rchar: ")?.parse::<u64>().ok();
    wait_until("the capture is read", || number(read()).is_none_or(|count| count > size));
    sleep(Duration::from_millis(300));
}

#[test]
fn a_signal_ends_the_run_as_the_end_of_the_input_does() {
    for (name, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        for threads in ["1", "2"] {
            let dir = Scratch::new();
            flowz(&dir, &["-r", &data("web.pcap"), "-w", "y", "-s", "-q"]).well();
            let args = ["-r", "-", "-w", "x", "-s", "--threads", threads];
            let (child, pipe) = at_work(&dir, &args);
            wait_until_read(&dir, &child);
            signal(name, &child);
            let done = Done::from_output(&child.wait_with_output().unwrap());
            drop(pipe);
            assert_eq!(done.code, status, "{name}: {done:?}");
            done.says("flowz: warning: ended by SIG", &[name]);
            assert_eq!(Ledger::parse(done.stdout.lines().last().unwrap()).read, 169);
            assert!(done.stdout.contains("Percentage completed: 100.00%"), "{}", done.stdout);
            for table in ["flows", "packets", "protocols"] {
                let [x, y] = ["x", "y"].map(|p| dir.read(&format!("{p}_{table}.txt")));
                assert!(x == y, "{name}, {threads}: {table}");
            }
            let left = dir.names().into_iter().filter(|n| n.to_string_lossy().starts_with('.'));
            assert_eq!(left.count(), 0);
        }
    }
}

#[test]
fn a_record_that_a_signal_cuts_is_no_damage() {
    let dir = Scratch::new();
    let (child, mut pipe) = at_work(&dir, &["-r", "-", "-w", "x", "-q"]);
    pipe.write_all(&[0; 7]).unwrap();
    wait_until_read(&dir, &child);
    signal("TERM", &child);
    let done = Done::from_output(&child.wait_with_output().unwrap());
    assert_eq!((done.code, done.stderr.as_str()), (143, ""));
    assert_eq!(Table::parse(&dir.read("x_flows.txt")).rows.len(), 36);
}

#[test]
fn a_signal_that_is_to_be_ignored_is_ignored() {
    let dir = Scratch::new();
    // A shell lets a job behind `&` ignore SIGINT.
    let script = r#"trap '' INT HUP; exec "$0" "$@""#;
    let program = program().to_str().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", script, program, "--no-config", "-r", "-", "-w", "x"]).current_dir(dir.dir());
    let streams = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let capture = fs::read(data("web.pcap")).unwrap();
    pipe.write_all(&capture[..1000]).unwrap();
    wait_until("tables are open", || !dir.names().is_empty());
    signal("INT", &child);
    signal("HUP", &child);
    pipe.write_all(&capture[1000..]).unwrap();
    drop(pipe);
    let done = Done::from_output(&child.wait_with_output().unwrap()).well();
    assert!(done.stdout.ends_with("Packets read: 169 = 169 in flows\n"), "{}", done.stdout);
}

/// The program with more to tell than a pipe holds.
fn reader_that_does_not_read(dir: &Scratch) -> Child {
    let many = data("many.pcap");
    command(dir, &["-r", &many, "-w", "-", "-q", "--threads", "1"]).spawn().unwrap()
}

#[test]
fn a_second_signal_ends_at_once() {
    let dir = Scratch::new();
    // Its pipe is full and nobody reads: it cannot come to its end.
    let mut child = reader_that_does_not_read(&dir);
    sleep(Duration::from_millis(1500));
    signal("TERM", &child);
    sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it still has to write");
    signal("INT", &child);
    // Its pipe is still full: only the signal can have ended it.
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn rows_do_not_wait_for_more_of_them() {
    for (sink, threads) in [("txt", "1"), ("txt", "2"), ("csv", "1")] {
        let dir = Scratch::new();
        // Flows end soon: few rows, far less than a block.
        let short = ["-o", "core.FLOW_TIMEOUT=0.01", "-q", "--sinks", sink];
        let args = [&["-r", "-", "-w", "-", "--threads", threads][..], &short].concat();
        let (mut child, pipe) = at_work(&dir, &args);
        let mut rows = BufReader::new(child.stdout.take().unwrap());
        let (mut header, mut row) = (String::new(), String::new());
        rows.read_line(&mut header).unwrap();
        rows.read_line(&mut row).unwrap();
        assert!(header.contains("flowInd") && row.starts_with('A'), "{header}{row}");
        drop(pipe);
        let mut rest = String::new();
        rows.read_to_string(&mut rest).unwrap();
        assert!(rest.lines().count() > 30);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn what_a_killed_run_left_goes_with_the_next_one() {
    let dir = Scratch::new();
    let (mut child, pipe) = at_work(&dir, &["-r", "-", "-w", "x", "-s"]);
    // The packet table is the last that is opened, behind it come the headers.
    let begun = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(".x_headers.txt");
    wait_until("tables are open", || dir.names().iter().any(begun));
    // One that is at work keeps its files, with the same prefix too.
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "x"]).well();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(pipe);
    let left = |dir: &Scratch| {
        dir.names().iter().filter(|name| name.to_string_lossy().starts_with('.')).count()
    };
    assert_eq!(left(&dir), 3, "{:?}", dir.names());
    dir.write(".xy_flows.txt.tmp1", "of another prefix");
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x"]);
    done.says("flowz: warning: ", &["removed 3 temporary files", "earlier run"]);
    assert_eq!(left(&dir), 1, "{:?}", dir.names());
}
