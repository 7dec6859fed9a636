//! Drawings of connections: files, choices, pictures, the same for any number of threads.

use std::fs;

use crate::kit::{Scratch, data, flowz};

/// The files of a folder, with their texts.
fn files(dir: &Scratch, folder: &str) -> Vec<(String, String)> {
    let names = names(dir, folder).into_iter();
    let read = |name: String| (name.clone(), dir.read(&format!("{folder}/{name}")));
    names.map(read).collect()
}

fn names(dir: &Scratch, folder: &str) -> Vec<String> {
    let names = dir.names_in(folder).into_iter();
    names.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn files_of_chosen_connections() {
    let dir = Scratch::new();
    flowz(&dir, &["xpl", &data("loss.pcap"), "-w", "out", "-o", "1", "--prefix", "loss-"]).well();
    assert_eq!(
        names(&dir, "out"),
        ["loss-a2b_rtt.xpl", "loss-a2b_tsg.xpl", "loss-b2a_rtt.xpl", "loss-b2a_tsg.xpl"]
    );
    for (name, text) in files(&dir, "out") {
        assert!(text.starts_with("timeval ") && text.ends_with("\ngo\n"), "{name}");
        assert_eq!(text.lines().filter(|line| *line == "title").count(), 1, "{name}");
    }
    flowz(&dir, &["xpl", &data("loss.pcap"), "-w", "all", "-G", "-zxy"]).well();
    let all = names(&dir, "all");
    for name in ["a_b_tline.xpl", "b2a_owin.xpl", "b2a_ssize.xpl", "b2a_tput.xpl", "d2c_tsg.xpl"] {
        assert!(all.iter().any(|there| there == name), "{name}: {all:?}");
    }
    assert!(dir.read("all/a2b_tsg.xpl").starts_with("dtime signed\n"));
}

#[test]
fn what_is_sent_again_is_drawn() {
    let dir = Scratch::new();
    flowz(&dir, &["xpl", &data("loss.pcap"), "-w", "out", "--tsg"]).well();
    let drawn = files(&dir, "out");
    for mark in ["\nR\n", "\nS\n", "\n3\n"] {
        assert!(drawn.iter().any(|(_, text)| text.contains(mark)), "{mark:?}");
    }
}

#[test]
fn the_same_for_any_number_of_threads() {
    for capture in ["loss.pcap", "many.pcap", "web.pcap", "zerowin.pcap"] {
        let dir = Scratch::new();
        for threads in 1..=3 {
            let (folder, threads) = (format!("out{threads}"), threads.to_string());
            let words = ["--plugins", "xplot", "--sinks=-txt", "-q", "-r", &data(capture)];
            let settings = [
                "-o",
                "xplot.XPLOT_TPUT=1",
                "-o",
                "xplot.XPLOT_OWIN=1",
                "-o",
                "xplot.XPLOT_TLINE=1",
            ];
            let to = format!("{folder}/x");
            let rest = ["-w", &to, "--threads", &threads];
            flowz(&dir, &[&words[..], &settings[..], &rest[..]].concat()).well();
        }
        let one = files(&dir, "out1/x_files/xplot");
        assert!(!one.is_empty(), "{capture}");
        for more in 2..=3 {
            assert_eq!(files(&dir, &format!("out{more}/x_files/xplot")), one, "{capture}");
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let dir = Scratch::new();
    let none = flowz(&dir, &["xpl", &data("web.pcap"), "-w", "out", "-o", "4-2"]);
    none.is_refused(&["the range '4-2' of connections ends before it begins"]);
    let far = flowz(&dir, &["xpl", &data("web.pcap"), "-w", "out", "-o", "100000"]);
    assert_eq!(far.code, 0, "{far:?}");
    far.says("flowz: warning: ", &["there is nothing to draw"]);
    assert!(names(&dir, "out").is_empty());
}

#[test]
fn pictures_or_what_brings_them() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["xpl", &data("loss.pcap"), "-w", "out", "-o1", "--rtt", "--svg"]);
    if done.code != 0 {
        done.is_refused(&["--features plots"]);
        assert!(dir.names().is_empty(), "nothing is begun");
        return;
    }
    assert_eq!(names(&dir, "out"), ["a2b_rtt.svg", "a2b_rtt.xpl", "b2a_rtt.svg", "b2a_rtt.xpl"]);
    let picture = dir.read("out/a2b_rtt.svg");
    assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"));
    assert!(picture.contains("(rtt samples)"), "{picture}");
}

/// What the report of the main job would tell is told, with the status of a failure.
#[test]
fn what_could_not_be_drawn_is_told() {
    let dir = Scratch::new();
    let xpl = |more: &[&str]| {
        let loss = data("loss.pcap");
        let args = [&["xpl", &loss, "-w", "out", "-S"], more].concat();
        flowz(&dir, &args)
    };
    let some = xpl(&["--set", "core.FILES_MAX=1"]);
    assert_eq!(some.code, 0);
    assert!(some.stderr.contains("files are missing, since core.FILES_MAX"), "{}", some.stderr);
    for only in ["0", "2-1", "x", ""] {
        xpl(&["-o", only]).is_refused(&["connection"]);
    }
    xpl(&["-A", "5"]).is_refused(&["-A is about the throughput"]);
    xpl(&["--prefix", &"x".repeat(101)]).is_refused(&["--prefix has 101 bytes"]);
    dir.write("cut.pcap", &fs::read(data("loss.pcap")).unwrap()[..5000]);
    for command in ["xpl", "tcptrace", "http", "calls"] {
        let done = flowz(&dir, &[command, "cut.pcap"]);
        assert_eq!(done.code, 3, "{command}");
        assert!(done.stderr.contains("cut.pcap"), "{command}: {}", done.stderr);
    }
    assert_eq!(flowz(&dir, &["tcptrace", "-q", "cut.pcap"]).stderr, "");
}
