//! A file with settings that somebody else has put into the working directory: it cannot name files outside of the
//! output's folder, replace an input, or choose how a file begins.

use std::fs;
use std::process::Command;

use crate::kit::{Done, Scratch, data, program, start, t2conf};

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

/// Nor are the lists that they name.
#[test]
fn lists_are_read_from_plain_files_only() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    for (owner, name) in [
        ("portClassifier", "PBC_CLASSFILE"),
        ("sslDecode", "SSL_FINGERPRINTS"),
        ("sshDecode", "SSH_HASSH_NAME"),
        ("tstat", "TSTAT_NETS"),
        ("flowLabel", "LABEL_FILE"),
    ] {
        let settings = format!("plugins = ['{owner}']\n[{owner}]\n{name} = '/dev/zero'\n");
        dir.write("flowz.toml", settings);
        run(&dir, &[]).fails_with(&["/dev/zero", "a plain file of at most"]);
        assert_eq!(dir.names(), ["flowz.toml", "web.pcap"], "{name}");
    }
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

/// No character of a text steers a terminal; what `shown` says is there in its place.
#[track_caller]
fn is_harmless(text: &str, shown: &str) {
    let turns = |c| ['\u{202e}', '\u{2066}'].contains(&c);
    let steers = |c: char| !['\n', '\t'].contains(&c) && (c.is_control() || turns(c));
    assert!(!text.contains(steers), "{text:?}");
    assert!(text.contains(shown), "{shown} is not in: {text}");
}

/// What t2conf says in a folder with these settings.
fn ask(dir: &Scratch, args: &[&str]) -> Done {
    Done::from_output(&start(t2conf(), dir, args).output().unwrap())
}

#[test]
fn names_in_settings_do_not_steer_a_terminal() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let name = r"a\u001b]0;pwned\u0007\u009b\u202e\nflowz: done";
    dir.write("flowz.toml", format!("plugins = [\"{name}\"]\n"));
    let shown = r"'a\u001B]0;pwned\u0007\u009B\u202E\nflowz: done'";
    let done = run(&dir, &[]);
    done.is_refused(&["in flowz.toml, line 1: ", "there is no plugin"]);
    is_harmless(&done.stderr, shown);
    is_harmless(&ask(&dir, &["-S"]).stderr, shown);
    is_harmless(&ask(&dir, &["--validate", "flowz.toml"]).stderr, shown);
}

#[test]
fn values_of_settings_do_not_steer_a_terminal() {
    let dir = Scratch::new();
    dir.write("flowz.toml", "[portClassifier]\nPBC_CLASSFILE = \"p\\u001b[31m\\u202e\\n#x\"\n");
    let shown = r"p\u001B[31m\u202E\n#x";
    for args in [
        &["--diff"][..],
        &["portClassifier"],
        &["portClassifier", "-G", "PBC_CLASSFILE"],
        &["-C", "flowz.toml"],
    ] {
        is_harmless(&ask(&dir, args).well().stdout, shown);
    }
    dir.copy("web.pcap", "web.pcap");
    let done = run(&dir, &["--no-config", "-o", "txt.TFS_FLOWS_TXT_SUFFIX=/\u{1b}c"]);
    done.is_refused(&["TFS_FLOWS_TXT_SUFFIX"]);
    is_harmless(&done.stderr, r"/\u001Bc");
}

#[test]
fn values_of_settings_stay_in_their_lines() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let label = r"a\u001b[31m\u009b\u202e\nb";
    dir.write("flowz.toml", format!("[flowLabel]\nLABEL_DEFAULT = \"{label}\"\n"));
    dir.write("labels.csv", "src,label\n1.2.3.4,x\n");
    let args = ["-r", "web.pcap", "-w", "x", "--labels", "labels.csv"];
    let done = Done::from_output(&start(program(), &dir, &args).output().unwrap()).well();
    let shown = r"flowLabel.LABEL_DEFAULT=a\u001B[31m\u009B\u202E\nb (flowz.toml, line 2)";
    is_harmless(&done.stdout, shown);
    is_harmless(&dir.read("x_headers.txt"), shown);
}

#[test]
fn names_of_files_stay_in_their_lines() {
    let dir = Scratch::new();
    let name = "a\u{1b}[31m\u{9b}\u{202e}\nTotal: 7";
    let shown = r"a\u001B[31m\u009B\u202E\nTotal: 7";
    dir.copy("web.pcap", name);
    let run = |args: &[&str]| Done::from_output(&start(program(), &dir, args).output().unwrap());
    let read = || run(&["-r", name, "-w", "x"]);
    is_harmless(&read().well().stdout, &format!("Processing file: {shown}\n"));
    is_harmless(&dir.read("x_headers.txt"), shown);
    dir.write(name, "");
    is_harmless(&read().stderr, shown);
    fs::remove_file(dir.path(name)).unwrap();
    is_harmless(&read().stderr, shown);
    is_harmless(&run(&["-r", "x", "-b", name]).stderr, shown);
}
