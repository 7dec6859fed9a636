//! What the command line answers where no file is involved; the rest is in the system tests.

use clap::{CommandFactory, Parser};
use flowz_config::Environment;

use crate::Context;
use crate::args::Args;

/// The answer to a command line, or the error's sentence.
fn ask(words: &[&str]) -> Result<String, String> {
    let words = ["t2conf", "--no-config"].iter().chain(words);
    let args = Args::try_parse_from(words).map_err(|e| e.kind().to_string())?;
    let context = Context::new(args, Environment::default());
    context.and_then(|cx| cx.output()).map_err(|e| format!("{e:#}"))
}

#[test]
fn definition_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn overview_begins_with_the_engine() {
    let text = ask(&[]).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("plugin "));
    assert!(lines.next().unwrap().starts_with("core "));
    assert_eq!(lines.count(), flowz_plugins::link() + flowz_sinks::link());
}

#[test]
fn toggles_of_a_plugin() {
    let text = ask(&["tcpWin"]).unwrap();
    let line = text.lines().find(|l| l.starts_with("TCPWIN_FLWPRG")).unwrap();
    let expected = "whole number of 32 bits  2      2        1 .. 4294967295  default  Number of";
    assert!(line.contains(expected), "{line}");
    assert!(ask(&["core"]).unwrap().contains("FLOW_TIMEOUT"));
    assert!(ask(&["txtSink"]).unwrap().contains("TFS_FLOWS_TXT_SUFFIX"));
    assert!(ask(&["csvSink"]).unwrap().contains("CSV_SAFE"));
    assert_eq!(ask(&["tcpStates"]).unwrap(), "tcpStates has no toggles\n");
}

#[test]
fn one_value() {
    assert_eq!(ask(&["core", "-G", "FDURLIMIT"]).unwrap(), "0\n");
    assert_eq!(ask(&["basicStats", "--get", "BS_STATS"]).unwrap(), "1\n");
    assert_eq!(ask(&["-G", "basicStats.BS_STATS"]).unwrap(), "1\n");
    assert!(ask(&["-G", "BS_STATS"]).unwrap_err().contains("of which plugin is BS_STATS?"));
}

#[test]
fn names_and_json() {
    assert!(ask(&["--names"]).unwrap().starts_with("core\nprotoStats\nbasicFlow\n"));
    assert!(ask(&["core", "-I"]).unwrap().starts_with("FLOW_TIMEOUT\nFDURLIMIT\n"));
    assert!(ask(&["-a", "-E"]).unwrap().contains("\ntcpWin.TMT_EST\n"));
    let json = |words: &[&str]| -> serde_json::Value {
        serde_json::from_str(&ask(words).unwrap()).unwrap()
    };
    assert_eq!(json(&["--json"])[0]["plugin"], "core");
    let one = json(&["core", "--json"]);
    assert_eq!(one["toggles"][0]["name"], "FLOW_TIMEOUT");
    assert_eq!(one["toggles"][0]["default"].as_str().unwrap().parse(), Ok(182.0));
    assert_eq!(one["toggles"][0]["range"]["max"], 1e9);
    assert_eq!(one["toggles"][0]["origin"], "default");
    assert_eq!(json(&["-a", "--json"])[0], one);
    assert_eq!(json(&["--search", "flow_timeout", "--json"])[0], one["toggles"][0]);
}

#[test]
fn lists_by_name() {
    let names = |words: &[&str]| -> Vec<_> {
        let name = |line: &str| line.split_whitespace().next().unwrap().to_lowercase();
        ask(words).unwrap().lines().skip(1).map(name).collect()
    };
    for words in [&["-n"][..], &["-n", "core"], &["-n", "--search", "timeout"]] {
        let by_name = names(words);
        assert!(by_name.is_sorted() && by_name.len() > 2, "{by_name:?}");
        assert_ne!(names(&words[1..]), by_name, "{words:?}");
    }
    assert!(ask(&["-a", "-I", "-n"]).unwrap().to_lowercase().lines().is_sorted());
    assert!(ask(&["-n", "core", "-G", "GRE"]).is_err());
}

#[test]
fn searches() {
    let text = ask(&["--search", "zero window"]).unwrap();
    assert!(text.contains("tcpWin.TCPWIN_THRES"), "{text}");
    assert!(!ask(&["core", "--search", "zero window"]).unwrap().contains("tcpWin."));
    assert_eq!(ask(&["--search", "xyzzy"]).unwrap(), "none\n");
    assert_eq!(ask(&["--diff"]).unwrap(), "none\n");
}

#[test]
fn nearest_names() {
    let error = ask(&["basicstat"]).unwrap_err();
    assert_eq!(error, "there is no plugin 'basicstat'; did you mean 'basicStats'?");
    let error = ask(&["core", "-G", "FLOWTIMEOUT"]).unwrap_err();
    assert_eq!(error, "there is no toggle 'FLOWTIMEOUT'; did you mean 'FLOW_TIMEOUT'?");
    let error = ask(&["zzzzzzzzzzzzzzzz"]).unwrap_err();
    let expected = "there is no plugin 'zzzzzzzzzzzzzzzz'; one in a shared object needs its folder";
    assert_eq!(error, format!("{expected}: -p DIR"));
}

#[test]
fn completions_know_toggles() {
    for shell in ["bash", "zsh", "fish"] {
        let text = ask(&["--completions", shell]).unwrap();
        assert!(text.contains("TCPWIN_THRES="), "{shell}");
    }
}

#[test]
fn contradictions_are_refused() {
    assert!(ask(&["core", "--json", "--names"]).is_err());
    assert!(ask(&["core", "--json", "-G", "FLOW_TIMEOUT"]).is_err());
    assert!(ask(&["core", "-a"]).is_err());
    assert!(ask(&["core", "-D", "GRE=0", "--reset"]).is_err());
    assert!(ask(&["--reset"]).unwrap_err().contains("Name a plugin"));
}
