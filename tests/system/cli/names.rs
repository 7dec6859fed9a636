//! Outputs never replace what the run reads, nor each other, whatever links there are.

use std::fs;
use std::os::unix::fs::symlink;

use crate::kit::{Done, Scratch, data, flowz, program, start};

/// A run with these arguments is refused before anything is written; `input` stays as it is.
#[track_caller]
fn refused(dir: &Scratch, args: &[&str], input: &str, words: &[&str]) {
    let (before, names) = (fs::read(dir.path(input)).unwrap(), dir.names());
    for threads in ["1", "2"] {
        let done = flowz(dir, &[args, &["--threads", threads]].concat());
        done.is_refused(words);
        assert_eq!(done.stdout, "");
        assert!(fs::read(dir.path(input)).unwrap() == before, "{input} has changed");
        assert_eq!(dir.names(), names);
    }
}

#[test]
fn an_input_is_not_replaced() {
    let dir = Scratch::new();
    for input in ["x_flows.txt", "x_headers.txt", "x_packets.txt", "x_log.txt"] {
        dir.copy("web.pcap", input);
        let words = [input, "would replace", "-w"];
        refused(&dir, &["-r", input, "-w", "x", "-s", "-l"], input, &words);
        let other = ["-r", &data("many.pcap"), "-w", "x", "-s", "-l", "-F", input];
        // A capture is no filter; what a run reads may be anything.
        assert_ne!(flowz(&dir, &other).code, 0);
        fs::remove_file(dir.path(input)).unwrap();
    }
    dir.copy("web.pcap", "x_flows.csv");
    let args = ["-r", "x_flows.csv", "-w", "./x", "--sinks", "csv"];
    refused(&dir, &args, "x_flows.csv", &["would replace"]);
    dir.write("list", "x_flows.csv\n");
    refused(&dir, &["-R", "list", "-w", "x", "--sinks", "csv"], "x_flows.csv", &["would replace"]);
    dir.write("x_flows.txt", "tcp");
    refused(
        &dir,
        &["-r", "x_flows.csv", "-w", "x", "-F", "x_flows.txt"],
        "x_flows.txt",
        &["replace"],
    );
}

/// Files that settings name, and settings files that were not named but found.
#[test]
fn what_settings_read_is_not_replaced() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    dir.write("x_flows.txt", "src,label\n1.2.3.4,x\n");
    let words = ["x_flows.txt", "would replace"];
    let read = |more: &[&str]| {
        refused(&dir, &[&["-r", &web, "-w", "x"], more].concat(), "x_flows.txt", &words);
    };
    read(&["--labels", "x_flows.txt"]);
    dir.write("x_flows.txt", "80\ttcp\thttp\n");
    read(&["-o", "portClassifier.PBC_CLASSFILE=x_flows.txt"]);
    dir.write("x_flows.txt", "10.0.0.0/8,DE\n");
    dir.write("other.txt", "11.0.0.0/8,DE\n");
    read(&["--geo=other.txt,x_flows.txt"]);
    read(&["--geo", "-o", "core.GEO_FILES=other.txt, x_flows.txt"]);
}

#[test]
fn settings_that_were_found_are_not_replaced() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let suffix = "txtSink.TFS_FLOWS_TXT_SUFFIX=.toml";
    let found = |prefix: &str, file: &str, variable: Option<&str>| {
        dir.write(file, "[core]\nGRE = 0\n");
        let args = ["-r", "web.pcap", "-q", "-o", suffix, "-w", prefix];
        let mut flowz = start(program(), &dir, &args);
        flowz.envs(variable.map(|value| ("FLOWZ_CONFIG", value)));
        Done::from_output(&flowz.output().unwrap()).is_refused(&[".toml' would replace"]);
        assert_eq!(dir.read(file), "[core]\nGRE = 0\n");
        fs::remove_file(dir.path(file)).unwrap();
    };
    found("flowz", "flowz.toml", None);
    found("mine", "mine.toml", Some("mine.toml"));
    fs::create_dir_all(dir.path("user/flowz")).unwrap();
    found("user/flowz/flowz", "user/flowz/flowz.toml", None);
    assert_eq!(dir.names_in("user/flowz"), [""; 0]);
}

#[test]
fn links_do_not_hide_an_input() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    fs::hard_link(dir.path("web.pcap"), dir.path("h_flows.txt")).unwrap();
    symlink("web.pcap", dir.path("s_packets.txt")).unwrap();
    refused(&dir, &["-r", "web.pcap", "-w", "h"], "web.pcap", &["h_flows.txt", "web.pcap"]);
    refused(&dir, &["-r", "web.pcap", "-w", "s", "-s"], "web.pcap", &["s_packets.txt"]);
    symlink(dir.dir(), dir.path("here")).unwrap();
    dir.copy("many.pcap", "m_headers.txt");
    let args = ["-r", "here/m_headers.txt", "-w", "m"];
    refused(&dir, &args, "m_headers.txt", &["would replace"]);
}

#[test]
fn a_file_about_the_run_does_not_replace_an_input() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "x_protocols.txt");
    let words = ["x_protocols.txt", "would replace"];
    refused(&dir, &["-r", "x_protocols.txt", "-w", "x"], "x_protocols.txt", &words);
    dir.copy("web.pcap", "y_icmpStats.txt");
    let words = ["y_icmpStats.txt", "would replace"];
    refused(&dir, &["-r", "y_icmpStats.txt", "-w", "y"], "y_icmpStats.txt", &words);
    // What nobody writes replaces nothing.
    flowz(&dir, &["-r", "x_protocols.txt", "-w", "x", "-q", "--plugins", "basicFlow"]).well();
}

/// Every number may be that of a piece, and links do not hide where a piece would go.
#[test]
fn names_of_pieces_are_theirs_alone() {
    let dir = Scratch::new();
    dir.copy("many.pcap", "x_flows.txt2");
    let args = ["-r", "x_flows.txt2", "-W", "x:5f"];
    refused(&dir, &args, "x_flows.txt2", &["x_flows.txt2", "would replace"]);
    symlink("x_flows.txt2", dir.path("y_flows.txt17")).unwrap();
    let args = ["-r", "x_flows.txt2", "-W", "./y:5f"];
    refused(&dir, &args, "x_flows.txt2", &["y_flows.txt17", "would replace"]);
    for toggle in ["txt.TFS_HEADER_SUFFIX", "protoStats.PST_SUFFIX"] {
        let suffix = format!("{toggle}=_flows.txt3");
        let args = ["-r", "x_flows.txt2", "-W", "z:5f", "-o", &suffix];
        refused(&dir, &args, "x_flows.txt2", &["z_flows.txt3", "a piece of the table"]);
    }
    let args =
        ["-r", "x_flows.txt2", "-W", "z:500f", "-q", "-o", "txt.TFS_HEADER_SUFFIX=_flows.txt3a"];
    flowz(&dir, &args).well();
    assert!(dir.path("z_flows.txt0").exists() && dir.path("z_flows.txt2").exists());
}

#[test]
fn two_outputs_have_two_names() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let same = |suffix: &str, more: &[&str], words: &[&str]| {
        let suffix = format!("txtSink.TFS_FLOWS_TXT_SUFFIX={suffix}");
        let args = ["-r", "web.pcap", "-w", "x", "-o", &suffix];
        refused(&dir, &[&args[..], more].concat(), "web.pcap", words);
    };
    same("_flows.csv", &["--sinks", "txt,csv"], &["two outputs", "x_flows.csv"]);
    same("_log.txt", &["-l"], &["two outputs", "x_log.txt"]);
    same("_packets.txt", &["-s"], &["same name"]);
    same("_protocols.txt", &[], &["two outputs", "x_protocols.txt"]);
    same("_icmpStats.txt", &[], &["two outputs", "x_icmpStats.txt"]);
    let other = ["-o", "protoStats.PST_SUFFIX=_icmpStats.txt"];
    same("_flows.txt", &other, &["two plugins", "x_icmpStats.txt"]);
    symlink("a_flows.txt", dir.path("a_packets.txt")).unwrap();
    dir.write("a_flows.txt", "old");
    refused(&dir, &["-r", "web.pcap", "-w", "a", "-s"], "web.pcap", &["two outputs"]);
}

#[test]
fn a_device_may_be_several_outputs() {
    let dir = Scratch::new();
    for name in ["d_flows.txt", "d_headers.txt", "d_protocols.txt", "d_icmpStats.txt"] {
        symlink("/dev/null", dir.path(name)).unwrap();
    }
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "d", "-q", "--plugins", "basicFlow"]);
    done.well();
}
