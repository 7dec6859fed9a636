//! One name for a thing: what is listed can be selected, names of the reference mean the same, `+`, `-` and `all`
//! work in every list; what has no effect is told once.

use crate::kit::{Done, Scratch, command, data, flowz, start, t2conf};

/// The plugins and sinks of a run, as its report tells them.
#[track_caller]
fn active(done: &Done) -> Vec<String> {
    let lines = done.stdout.lines().skip_while(|line| *line != "Active plugins:").skip(1);
    let name = |line: &str| line.trim().split([' ', ',']).nth(1).map(str::to_owned);
    lines.take_while(|line| line.starts_with("    ")).filter_map(name).collect()
}

#[track_caller]
fn with(dir: &Scratch, args: &[&str]) -> Vec<String> {
    active(&flowz(dir, &[&["-r", &data("web.pcap"), "-w", "x"], args].concat()).well())
}

#[test]
fn lists_everywhere_know_signs_and_all() {
    let dir = Scratch::new();
    let default = with(&dir, &[]);
    assert!(default.contains(&"txt".to_owned()) && !default.contains(&"tcpWin".to_owned()));
    let mut more = default.clone();
    more.retain(|name| name != "tcpStates" && name != "txt");
    more.extend(["tcpWin", "txt"].map(str::to_owned));
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let more = sorted(more);
    assert_eq!(sorted(with(&dir, &["--plugins", "+tcpWin,-tcpStates"])), more);
    assert_eq!(sorted(with(&dir, &["--plugins", "-tcpStates,+tcpWin"])), more);
    dir.write("list", "+133_tcpWin.so\n");
    dir.write("list", "+tcpWin\n-tcpStates\n");
    assert_eq!(sorted(with(&dir, &["-b", "list"])), more);
    let run = |variable: &str| {
        let args = ["-r", &data("web.pcap"), "-w", "x"];
        let mut flowz = start(crate::kit::program(), &dir, &args);
        let output = flowz.env("FLOWZ_PLUGINS", variable).output().unwrap();
        sorted(active(&Done::from_output(&output).well()))
    };
    assert_eq!(run("+tcpWin,-tcpStates"), more);
    dir.write("flowz.toml", "plugins = ['+tcpWin']\n");
    assert_eq!(run("-tcpStates"), more, "of what the file says");
    let all = with(&dir, &["--plugins", "all"]);
    let listed = flowz(&dir, &["--list-plugins"]).well().stdout;
    let plugins = listed.lines().filter(|line| !line.contains("sink: ")).count() - 1;
    assert_eq!(all.len(), plugins + 1, "{listed}");
}

#[test]
fn what_is_listed_can_be_selected() {
    let dir = Scratch::new();
    let listed = flowz(&dir, &["--list-plugins"]).well().stdout;
    let entries = listed.lines().filter(|line| !line.starts_with("* "));
    let names = entries.filter_map(|line| line.get(6..)?.split_whitespace().next());
    let owners = Done::from_output(&start(t2conf(), &dir, &["-I"]).output().unwrap()).well().stdout;
    let names: Vec<_> = names.chain(owners.lines()).collect();
    assert!(names.contains(&"core") && names.contains(&"txtSink") && names.contains(&"csv"));
    for name in names {
        let list = format!("+{name}");
        let done = flowz(&dir, &["--columns", "--plugins", &list]);
        // Some need others.
        assert!(done.code == 0 || done.stderr.contains(" needs "), "{name}: {}", done.stderr);
        let done = Done::from_output(&start(t2conf(), &dir, &[name]).output().unwrap());
        assert_eq!(done.code, 0, "{name}: {}", done.stderr);
    }
}

#[test]
fn the_references_names_mean_the_same() {
    let dir = Scratch::new();
    dir.write("list", "100_basicFlow.so\n901_txtSink.so\n902_csvSink.so\ntranalyzer2\n");
    let expected = ["basicFlow", "txt", "csv"];
    assert_eq!(with(&dir, &["-b", "list"]), expected);
    assert_eq!(with(&dir, &["--plugins", "basicFlow,txt,csvSink"]), expected);
    assert_eq!(with(&dir, &["--plugins", "core,basicFlow", "--sinks", "txtSink,csv"]), expected);
    assert_eq!(with(&dir, &["--plugins", "basicFlow", "--sinks", "+csv"]), expected);
    assert_eq!(
        with(&dir, &["--plugins", "basicFlow", "--sinks", "all,-txt"]),
        // The last ones bring the plugins that they need.
        [
            "basicFlow",
            "sipDecode",
            "h323Decode",
            "rtpDecode",
            "tcpTrace",
            "csv",
            "json",
            "httpLog",
            "callLog",
            "wav",
            "tcptraceList"
        ]
    );
    let args = ["-r", &data("web.pcap"), "-w", "y", "--plugins", "basicFlow"];
    let set = ["-o", "txt.TFS_HDR_FILE=0", "-o", "tranalyzer2.FDURLIMIT=7"];
    let done = flowz(&dir, &[&args[..], &set].concat()).well();
    for line in ["txtSink.TFS_HDR_FILE=0 (command line)", "core.FDURLIMIT=7 (command line)"] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    assert!(!dir.path("y_headers.txt").exists());
    dir.write("flowz.toml", "[txt]\nTFS_HDR_FILE = false\n[tranalyzer2]\nFDURLIMIT = 7\n");
    let mut with_file = start(crate::kit::program(), &dir, &args);
    let variables = [("FLOWZ_txt_TFS_PRI_HDR", "0"), ("FLOWZ_tranalyzer2_GRE", "0")];
    let output = with_file.envs(variables).output().unwrap();
    let done = Done::from_output(&output).well();
    for line in ["txtSink.TFS_HDR_FILE=0 (flowz.toml, line 2)", "core.GRE=0 (environment"] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    let ask = |args: &[&str]| {
        Done::from_output(&start(t2conf(), &dir, args).output().unwrap()).well().stdout
    };
    assert_eq!(ask(&["tranalyzer2", "-G", "FDURLIMIT"]), "7\n");
    assert_eq!(ask(&["txt", "-G", "TFS_HDR_FILE"]), ask(&["txtSink", "-G", "TFS_HDR_FILE"]));
    let told = ask(&["-L", "basicFlow,txtSink,core"]);
    assert!(told.starts_with("plugins = [\"basicFlow\", \"txt\"]\n"), "{told}");
    assert!(ask(&["-L", "+csvSink"]).starts_with("plugins = [\"basicFlow\", \"txt\", \"csv\"]\n"));
    ask(&["-s", "saved"]);
    assert_eq!(with(&dir, &["-b", "saved"]), expected);
}

#[test]
fn what_has_no_effect_is_told_once() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let args = ["-r", &web, "-w", "x", "--plugins", "basicFlow"];
    let set =
        ["-o", "tcpWin.TCPWIN_THRES=3", "-o", "tcpWin.TMT_EST=3", "-o", "basicStats.BS_PAD=0"];
    let done = flowz(&dir, &[&args[..], &set].concat());
    assert_eq!(done.code, 0);
    done.says("flowz: warning: ", &["settings of basicStats, tcpWin have no effect"]);
    std::fs::create_dir(dir.path("empty")).unwrap();
    let done = flowz(&dir, &[&args[..], &["-p", "empty"]].concat());
    assert_eq!(done.code, 0);
    done.says("flowz: warning: ", &["no plugins", "'empty'"]);
    let run = |args: &[&str]| {
        let mut command = start(crate::kit::program(), &dir, args);
        let variables = [("FLOWZ_PLUGIN", "tcpWin"), ("FLOWZ_Config", "x")];
        Done::from_output(&command.envs(variables).output().unwrap())
    };
    let done = run(&args);
    assert_eq!(done.code, 0);
    done.says("flowz: warning: ", &["no variable FLOWZ_Config, FLOWZ_PLUGIN"]);
    run(&[&args[..], &["-q"]].concat()).well();
    run(&[&args[..], &["--no-config"]].concat()).well();
    Done::from_output(&command(&dir, &args).output().unwrap()).well();
}
