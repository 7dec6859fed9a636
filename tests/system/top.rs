//! `flowz top`: on a terminal of its own, whose screen is read, and as plain tables.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::kit::{Scratch, data, flowz, program, start};

/// So often a test looks, every 20 ms, for something that happens soon.
const LOOKS: u32 = 1500;

/// The program on a terminal, which `script` makes.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: Arc<Mutex<Shown>>,
    reader: JoinHandle<()>,
    dir: Scratch,
}

/// What the program has written, and the screen that it makes.
struct Shown {
    bytes: Vec<u8>,
    screen: vt100::Parser,
}

impl Terminal {
    /// Starts `flowz top` with these words. None where there is no program that makes terminals.
    fn start((width, height): (u16, u16), words: &str) -> Option<Self> {
        if Command::new("script").arg("--version").output().is_err() {
            println!("skipped: no script(1) here");
            return None;
        }
        let dir = Scratch::new();
        let flowz = program().display();
        // What comes behind the program shows how it has left the terminal.
        let line = format!(
            "stty rows {height} cols {width}; sh -c 'echo $$ > pid; exec {flowz} top {words}'; \
             status=$?; stty -a > stty; exit $status"
        );
        let args = ["--quiet", "--return", "--command", &line, "/dev/null"];
        let mut command = start("script".as_ref(), &dir, &args);
        command.env("FLOWZ_NO_CONFIG", "1").env("TERM", "xterm").env("SHELL", "/bin/sh");
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let (keys, mut out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let screen = vt100::Parser::new(height, width, 0);
        let shown = Arc::new(Mutex::new(Shown { bytes: Vec::new(), screen }));
        let to = Arc::clone(&shown);
        let reader = thread::spawn(move || {
            let mut block = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut block) {
                let mut shown = to.lock().unwrap();
                shown.bytes.extend_from_slice(&block[..count]);
                shown.screen.process(&block[..count]);
            }
        });
        Some(Self { child, keys, shown, reader, dir })
    }

    fn lines(&self) -> Vec<String> {
        let shown = self.shown.lock().unwrap();
        shown.screen.screen().contents().lines().map(str::to_owned).collect()
    }

    /// Waits for a screen and yields its lines.
    #[track_caller]
    fn wait(&self, what: &str, is_so: impl Fn(&[String]) -> bool) -> Vec<String> {
        for _ in 0..LOOKS {
            let lines = self.lines();
            if is_so(&lines) {
                return lines;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("never: {what}\n{}", self.lines().join("\n"));
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = fs::read_to_string(self.dir.path("pid")).unwrap();
        let sent = Command::new("kill").args(["-s", name, pid.trim()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end; the status, and whether the terminal is as it was.
    #[track_caller]
    fn end(mut self) -> Option<i32> {
        let mut status = None;
        for _ in 0..LOOKS {
            status = self.child.try_wait().unwrap();
            if status.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let status = status.expect("the program ends");
        self.reader.join().unwrap();
        let shown = self.shown.lock().unwrap();
        let count = |what: &[u8]| shown.bytes.windows(what.len()).filter(|w| *w == what).count();
        assert_eq!(
            (count(b"\x1b[?1049h"), count(b"\x1b[?1049l")),
            (1, 1),
            "one screen, given back"
        );
        let screen = shown.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor());
        let stty = fs::read_to_string(self.dir.path("stty")).unwrap();
        assert!(stty.contains(" icanon") && stty.contains(" echo "), "{stty}");
        status.code()
    }
}

/// The numbers of the flows on a screen: what begins a line below that of the titles.
fn flows(lines: &[String]) -> Vec<u64> {
    let table = lines.iter().skip_while(|line| !line.trim_start().starts_with("FLOW")).skip(1);
    let first = |line: &String| line.split_whitespace().next()?.parse().ok();
    table
        .take_while(|line| line.starts_with(' ') || first(line).is_some())
        .filter_map(first)
        .collect()
}

fn is_at_its_end(lines: &[String]) -> bool {
    lines.first().is_some_and(|line| line.ends_with("end")) && !flows(lines).is_empty()
}

fn web(size: (u16, u16)) -> Option<Terminal> {
    Terminal::start(size, &format!("-r {}", data("web.pcap")))
}

#[test]
fn a_capture_on_two_sizes_of_terminals() {
    for (size, title) in [((80, 24), "PKTS BYTES BIT/S"), ((200, 50), "PKTS> PKTS< BYTES> BYTES<")]
    {
        let Some(mut terminal) = web(size) else { return };
        // A screen comes in pieces: its last rows may come after the words of the first line.
        let rows = usize::from(size.1) - 7;
        let is_whole =
            |lines: &[String]| is_at_its_end(lines) && flows(lines).len() == rows.min(20);
        let lines = terminal.wait("the capture is read", is_whole);
        assert!(lines[0].starts_with("flowz top  web.pcap"), "{lines:?}");
        assert!(lines[4].contains(title), "{}", lines[4]);
        // The flow with the download has the most bytes.
        assert_eq!(flows(&lines)[0], 20);
        let first = &lines[5];
        assert!(first.contains("10.1.0.10:51834") && first.contains("10.1.0.2:80"), "{first}");
        terminal.press("q");
        assert_eq!(terminal.end(), Some(0));
    }
}

#[test]
fn keys_sort_and_filter() {
    let Some(mut terminal) = web((80, 24)) else { return };
    terminal.wait("the capture is read", is_at_its_end);
    terminal.press("a");
    terminal.wait("by age", |lines| lines[3].starts_with("by age, ") && flows(lines)[0] != 20);
    terminal.press("/port == 53\r");
    let lines = terminal.wait("DNS alone", |lines| lines[3].contains("of 20 flows: port == 53"));
    assert!(lines.iter().skip(5).take(flows(&lines).len()).all(|line| line.contains("UDP")));
    assert!((1..15).contains(&flows(&lines).len()), "{lines:?}");
    terminal.press("/ and prt == 1\r");
    terminal
        .wait("an error", |lines| lines.iter().any(|l| l.starts_with("there is no column 'prt'")));
    // Escape leaves the filter as it was; q is a letter while it is written.
    terminal.press("q\u{1b}");
    terminal.wait("no prompt", |lines| lines.last().is_some_and(|line| line.starts_with("q quit")));
    terminal.press("h");
    terminal.wait("help", |lines| lines.iter().any(|line| line.contains("this help")));
    terminal.press("q");
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn signals_give_the_terminal_back() {
    for (name, status) in [("TERM", 143), ("INT", 130)] {
        let Some(terminal) = web((80, 24)) else { return };
        terminal.wait("the capture is read", is_at_its_end);
        terminal.signal(name);
        assert_eq!(terminal.end(), Some(status), "{name}");
    }
}

/// A terminal that is gone, as when its window is closed, is the end: no signal need come.
#[test]
fn the_end_of_the_terminal_is_the_end() {
    let Some(mut terminal) = web((80, 24)) else { return };
    terminal.wait("the capture is read", is_at_its_end);
    let pid = fs::read_to_string(terminal.dir.path("pid")).unwrap();
    terminal.child.kill().unwrap();
    terminal.child.wait().unwrap();
    // Who has ended may wait for a parent that asks.
    let is_alive = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, behind)| !behind.starts_with('Z'))
    };
    assert!((0..LOOKS).any(|_| {
        thread::sleep(Duration::from_millis(20));
        !is_alive()
    }));
}

/// The engine waits for a pipe in which nothing comes: the screen goes on, and the program ends.
#[test]
fn a_pipe_without_packets_does_not_hold_the_screen() {
    let dir = Scratch::new();
    let pipe = dir.path("pipe");
    if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        println!("skipped: no mkfifo here");
        return;
    }
    // Open for both, so that nobody waits for the other end to be opened.
    let mut feed = fs::File::options().read(true).write(true).open(&pipe).unwrap();
    // No more than a pipe holds.
    feed.write_all(&fs::read(data("web.pcap")).unwrap()[..30_000]).unwrap();
    let Some(mut terminal) = Terminal::start((80, 24), &format!("-r {}", pipe.display())) else {
        return;
    };
    terminal.wait("reading", |lines| lines.first().is_some_and(|line| line.contains("flowz top")));
    terminal.press("q");
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn plain_tables() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let once = flowz(&dir, &["top", "-r", &web, "--once"]).well().stdout;
    let lines: Vec<_> = once.lines().map(str::to_owned).collect();
    assert!(
        lines[0].starts_with("web.pcap | 20 flows | ")
            && lines[0].ends_with("169 packets, 71895 bytes")
    );
    assert_eq!((flows(&lines)[0], flows(&lines).len()), (20, 20));
    // Without a terminal there is no screen.
    assert_eq!(flowz(&dir, &["top", "-r", &web]).well().stdout, once);
    let args = [
        "top",
        "-r",
        &web,
        "--once",
        "--where",
        "dstPort == 80 and bytes > 1200",
        "--sort",
        "packets",
    ];
    let some = flowz(&dir, &args).well().stdout;
    let lines: Vec<_> = some.lines().map(str::to_owned).collect();
    assert!(lines[2].starts_with("by packets, ") && lines[2].contains("of 20 flows"), "{some}");
    assert_eq!(flows(&lines)[..2], [20, 10]);
    assert!(dir.names().is_empty(), "no files");
}

#[test]
fn tables_by_the_time_of_packets() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let tables = |count: &str| {
        let args = ["top", "-r", &web, "-n", count, "--interval", "0.5", "--rows", "2"];
        let done = flowz(&dir, &args).well().stdout;
        done.split("\n\n").map(str::to_owned).collect::<Vec<_>>()
    };
    let all = tables("100");
    // The capture takes 1.64 seconds: three intervals and its end.
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all[0].contains(" flows open, ") && all[3].contains("web.pcap | 20 flows |"));
    assert_eq!(tables("100"), all);
    let two = tables("2");
    assert_eq!((two.len(), &two[0]), (2, &all[0]));
}

#[test]
fn settings_and_bounds_are_heard() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let flows_of = |more: &[&str]| {
        let args = [&["top", "-r", &web, "--once"], more].concat();
        let stdout = flowz(&dir, &args).well().stdout;
        stdout.lines().next().unwrap().split(" | ").nth(1).unwrap().to_owned()
    };
    assert_eq!(flows_of(&[]), "20 flows");
    assert_ne!(flows_of(&["-o", "core.ETH_ACTIVATE=0"]), "20 flows");
    let args = ["top", "-r", &web, "-n", "1", "--interval", "0.5", "--max-flows", "2"];
    let bounded = flowz(&dir, &args).well().stdout;
    assert!(bounded.starts_with("web.pcap | 1 flows open, "), "{bounded}");
    assert_ne!(flows_of(&["tcp", "port", "80"]), "20 flows");
}

#[test]
fn wrong_usage() {
    let dir = Scratch::new();
    for args in [
        &["top"][..],
        &["top", "-r", "no.pcap", "--where", "size > 1"],
        &["top", "-r", "no.pcap", "--interval", "0.01"],
        &["top", "-i", "lo", "no.pcap"],
    ] {
        let done = flowz(&dir, args);
        assert_eq!(done.code, 2, "{args:?}: {}", done.stderr);
    }
}

/// A capture that is cut: the table has what is there, and the status says so.
#[test]
fn damage_is_told() {
    let dir = Scratch::new();
    let bytes = fs::read(data("web.pcap")).unwrap();
    fs::write(dir.path("cut.pcap"), &bytes[..bytes.len() - 20]).unwrap();
    let done = flowz(&dir, &["top", "-r", "cut.pcap", "--once"]);
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stdout.contains("168 packets"), "{}", done.stdout);
}

/// Packets of this machine to itself; skipped where interfaces cannot be opened.
#[test]
fn an_interface() {
    let dir = Scratch::new();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let sender = thread::spawn(move || {
        for _ in 0..200 {
            drop(socket.send_to(&[0; 100], ("127.0.0.1", port)));
            thread::sleep(Duration::from_millis(10));
        }
    });
    let condition = format!("srcPort == {port} and packets > 3");
    let args = ["top", "-i", "lo", "-n", "2", "--interval", "0.5", "--where", &condition];
    let done = flowz(&dir, &args);
    sender.join().unwrap();
    if done.code == 1 {
        println!("skipped: {}", done.stderr);
        return;
    }
    let done = done.well();
    let second = done.stdout.split("\n\n").nth(1).unwrap();
    assert!(second.starts_with("lo | ") && second.contains(" dropped"), "{second}");
    assert!(second.contains(&format!("127.0.0.1:{port}")), "{second}");
}
