//! Files that are complete period by period, and ends of runs.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::kit::{Done, Scratch, command, data, flowz};

/// The names of a folder's files that end like this, sorted, and their rows without the header.
fn rows(dir: &Scratch, end: &str) -> Vec<(String, Vec<String>)> {
    let names = dir.names().into_iter().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<_> =
        names.filter(|name| name.ends_with(end) && !name.contains("latest")).collect();
    names.sort();
    let rows = |name: &String| {
        let text = dir.read(name);
        text.lines().filter(|line| !line.starts_with('%')).map(str::to_owned).collect()
    };
    names.into_iter().map(|name| (name.clone(), rows(&name))).collect()
}

#[test]
fn all_rows_once_in_order_for_any_number_of_threads() {
    for rule in ["1s", "200ms", "7rows", "3KB"] {
        let whole = Scratch::new();
        flowz(&whole, &["-r", &data("many.pcap"), "-w", "x", "-q"]).well();
        let expected = &rows(&whole, "_flows.txt")[0].1;
        let runs: Vec<_> = ["1", "2", "3"]
            .iter()
            .map(|threads| {
                let dir = Scratch::new();
                let args = ["-r", &data("many.pcap"), "-w", "x", "-q", "--rotate", rule];
                flowz(&dir, &[&args[..], &["--threads", threads]].concat()).well();
                let left = dir.names().into_iter().filter(|n| n.to_string_lossy().contains(".tmp"));
                assert_eq!(left.count(), 0);
                rows(&dir, "_flows.txt")
            })
            .collect();
        assert!(runs[0].len() > 1, "{rule}: one period");
        assert!(runs[0] == runs[1] && runs[0] == runs[2], "{rule}");
        let all: Vec<_> = runs[0].iter().flat_map(|(_, rows)| rows).collect();
        assert_eq!(all, expected.iter().collect::<Vec<_>>(), "{rule}");
        if rule == "7rows" {
            let full = &runs[0][..runs[0].len() - 1];
            assert!(full.iter().all(|(_, rows)| rows.len() == 7));
        }
    }
}

#[test]
fn names_links_and_the_files_that_are_kept() {
    let dir = Scratch::new();
    let args = ["-r", &data("web.pcap"), "-q", "--rotate", "5rows", "--sinks", "txt,csv"];
    let args = [&args[..], &["--files", "2", "-w", "out/%Y/w%i"]].concat();
    flowz(&dir, &args).well();
    let year: Vec<_> = fs::read_dir(dir.path("out/2026")).unwrap().flatten().collect();
    let mut names: Vec<_> =
        year.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let flows: Vec<_> = names.iter().filter(|name| name.contains("_flows.")).collect();
    assert_eq!(
        flows,
        ["w00007_flows.csv", "w00007_flows.txt", "w00008_flows.csv", "w00008_flows.txt"]
    );
    assert_eq!(dir.read("out/latest_flows.txt"), dir.read("out/2026/w00008_flows.txt"));
    assert_eq!(dir.read("out/latest_flows.csv"), dir.read("out/2026/w00008_flows.csv"));
}

#[test]
fn periods_that_hold_nothing_are_left_out() {
    let dir = Scratch::new();
    flowz(&dir, &["-r", &data("backwards.pcap"), "-w", "x", "-q", "--rotate", "1ms"]).well();
    let mut names: Vec<_> = rows(&dir, "_flows.txt").into_iter().map(|(name, _)| name).collect();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before, "each period has its own files");
}

#[test]
fn packets_files_and_reports_go_with_their_period_or_the_run() {
    let dir = Scratch::new();
    let args = ["-r", &data("web.pcap"), "-w", "x", "-s", "-l", "--rotate", "1s"];
    flowz(&dir, &args).well();
    let whole = Scratch::new();
    flowz(&whole, &["-r", &data("web.pcap"), "-w", "x", "-s", "-q"]).well();
    let packets = |dir: &Scratch| -> usize {
        rows(dir, "_packets.txt").iter().map(|(_, rows)| rows.len()).sum()
    };
    assert_eq!(packets(&dir), packets(&whole));
    assert!(dir.read("x_log.txt").contains("Packets read: 169"));
}

#[test]
fn ends() {
    let whole = Scratch::new();
    flowz(&whole, &["-r", &data("web.pcap"), "-w", "x", "-l"]).well();
    for (args, last) in [
        (["--packet-count", "20"], "Packets read: 20 "),
        (["--flow-count", "3"], "Packets read: 3 "),
        (["--duration", "1s"], "Packets read: "),
        (["--packet-count", "9999"], "Packets read: 169 "),
    ] {
        let mut texts = Vec::new();
        for threads in ["1", "2"] {
            let dir = Scratch::new();
            let common = ["-r", &data("web.pcap"), "-w", "x", "-s", "-l", "--threads", threads];
            flowz(&dir, &[&common[..], &args].concat()).well();
            assert!(dir.read("x_log.txt").contains(last), "{args:?}: {}", dir.read("x_log.txt"));
            texts.push([dir.read("x_flows.txt"), dir.read("x_packets.txt")]);
        }
        assert!(texts[0] == texts[1], "{args:?}");
    }
    let dir = Scratch::new();
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-l", "--duration", "1s"]).well();
    let read = |dir: &Scratch| {
        let log = dir.read("x_log.txt");
        let line = log.lines().find_map(|line| line.strip_prefix("Packets read: ")).unwrap();
        line.split(' ').next().unwrap().parse::<u64>().unwrap()
    };
    assert!(read(&dir) < read(&whole) && read(&dir) > 1);
}

#[test]
fn sighup_completes_the_files_and_the_run_goes_on() {
    let dir = Scratch::new();
    let args = ["-r", "-", "-w", "x", "-q", "--rotate", "1d", "--threads", "1"];
    let mut child = command(&dir, &args).stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let capture = fs::read(data("web.pcap")).unwrap();
    let (half, rest) = capture.split_at(capture.len() / 2);
    pipe.write_all(half).unwrap();
    wait_for(|| dir.names().iter().any(|n| n.to_string_lossy().contains(".tmp")));
    let sent = Command::new("kill").args(["-s", "HUP", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    // The order is carried out between two packets.
    pipe.write_all(rest).unwrap();
    drop(pipe);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let files = rows(&dir, "_flows.txt");
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn sighup_reads_the_settings_again() {
    let dir = Scratch::new();
    dir.write("set.toml", "[core]\nMONINTV = 5\n");
    let args = ["-r", "-", "-w", "x", "--rotate", "1d", "--threads", "1", "--config", "set.toml"];
    let mut command = command(&dir, &args);
    command.env_remove("FLOWZ_NO_CONFIG");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let capture = fs::read(data("web.pcap")).unwrap();
    let (head, rest) = capture.split_at(capture.len() / 3);
    let (middle, tail) = rest.split_at(rest.len() / 2);
    let order = |name: &str| {
        let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    };
    let complete = || rows(&dir, "_flows.txt").len();
    pipe.write_all(head).unwrap();
    wait_for(|| dir.names().iter().any(|n| n.to_string_lossy().contains(".tmp")));
    // One that takes effect, one that does not.
    dir.write("set.toml", "[core]\nMACHINE_REPORT = 1\nFLOW_TIMEOUT = 7\n");
    order("HUP");
    pipe.write_all(middle).unwrap();
    wait_for(|| complete() == 1);
    // The settings are read when the files are complete, and nothing shows that yet.
    sleep(Duration::from_millis(300));
    dir.write("set.toml", "[core]\nMACHINE_REPORT = maybe\n");
    order("HUP");
    order("USR1");
    pipe.write_all(tail).unwrap();
    drop(pipe);
    let done = Done::from_output(&child.wait_with_output().unwrap());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("\nUSR1MR_A\t666\t"), "{}", done.stdout);
    assert!(done.stderr.contains("take effect at the next start: core.FLOW_TIMEOUT\n"), "{done:?}");
    assert!(done.stderr.contains("the settings stay as they were"), "{done:?}");
    assert_eq!(complete(), 3);
}

#[test]
fn wrong_words() {
    let dir = Scratch::new();
    for (args, says) in [
        (["--rotate", "60"], "a time (60s"),
        (["--files", "3"], "--rotate"),
        (["-w-", "--rotate=1s"], "name a prefix"),
        (["--duration", "60"], "a time with its unit"),
        (["--packet-count", "0"], "a whole number from 1"),
    ] {
        let capture = data("web.pcap");
        let done = flowz(&dir, &[&["-r", &capture][..], &args].concat());
        assert_eq!(done.code, 2, "{args:?}");
        assert!(done.stderr.contains(says), "{args:?}: {}", done.stderr);
    }
}

fn wait_for(is_so: impl Fn() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("never");
}

/// A capture with a packet, a flow of its own each, at each of these seconds.
fn packets_at(seconds: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 4 << 16 | 2, 0, 0, 65_535, 1] {
        file.extend(word.to_le_bytes());
    }
    for (n, second) in seconds.enumerate() {
        let port = 1000 + n as u16;
        let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        frame.extend([0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend(port.to_be_bytes());
        frame.extend([0, 53, 0, 8, 0, 0]);
        for word in [1_700_000_000 + second, 0, frame.len() as u32, frame.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(frame);
    }
    file
}

#[test]
fn files_follow_a_clock_that_is_set_forwards_and_back() {
    // An hour forwards for some seconds; later thirty seconds back, which is less than a period.
    let seconds = (0..200).chain(3800..3804).chain(204..300).chain(270..400);
    for threads in ["1", "2"] {
        let dir = Scratch::new();
        fs::write(dir.path("x.pcap"), packets_at(seconds.clone())).unwrap();
        let args = ["-r", "x.pcap", "-w", "x", "-q", "--rotate", "60s", "--plugins", "basicFlow"];
        let args = [&args[..], &["-o", "core.FLOW_TIMEOUT=5", "--threads", threads]].concat();
        flowz(&dir, &args).well();
        let files = rows(&dir, "_flows.txt");
        let times: Vec<_> = files.iter().map(|(name, _)| &name[8..22]).collect();
        let minutes = ["2213", "2214", "2215", "2216", "2316", "2216", "2217", "2218", "2219"];
        let expected: Vec<_> = minutes.iter().map(|at| format!("20231114{at}00")).collect();
        assert_eq!(times, expected);
        assert_eq!(
            files.iter().map(|(_, rows)| rows.len()).sum::<usize>(),
            seconds.clone().count()
        );
    }
}
