//! A file with settings that somebody else has put into the working directory: it cannot name files outside of the
//! output's folder, replace an input, or choose how a file begins.

use std::fs;
use std::process::Command;

use crate::kit::{Done, Scratch, data, program, start};

/// The main job in a folder with this `flowz.toml`, which must be refused; nothing else changes.
#[track_caller]
fn refused(settings: &str, words: &[&str]) {
    let dir = Scratch::new();
    fs::create_dir(dir.path("work")).unwrap();
    dir.write("victim", "precious");
    dir.write("work/flowz.toml", settings);
    dir.copy("web.pcap", "work/web.pcap");
    let mut flowz = start(program(), &dir, &["-r", "web.pcap"]);
    let output = flowz.current_dir(dir.path("work")).output().unwrap();
    Done::from_output(&output).is_refused(words);
    assert_eq!(dir.read("victim"), "precious");
    assert_eq!(dir.names(), ["victim", "work"]);
    assert_eq!(dir.names_in("work"), ["flowz.toml", "web.pcap"]);
    assert!(fs::read(dir.path("work/web.pcap")).unwrap() == fs::read(data("web.pcap")).unwrap());
}

#[test]
fn suffixes_lead_nowhere_else() {
    for suffix in ["/../../victim", "/../victim", "..victim", "_x/y"] {
        for toggle in [
            "txtSink.TFS_FLOWS_TXT_SUFFIX",
            "txtSink.TFS_HEADER_SUFFIX",
            "protoStats.PST_SUFFIX",
            "icmpDecode.ICMP_SUFFIX",
        ] {
            let (owner, name) = toggle.split_once('.').unwrap();
            let settings = format!("[{owner}]\n{name} = '{suffix}'\n");
            refused(&settings, &["in flowz.toml, line 2: ", name, suffix, "without / and .."]);
        }
    }
}

#[test]
fn a_header_has_one_sign() {
    for sign in ["touch PWNED #", "##", "\\n"] {
        let settings = format!("[txtSink]\n\nHDR_CHR = '{sign}'\n");
        refused(&settings, &["in flowz.toml, line 3: ", "HDR_CHR", "single printable character"]);
    }
}

#[test]
fn an_input_is_not_replaced() {
    refused("[txtSink]\nTFS_FLOWS_TXT_SUFFIX = '.pcap'\n", &["'web.pcap'", "would replace"]);
}

/// The main job in a folder with the settings that are there.
fn run(dir: &Scratch, more: &[&str]) -> Done {
    let args = [&["-r", "web.pcap", "-w", "x", "-q"], more].concat();
    Done::from_output(&start(program(), dir, &args).output().unwrap())
}

/// A pipe would wait for somebody to write, a device might never end.
#[test]
fn settings_are_read_from_plain_files_only() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let made = Command::new("mkfifo").arg(dir.path("flowz.toml")).status().unwrap();
    assert!(made.success());
    let refused = |more: &[&str]| {
        run(&dir, more).is_refused(&["plain files only"]);
        assert_eq!(dir.names(), ["flowz.toml", "web.pcap"]);
    };
    refused(&[]);
    refused(&["--config", "/dev/zero"]);
    run(&dir, &["--no-config"]).well();
}

/// Places of settings are looked up, not counted from the beginning for each.
#[test]
fn many_settings_have_their_lines() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let many = (0..80_000).map(|n| format!("A{n} = {n}\n")).collect::<Vec<_>>().concat();
    dir.write("flowz.toml", format!("[core]\nGRE = 0\n[other]\n{many}[core2]\nB = [1]\n"));
    run(&dir, &[]).is_refused(&["in flowz.toml, line 80005: "]);
}
