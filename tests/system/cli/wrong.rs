//! Wrong words on the command line: one sentence that helps, and the exit status.

use crate::kit::{Scratch, data, flowz};

/// The main job on a good capture with these arguments fails with these words; nothing is left.
#[track_caller]
fn fails(args: &[&str], words: &[&str]) {
    let dir = Scratch::new();
    flowz(&dir, &[&["-r", &data("web.pcap"), "-w", "x"], args].concat()).fails_with(words);
    assert!(dir.names().is_empty(), "left behind: {:?}", dir.names());
}

#[test]
fn names_come_with_the_nearest_one() {
    fails(&["--plugins", "basicFlow,tcpstate"], &["no plugin 'tcpstate'", "'tcpStates'"]);
    fails(&["--sinks", "cvs"], &["no sink 'cvs'", "'csv'"]);
    fails(&["-o", "basicStat.BS_PAD=0"], &["no plugin 'basicStat'", "'basicStats'"]);
    fails(&["-o", "basicStats.BS_PADS=0"], &["no toggle 'BS_PADS'", "'BS_PAD'"]);
    fails(&["-o", "txtSinc.TFS_SPLIT=0"], &["no plugin 'txtSinc'", "'txtSink'"]);
    fails(&["-o", "txtSink.TFS_SPLITS=0"], &["no toggle 'TFS_SPLITS'", "'TFS_SPLIT'"]);
    fails(&["-o", "core.FDURLIMITS=3"], &["no toggle 'FDURLIMITS'", "'FDURLIMIT'"]);
}

#[test]
fn names_far_from_all_come_without_hint() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "--plugins", "xyzzyxyzzyxyzzy"]);
    done.fails_with(&["no plugin 'xyzzyxyzzyxyzzy'"]);
    assert!(!done.stderr.contains("did you mean"), "{}", done.stderr);
}

#[test]
fn a_name_in_a_plugin_list() {
    let dir = Scratch::new();
    dir.write("list", "basicFlow\nbasicStat\n");
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-b", "list"]);
    done.fails_with(&["no plugin 'basicStat'", "'basicStats'"]);
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-b", "nowhere"]);
    done.fails_with(&["plugin list", "nowhere", "No such file"]);
}

#[test]
fn settings() {
    fails(&["-o", "BS_PAD=0"], &["'BS_PAD=0'", "PLUGIN.TOGGLE=VALUE"]);
    fails(&["-o", "basicStats.BS_PAD"], &["'basicStats.BS_PAD'", "PLUGIN.TOGGLE=VALUE"]);
    fails(&["-o", "basicStats.BS_PAD=blue"], &["BS_PAD", "'blue'", "bool"]);
    fails(&["-o", "tcpWin.TCPWIN_FLWPRG=0"], &["TCPWIN_FLWPRG", "0 is out of range"]);
    fails(&["-o", "core.FLOW_TIMEOUT=-1"], &["FLOW_TIMEOUT", "-1 is out of range"]);
}

#[test]
fn filters() {
    fails(&["tcp prot 80"], &["filter `tcp prot 80`", "syntax error"]);
    fails(&["tcp", "port", "nonsense"], &["filter `tcp port nonsense`"]);
    fails(&["-F", "nowhere"], &["filter file", "nowhere", "No such file"]);
}

#[test]
fn pieces() {
    let dir = Scratch::new();
    for (wanted, words) in [("x:much", ["'much'", "size"]), ("x:1K,z", ["'z'", "number"])] {
        flowz(&dir, &["-r", &data("web.pcap"), "-W", wanted]).fails_with(&words);
    }
    assert!(dir.names().is_empty());
}

#[test]
fn two_sinks_cannot_share_standard_output() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let done = flowz(&dir, &["-r", "web.pcap", "-w", "-", "--sinks", "txt,csv"]);
    done.fails_with(&["only one sink", "standard output", "--sinks"]);
    assert_eq!(dir.names(), ["web.pcap"]);
}

#[test]
fn no_input() {
    let dir = Scratch::new();
    flowz(&dir, &["-w", "x"]).fails_with(&["no input", "-r FILE"]);
}

#[test]
fn usage() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let wrong: [&[&str]; 7] = [
        &["--nope"],
        &["-r"],
        &["-r", &web, "-R", "list"],
        &["-r", &web, "-w", "x", "-W", "y"],
        &["-r", &web, "--max-flows", "1"],
        &["-r", &web, "--max-mem", "much"],
        &["-r", &web, "-x", "-3"],
    ];
    for args in wrong {
        let done = flowz(&dir, args);
        assert_eq!(done.code, 2, "{args:?}: {}", done.stderr);
        assert!(done.stderr.starts_with("error: ") && done.stdout.is_empty(), "{done:?}");
    }
    assert!(dir.names().is_empty());
}
