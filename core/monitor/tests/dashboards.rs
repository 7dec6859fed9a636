//! The dashboards of the manual: sound, and each metric that they show is one of ours.
#![allow(clippy::unwrap_used, reason = "all of this is tests: a panic is how they fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Each dashboard with its name.
fn dashboards() -> Vec<(String, Value)> {
    let files = fs::read_dir(docs("grafana")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    let read = |path: PathBuf| {
        let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), value)
    };
    files.into_iter().map(read).collect()
}

/// Words that begin as names of metrics do.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("flowz_"))
}

/// The conditions of all panels.
fn expressions(dashboard: &Value) -> Vec<&str> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.map(|target| target["expr"].as_str().unwrap()).collect()
}

#[test]
fn metrics_of_dashboards_exist() {
    let known: BTreeSet<_> = flowz_monitor::metrics::names().into_iter().collect();
    let mut shown = BTreeSet::new();
    for (file, dashboard) in dashboards() {
        for expression in expressions(&dashboard) {
            let names: Vec<_> = names_in(expression).collect();
            assert!(!names.is_empty(), "{file}: {expression}");
            for name in names {
                assert!(known.contains(name), "{file}: {name}");
                shown.insert(name.to_owned());
            }
            let count = |c| expression.matches(c).count();
            assert_eq!((count('('), count('{')), (count(')'), count('}')), "{expression}");
        }
    }
    assert!(shown.len() > 20, "{shown:?}");
}

#[test]
fn dashboards_can_be_imported() {
    let all = dashboards();
    let uids: BTreeSet<_> = all.iter().map(|(_, d)| d["uid"].as_str().unwrap()).collect();
    assert_eq!((all.len(), uids.len()), (2, 2));
    for (file, dashboard) in &all {
        assert!(dashboard["title"].as_str().is_some_and(|title| title.starts_with("flowz")));
        let variables = dashboard["templating"]["list"].as_array().unwrap();
        assert_eq!(variables[0]["type"], "datasource", "{file}");
        let panels = dashboard["panels"].as_array().unwrap();
        let mut ids = BTreeSet::new();
        for panel in panels {
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{file}: two panels of one number");
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{file}");
            let [x, w] = ["x", "w"].map(|key| panel["gridPos"][key].as_u64().unwrap());
            assert!(x + w <= 24 && panel["title"].is_string(), "{file}");
        }
    }
}

/// The manual names all metrics, and no others.
#[test]
fn metrics_of_the_manual() {
    let text = fs::read_to_string(docs("monitoring.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `flowz_"));
    let named: Vec<_> = rows.flat_map(|row| names_in(row.split('|').nth(1).unwrap())).collect();
    let known = flowz_monitor::metrics::names();
    let mut sorted = named.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, known);
}
