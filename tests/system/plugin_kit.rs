//! `flowz plugin`: a project that it writes builds outside of the workspace, and what is in an object is
//! shown.

use std::fs;

use crate::kit::{Project, Scratch, analyse, counter, data, flowz, workspace};

#[test]
fn a_new_project_builds_and_counts() {
    let dir = Scratch::new();
    fs::create_dir(dir.path("objects")).unwrap();
    dir.write("objects/my.so", Project::new("myCount").object("my_count"));
    let shown = flowz(&dir, &["plugin", "check", "objects/my.so"]).well().stdout;
    assert!(shown.starts_with("objects/my.so fits this flowz\n  built with flowz-api "), "{shown}");
    assert!(shown.contains("\nplugin myCount, number 700: Counts the packets"), "{shown}");
    let objects = dir.path("objects");
    let args = ["-r", &data("web.pcap"), "-p", objects.to_str().unwrap()];
    let plugins = ["--plugins", "basicStats,myCount"];
    let seen = analyse(&[&args[..], &plugins].concat());
    let table = seen.flow_table();
    assert_eq!(table.numbers("myCountPkts"), table.numbers("pktsSnt"));
}

#[test]
fn nothing_is_written_over() {
    let dir = Scratch::new();
    let args = ["plugin", "new", "mine", "--sources", workspace().to_str().unwrap()];
    let said = flowz(&dir, &args).well().stdout;
    assert!(
        said.starts_with("wrote mine; build it and try it:\n  cd mine && cargo build"),
        "{said}"
    );
    flowz(&dir, &args).fails_with(&["'mine' exists already"]);
}

#[test]
fn what_is_in_an_object() {
    let dir = Scratch::new();
    dir.write("counter.so", counter());
    let shown = flowz(&dir, &["plugin", "check", "counter.so"]).well().stdout;
    let lines: Vec<_> = shown.lines().filter(|l| !l.starts_with("  built with ")).collect();
    let expected = "\
counter.so fits this flowz

plugin counter, number 700: Counts the packets of each flow
  on by default: yes
  plugins it needs: none
  changes timeouts: no
  sees all flows: no
  flow table:
    ctrPkts              U64      Packets of this direction. [packets]
  packet table:
    ctrPktsSoFar         U64      Packets of this direction so far. [packets]
  toggles:
    CTR_STEP=1           How much a packet counts. (whole number, 1 .. 1000)";
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn what_is_refused() {
    let dir = Scratch::new();
    dir.write("text.so", "no object");
    let check = |file: &str, words: &[&str]| {
        flowz(&dir, &["plugin", "check", file]).fails_with(words);
    };
    check("text.so", &["text.so' is no shared object"]);
    check("nowhere.so", &["cannot read 'nowhere.so'"]);
    let mut other = counter().to_vec();
    let stamp = flowz_api::abi::STAMP.as_bytes();
    let is_stamp = |(_, bytes): &(usize, &[u8])| *bytes == stamp;
    let places = other.windows(stamp.len()).enumerate().filter(is_stamp).map(|(at, _)| at);
    for at in places.collect::<Vec<_>>() {
        other[at + stamp.len() - 1] = b'?';
    }
    dir.write("other.so", other);
    check("other.so", &["other.so' does not fit this flowz", "build the plugin again"]);
}

#[test]
fn projects_that_are_not_written() {
    let dir = Scratch::new();
    let sources = workspace().to_str().unwrap();
    let new = |args: &[&str], words: &[&str]| {
        flowz(&dir, &[&["plugin", "new"], args].concat()).fails_with(words);
        assert!(dir.names().is_empty());
    };
    new(&["tcp_win"], &["'tcp_win' is no name for a plugin", "dnsDecode"]);
    new(&["tcpwin", "--sources", sources], &["flowz has a plugin tcpwin itself"]);
    new(&["mine", "--sources", "."], &["'.' are no sources of flowz"]);
}

#[test]
fn a_project_on_a_repository() {
    let dir = Scratch::new();
    let args = ["plugin", "new", "mine", "--git", "https://example.org/flowz", "--rev", "a1b2"];
    flowz(&dir, &args).well();
    let manifest = dir.read("mine/Cargo.toml");
    let line = "flowz-api = { git = \"https://example.org/flowz\", rev = \"a1b2\" }\n";
    assert!(manifest.ends_with(line), "{manifest}");
    assert!(!dir.path("mine/Cargo.lock").exists());
}

/// A command stands in front of everything else; behind `--` the word begins a filter.
#[test]
fn filters_that_say_plugin() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let done = flowz(&dir, &["-r", &web, "-w", "x", "plugin", "new", "x"]);
    done.is_refused(&["'plugin' is a command and stands in front of its options"]);
    let done = flowz(&dir, &["-r", &web, "-w", "x", "--", "plugin", "new", "x"]);
    done.is_refused(&["filter `>>plugin<< new x`"]);
    assert!(flowz(&dir, &["plugin", "--help"]).well().stdout.contains("Usage: flowz plugin"));
}
