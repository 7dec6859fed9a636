//! Where settings come from: defaults, files, environment, command line, each stronger than those in
//! front of it; and what is told when one is wrong.

use std::fs;

use crate::kit::{Done, Scratch, data, program, start};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> Scratch {
    let dir = Scratch::new();
    for (name, text) in files {
        fs::create_dir_all(dir.path(name).parent().unwrap()).unwrap();
        dir.write(name, text);
    }
    dir
}

fn run(dir: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> Done {
    let web = data("web.pcap");
    let mut command = start(program(), dir, &[&["-r", &web, "-w", "x"], args].concat());
    command.envs(variables.iter().copied());
    Done::from_output(&command.output().unwrap())
}

/// The settings that the report shows.
#[track_caller]
fn settings(dir: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> Vec<String> {
    let done = run(dir, variables, args).well();
    let lines = done.stdout.lines().skip_while(|l| !l.starts_with("Settings: ")).skip(1);
    let lines: Vec<_> = lines.map_while(|l| l.strip_prefix("    ")).map(str::to_owned).collect();
    let headers = dir.read("x_headers.txt");
    for line in &lines {
        assert!(headers.contains(&format!("#     {line}\n")), "{line} is not in\n{headers}");
    }
    lines
}

const USER: (&str, &str) = ("user/flowz/flowz.toml", "[core]\nFDURLIMIT = 1\n");
const HERE: (&str, &str) = ("flowz.toml", "# mine\n[core]\nFDURLIMIT = 2\n");
const OTHER: (&str, &str) = ("other.config", "# :main.h:\n\nFDURLIMIT = 3\n");

#[test]
fn each_source_is_stronger_than_those_before() {
    let dir = folder(&[]);
    assert!(settings(&dir, &[], &[]).is_empty());
    let user = format!("core.FDURLIMIT=1 ({}, line 2)", dir.path(USER.0).display());
    fs::create_dir_all(dir.path("user/flowz")).unwrap();
    dir.write(USER.0, USER.1);
    assert_eq!(settings(&dir, &[], &[]), [user]);
    dir.write(HERE.0, HERE.1);
    let here = ["core.FDURLIMIT=2 (flowz.toml, line 3)"];
    assert_eq!(settings(&dir, &[], &[]), here);
    dir.write(OTHER.0, OTHER.1);
    let other = ["core.FDURLIMIT=3 (other.config, line 3)"];
    assert_eq!(settings(&dir, &[("FLOWZ_CONFIG", OTHER.0)], &[]), other);
    assert_eq!(settings(&dir, &[], &["--config", OTHER.0]), other);
    assert_eq!(settings(&dir, &[], &["--config", OTHER.0, "--config", HERE.0]), here);
    let bare = ("FDURLIMIT", "4");
    let expected = ["core.FDURLIMIT=4 (environment variable FDURLIMIT)"];
    assert_eq!(settings(&dir, &[bare], &["--config", OTHER.0]), expected);
    let own = ("FLOWZ_core_FDURLIMIT", "5");
    let expected = ["core.FDURLIMIT=5 (environment variable FLOWZ_core_FDURLIMIT)"];
    assert_eq!(settings(&dir, &[bare, own], &[]), expected);
    let option = ["-o", "core.FDURLIMIT=6"];
    let expected = ["core.FDURLIMIT=6 (command line)"];
    assert_eq!(settings(&dir, &[bare, own], &option), expected);
}

/// Words are good for switches, wherever they stand.
#[test]
fn words_for_switches_in_all_sources() {
    for name in ["GRE", "TEREDO"] {
        let dir = folder(&[("a.toml", ""), ("b.toml", ""), ("c.config", "")]);
        dir.write("a.toml", format!("[core]\n{name} = false\n"));
        dir.write("b.toml", format!("[core]\n{name} = 'off'\n"));
        dir.write("c.config", format!("core.{name} = no\n"));
        let off = |origin: &str| [format!("core.{name}=0 ({origin})")];
        assert_eq!(settings(&dir, &[], &["--config", "a.toml"]), off("a.toml, line 2"));
        assert_eq!(settings(&dir, &[], &["--config", "b.toml"]), off("b.toml, line 2"));
        assert_eq!(settings(&dir, &[], &["--config", "c.config"]), off("c.config, line 1"));
        let variable = off(&format!("environment variable {name}"));
        assert_eq!(settings(&dir, &[(name, "False")], &[]), variable);
        let option = format!("core.{name}=No");
        assert_eq!(settings(&dir, &[], &["-o", &option]), off("command line"));
        let on = format!("core.{name}=on");
        assert!(settings(&dir, &[], &["-o", &on]).is_empty());
    }
}

#[test]
fn nothing_is_looked_for_if_that_is_forbidden() {
    let dir = folder(&[USER, HERE, OTHER]);
    let bare = ("FDURLIMIT", "4");
    assert!(settings(&dir, &[bare], &["--no-config"]).is_empty());
    assert!(settings(&dir, &[bare, ("FLOWZ_NO_CONFIG", "1")], &[]).is_empty());
    let other = ["core.FDURLIMIT=3 (other.config, line 3)"];
    assert_eq!(settings(&dir, &[bare], &["--no-config", "--config", OTHER.0]), other);
}

#[test]
fn a_setting_from_the_environment_changes_the_columns() {
    let dir = folder(&[]);
    run(&dir, &[("BS_PAD", "no")], &[]).well();
    assert!(!dir.read("x_flows.txt").lines().next().unwrap().contains("padBytesSnt"));
    run(&dir, &[], &[]).well();
    assert!(dir.read("x_flows.txt").lines().next().unwrap().contains("padBytesSnt"));
}

#[test]
fn the_fingerprint_tells_settings_apart() {
    let dir = folder(&[HERE]);
    let fingerprint = |args: &[&str]| {
        let done = run(&dir, &[], args);
        assert_eq!(done.code, 0, "{}", done.stderr);
        let line = done.stdout.lines().find(|l| l.starts_with("Settings: ")).unwrap();
        assert!(dir.read("x_headers.txt").contains(&format!("# {line}\n")));
        line.split_once("fingerprint ").unwrap().1.to_owned()
    };
    let two = fingerprint(&[]);
    assert_eq!(two.len(), "0x".len() + 16);
    assert_eq!(fingerprint(&["--no-config", "-o", "core.FDURLIMIT=2"]), two);
    assert_ne!(fingerprint(&["--no-config"]), two);
    let names = "protoStats,basicFlow,macRecorder,portClassifier,basicStats,tcpFlags,tcpStates,\
                 icmpDecode,connStat";
    let all = fingerprint(&["--plugins", names]);
    assert_eq!(all, two, "these are the defaults");
    // Even without toggles a plugin changes the tables.
    assert_ne!(fingerprint(&["--plugins", "basicFlow,basicStats,tcpFlags"]), two);
    // A plugin that does not take part has no effect.
    assert_eq!(fingerprint(&["-o", "tcpWin.TMT_EST=7"]), two);
    // Nor has the number of threads.
    assert_eq!(fingerprint(&["--threads", "1"]), fingerprint(&["--threads", "2"]));
    // Modes and filters have.
    let [compat, tcp, udp] = [&["--compat"], &["tcp"], &["udp"]].map(|args| fingerprint(args));
    let all = [&two, &compat, &tcp, &udp];
    assert!(all.iter().enumerate().all(|(n, one)| !all[..n].contains(one)), "{all:?}");
}

#[test]
fn the_report_tells_mode_and_filter() {
    let dir = folder(&[]);
    let done = run(&dir, &[], &["--compat", "--", "tcp or", "udp"]).well();
    let line = "Settings: 0 not the defaults, --compat, filter 'tcp or udp', fingerprint 0x";
    assert!(done.stdout.contains(line), "{}", done.stdout);
    assert!(dir.read("x_headers.txt").contains(line));
}

/// A file of this name fails with these words; nothing is written.
#[track_caller]
fn wrong(name: &str, text: &str, words: &[&str]) {
    let dir = folder(&[(name, text)]);
    run(&dir, &[], &["--config", name]).is_refused(words);
    assert_eq!(dir.names(), [name]);
}

#[test]
fn files_that_are_wrong() {
    let toml = "flowz.toml";
    let name = "[basicStats]\n\nBS_STAT = 0\n";
    let words = ["in flowz.toml, line 3: ", "no toggle 'BS_STAT'", "'BS_STATS'"];
    wrong(toml, name, &words);
    let words = ["in flowz.toml, line 1: ", "no plugin 'basicstats'", "'basicStats'"];
    wrong(toml, "basicstats.BS_STATS = 0\n", &words);
    let range = "[tcpWin]\nTCPWIN_FLWPRG = 0\n";
    let words = ["in flowz.toml, line 2: ", "0 is out of range", "1 to 4294967295 are allowed"];
    wrong(toml, range, &words);
    let words = ["in flowz.toml, line 2: ", "'maybe' is not a value", "bool (0 or 1)"];
    wrong(toml, "[basicStats]\nBS_STATS = 'maybe'\n", &words);
    let words = ["in flowz.toml, line 2: ", "basicStats.BS_STATS is of type array"];
    wrong(toml, "[basicStats]\nBS_STATS = [1]\n", &words);
    let words = ["in flowz.toml, line 2: ", "'true' is not a value for FLOW_TIMEOUT: a number"];
    wrong(toml, "[core]\nFLOW_TIMEOUT = true\n", &words);
    let words =
        ["in flowz.toml, line 2: ", "'yes' is not a value for IPV6_ACTIVATE: a whole number"];
    wrong(toml, "[core]\nIPV6_ACTIVATE = 'yes'\n", &words);
    wrong(toml, "[core]\nGRE = 1\nGRE = 0\n", &["in flowz.toml, line 3: "]);
    wrong(toml, "[core\n", &["in flowz.toml, line 1: "]);
    wrong(toml, "GRE = 1\n", &["in flowz.toml, line 1: ", "a table per plugin is needed"]);
    let words = ["in my.config, line 2: ", "no toggle 'FDURLIMITS'", "'FDURLIMIT'"];
    wrong("my.config", "GRE = yes\nFDURLIMITS = 1\n", &words);
    wrong("my.config", "GRE\n", &["in my.config, line 1: ", "NAME = value is needed"]);
}

#[test]
fn files_that_cannot_be_read() {
    let dir = folder(&[("not-text.toml", "")]);
    dir.write("not-text.toml", b"[core]\n# \xff\n");
    let words = ["configuration file 'not-text.toml'", "UTF-8"];
    run(&dir, &[], &["--config", "not-text.toml"]).fails_with(&words);
    let words = ["configuration file 'nowhere.toml'", "No such file"];
    run(&dir, &[("FLOWZ_CONFIG", "nowhere.toml")], &[]).fails_with(&words);
    fs::create_dir(dir.path("flowz.toml")).unwrap();
    run(&dir, &[], &[]).fails_with(&["configuration file 'flowz.toml'", "s a directory"]);
}

#[test]
fn variables_that_are_wrong() {
    let dir = folder(&[]);
    let fails = |name, value, words: &[&str]| run(&dir, &[(name, value)], &[]).is_refused(words);
    fails("BS_STATS", "x", &["environment variable BS_STATS", "'x' is not a value"]);
    let words = ["environment variable FLOWZ_core_GRRE", "no toggle 'GRRE'", "'GRE'"];
    fails("FLOWZ_core_GRRE", "1", &words);
    let words = ["FLOWZ_basicstats_BS_STATS", "no plugin 'basicstats'", "'basicStats'"];
    fails("FLOWZ_basicstats_BS_STATS", "1", &words);
}
