//! `flowz capture`, beside dumpcap and tcpdump where they are: files, names, rotation, ends.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use flowz_capture::{Input, Options, Source};

use crate::kit::network::{has_own_network, has_program, ip, send};
use crate::kit::{Done, Scratch, Table, command, flowz, program};

/// So often a test looks, every 10 ms, for something that happens at once.
const LOOKS: u32 = 3000;

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}

/// Names of captures in a folder, sorted.
fn captures(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with('x'));
    names.sort();
    names
}

/// Packets of a capture.
fn count(path: &Path) -> usize {
    let mut input = Input::open(&Source::File(path.to_owned()), &Options::default()).unwrap();
    let mut count = 0;
    while input.next_packet().is_some() {
        count += 1;
    }
    assert_eq!(input.damages(), []);
    count
}

/// A program that captures datagrams to port 4444 into the folder, and is ready.
fn capturing(dir: &Scratch, words: &str) -> Child {
    let words = format!("capture -i lo {words} udp port 4444");
    let child = command(dir, &words.split(' ').collect::<Vec<_>>()).spawn().unwrap();
    wait_until("a file is there", || {
        captures(dir.dir()).iter().any(|n| fs::metadata(dir.path(n)).is_ok_and(|f| f.len() > 0))
    });
    child
}

fn terminate(child: &Child) {
    let sent = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

fn done(child: Child) -> Done {
    Done::from_output(&child.wait_with_output().unwrap())
}

/// Another program that captures the same into a folder of its own, and is ready. Words are split at blanks, a tab is a blank.
fn reference(dir: &Scratch, words: &str) -> Child {
    let words: Vec<_> = words.split(' ').map(|word| word.replace('\t', " ")).collect();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(dir.dir());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("a file of the other is there", || !captures(dir.dir()).is_empty());
    // It may make its file before it captures.
    sleep(Duration::from_millis(500));
    child
}

/// Ends a program that is not yet at its end.
fn end(mut child: Child) -> Done {
    sleep(Duration::from_millis(500));
    if child.try_wait().unwrap().is_none() {
        terminate(&child);
    }
    done(child)
}

/// Names with a sign for each digit of a time, packets and bytes of all captures.
fn shape(dir: &Scratch) -> Vec<(String, usize, u64)> {
    let of = |name: String| {
        let path = dir.path(&name);
        let time = |part: &str| part.len() == 14 && part.bytes().all(|b| b.is_ascii_digit());
        let parts = name.split(['_', '.']).map(|part| if time(part) { "TIME" } else { part });
        let name = parts.collect::<Vec<_>>().join(" ");
        (name, count(&path), fs::metadata(path).unwrap().len())
    };
    captures(dir.dir()).into_iter().map(of).collect()
}

#[test]
fn rings_as_dumpcap_makes_them() {
    if !has_own_network() {
        return;
    }
    let cases = [
        ("-b packets:10 -b files:3", vec![10, 10, 5]),
        ("-b packets:10 -a files:2", vec![10, 10]),
        ("-b filesize:10 -b nametimenum:2", vec![10, 10, 10, 5]),
        ("-b packets:20 -c 40", vec![20, 15]),
        ("-a packets:12", vec![12]),
        ("-a filesize:10", vec![10]),
    ];
    let has_dumpcap = has_program("dumpcap");
    for (words, counts) in cases {
        let (ours, theirs) = (Scratch::new(), Scratch::new());
        let child = capturing(&ours, &format!("-P -w x.pcap {words}"));
        let words_of_other = format!("dumpcap -q -i lo -P -w x.pcap -f udp\tport\t4444 {words}");
        let other = has_dumpcap.then(|| reference(&theirs, &words_of_other));
        send("127.0.0.1", 35, 1000, 0);
        let done = end(child);
        other.map(end);
        assert_eq!(done.code, 0, "{words}: {done:?}");
        let shape_of_ours = shape(&ours);
        let found: Vec<_> = shape_of_ours.iter().map(|file| file.1).collect();
        assert_eq!(found, counts, "{words}");
        if has_dumpcap {
            assert_eq!(shape_of_ours, shape(&theirs), "{words}");
        }
        for name in captures(ours.dir()) {
            let mode = fs::metadata(ours.path(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[test]
fn rings_as_tcpdump_makes_them() {
    if !has_own_network() {
        return;
    }
    let has_tcpdump = has_program("tcpdump");
    let cases = [
        ("-C 1", vec![("x pcap", 17), ("x pcap1", 17), ("x pcap2", 6)]),
        ("-C 1 -W 2", vec![("x pcap0", 6), ("x pcap1", 17)]),
        ("-C 1 -W 11", vec![("x pcap00", 17), ("x pcap01", 17), ("x pcap02", 6)]),
        ("-C 1 -W 1", vec![("x pcap", 6)]),
        ("-c 3", vec![("x pcap", 3)]),
    ];
    for (words, files) in cases {
        let (ours, theirs) = (Scratch::new(), Scratch::new());
        let child = capturing(&ours, &format!("-w x.pcap {words}"));
        let words_of_other = format!(
            "tcpdump -Z root -i lo --immediate-mode -B 20000 -w x.pcap {words} udp port 4444"
        );
        let other = has_tcpdump.then(|| reference(&theirs, &words_of_other));
        send("127.0.0.1", 40, 60_000, 2);
        let done = end(child);
        other.map(end);
        assert_eq!(done.code, 0, "{words}: {done:?}");
        let shape_of_ours = shape(&ours);
        let found: Vec<_> = shape_of_ours.iter().map(|file| (file.0.as_str(), file.1)).collect();
        assert_eq!(found, files, "{words}");
        if has_tcpdump {
            assert_eq!(shape_of_ours, shape(&theirs), "{words}");
        }
    }
}

#[test]
fn files_of_some_seconds() {
    if !has_own_network() {
        return;
    }
    // At the clock's pace: as many files as there may be, and their names are times.
    let dir = Scratch::new();
    let child = capturing(&dir, "-w x-%s.pcap -G 1 -W 2");
    wait_until("it ends by itself", || {
        send("127.0.0.1", 1, 10, 10);
        is_over(&child)
    });
    let done = done(child);
    assert_eq!(done.code, 0, "{done:?}");
    let times: Vec<i64> = captures(dir.dir())
        .iter()
        .map(|name| name[2..].strip_suffix(".pcap").unwrap().parse().unwrap())
        .collect();
    assert!(times.len() == 2 && times[1] > times[0] && times[0] > 1_700_000_000, "{times:?}");

    // With dumpcap's words a file ends whether there are packets or not.
    for words in
        ["-b duration:1 -a files:3", "-b interval:1 -a files:3", "-b duration:1 -a duration:2.9"]
    {
        let dir = Scratch::new();
        let child = capturing(&dir, &format!("-n -w x {words} -b printname:names"));
        let done = self::done(child);
        assert_eq!(done.code, 0, "{words}: {done:?}");
        let names = captures(dir.dir());
        assert_eq!(names.len(), 3, "{words}: {names:?}");
        assert_eq!(dir.read("names"), names.join("\n") + "\n");
        assert!(names.iter().all(|name| count(&dir.path(name)) == 0));
    }
}

/// Whether a child of ours has ended and waits to be asked.
fn is_over(child: &Child) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    stat.rsplit(") ").next().is_none_or(|rest| rest.starts_with('Z'))
}

#[test]
fn a_capture_is_read_while_it_is_written() {
    if !has_own_network() {
        return;
    }
    for words in ["-w x.pcapng", "-w x.pcap", "-w x.pcapng -U", "-w x.pcapng --immediate"] {
        let dir = Scratch::new();
        let child = capturing(&dir, words);
        for n in 1..4 {
            send("127.0.0.1", 5, 100, 0);
            let file = captures(dir.dir()).remove(0);
            wait_until("packets are in the file", || count(&dir.path(&file)) == n * 5);
        }
        terminate(&child);
        let done = done(child);
        let expected = "Packets captured: 15\nPackets received/dropped on interface 'lo': 15/0 (pcap:0/ps_ifdrop:0) (100.0%)\n";
        assert_eq!((done.code, done.stderr.as_str()), (0, expected), "{words}");
    }
}

#[test]
fn statistics_stand_at_the_end() {
    if !has_own_network() || !has_program("tshark") {
        return;
    }
    let dir = Scratch::new();
    let child = capturing(&dir, "-q -w x.pcapng -c 7");
    send("127.0.0.1", 9, 100, 0);
    done(child).well();
    let show = |words: &[&str]| {
        let output = Command::new("tshark").args(words).arg(dir.path("x.pcapng")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(show(&["-r"]).lines().count(), 7);
    let bytes = fs::read(dir.path("x.pcapng")).unwrap();
    let block = &bytes[bytes.len() - 88..];
    assert_eq!(block[..8], [5, 0, 0, 0, 88, 0, 0, 0]);
    assert_eq!(block[44..56], [4, 0, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0], "isb_ifrecv");
    assert_eq!(block[68..80], [7, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0], "isb_osdrop");
}

#[test]
fn flows_of_a_capture_through_a_pipe() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    let words = ["capture", "-q", "-i", "lo", "-w", "-", "-c", "6", "udp port 4444"];
    let mut child = command(&dir, &words).spawn().unwrap();
    let packets = child.stdout.take().unwrap();
    let reader = command(&dir, &["-r", "-", "-w", "-", "-q"]).stdin(packets).spawn().unwrap();
    wait_until("it ends by itself", || {
        send("127.0.0.1", 1, 100, 10);
        is_over(&child)
    });
    done(child).well();
    let flows = Table::parse(&done(reader).well().stdout);
    let sent: usize = flows.column("pktsSnt").iter().map(|n| n.parse::<usize>().unwrap()).sum();
    assert_eq!(sent, 6);
}

#[test]
fn several_interfaces() {
    if !has_own_network() {
        return;
    }
    assert!(ip("link add d0 type veth peer name d1") && ip("link set d1 up"));
    assert!(ip("link set d0 up arp off") && ip("addr add 10.7.1.1/24 dev d0"));
    let dir = Scratch::new();
    let child = capturing(&dir, "-i d0 -w x.pcapng -c 6");
    send("127.0.0.1", 4, 100, 1);
    send("10.7.1.9", 2, 100, 1);
    let done = done(child);
    for (name, n) in [("lo", 4), ("d0", 2)] {
        let line = format!("Packets received/dropped on interface '{name}': {n}/0 ");
        assert!(done.stderr.contains(&line), "{}", done.stderr);
    }
    let mut input = Input::open(&Source::File(dir.path("x.pcapng")), &Options::default()).unwrap();
    let mut names = Vec::new();
    while let Some(number) = input.next_packet().map(|packet| packet.interface) {
        names.push(input.interface(number).name.to_vec());
    }
    assert_eq!(names, [&b"lo"[..], b"lo", b"lo", b"lo", b"d0", b"d0"]);
    flowz(&dir, &["capture", "-i", "lo,any", "-P", "-w", "y"]).is_refused(&["one link type", "-n"]);
    assert!(!dir.path("y").exists());
}

#[test]
fn a_disk_that_is_full() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    // The mount is seen by what runs in it alone; so the file is read there, too.
    let script = format!(
        "exec 3>out; mount -t tmpfs -o size=64k none inner && cd inner && \
         {} capture -i lo -w x.pcap -U udp port 4444; echo $?; cat x.pcap >&3",
        program().display()
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "bash", "-c", &script]);
    fs::create_dir(dir.path("inner")).unwrap();
    let child =
        command.current_dir(dir.dir()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    wait_until("it ends by itself", || {
        send("127.0.0.1", 1, 1400, 10);
        is_over(&child)
    });
    let done = done(child);
    assert_eq!(done.stdout, "1\n", "{done:?}");
    assert!(done.stderr.contains("cannot write 'x.pcap': No space left on device"), "{done:?}");
    let bytes = fs::metadata(dir.path("out")).unwrap().len();
    // Whole packets, as many as find room: 16 bytes and 1442 each.
    assert_eq!((bytes, count(&dir.path("out"))), (24 + 44 * 1458, 44));
    assert!(done.stderr.contains("44 packets in its last file"), "{done:?}");
}

#[test]
fn another_user_writes() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    fs::set_permissions(dir.dir(), fs::Permissions::from_mode(0o777)).unwrap();
    let child = capturing(&dir, "-w x.pcap --drop-user nobody -b packets:2");
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let ids = |word: &str| status.lines().find(|line| line.starts_with(word)).unwrap().to_owned();
    assert_eq!(ids("Uid:").split_whitespace().filter(|id| *id == "65534").count(), 4, "{status}");
    assert!(!ids("Groups:").split_whitespace().any(|id| id == "0"), "{status}");
    assert_eq!(ids("CapEff:").split_whitespace().last(), Some("0000000000000000"));
    send("127.0.0.1", 5, 100, 0);
    end(child);
    let files = captures(dir.dir());
    assert_eq!(files.len(), 3);
    assert!(files.iter().all(|name| fs::metadata(dir.path(name)).unwrap().uid() == 65534));
    let words = ["capture", "-i", "lo", "-w", "y", "--drop-user", "nosuch"];
    flowz(&dir, &words).is_refused(&["there is no user `nosuch`"]);
}

#[test]
fn what_is_refused() {
    if !has_own_network() {
        return;
    }
    let dir = Scratch::new();
    let run = |words: &str| {
        let words: Vec<_> = ["capture"].into_iter().chain(words.split(' ')).collect();
        flowz(&dir, &words)
    };
    run("-i nosuch0 -w x").is_refused(&["there is no interface `nosuch0`; there are", "lo"]);
    run("-w x").is_refused(&["no interface is named"]);
    run("-i lo -w x udp prt").is_refused(&["the filter `udp prt` is wrong for `lo`"]);
    run("-i lo -w x --tstamp-type adapter").is_refused(&["has no time stamps", "it has host"]);
    run("-i lo -w nosuch/x").fails_with(&["cannot create 'nosuch/x'"]);
    assert!(captures(dir.dir()).is_empty());
    let bare = ["--bounding-set", "-net_raw,-net_admin"];
    let without = Command::new("setpriv")
        .args(bare)
        .arg(program())
        .args(["capture", "-i", "lo", "-w"])
        .arg(dir.path("x"))
        .output();
    if let Ok(output) = without {
        let done = Done::from_output(&output);
        let program = fs::canonicalize(program()).unwrap();
        let command = format!("`sudo setcap cap_net_raw,cap_net_admin=eip {}`", program.display());
        done.fails_with(&["CAP_NET_RAW (and CAP_NET_ADMIN for promiscuous mode)", &command]);
    }
}
