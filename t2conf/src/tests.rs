//! What the command line answers.

use clap::{CommandFactory, Parser};

use crate::args::Args;
use crate::catalog::Catalog;

/// The answer to a command line, or the error's sentence.
fn ask(words: &[&str]) -> Result<String, String> {
    let words = ["t2conf"].iter().chain(words);
    let args = Args::try_parse_from(words).map_err(|e| e.kind().to_string())?;
    crate::answer(&Catalog::new(), &args).map_err(|e| e.to_string())
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
    assert!(
        line.contains("whole number of 32 bits  2        1 .. 4294967295  Number of"),
        "{line}"
    );
    assert!(ask(&["core"]).unwrap().contains("FLOW_TIMEOUT"));
    assert!(ask(&["txtSink"]).unwrap().contains("TFS_FLOWS_TXT_SUFFIX"));
    assert_eq!(ask(&["csvSink"]).unwrap(), "csvSink has no toggles\n");
}

#[test]
fn one_default() {
    assert_eq!(ask(&["core", "-G", "FDURLIMIT"]).unwrap(), "0\n");
    assert_eq!(ask(&["basicStats", "--get", "BS_STATS"]).unwrap(), "1\n");
}

#[test]
fn names_and_json() {
    assert!(ask(&["--names"]).unwrap().starts_with("core\nbasicFlow\n"));
    assert!(ask(&["core", "--names"]).unwrap().starts_with("FLOW_TIMEOUT\nFDURLIMIT\n"));
    let all: serde_json::Value = serde_json::from_str(&ask(&["--json"]).unwrap()).unwrap();
    assert_eq!(all[0]["plugin"], "core");
    let one: serde_json::Value = serde_json::from_str(&ask(&["core", "--json"]).unwrap()).unwrap();
    assert_eq!(one["toggles"][0]["name"], "FLOW_TIMEOUT");
    assert_eq!(one["toggles"][0]["default"].as_str().unwrap().parse(), Ok(182.0));
    assert_eq!(one["toggles"][0]["range"]["max"], 1e9);
}

#[test]
fn nearest_names() {
    let error = ask(&["basicstat"]).unwrap_err();
    assert_eq!(error, "there is no plugin 'basicstat'; did you mean 'basicStats'?");
    let error = ask(&["core", "-G", "FLOWTIMEOUT"]).unwrap_err();
    assert_eq!(error, "there is no toggle 'core.FLOWTIMEOUT'; did you mean 'FLOW_TIMEOUT'?");
    let error = ask(&["zzzzzzzzzzzzzzzz"]).unwrap_err();
    assert_eq!(error, "there is no plugin 'zzzzzzzzzzzzzzzz'; 't2conf' lists them");
}

#[test]
fn contradictions_are_refused() {
    assert!(ask(&["-G", "BS_STATS"]).is_err());
    assert!(ask(&["core", "--json", "--names"]).is_err());
    assert!(ask(&["core", "--json", "-G", "FLOW_TIMEOUT"]).is_err());
}
