//! Wrong words on the command line: one sentence that helps, and the exit status.

use crate::kit::{Done, Scratch, data, flowz, program, start, t2conf, tawk, tcol};

/// The main job on a good capture with these arguments is refused with these words; nothing is left.
#[track_caller]
fn refused(args: &[&str], words: &[&str]) {
    let dir = Scratch::new();
    flowz(&dir, &[&["-r", &data("web.pcap"), "-w", "x"], args].concat()).is_refused(words);
    assert!(dir.names().is_empty(), "left behind: {:?}", dir.names());
}

#[test]
fn names_come_with_the_nearest_one() {
    refused(&["--plugins", "basicFlow,tcpstate"], &["no plugin 'tcpstate'", "'tcpStates'"]);
    refused(&["--sinks", "cvs"], &["no sink 'cvs'", "'csv'"]);
    refused(&["-o", "basicStat.BS_PAD=0"], &["no plugin 'basicStat'", "'basicStats'"]);
    refused(&["-o", "basicStats.BS_PADS=0"], &["no toggle 'BS_PADS'", "'BS_PAD'"]);
    refused(&["-o", "txtSinc.TFS_SPLIT=0"], &["no plugin 'txtSinc'", "'txtSink'"]);
    refused(&["-o", "txtSink.TFS_SPLITS=0"], &["no toggle 'TFS_SPLITS'", "'TFS_SPLIT'"]);
    refused(&["-o", "core.FDURLIMITS=3"], &["no toggle 'FDURLIMITS'", "'FDURLIMIT'"]);
}

#[test]
fn names_far_from_all_come_without_hint() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "--plugins", "xyzzyxyzzyxyzzy"]);
    done.is_refused(&["no plugin 'xyzzyxyzzyxyzzy'"]);
    assert!(!done.stderr.contains("did you mean"), "{}", done.stderr);
}

#[test]
fn a_name_in_a_plugin_list() {
    let dir = Scratch::new();
    dir.write("list", "basicFlow\nbasicStat\n");
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-b", "list"]);
    done.is_refused(&["no plugin 'basicStat'", "'basicStats'"]);
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-b", "nowhere"]);
    done.fails_with(&["plugin list", "nowhere", "No such file"]);
}

#[test]
fn settings() {
    refused(&["-o", "BS_PAD=0"], &["'BS_PAD=0'", "PLUGIN.TOGGLE=VALUE"]);
    refused(&["-o", "basicStats.BS_PAD"], &["'basicStats.BS_PAD'", "PLUGIN.TOGGLE=VALUE"]);
    refused(&["-o", "basicStats.BS_PAD=blue"], &["BS_PAD", "'blue'", "bool"]);
    refused(&["-o", "tcpWin.TCPWIN_FLWPRG=0"], &["TCPWIN_FLWPRG", "0 is out of range"]);
    refused(&["-o", "core.FLOW_TIMEOUT=-1"], &["FLOW_TIMEOUT", "-1 is out of range"]);
}

#[test]
fn filters() {
    refused(&["tcp prot 80"], &["filter `tcp >>prot<< 80`", "syntax error"]);
    refused(&["tcp", "port", "nonsense"], &["filter `tcp port >>nonsense<<`"]);
    refused(&["(tcp or udp) nad port 80"], &["filter `(tcp or udp) >>nad<< port 80`"]);
    refused(&["tcp or"], &["filter `tcp or >><<`"]);
    refused(&["tcp", "and"], &["filter `tcp and >><<`"]);
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-F", "nowhere"]);
    done.fails_with(&["filter file", "nowhere", "No such file"]);
    dir.write("binary", [0xff, 0xfe]);
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-F", "binary"]);
    done.is_refused(&["filter file", "binary", "no text"]);
    for words in [&["-F", "/dev/zero"][..], &["--plugin-list", "/dev/zero"]] {
        let done = flowz(&dir, &[&["-r", &data("web.pcap")], words].concat());
        done.fails_with(&["'/dev/zero': it has more than 1048576 bytes"]);
    }
}

#[test]
fn pieces() {
    let dir = Scratch::new();
    for (wanted, words) in [("x:much", ["'much'", "size"]), ("x:1K,z", ["'z'", "number"])] {
        flowz(&dir, &["-r", &data("web.pcap"), "-W", wanted]).is_refused(&words);
    }
    assert!(dir.names().is_empty());
}

#[test]
fn two_sinks_cannot_share_standard_output() {
    let dir = Scratch::new();
    dir.copy("web.pcap", "web.pcap");
    let done = flowz(&dir, &["-r", "web.pcap", "-w", "-", "--sinks", "txt,csv"]);
    done.is_refused(&["only one sink", "standard output", "--sinks"]);
    assert_eq!(dir.names(), ["web.pcap"]);
}

#[test]
fn no_input() {
    let dir = Scratch::new();
    flowz(&dir, &["-w", "x"]).is_refused(&["no input", "-r FILE"]);
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
        done.is_refused(&[]);
        assert!(done.stdout.is_empty(), "{done:?}");
        for more in ["Usage", "information", "error: error"] {
            assert!(!done.stderr.contains(more), "{done:?}");
        }
    }
    for program in [t2conf(), tawk(), tcol()] {
        let done = Done::from_output(&start(program, &dir, &["--nope"]).output().unwrap());
        assert_eq!(done.code, 2, "{done:?}");
        let name = program.file_name().unwrap().to_str().unwrap();
        done.says(&format!("{name}: error: "), &["unexpected argument '--nope' found"]);
    }
    assert!(dir.names().is_empty());
}

/// An option that does not exist is told with those that are like it, and not with a way of making a filter of it.
#[test]
fn options_that_do_not_exist() {
    let dir = Scratch::new();
    for (args, similar) in [(&["--foo"][..], false), (&["-r", "x", "--plugin", "y"], true)] {
        let output = start(program(), &dir, args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("unexpected argument"), "{said}");
        assert!(!said.contains("as a value"), "{said}");
        assert_eq!(said.contains("similar argument exists: '--plugins'"), similar, "{said}");
        assert_eq!(said.contains("exists"), similar, "{said}");
    }
}
