//! Names of the files of periods: patterns, and that no complete file is ever replaced.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::kit::{Scratch, data, flowz};

/// Names in a folder, sorted, without links.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let files = entries.filter(|entry| !entry.file_type().unwrap().is_symlink());
    let mut names: Vec<_> = files.map(|e| e.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Contents of all files of a folder.
fn contents(dir: &Scratch) -> BTreeMap<String, String> {
    let names = names(dir.dir()).into_iter().filter(|name| dir.path(name).is_file());
    names.map(|name| (name.clone(), dir.read(&name))).collect()
}

fn rotate(dir: &Scratch, words: &str) {
    let capture = data("web.pcap");
    let words = words.split(' ').filter(|word| !word.is_empty());
    let args: Vec<_> = ["-r", &capture, "-q"].into_iter().chain(words).collect();
    flowz(dir, &args).well();
}

fn flow_rows(dir: &Scratch, names: &[String]) -> Vec<String> {
    let texts: Vec<_> = names.iter().map(|name| dir.read(name)).collect();
    let lines = texts.iter().flat_map(|text| text.lines().skip(1));
    lines.map(str::to_owned).collect()
}

/// The flow files of a run in order of their numbers: the first has none.
fn in_order(dir: &Scratch, prefix: &str) -> Vec<String> {
    let number = |name: &str| {
        let number = name.strip_prefix(prefix)?.strip_suffix("_flows.txt")?;
        number.strip_prefix('-').map_or(Some(0), |number| number.parse().ok())
    };
    let mut found: Vec<(u64, String)> =
        names(dir.dir()).into_iter().filter_map(|name| Some((number(&name)?, name))).collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn names_that_repeat_get_numbers() {
    let whole = Scratch::new();
    rotate(&whole, "-w x -s");
    for threads in ["1", "3"] {
        let dir = Scratch::new();
        rotate(&dir, &format!("-w x-%H --rotate 5rows -s --threads {threads}"));
        let hour = names(dir.dir())[0][..4].to_owned();
        let files = in_order(&dir, &hour);
        assert_eq!(files.len(), 8, "{files:?}");
        assert_eq!(flow_rows(&dir, &files), flow_rows(&whole, &["x_flows.txt".to_owned()]));
        // All tables of a period have its number.
        for file in &files {
            for other in ["_packets.txt", "_headers.txt"] {
                let other = file.replace("_flows.txt", other);
                assert!(dir.path(&other).is_file(), "{other}");
            }
        }
        let last = files.last().unwrap();
        assert_eq!(dir.read("latest_flows.txt"), dir.read(last));
        assert_eq!(dir.read("latest_packets.txt"), dir.read(&last.replace("flows", "packets")));
    }
}

#[test]
fn a_run_that_is_started_again_replaces_nothing() {
    for rule in ["-w x-%Y --rotate 5rows", "-w x --rotate 1h", "-w d/%Y/x --rotate 5rows"] {
        let dir = Scratch::new();
        rotate(&dir, rule);
        let folder = if rule.contains("d/") { dir.path("d/2026") } else { dir.dir().to_owned() };
        let read = || {
            let names = names(&folder);
            let files = names.into_iter().map(|name| (fs::read(folder.join(&name)).unwrap(), name));
            files.map(|(content, name)| (name, content)).collect::<BTreeMap<_, _>>()
        };
        let first = read();
        rotate(&dir, rule);
        let both = read();
        assert!(first.iter().all(|(name, content)| both.get(name) == Some(content)), "{rule}");
        let flows = |files: &BTreeMap<String, Vec<u8>>| {
            files.keys().filter(|name| name.ends_with("_flows.txt")).count()
        };
        assert_eq!(flows(&both), 2 * flows(&first), "{rule}: {:?}", both.keys());
    }
}

#[test]
fn a_ring_keeps_the_last_periods_of_one_name() {
    let dir = Scratch::new();
    dir.write("x-2026-3_flows.txt", b"of an earlier run");
    rotate(&dir, "-w x-%Y --rotate 5rows --files 2");
    let files = in_order(&dir, "x-2026");
    assert_eq!(files, ["x-2026-3_flows.txt", "x-2026-10_flows.txt", "x-2026-11_flows.txt"]);
    assert_eq!(dir.read(&files[0]), "of an earlier run");
    assert_eq!(dir.read("latest_flows.txt"), dir.read(&files[2]));
}

#[test]
fn a_period_of_the_same_name_later() {
    // Minutes of an hour with the same second.
    let dir = Scratch::new();
    rotate(&dir, "-w x-%S --rotate 200ms");
    let flows = names(dir.dir()).into_iter().filter(|name| name.ends_with("_flows.txt"));
    let flows: Vec<_> = flows.collect();
    let whole = Scratch::new();
    rotate(&whole, "-w x");
    let mut rows = flow_rows(&dir, &flows);
    let mut expected = flow_rows(&whole, &["x_flows.txt".to_owned()]);
    rows.sort();
    expected.sort();
    assert_eq!(rows, expected);
}

#[test]
fn the_report_lies_beside_the_first_period() {
    let dir = Scratch::new();
    let capture = data("web.pcap");
    let args = ["-r", &capture, "-l", "-m", "-w", "out/%Y/w%%-%i", "--rotate", "10rows"];
    for log in ["w%-00001_log.txt", "w%-00001-1_log.txt"] {
        flowz(&dir, &args).well();
        let folder = dir.path("out/2026");
        let report = fs::read_to_string(folder.join(log)).unwrap();
        assert!(report.contains("Packets read: 169"), "{report}");
        assert_eq!(names(dir.dir()), ["out"], "nothing has the name of the pattern");
        assert_eq!(names(&dir.path("out")), ["2026"]);
    }
}

#[test]
fn a_folder_and_the_name_of_the_capture() {
    let dir = Scratch::new();
    fs::copy(data("web.pcap"), dir.path("50%.pcap")).unwrap();
    for (prefix, first) in
        [("%Y/", "2026/50%_flows.txt"), ("d/", "d/50%_00001_20261130000000_flows.txt")]
    {
        flowz(&dir, &["-r", "50%.pcap", "-q", "-w", prefix, "--rotate", "1d"]).well();
        let day = |name: &str| name.split('_').count();
        let found: Vec<_> = names(&dir.path(first.split('/').next().unwrap()))
            .into_iter()
            .filter(|name| name.ends_with("_flows.txt"))
            .collect();
        let wanted = first.split('/').nth(1).unwrap();
        assert!(
            found.iter().any(|name| day(name) == day(wanted) && name.starts_with("50%_")),
            "{found:?}"
        );
    }
}

#[test]
fn signs_that_are_none() {
    let dir = Scratch::new();
    let capture = data("web.pcap");
    for (prefix, says) in
        [("x%", "% at the end"), ("o/x%Q", "'%Q' is no sign"), ("%/x", "'%/' is no sign")]
    {
        let done = flowz(&dir, &["-r", &capture, "-w", prefix, "--rotate", "1h"]);
        done.is_refused(&[prefix, says, "%H", "%i", "%%"]);
        assert!(names(dir.dir()).is_empty(), "{prefix}");
    }
    // Without periods it is a sign like others.
    flowz(&dir, &["-r", &capture, "-q", "-w", "x%"]).well();
    assert!(contents(&dir).contains_key("x%_flows.txt"));
}
