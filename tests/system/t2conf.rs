//! t2conf: what it shows of files and environment, and how it changes files.

use std::fs;
use std::os::unix::fs::symlink;

use crate::kit::{Done, Scratch, analyse, counter, data, flowz, program, start, t2conf};

fn ask_with(dir: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> Done {
    let mut command = start(t2conf(), dir, args);
    Done::from_output(&command.envs(variables.iter().copied()).output().unwrap())
}

fn ask(dir: &Scratch, args: &[&str]) -> Done {
    ask_with(dir, &[], args)
}

#[track_caller]
fn fails(dir: &Scratch, args: &[&str], words: &[&str]) {
    let done = ask(dir, args);
    assert_eq!(done.code, 1, "{done:?}");
    done.says("t2conf: error: ", words);
}

/// Wrong words on the command line have the status that clap gives.
#[track_caller]
fn is_refused(dir: &Scratch, args: &[&str], words: &[&str]) {
    let done = ask(dir, args);
    assert_eq!(done.code, 2, "{done:?}");
    done.says("t2conf: error: ", words);
}

/// The value that flowz uses.
#[track_caller]
fn in_force(dir: &Scratch, toggle: &str) -> Option<String> {
    let web = data("web.pcap");
    let done =
        Done::from_output(&start(program(), dir, &["-r", &web, "-w", "x"]).output().unwrap())
            .well();
    let line = done.stdout.lines().find_map(|l| l.trim().strip_prefix(&format!("{toggle}=")));
    line.map(|l| l.split(' ').next().unwrap().to_owned())
}

#[test]
fn what_is_set_is_used() {
    let dir = Scratch::new();
    let said = ask(&dir, &["basicStats", "-D", "BS_PAD=no", "-D", "core.FDURLIMIT=0x10"]).well();
    let expected =
        "basicStats.BS_PAD = no\ncore.FDURLIMIT = 0x10\nflowz.toml: 2 settings changed\n";
    assert_eq!(said.stdout, expected);
    let text = "[basicStats]\nBS_PAD = false\n\n[core]\nFDURLIMIT = 0x10\n";
    assert_eq!(dir.read("flowz.toml"), text);
    assert_eq!(in_force(&dir, "basicStats.BS_PAD").as_deref(), Some("0"));
    assert_eq!(in_force(&dir, "core.FDURLIMIT").as_deref(), Some("16"));
    assert_eq!(ask(&dir, &["core", "-G", "FDURLIMIT"]).well().stdout, "16\n");
    let said = ask(&dir, &["basicStats", "-D", "BS_PAD=default"]).well();
    assert_eq!(said.stdout, "basicStats.BS_PAD = 1 (default)\nflowz.toml: 1 setting changed\n");
    assert_eq!(in_force(&dir, "basicStats.BS_PAD"), None);
}

/// A file holds the form of the toggle's type, whatever word was typed.
#[test]
fn words_for_switches() {
    let dir = Scratch::new();
    ask(&dir, &["core", "-D", "GRE=No", "-D", "RELTIME=on"]).well();
    assert_eq!(dir.read("flowz.toml"), "[core]\nGRE = false\nRELTIME = true\n");
    assert_eq!(ask(&dir, &["core", "-G", "RELTIME"]).well().stdout, "1\n");
    ask(&dir, &["core", "-D", "RELTIME=off"]).well();
    assert_eq!(dir.read("flowz.toml"), "[core]\nGRE = false\nRELTIME = false\n");
    for more in ["ETH_ACTIVATE=yes", "IPV6_ACTIVATE=yes"] {
        is_refused(&dir, &["core", "-D", more], &["'yes' is not a value", "whole number"]);
    }
}

#[test]
fn resets() {
    let dir = Scratch::new();
    let text = "# mine\n[basicStats]\n# why\nBS_PAD = false\n[core]\nGRE = false\nMPLS = false\n";
    dir.write("flowz.toml", text);
    assert!(ask(&dir, &["core", "--reset"]).well().stdout.contains("2 settings changed"));
    let rest = "# mine\n[basicStats]\n# why\nBS_PAD = false\n[core]\n";
    assert_eq!(dir.read("flowz.toml"), rest);
    ask(&dir, &["-a", "--reset"]).well();
    assert_eq!(dir.read("flowz.toml"), "# mine\n[basicStats]\n# why\n[core]\n");
    assert!(ask(&dir, &["-a", "--reset"]).well().stdout.contains("0 settings changed"));
}

#[test]
fn values_and_where_they_are_from() {
    let dir = Scratch::new();
    dir.write("flowz.toml", "[core]\nGRE = false\n");
    let variables = [("FDURLIMIT", "9"), ("FLOWZ_basicStats_BS_PAD", "0")];
    let shown = ask_with(&dir, &variables, &["core"]).well().stdout;
    let line = |name: &str| shown.lines().find(|l| l.starts_with(name)).unwrap().to_owned();
    assert!(line("GRE ").contains("flowz.toml, line 2"), "{shown}");
    assert!(line("FDURLIMIT").contains("environment variable FDURLIMIT"), "{shown}");
    let diff = ask_with(&dir, &variables, &["--diff"]).well().stdout;
    assert_eq!(diff.lines().count(), 1 + 3, "{diff}");
    let set = ask_with(&dir, &variables, &["-e"]).well().stdout;
    let names: Vec<_> = set.lines().skip(1).map(|l| l.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["core.FDURLIMIT", "basicStats.BS_PAD"]);
    let json = ask_with(&dir, &variables, &["--diff", "--json"]).well().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["origin"], "environment variable FDURLIMIT");
}

#[test]
fn a_generated_file_says_what_is_in_force() {
    let dir = Scratch::new();
    ask(&dir, &["-D", "core.GRE=0", "-D", "tcpWin.TMT_EST=3"]).well();
    assert_eq!(ask(&dir, &["-a", "-g", "all.toml"]).well().stdout, "all.toml written\n");
    let text = dir.read("all.toml");
    assert!(text.contains("\nGRE = false\n") && text.contains("\n# MPLS = true\n"), "{text}");
    let said = ask(&dir, &["--validate", "all.toml"]).well().stdout;
    assert_eq!(said, "all.toml: 2 settings, nothing wrong\n");
    // Each line that is a comment is a good setting too.
    let lines =
        text.lines().map(|l| l.strip_prefix("# ").filter(|l| l.contains(" = ")).unwrap_or(l));
    dir.write("full.toml", lines.collect::<Vec<_>>().join("\n"));
    // And the list of plugins is one more.
    let number: usize = ask(&dir, &["-a", "-I"]).well().stdout.lines().count();
    let said = ask(&dir, &["--validate", "full.toml"]).well().stdout;
    assert_eq!(said, format!("full.toml: {} settings, nothing wrong\n", number + 1));
    fails(&dir, &["-a", "-g", "all.toml"], &["cannot write 'all.toml'", "File exists"]);
    let one = ask(&dir, &["tcpWin", "-g"]).well().stdout;
    assert!(one.contains("[tcpWin]") && !one.contains("[core]"));
}

#[test]
fn a_file_is_applied_as_a_whole_or_not_at_all() {
    let dir = Scratch::new();
    dir.write("stats.config", "# :basicStats.h:\nBS_PAD = no\n");
    ask(&dir, &["basicStats", "-C", "stats.config"]).well();
    assert_eq!(dir.read("flowz.toml"), "[basicStats]\nBS_PAD = false\n");
    dir.write("bad.config", "BS_PAD = yes\nBS_PADS = yes\nBS_STATS = 7\n");
    let done = ask(&dir, &["basicStats", "-C", "bad.config"]);
    assert_eq!(done.code, 1);
    let lines: Vec<_> = done.stderr.lines().collect();
    assert!(lines[0].contains("bad.config, line 2") && lines[1].contains("bad.config, line 3"));
    assert_eq!(dir.read("flowz.toml"), "[basicStats]\nBS_PAD = false\n");
}

#[test]
fn versions_of_ip() {
    let dir = Scratch::new();
    for (option, value) in [("--ip4", "0"), ("--ip6", "1"), ("--dual", "2")] {
        ask(&dir, &[option]).well();
        assert_eq!(ask(&dir, &["core", "-G", "IPV6_ACTIVATE"]).well().stdout, format!("{value}\n"));
    }
    assert_eq!(dir.read("flowz.toml"), "[core]\nIPV6_ACTIVATE = 2\n");
}

#[test]
fn patches() {
    let dir = Scratch::new();
    dir.write("p", "# mine\nBS_PAD\t0\t1\tbasicStats.h\nBS_STATS\tno\tyes\tbasicStats.h\n");
    ask(&dir, &["basicStats", "--patch", "p"]).well();
    assert_eq!(dir.read("flowz.toml"), "[basicStats]\nBS_PAD = false\nBS_STATS = false\n");
    ask(&dir, &["basicStats", "--rpatch", "p"]).well();
    assert_eq!(dir.read("flowz.toml"), "[basicStats]\nBS_PAD = true\nBS_STATS = true\n");
    dir.write("q", "\nBS_PAD\t7\tbasicStats.h\n");
    fails(&dir, &["basicStats", "--patch", "q"], &["in q, line 2", "'7' is not a value"]);
}

#[test]
fn the_users_own_file() {
    let dir = Scratch::new();
    let said = ask(&dir, &["--user", "-D", "core.GRE=0"]).well().stdout;
    assert!(said.contains("user/flowz/flowz.toml: 1 setting changed"), "{said}");
    assert_eq!(dir.read("user/flowz/flowz.toml"), "[core]\nGRE = false\n");
    assert_eq!(in_force(&dir, "core.GRE").as_deref(), Some("0"));
}

#[test]
fn links_and_rights_stay() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Scratch::new();
    fs::create_dir(dir.path("real")).unwrap();
    dir.write("real/f.toml", "[core]\nGRE = true\n");
    fs::set_permissions(dir.path("real/f.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/f.toml", dir.path("flowz.toml")).unwrap();
    ask(&dir, &["-D", "core.GRE=0"]).well();
    assert_eq!(dir.read("real/f.toml"), "[core]\nGRE = false\n");
    assert!(dir.path("flowz.toml").symlink_metadata().unwrap().is_symlink());
    let mode = dir.path("real/f.toml").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_cannot_be_done() {
    let dir = Scratch::new();
    is_refused(&dir, &["-D", "core.GREE=0"], &["no toggle 'GREE'", "'GRE'"]);
    is_refused(&dir, &["core", "-D", "GRE"], &["'GRE' is not a setting", "NAME=VALUE"]);
    let words = ["-1 is out of range", "0 to 1000000000"];
    is_refused(&dir, &["core", "-D", "FLOW_TIMEOUT=-1"], &words);
    is_refused(&dir, &["-D", "GRE=0"], &["of which plugin is GRE?"]);
    is_refused(&dir, &["tcpWn"], &["no plugin 'tcpWn'", "'tcpWin'"]);
    is_refused(&dir, &["tcpWin", "-G", "NOPE"], &["no toggle 'NOPE'"]);
    is_refused(&dir, &["-G", "NOPE"], &["of which plugin is NOPE?"]);
    is_refused(&dir, &["--reset"], &["reset of what?"]);
    fails(
        &dir,
        &["-D", "core.GRE=0", "--config", "x.conf"],
        &["'x.conf' cannot be changed", ".toml"],
    );
    fails(
        &dir,
        &["-D", "core.GRE=0", "--config", "no/x.toml"],
        &["cannot write 'no/x.toml'", "No such"],
    );
    assert!(dir.names().is_empty());
    // Nobody may make a file there, not even root.
    let there = ["-D", "core.GRE=0", "--config", "/proc/x.toml"];
    fails(&dir, &there, &["cannot write '/proc/x.toml'"]);
    dir.write("flowz.toml", "[core\n");
    fails(&dir, &["-D", "core.GRE=0"], &["in flowz.toml, line 1"]);
    assert_eq!(dir.read("flowz.toml"), "[core\n");
    fails(&dir, &["core"], &["in flowz.toml, line 1"]);
}

#[test]
fn a_file_is_checked_to_its_end() {
    let dir = Scratch::new();
    dir.write("f.toml", "[core]\nGREE = false\nMPLS = 7\n[cor]\nA = 1\n");
    let done = ask(&dir, &["--validate", "f.toml"]);
    assert_eq!(done.code, 1);
    let lines: Vec<_> = done.stderr.lines().collect();
    let starts = [2, 3, 5].map(|n| format!("t2conf: error: in f.toml, line {n}: "));
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.iter().zip(&starts).all(|(line, start)| line.starts_with(start)), "{lines:?}");
}

#[test]
fn plugins_of_shared_objects() {
    let dir = Scratch::new();
    fs::create_dir(dir.path("objects")).unwrap();
    dir.write("objects/counter.so", counter());
    assert!(ask(&dir, &["-p", "objects"]).well().stdout.contains("\ncounter "));
    ask(&dir, &["-p", "objects", "counter", "-D", "CTR_STEP=3"]).well();
    assert_eq!(dir.read("flowz.toml"), "[counter]\nCTR_STEP = 3\n");
    fails(&dir, &["core"], &["in flowz.toml, line 2", "no plugin 'counter'"]);
    let web = data("web.pcap");
    let args = ["-r", &web, "-w", "x", "-p", "objects"];
    let done = Done::from_output(&start(program(), &dir, &args).output().unwrap()).well();
    assert!(done.stdout.contains("counter.CTR_STEP=3 (flowz.toml, line 2)"));
}

#[test]
fn a_folder_without_objects_is_told() {
    let dir = Scratch::new();
    fs::create_dir(dir.path("empty")).unwrap();
    let done = ask(&dir, &["-p", "empty", "core", "-G", "FDURLIMIT"]);
    assert_eq!((done.code, done.stdout.as_str()), (0, "0\n"));
    assert_eq!(done.stderr, "t2conf: warning: there are no plugins (*.so) in 'empty'\n");
}

#[test]
fn completions_of_flowz_know_toggles() {
    let dir = Scratch::new();
    for shell in ["bash", "zsh", "fish"] {
        let text = flowz(&dir, &["--completions", shell]).well().stdout;
        assert!(text.contains("basicStats.BS_PAD=") && text.contains("tcpStates"), "{shell}");
    }
    assert_eq!(analyse(&["-r", &data("web.pcap"), "-q"]).done.code, 0);
}

/// What is not the default, without the places where it is from.
fn changed(dir: &Scratch, args: &[&str]) -> Vec<(String, String)> {
    let text = ask(dir, &[args, &["--diff", "--json"]].concat()).well().stdout;
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let toggle = |t: &serde_json::Value| (text(&t["name"]), t["value"].to_string());
    all.as_array().unwrap().iter().map(toggle).collect()
}

#[test]
fn a_generated_file_gives_the_settings_again() {
    let dir = Scratch::new();
    let sets = [
        "core.FDURLIMIT=0x10",
        "core.FLOW_TIMEOUT=1e-7",
        "core.SPKTMD_PCNTH_SEP= : ",
        "txtSink.SEP_CHR=\\t,",
        "txtSink.B2T_NON_IP_STR= a\"b'c\\\\d ",
        "txtSink.TFS_HEADER_SUFFIX=_what is it.txt",
        "basicStats.BS_PAD=no",
        "icmpDecode.ICMP_TC_MD=yes",
    ];
    let args: Vec<_> = sets.iter().flat_map(|set| ["-D", set]).collect();
    ask(&dir, &args).well();
    ask(&dir, &["-L", "+tcpWin,-tcpStates,+csv"]).well();
    let expected = changed(&dir, &[]);
    assert_eq!(expected.len(), sets.len() + 1, "{expected:?}");
    ask(&dir, &["-a", "-g", "made.toml"]).well();
    let made = ["--no-config", "--config", "made.toml"];
    assert_eq!(changed(&dir, &made), expected);
    ask(&dir, &["--validate", "made.toml"]).well();
    let again = ask(&dir, &[&made[..], &["-a", "-g"]].concat()).well().stdout;
    assert_eq!(again, dir.read("made.toml"), "and the same file again");
    // The defaults that it shows are the defaults.
    let defaults = ask(&dir, &["--no-config", "-a", "-g"]).well().stdout;
    let is_setting =
        |line: &str| line.starts_with("# ") && line.contains(" = ") && !line.ends_with(')');
    let line = |line| str::strip_prefix(line, "# ").filter(|_| is_setting(line)).unwrap_or(line);
    dir.write("all.toml", defaults.lines().map(line).collect::<Vec<_>>().join("\n"));
    let told = ask(&dir, &["--validate", "all.toml"]).well().stdout;
    let count = told.strip_prefix("all.toml: ").and_then(|rest| rest.split(' ').next());
    assert!(count.is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 200)), "{told}");
    let all = changed(&dir, &["--no-config", "--config", "all.toml"]);
    assert!(all.iter().all(|(name, _)| name == "plugins"), "{all:?}");
}
