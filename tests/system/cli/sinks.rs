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

#[test]
fn lines_of_json() {
    let dir = Scratch::new();
    let args = ["-r", &data("web.pcap"), "-q", "--sinks", "json", "--plugins", "basicFlow"];
    flowz(&dir, &[&args[..], &["-w", "x", "-s"]].concat()).well();
    assert_eq!(dir.names(), ["x_flows.json", "x_packets.json"]);
    let rows = dir.read("x_flows.json");
    let of_dns = rows.lines().find(|row| row.contains(r#""dstPort":53,"#)).unwrap();
    let begin = r#"{"dir":"A","flowInd":3,"flowStat":"0x0400000000004000","timeFirst":"1795235596.998771000","#;
    assert!(of_dns.starts_with(begin) && of_dns.ends_with('}'), "{of_dns}");
    assert!(of_dns.contains(r#""vlanID":[],"srcIP":"10.1.0.10","srcPort":60462,"#), "{of_dns}");
    assert_eq!(rows.lines().count(), 36);
    let streamed = flowz(&dir, &[&args[..], &["-w", "-"]].concat()).well();
    assert_eq!(streamed.stdout, rows);
}

/// Who sends flows to a server hears before anything is read that nobody is there, and nothing is written.
#[test]
fn nobody_listens() {
    let dir = Scratch::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = format!("127.0.0.1:{free} by TCP");
    for (sink, settings) in [
        ("socket", [format!("socketSink.DPORT={free}"), "socketSink.SOCKTYPE=1".to_owned()]),
        ("ipfix", [format!("netflowSink.NF_DPORT={free}"), "netflowSink.NF_SOCKTYPE=1".to_owned()]),
    ] {
        let sinks = format!("txt,{sink}");
        let mut args = vec!["-r", "no.pcap", "-w", "x", "--sinks", &sinks];
        dir.copy("web.pcap", "no.pcap");
        args.extend(settings.iter().flat_map(|setting| ["-o", setting]));
        let done = flowz(&dir, &args);
        assert_eq!(done.code, 1, "{}", done.stderr);
        assert!(done.stderr.contains(&place), "{}", done.stderr);
        assert_eq!(dir.names(), ["no.pcap"]);
    }
}

/// A file of IPFIX is the same for any number of threads.
#[test]
fn ipfix_files_are_deterministic() {
    let dir = Scratch::new();
    let many = data("many.pcap");
    let settings = ["-o", "netflowSink.NF_SOCKTYPE=2", "-o", "netflowSink.NF_COLUMNS=1"];
    for threads in ["1", "2", "8"] {
        let args =
            ["-r", &many, "-w", threads, "-q", "--sinks", "json,ipfix", "--threads", threads];
        flowz(&dir, &[&args[..], &settings].concat()).well();
    }
    let read = |name: &str| std::fs::read(dir.path(name)).unwrap();
    for suffix in ["_flows.ipfix", "_flows.json"] {
        let first = read(&format!("1{suffix}"));
        assert!(first.len() > 100_000 && first == read(&format!("2{suffix}")));
        assert!(first == read(&format!("8{suffix}")));
    }
}
