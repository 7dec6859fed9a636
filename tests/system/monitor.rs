//! What a running program tells: reports that signals ask for, metrics, words to the service manager.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::kit::{Done, Pcap, Scratch, command, data, flowz};

/// So often a test looks, every 10 ms, for something that happens soon.
const LOOKS: u32 = 3000;
/// Packets that the program gets before a signal.
const FIRST: usize = 60;

/// The program at work on the first packets of web.pcap, with the others to come.
struct AtWork {
    child: Child,
    pipe: ChildStdin,
    rest: Vec<u8>,
}

impl AtWork {
    fn start(dir: &Scratch, args: &[&str], environment: &[(&str, String)]) -> Self {
        let capture = Pcap::read(&data("web.pcap"));
        let mut command = command(dir, &[&["-r", "-", "-w", "x"], args].concat());
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let (first, all) = (capture.part(0..FIRST), capture.part(0..capture.len()));
        pipe.write_all(&first).unwrap();
        let has_tables = || dir.names().iter().any(|n| n.to_string_lossy().contains(".tmp"));
        wait_until("tables are open", has_tables);
        // What else is read at the start is read before tables are open.
        let read = || {
            let io = std::fs::read_to_string(format!("/proc/{}/io", child.id())).unwrap();
            let count = io.lines().find_map(|line| line.strip_prefix("rchar: "));
            count.unwrap().parse::<usize>().unwrap()
        };
        wait_until("the first packets are read", || read() > first.len());
        sleep(Duration::from_millis(300));
        Self { child, pipe, rest: all[first.len()..].to_vec() }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        // With several threads any of them may get it.
        sleep(Duration::from_millis(100));
    }

    /// The program gets the other packets and comes to its end.
    fn finish(mut self) -> Done {
        self.pipe.write_all(&self.rest).unwrap();
        drop(self.pipe);
        Done::from_output(&self.child.wait_with_output().unwrap()).well()
    }
}

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

#[test]
fn a_report_for_people() {
    for threads in ["1", "2"] {
        let dir = Scratch::new();
        let work = AtWork::start(&dir, &["--threads", threads], &[]);
        work.signal("USR1");
        let done = work.finish();
        let report = done.stdout.split("\nUSR1 A type report: flowz ").nth(1);
        let report = report.and_then(|text| text.split(&"=".repeat(80)).nth(1));
        let report = report.unwrap_or_else(|| panic!("no report with {threads}: {}", done.stdout));
        for line in [
            "\nFill size of main hash map: ",
            "\nNumber of processed      flows: ",
            "\n<Raw bandwidth>: ",
            "\nMemory usage: ",
        ] {
            assert!(report.contains(line), "{line} is not in {report}");
        }
        let is_remarked = report.contains("[INF] Lines of plugins that work on other threads are");
        assert_eq!(is_remarked, threads == "2");
        assert_eq!(report.contains("basicStats: "), threads == "1", "{report}");
        assert!(!dir.path("x_monitoring.txt").exists());
    }
}

/// With a file of their own reports do not come among what is on standard output.
#[test]
fn a_report_in_a_file() {
    let dir = Scratch::new();
    let work = AtWork::start(&dir, &["-q", "-m"], &[]);
    work.signal("USR1");
    assert_eq!(work.finish().stdout, "");
    assert!(dir.read("x_monitoring.txt").contains("\nUSR1 A type report: flowz "));
}

#[test]
fn lines_for_programs() {
    let dir = Scratch::new();
    let settings = ["-m", "-o", "core.MACHINE_REPORT=1", "-x", "7", "--threads", "1"];
    let work = AtWork::start(&dir, &settings, &[]);
    work.signal("USR1");
    work.finish();
    let text = dir.read("x_monitoring.txt");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((lines.len(), lines[0].len(), lines[1].len()), (2, 38, 38), "{text}");
    assert_eq!((lines[0][0], lines[1][0], lines[1][1]), ("%repType", "USR1MR_A", "7"));
    let packets = lines[0].iter().position(|name| *name == "numPkts").unwrap();
    let packets: usize = lines[1][packets].parse().unwrap();
    assert_eq!(packets, FIRST + 1, "at the next packet");
}

/// Reports by the time of packets are the same in each run; their differences add up.
#[test]
fn lines_each_interval() {
    let dir = Scratch::new();
    let settings = ["-m", "-M", "0.05", "-o", "core.MACHINE_REPORT=1", "-o", "core.DIFF_REPORT=1"];
    let settings = [&settings[..], &["-o", "core.MONINTTMPCP=1", "--threads", "1"]].concat();
    let work = AtWork::start(&dir, &settings, &[]);
    work.signal("USR2");
    work.finish();
    let text = dir.read("x_monitoring.txt");
    let lines: Vec<Vec<&str>> =
        text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert!(lines.len() > 1, "{text}");
    let number = |line: &[&str], column: usize| line[column].parse::<f64>().unwrap();
    let column = |name| text.lines().next().unwrap().split('\t').position(|n| n == name).unwrap();
    let (time, duration, packets) = (2, 3, column("numPkts"));
    for pair in lines.windows(2) {
        let passed = number(&pair[1], time) - number(&pair[0], time);
        assert!(passed > 0.0 && (passed - number(&pair[1], duration)).abs() < 1e-6, "{text}");
    }
    assert!(lines.iter().all(|line| line[0] == "USR1MR_D"));
    let sum: f64 = lines.iter().map(|line| number(line, packets)).sum();
    assert!(sum > FIRST as f64 && sum <= 169.0, "{text}");
}

#[test]
fn an_empty_file_goes() {
    let dir = Scratch::new();
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-m", "-q"]).well();
    assert!(dir.path("x_flows.txt").exists() && !dir.path("x_monitoring.txt").exists());
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The page of metrics, if somebody serves one.
fn page(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    Some(text)
}

#[test]
fn metrics() {
    for threads in ["1", "2"] {
        let dir = Scratch::new();
        let port = free_port();
        let address = format!(":{port}");
        let mut work = AtWork::start(&dir, &["--metrics", &address, "--threads", threads], &[]);
        if threads == "2" {
            // Figures come with a full batch, which a pipe that is silent does not fill.
            assert!(page(port).unwrap().contains("\nflowz_packets_total 0\n"));
            work.finish();
            continue;
        }
        // Figures of the beginning are fresh for a second.
        sleep(Duration::from_millis(1100));
        let asked = page(port).unwrap();
        assert!(asked.starts_with("HTTP/1.1 200 OK\r\n"), "{asked}");
        assert!(asked.contains("\nflowz_build_info{version=\""), "{asked}");
        // Whoever has asked gets new figures with the next packets.
        let (next, last) = work.rest.split_at(work.rest.len() / 2);
        work.pipe.write_all(next).unwrap();
        let has_packets = || {
            let page = page(port).unwrap();
            let line = page.lines().find_map(|line| line.strip_prefix("flowz_packets_total "));
            line.is_some_and(|packets| packets.parse::<usize>().unwrap() > 0)
        };
        assert!((0..100).any(|_| has_packets()));
        work.rest = last.to_vec();
        work.finish();
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

#[test]
fn metrics_that_cannot_be_served() {
    let dir = Scratch::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let capture = data("web.pcap");
    let args = ["-r", &capture, "-w", "x", "--metrics", &address];
    flowz(&dir, &args).fails_with(&["cannot serve metrics at", &address, "another program"]);
    assert!(dir.names().is_empty());
    // An address of documentation, which no interface has.
    let done = flowz(&dir, &["-r", &capture, "-w", "x", "--metrics", "192.0.2.1:80"]);
    done.fails_with(&["cannot serve metrics at 192.0.2.1:80: "]);
    let reason = done.stderr.trim_end().rsplit(": ").next().unwrap();
    assert_eq!(done.stderr.matches(reason).count(), 1, "{}", done.stderr);
    let done = flowz(&dir, &["-r", &capture, "-w", "x", "--metrics", "nowhere"]);
    assert_eq!(done.code, 2);
    assert!(done.stderr.contains("give HOST:PORT"), "{}", done.stderr);
}

#[test]
fn the_service_manager_is_told() {
    let dir = Scratch::new();
    let socket = dir.path("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    let environment = [
        ("NOTIFY_SOCKET", socket.to_str().unwrap().to_owned()),
        ("WATCHDOG_USEC", "30000000".to_owned()),
    ];
    let work = AtWork::start(&dir, &["--threads", "1"], &environment);
    // Asks for attention as the clock of the watchdog does.
    work.signal("USR1");
    work.finish();
    manager.set_nonblocking(true).unwrap();
    let mut heard = Vec::new();
    let mut bytes = [0; 1000];
    while let Ok(n) = manager.recv(&mut bytes) {
        heard.push(String::from_utf8_lossy(&bytes[..n]).into_owned());
    }
    assert_eq!(heard, ["READY=1\nSTATUS=at work\n", "WATCHDOG=1\n", "STOPPING=1\n"]);
}
