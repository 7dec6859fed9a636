//! A file with settings that somebody else has put into the working directory: it cannot name files outside of the
//! output's folder, replace an input, or choose how a file begins.

use std::fs;

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
