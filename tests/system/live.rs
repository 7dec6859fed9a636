//! Interfaces: the list of them, options that are for them, and runs. What needs rights for a network of its own is skipped without
//! them.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::kit::network::{has_own_network, send};
use crate::kit::{Done, Scratch, command, data, flowz, program};

#[test]
fn interfaces_are_listed_in_columns() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["--list-interfaces"]).well();
    let lines: Vec<_> = done.stdout.lines().collect();
    let places =
        ["name", "state", "link types", "addresses", "description"].map(|h| lines[0].find(h));
    let lo = lines.iter().find(|line| line.starts_with("lo ")).unwrap();
    assert!(lo[places[1].unwrap()..].contains("loopback"), "{lo}");
    let any = lines.iter().find(|line| line.starts_with("any ")).unwrap();
    assert_eq!(any[places[4].unwrap()..].chars().next(), Some('P'), "{any}");
}

#[test]
fn options_of_interfaces_are_refused_with_captures() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    for option in [
        "--buffer=1M",
        "--immediate",
        "--snaplen=96",
        "--no-promisc",
        "--timeout=50",
        "--tstamp-type=host",
        "--nano",
        "--direction=in",
        "--fanout=1:hash",
        "--drop-user=nobody",
        "--queue=1M",
        "--when-full=block",
        "--record=r.pcap",
    ] {
        let name = option.split('=').next().unwrap();
        let says = format!("{name} is for interfaces, and -i names none: add -i, or leave it out");
        flowz(&dir, &["-r", &web, "-w", "x", option]).is_refused(&[&says]);
        assert!(dir.names().is_empty(), "{option}");
    }
    for option in ["--buffer=1M", "--nano"] {
        flowz(&dir, &["top", "-r", &web, "--once", option]).is_refused(&["is for interfaces"]);
    }
    let done = flowz(&dir, &["-r", &web, "-w", "x", "-B1M", "-S96"]);
    done.is_refused(&["--buffer is for interfaces", "leave such options out"]);
}

#[test]
fn what_does_not_go_together() {
    let dir = Scratch::new();
    for (words, says) in [
        ("-w - --record -", "both write to standard output"),
        ("-i any", "-i any has the packets of 'lo' too, which would count twice"),
        ("-B 3G", "a ring has at most 2147483647 bytes"),
    ] {
        let words = ["-i", "lo"].into_iter().chain(words.split(' '));
        let done = flowz(&dir, &words.collect::<Vec<_>>());
        done.is_refused(&[says]);
        assert!(dir.names().is_empty(), "{says}");
    }
}

/// Numbers that are none, or out of their range: the range is told.
#[test]
fn numbers_out_of_range() {
    let dir = Scratch::new();
    for (words, says) in [
        ("--timeout 0", "1..=60000"),
        ("--timeout 60001", "1..=60000"),
        ("-S 0", "1..=262144"),
        ("-S 262145", "1..=262144"),
        ("-B 0", "out of range: from 1 to less than 1e18"),
        ("--queue 0", "out of range: from 1 to less than 1e18"),
        ("--files 0 --rotate 1h", "1.."),
        ("--packet-count 0", "from 1 to 18446744073709551615"),
        ("--flow-count 99999999999999999999", "from 1 to 18446744073709551615"),
        ("--duration 0s", "from 1ms to 3650d"),
        ("--duration 9999d", "from 1ms to 3650d"),
        ("--rotate 0s", "from 1ms to 3650d"),
        ("--rotate 0rows", "out of range"),
        ("--rotate 0MB", "out of range"),
        ("--threads 0", "from 1 to 1024"),
        ("--fanout 65536:hash", "0 to 65535"),
        ("--active-timeout 0", "from 1ms to 1e9s"),
        ("--metrics 127.0.0.1:70000", "port"),
        ("-M 0", "core.MONINTV"),
    ] {
        let words = ["-i", "lo", "-w", "x"].into_iter().chain(words.split(' '));
        let done = flowz(&dir, &words.collect::<Vec<_>>());
        assert_eq!(done.code, 2, "{says}: {done:?}");
        assert!(done.stderr.contains(says), "{says}: {}", done.stderr);
        assert!(dir.names().is_empty(), "{says}");
    }
}

#[test]
fn a_command_stands_in_front() {
    let dir = Scratch::new();
    for words in [&["--no-config", "top"][..], &["-q", "http", "x.pcap"], &["-i", "lo", "top"]] {
        let name = words.iter().find(|word| ["top", "http"].contains(word)).unwrap();
        let says =
            format!("'{name}' is a command and stands in front of its options: flowz {name} ");
        flowz(&dir, words).is_refused(&[&says]);
    }
    // Words of a filter behind others are no commands.
    let web = data("web.pcap");
    flowz(&dir, &["-r", &web, "-w", "-", "-q", "tcp", "port", "http"]).well();
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}

/// A run on loopback in a network of its own that writes `x`, and is ready.
fn running(dir: &Scratch, words: &str) -> Child {
    let words = format!("-i lo -w x --plugins basicFlow {words} udp port 4444");
    let child = command(dir, &words.split(' ').collect::<Vec<_>>()).spawn().unwrap();
    wait_until("a table is begun", || {
        dir.names().iter().any(|name| name.to_string_lossy().contains("_flows.txt"))
    });
    child
}

fn is_over(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_some()
}

fn terminate(child: &Child) {
    let sent = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn the_record_has_a_name_of_its_own() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    for name in ["x_flows.txt", "./x_headers.txt", "x_log.txt"] {
        let args = ["-i", "lo", "-w", "x", "-l", "--record", name, "--plugins", "basicFlow"];
        flowz(&dir, &args).is_refused(&["two outputs have the same name"]);
        assert!(dir.names().is_empty(), "{name}: {:?}", dir.names());
    }
}

/// The file of packets has a hidden name while the run goes on, which begins as those of the tables do: nobody removes it.
#[test]
fn the_record_is_there_at_the_end() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    let child = running(&dir, "--record x.pcap --packet-count 3");
    send("127.0.0.1", 5, 10, 5);
    let done = Done::from_output(&child.wait_with_output().unwrap());
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let again = Scratch::new();
    let record = dir.path("x.pcap").display().to_string();
    flowz(&again, &["-r", &record, "-w", "x", "-q", "--plugins", "basicFlow"]).well();
    assert_eq!(again.read("x_flows.txt"), dir.read("x_flows.txt"));
}

#[test]
fn packets_on_standard_output() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    let child = running(&dir, "--record - --packet-count 3");
    send("127.0.0.1", 5, 10, 5);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Packets read: 3 = 3 in flows"));
    fs::write(dir.path("r.pcapng"), &output.stdout).unwrap();
    let done = flowz(&dir, &["-r", "r.pcapng", "-w", "y", "--plugins", "basicFlow"]).well();
    assert!(done.stdout.contains("Packets read: 3 = 3 in flows"), "{}", done.stdout);
}

/// Packets come all the time, and too few to fill a batch.
#[test]
fn a_number_of_flows_ends_the_run_at_once() {
    if !has_own_network() {
        return;
    }
    for threads in ["1", "2", "3"] {
        let dir = Scratch::new();
        let mut child = running(&dir, &format!("--flow-count 5 --threads {threads}"));
        let mut sent = 0;
        while !is_over(&mut child) {
            // A socket, and so a conversation, for each.
            send("127.0.0.1", 1, 10, 10);
            sent += 1;
            assert!(sent < 200, "{threads}: it goes on");
        }
        let done = Done::from_output(&child.wait_with_output().unwrap());
        assert_eq!(done.code, 0, "{done:?}");
        assert!(done.stdout.contains("Packets read: 5 = 5 in flows"), "{threads}: {}", done.stdout);
        assert_eq!(dir.read("x_flows.txt").lines().count(), 1 + 5);
    }
}

/// A run on a disk that is full at its end: a script starts it, fills the disk, and ends it. What is on that disk is
/// copied out, for it is seen by what runs in it alone.
fn on_a_small_disk(options: &str) -> Option<(Scratch, Done)> {
    if !has_own_network() {
        return None;
    }
    let dir = Scratch::new();
    fs::create_dir(dir.path("inner")).unwrap();
    fs::create_dir(dir.path("out")).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=400k none inner && cd inner || exit 99
         {} -i lo -w x -l {options} udp port 4444 & flowz=$!
         while ! ls -A | grep -q flows; do sleep 0.01; done; touch ../ready
         while ! test -e ../sent; do sleep 0.01; done
         dd if=/dev/zero of=ballast bs=1k 2>/dev/null; kill -TERM $flowz; wait $flowz; echo $?
         rm ballast; cp -a . ../out",
        program().display()
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "bash", "-c", &script]).current_dir(dir.dir());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("it is ready", || dir.path("ready").exists());
    // More than what sinks hold before they write.
    for _ in 0..1500 {
        send("127.0.0.1", 1, 10, 0);
    }
    sleep(Duration::from_millis(1500));
    fs::write(dir.path("sent"), "").unwrap();
    let done = Done::from_output(&child.wait_with_output().unwrap());
    Some((dir, done))
}

/// The packet table has many rows when the disk becomes full; flows come at the end, and find no room.
#[test]
fn a_full_disk_at_the_end_costs_what_finds_no_room_and_nothing_else() {
    let Some((dir, done)) = on_a_small_disk("-s --plugins basicFlow") else { return };
    assert_eq!(done.stdout, "1\n", "{done:?}");
    assert!(done.stderr.contains("cannot write 'x_"), "{done:?}");
    assert!(done.stderr.contains(" are lost, and the files end behind their last whole lines"));
    let packets = dir.read("out/x_packets.txt");
    let mut lines = packets.lines();
    let columns = lines.next().unwrap().split('\t').count();
    assert!(packets.ends_with('\n') && lines.clone().count() > 50);
    assert!(lines.all(|line| line.split('\t').count() == columns));
    // An empty file would say that there were no flows.
    let flows = fs::read_to_string(dir.path("out/x_flows.txt"));
    assert!(flows.is_err() || flows.is_ok_and(|text| text.ends_with('\n') && text.len() > 10));
    assert!(dir.path("out/x_headers.txt").is_file());
    let left = fs::read_dir(dir.path("out")).unwrap().flatten();
    assert_eq!(left.filter(|e| e.file_name().to_string_lossy().contains(".tmp")).count(), 0);
}

/// Flows leave early, so their table has rows; the rest of it finds no room.
#[test]
fn the_flow_table_ends_behind_a_whole_line() {
    for options in ["-o core.FLOW_TIMEOUT=0.1", "-o core.FLOW_TIMEOUT=0.1 --rotate 1d"] {
        let Some((dir, done)) =
            on_a_small_disk(&format!("{options} --plugins basicFlow,dnsDecode"))
        else {
            return;
        };
        assert_eq!(done.stdout, "1\n", "{done:?}");
        let files = fs::read_dir(dir.path("out")).unwrap().flatten();
        let names = files.map(|entry| entry.file_name().into_string().unwrap());
        let names: Vec<_> = names.filter(|name| !name.contains("latest")).collect();
        let flows = names.iter().find(|name| name.ends_with("_flows.txt"));
        let flows = dir.read(&format!("out/{}", flows.expect(&done.stderr)));
        let mut lines = flows.lines();
        let columns = lines.next().unwrap().split('\t').count();
        assert!(flows.ends_with('\n') && lines.clone().count() > 10, "{flows}");
        assert!(lines.all(|line| line.split('\t').count() == columns));
    }
}

#[test]
fn the_end_of_a_run_by_a_signal_is_the_last_period() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    for _ in 0..2 {
        let child = running(&dir, "--rotate 1d -q");
        send("127.0.0.1", 3, 10, 5);
        sleep(Duration::from_millis(300));
        terminate(&child);
        let done = Done::from_output(&child.wait_with_output().unwrap());
        assert_eq!(done.code, 143, "{done:?}");
    }
    let names = dir.names().into_iter().map(|name| name.into_string().unwrap());
    let mut names: Vec<_> = names
        .filter(|name| name.ends_with("0_flows.txt") || name.ends_with("0-1_flows.txt"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
}
