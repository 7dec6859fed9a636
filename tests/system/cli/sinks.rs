//! Toggles of sinks are set like those of plugins.

use crate::kit::{Scratch, data, flowz};

#[test]
fn toggles_of_the_text_sink() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let header = ["-o", "txtSink.TFS_PRI_HDR=0", "-o", "txtSink.TFS_FLOWS_TXT_SUFFIX=.tsv"];
    let plugins = ["--plugins", "basicFlow"];
    flowz(&dir, &[&["-r", &web, "-w", "x", "-q"], &header[..], &plugins].concat()).well();
    flowz(&dir, &[&["-r", &web, "-w", "y", "-q"], &plugins[..]].concat()).well();
    assert_eq!(dir.names(), ["x.tsv", "x_headers.txt", "y_flows.txt", "y_headers.txt"]);
    let all = dir.read("y_flows.txt");
    let (names, rows) = all.split_once('\n').unwrap();
    assert!(names.starts_with("%dir\tflowInd\t"));
    assert_eq!(dir.read("x.tsv"), rows);
}

#[test]
fn a_sink_that_is_not_used_may_have_settings() {
    let dir = Scratch::new();
    let args =
        ["-r", &data("web.pcap"), "-w", "x", "-q", "--sinks", "csv", "--plugins", "basicFlow"];
    flowz(&dir, &[&args[..], &["-o", "txtSink.TFS_PRI_HDR=0"]].concat()).well();
    assert_eq!(dir.names(), ["x_flows.csv"]);
}

#[test]
fn contradictions() {
    let dir = Scratch::new();
    let args = ["-r", &data("web.pcap"), "-w", "x", "-o", "txtSink.TFS_HEADER_SUFFIX=_flows.txt"];
    flowz(&dir, &args).is_refused(&["TFS_HEADER_SUFFIX", "same name"]);
    assert!(dir.names().is_empty());
}
