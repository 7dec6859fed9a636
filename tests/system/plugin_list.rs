//! The list of plugins: in files, in the environment, on the command line; and how t2conf changes it.

use crate::kit::{Done, Scratch, counter, data, program, start, t2conf};

fn ask(dir: &Scratch, args: &[&str]) -> Done {
    Done::from_output(&start(t2conf(), dir, args).output().unwrap())
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

fn run(dir: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> Done {
    let web = data("web.pcap");
    let mut command = start(program(), dir, &[&["-r", &web, "-w", "x"], args].concat());
    Done::from_output(&command.envs(variables.iter().copied()).output().unwrap())
}

/// The plugins that take part, and who named them, if the report says so.
#[track_caller]
fn active(dir: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> (Vec<String>, String) {
    let report = run(dir, variables, args).stdout;
    let lines = report.lines().skip_while(|l| *l != "Active plugins:").skip(1);
    let names = lines.map_while(|l| l.strip_prefix("    ")?.split(&[' ', ','][..]).nth(1));
    let names = names.filter(|name| *name != "txt").map(str::to_owned).collect();
    let by = report.lines().find_map(|l| l.strip_prefix("Plugins named by: ")).unwrap_or_default();
    let header = format!("# Plugins named by: {by}\n");
    assert_eq!(dir.read("x_headers.txt").contains(&header), !by.is_empty());
    (names, by.to_owned())
}

#[test]
fn each_source_is_stronger_than_those_before() {
    let dir = Scratch::new();
    let is = |variables: &[(&str, &str)], args: &[&str], names: &[&str], by: &str| {
        let expected = names.iter().map(ToString::to_string).collect();
        assert_eq!(active(&dir, variables, args), (expected, by.to_owned()));
    };
    let default = [
        "protoStats",
        "basicFlow",
        "macRecorder",
        "portClassifier",
        "basicStats",
        "tcpFlags",
        "tcpStates",
        "icmpDecode",
        "connStat",
    ];
    is(&[], &[], &default, "");
    dir.write("flowz.toml", "# mine\nplugins = ['tcpWin', 'basicFlow']\n[core]\nGRE = false\n");
    is(&[], &[], &["basicFlow", "tcpWin"], "flowz.toml, line 2");
    dir.write("other.toml", "plugins = ['tcpStates']\n");
    is(&[], &["--config", "other.toml"], &["tcpStates"], "other.toml, line 1");
    let variable = ("FLOWZ_PLUGINS", "basicStats, tcpFlags");
    let both = ["basicStats", "tcpFlags"];
    is(&[variable], &[], &both, "environment variable FLOWZ_PLUGINS");
    is(&[variable], &["--plugins", "tcpWin"], &["tcpWin"], "");
    dir.write("list.txt", "100_basicFlow.so\n");
    is(&[variable], &["-b", "list.txt"], &["basicFlow"], "");
    is(&[variable], &["--no-config"], &default, "");
    let done = run(&dir, &[], &["--plugins", ""]);
    assert!(done.code == 0 && done.stderr.contains("no plugin is selected"), "{done:?}");
}

#[test]
fn lists_that_are_wrong() {
    let wrong = |text: &str, words: &[&str]| {
        let dir = Scratch::new();
        dir.write("flowz.toml", text);
        run(&dir, &[], &[]).is_refused(words);
        fails(&dir, &["--validate", "flowz.toml"], words);
        fails(&dir, &["-S"], words);
        assert_eq!(dir.names(), ["flowz.toml"]);
    };
    let words = ["in flowz.toml, line 3: ", "no plugin 'tcpWinn'", "did you mean 'tcpWin'?"];
    wrong("plugins = [\n'basicFlow',\n'tcpWinn']\n", &words);
    wrong("plugins = 'tcpWin'\n", &["in flowz.toml, line 1: plugins is of type string: a list"]);
    wrong("[plugins]\ntcpWin = 1\n", &["in flowz.toml, line 1: plugins is of type table: a list"]);
    wrong("plugins = [1]\n", &["in flowz.toml, line 1: a name in plugins is of type integer"]);
    wrong("plugins = ['txtSin']\n", &["in flowz.toml, line 1: there is no plugin 'txtSin'"]);
    let dir = Scratch::new();
    let words = ["environment variable FLOWZ_PLUGINS", "no plugin 'tcpwin'", "'tcpWin'"];
    run(&dir, &[("FLOWZ_PLUGINS", "tcpwin")], &[]).is_refused(&words);
    run(&dir, &[], &["--plugins", "tcpwin"]).is_refused(&["no plugin 'tcpwin'", "'tcpWin'"]);
}

const MARK: &str = "# plugins before the last change (t2conf -q): ";

#[test]
fn changes_and_back() {
    let dir = Scratch::new();
    dir.write("flowz.toml", "# mine\n[core]\nGRE = false\n");
    let rest = "\n# mine\n[core]\nGRE = false\n";
    let told = ask(&dir, &["-L", "tcpWin,basicFlow"]).well().stdout;
    let list = "plugins = [\"basicFlow\", \"tcpWin\"]\n";
    assert_eq!(told, format!("{list}flowz.toml: 1 setting changed\n"));
    assert_eq!(dir.read("flowz.toml"), format!("{MARK}default\n{list}{rest}"));
    assert_eq!(active(&dir, &[], &[]).0, ["basicFlow", "tcpWin"]);
    let told = ask(&dir, &["-L", "+tcpStates,-basicFlow"]).well().stdout;
    let without = "plugins = [\"tcpStates\", \"tcpWin\"]\n";
    assert_eq!(told, format!("{without}flowz.toml: 1 setting changed\n"));
    let kept = |list: &str| list.trim_start_matches("plugins = ").trim().to_owned();
    assert_eq!(dir.read("flowz.toml"), format!("{MARK}{}\n{without}{rest}", kept(list)));
    assert_eq!(ask(&dir, &["-q"]).well().stdout, format!("{list}flowz.toml: 1 setting changed\n"));
    assert_eq!(dir.read("flowz.toml"), format!("{MARK}{}\n{list}{rest}", kept(without)));
    assert_eq!(active(&dir, &[], &[]).0, ["basicFlow", "tcpWin"]);
    assert!(ask(&dir, &["-0"]).well().stdout.starts_with("plugins = []\n"));
    assert!(active(&dir, &[], &[]).0.is_empty());
    let told = ask(&dir, &["-L", "default"]).well().stdout;
    assert!(told.lines().next().unwrap().ends_with("\"connStat\"] (default)"), "{told}");
    assert_eq!(dir.read("flowz.toml"), format!("{MARK}[]\n{rest}"));
    let told = ask(&dir, &["-L", "default"]).well().stdout;
    assert!(told.ends_with("0 settings changed\n"), "{told}");
    ask(&dir, &["-L", "all"]).well();
    assert_eq!(active(&dir, &[], &[]).0.len(), flowz_plugins::link());
    // The same words as for --plugins.
    for words in ["all,-tcpFlags", "tcpWin,+basicFlow", "default,tcpWin,-connStat"] {
        ask(&dir, &["-L", words]).well();
        let stored = active(&dir, &[], &[]).0;
        assert_eq!(stored, active(&dir, &[], &["--no-config", "--plugins", words]).0, "{words}");
        assert!(!stored.is_empty());
    }
}

#[test]
fn what_is_saved_is_restored() {
    let dir = Scratch::new();
    ask(&dir, &["-L", "tcpWin,basicFlow"]).well();
    assert_eq!(ask(&dir, &["-s", "mine.txt"]).well().stdout, "mine.txt written\n");
    ask(&dir, &["-0"]).well();
    assert_eq!(active(&dir, &[], &["-b", "mine.txt"]).0, ["basicFlow", "tcpWin"]);
    ask(&dir, &["-r", "mine.txt"]).well();
    assert_eq!(active(&dir, &[], &[]).0, ["basicFlow", "tcpWin"]);
    fails(&dir, &["-s", "mine.txt"], &["cannot write 'mine.txt'", "File exists"]);
    dir.write("wrong.txt", "tcpWinn\n");
    fails(&dir, &["-r", "wrong.txt"], &["no plugin 'tcpWinn'; did you mean 'tcpWin'?"]);
    fails(&dir, &["-r", "nowhere.txt"], &["cannot read", "'nowhere.txt'", "No such file"]);
    dir.write("applied.toml", "plugins = ['tcpStates']\n[core]\nGRE = false\n");
    let told = ask(&dir, &["-C", "applied.toml"]).well().stdout;
    let list = "plugins = [\"tcpStates\"]\n";
    assert_eq!(told, format!("{list}core.GRE = false\nflowz.toml: 2 settings changed\n"));
    assert!(dir.read("flowz.toml").contains(list));
}

#[test]
fn what_is_shown() {
    let dir = Scratch::new();
    let shown = ask(&dir, &["-S"]).well().stdout;
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[0], "# 9 plugins (default)");
    assert!(lines[3].starts_with("100     basicFlow   ") && lines.len() == 11, "{shown}");
    ask(&dir, &["-L", "tcpStates,basicStats,basicFlow"]).well();
    let json = ask(&dir, &["-S", "-n", "--json"]).well().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["origin"], "flowz.toml, line 2");
    let names = json["plugins"].as_array().unwrap().iter().map(|p| p["plugin"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["basicFlow", "basicStats", "tcpStates"]);
    let diff = ask(&dir, &["--diff"]).well().stdout;
    assert_eq!(diff.lines().count(), 2);
    assert!(
        diff.contains("\nplugins  list of plugins  basicFlow,basicStats,tcpStates  "),
        "{diff}"
    );
    let file = ask(&dir, &["-g"]).well().stdout;
    let list = "\nplugins = [\"basicFlow\", \"basicStats\", \"tcpStates\"]\n";
    assert!(file.contains(list), "{file}");
}

#[test]
fn what_cannot_be_done() {
    let dir = Scratch::new();
    is_refused(&dir, &["-L", "tcpWinn"], &["no plugin 'tcpWinn'; did you mean 'tcpWin'?"]);
    is_refused(&dir, &["-L", "-tcpWinn"], &["no plugin 'tcpWinn'; did you mean 'tcpWin'?"]);
    is_refused(&dir, &["-L", ""], &["which plugins? -0 stands for none"]);
    fails(&dir, &["-q"], &["'flowz.toml' does not say which plugins it named before"]);
    assert!(dir.names().is_empty());
    for args in [["core", "-0"], ["-a", "-S"], ["-0", "-q"]] {
        assert_eq!(ask(&dir, &args).code, 2, "{args:?}");
    }
}

#[test]
fn plugins_of_shared_objects() {
    let dir = Scratch::new();
    std::fs::create_dir(dir.path("objects")).unwrap();
    dir.write("objects/counter.so", counter());
    ask(&dir, &["-p", "objects", "-L", "basicFlow,counter"]).well();
    assert_eq!(active(&dir, &[], &["-p", "objects"]).0, ["basicFlow", "counter"]);
    let words = ["in flowz.toml, line 2: ", "no plugin 'counter'", "-p DIR"];
    run(&dir, &[], &[]).is_refused(&words);
    // A list without it helps out of that.
    ask(&dir, &["-L", "basicFlow"]).well();
    assert_eq!(active(&dir, &[], &[]).0, ["basicFlow"]);
}
