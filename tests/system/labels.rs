//! `--labels`: which row counts, conflicts, rows that match nothing, files that are wrong.

use crate::kit::{Scratch, Table, data, flowz};

/// Label and conflict of each row of a run with this file.
fn labels(name: &str, file: &str, options: &[&str]) -> (Table, String) {
    let dir = Scratch::new();
    dir.write(name, file);
    let capture = data("web.pcap");
    let words = ["-r", &capture, "-w", "x", "--labels", name];
    let done = flowz(&dir, &[&words[..], options].concat()).well();
    (Table::parse(&dir.read("x_flows.txt")), done.stdout)
}

#[test]
fn both_directions_and_the_first_row() {
    let file = "dst_port,proto,label\n53,udp,lookup\n80 443,tcp,web\n1-65535,,other\n9,tcp,never\n";
    let (table, report) = labels("l.csv", file, &["--labels-default", "rest"]);
    let (mut seen, ports) = (0, (table.column("srcPort"), table.column("dstPort")));
    for n in 0..table.rows.len() {
        let has = |wanted: &[&str]| wanted.contains(&ports.0[n]) || wanted.contains(&ports.1[n]);
        let proto = table.column("l4Proto")[n];
        let (expected, conflict) = match proto {
            "17" if has(&["53"]) => ("lookup", "4"),
            "6" if has(&["80", "443"]) => ("web", "4"),
            _ if ports.0[n] == "0" && ports.1[n] == "0" => ("rest", "0"),
            _ => ("other", "0"),
        };
        let cell = |name: &str| table.column(name)[n].trim_matches('"').to_owned();
        assert_eq!(
            (cell("label"), cell("labelConflict")),
            (expected.to_owned(), conflict.to_owned()),
            "row {n}"
        );
        seen += usize::from(expected == "web");
    }
    assert!(seen > 2);
    assert!(report.contains("Labels: rows of the file: 4"), "{report}");
    assert!(report.contains("Labels: 1 of 4 rows match no flow: lines 5"), "{report}");
    assert!(
        report.contains("match rows with different labels, the first one counts: lines 2 and 4 ("),
        "{report}"
    );
}

#[test]
fn windows_and_zones() {
    // The capture is of 2026-11-21, 04:33:16.99 to 04:33:18.64 UTC.
    let file = "start,end,label\n2026-11-21 01:33:00,2026-11-21 01:34:00,inside\n2026-11-21T05:00:00Z,,later\n";
    let (table, report) = labels("l.csv", file, &["--labels-zone", "-03:00"]);
    assert!(
        table.column("label").iter().all(|l| l.trim_matches('"') == "inside"),
        "{:?}",
        table.column("label")
    );
    assert!(report.contains("1 of 2 rows match no flow: lines 3"), "{report}");
    let toml = "default = 'none'\nzone = 'America/Halifax'\n[[rule]]\nstart = 2026-11-21T00:33:00\nend = 2026-11-21T00:34:00\nlabel = 'inside'\n";
    let (table, _) = labels("l.toml", toml, &[]);
    assert!(table.column("label").iter().all(|l| l.trim_matches('"') == "inside"));
    let (table, _) = labels("l.toml", toml, &["--labels-zone", "UTC"]);
    assert!(table.column("label").iter().all(|l| l.trim_matches('"') == "none"));
}

#[test]
fn the_same_for_any_number_of_threads() {
    let file = "src,dst_port,label\n,80,a\n10.0.0.0/8 192.168.0.0/16,,b\n,443 53,c\n,1-60000,d\n";
    let (one, report) = labels("l.csv", file, &["--threads", "1"]);
    let of_labels = |report: &str| {
        report.lines().filter(|l| l.contains("Labels: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    for threads in ["2", "8"] {
        let (other, its_report) = labels("l.csv", file, &["--threads", threads]);
        assert!(one.rows == other.rows);
        assert_eq!(of_labels(&report), of_labels(&its_report));
    }
    assert!(of_labels(&report).len() >= 4, "{report}");
}

#[test]
fn the_plugin_joins_those_that_are_named() {
    let (table, _) = labels("l.csv", "label\nall\n", &["--plugins", "basicFlow"]);
    assert!(
        table.columns.contains(&"label".to_owned()) && table.columns.contains(&"srcIP".to_owned())
    );
    assert!(!table.columns.contains(&"pktsSnt".to_owned()));
    let (table, _) = labels("l.csv", "label\nall\n", &[]);
    assert!(table.columns.contains(&"pktsSnt".to_owned()));
}

#[test]
fn wrong_files_and_words() {
    let dir = Scratch::new();
    dir.write("bad.csv", "src,label\n10.0.0.0/8,a\n10.0.0.0/40,b\n");
    dir.write("bad.toml", "[[rule]]\nlabel = 'a'\nproto = 'tpc'\n");
    let capture = data("web.pcap");
    let run = |options: &[&str]| flowz(&dir, &[&["-r", &capture, "-w", "x"], options].concat());
    run(&["--labels", "bad.csv"]).fails_with(&["bad.csv, line 3: '10.0.0.0/40'"]);
    run(&["--labels", "bad.toml"]).fails_with(&["bad.toml, line 1: 'tpc' is no protocol"]);
    run(&["--labels", "nowhere.csv"]).fails_with(&["cannot read the labels in nowhere.csv"]);
    run(&["--labels", "bad.csv", "--labels-zone", "Mars"]).fails_with(&["'Mars' is no time zone"]);
    assert_eq!(run(&["--labels-default", "x"]).code, 2);
    assert!(!dir.names().iter().any(|name| name.to_string_lossy().starts_with("x_")));
}
