//! `--preset`: tables of other tools.

use crate::kit::{Scratch, data, flowz};

/// What a preset writes to standard output, with these words behind.
fn rows(dir: &Scratch, preset: &str, more: &[&str]) -> String {
    let loss = data("loss.pcap");
    let words = ["-q", "-r", &loss, "--preset", preset, "-w", "-"];
    flowz(dir, &[&words, more].concat()).well().stdout.clone()
}

const ALL: [&str; 8] =
    ["cic", "cic-short", "cic-original", "lycos", "netmate", "nfstream", "tcptrace", "tstat"];

#[test]
fn the_same_for_any_number_of_threads() {
    let dir = Scratch::new();
    for preset in ALL {
        let one = rows(&dir, preset, &["--threads", "1"]);
        assert!(one.lines().count() > 1, "{preset}: {one}");
        for threads in ["2", "3"] {
            assert_eq!(rows(&dir, preset, &["--threads", threads]), one, "{preset} {threads}");
        }
    }
    assert!(dir.names().is_empty(), "only standard output is written");
}

/// Files stand beside those of other sinks, and no plugin takes part that nobody named.
#[test]
fn files() {
    let dir = Scratch::new();
    let loss = data("loss.pcap");
    flowz(&dir, &["-q", "-r", &loss, "--preset", "netmate", "-w", "x"]).well();
    assert_eq!(dir.names(), ["x_netmate.csv"]);
    let words = ["-q", "-r", &loss, "--preset", "netmate", "--sinks", "csv", "-w", "y"];
    flowz(&dir, &[&words[..], &["--plugins", "basicFlow"]].concat()).well();
    for name in ["y_flows.csv", "y_netai.csv", "y_netmate.csv"] {
        assert!(dir.names().iter().any(|there| there == name), "{name}: {:?}", dir.names());
    }
    assert_eq!(dir.read("x_netmate.csv"), dir.read("y_netmate.csv"));
}

#[test]
fn what_means_nothing_is_refused() {
    let dir = Scratch::new();
    let loss = data("loss.pcap");
    let labels = dir.path("l.csv");
    dir.write("l.csv", "dst_port,label\n80,web\n");
    let cases: [(&[&str], &str); 7] = [
        (
            &["netmat"],
            "no preset 'netmat'; did you mean 'netmate'?; there are netmate, tcptrace, cic",
        ),
        (&["netmate,tcptrace"], "want different values of core.FLOW_TIMEOUT: 600 and"),
        (&["netmate", "--where", "dstPort == 80"], "--where is about flows and packets"),
        (&["netmate", "-s"], "-s is about flows and packets"),
        (&["netmate", "--alarm", "dstPort == 80"], "--alarm is about flows and packets"),
        (&["cic", "--labels", labels.to_str().unwrap()], "--labels is about flows and packets"),
        (&["netmate", "--fields", "dir"], "--fields is about flows and packets"),
    ];
    for (words, says) in cases {
        let words = [&["-q", "-r", &loss, "-w", "x", "--preset"], words].concat();
        flowz(&dir, &words).is_refused(&[says]);
    }
    assert_eq!(flowz(&dir, &["-r", &loss, "--preset", "netmate, "]).code, 2);
    // Blanks around names are none of theirs.
    flowz(&dir, &["-q", "-r", &loss, "--preset", " cic , cic-short", "-w", "z"]).well();
    assert!(dir.path("z_cic.csv").is_file() && dir.path("z_cic-short.csv").is_file());
    // --columns knows the plugins behind each of them.
    for (preset, plugin) in [
        ("cic", "cic"),
        ("cic-short", "cic"),
        ("lycos", "cic"),
        ("netmate", "netai"),
        ("nfstream", "nfstream"),
        ("tcptrace", "tcpTrace"),
        ("tstat", "tstat"),
    ] {
        let done = flowz(&dir, &["--columns", preset]);
        if done.code != 0 {
            let told =
                format!("writes tables of {plugin}, whose columns flowz --columns {plugin} lists");
            done.is_refused(&[&format!("'{preset}' is a preset"), &told]);
        }
        flowz(&dir, &["--columns", plugin]).well();
    }
    // A value that the user sets is that of both.
    let both = ["-q", "-r", &loss, "--preset", "netmate,tcptrace", "-w", "x"];
    flowz(&dir, &[&both[..], &["-o", "core.FLOW_TIMEOUT=600"]].concat()).well();
    assert!(dir.names().iter().any(|name| name == "x_tcptrace.csv"));
}

/// What Tstat writes into many files is in one, each with a line in front; other sinks have the bins as a table.
#[test]
fn histograms_of_intervals() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let plain = ["-q", "-r", &web, "--preset", "tstat", "-w", "x"];
    flowz(&dir, &plain).well();
    assert!(
        dir.names().iter().all(|name| !name.to_string_lossy().contains("hist")),
        "{:?}",
        dir.names()
    );
    let wanted = ["-o", "tstat.TSTAT_HISTOGRAMS=1", "--sinks", "txt"];
    let files: Vec<_> = ["1", "2", "3"]
        .map(|threads| {
            flowz(&dir, &[&plain[..], &wanted, &["--threads", threads]].concat()).well();
            (dir.read("x_histograms"), dir.read("x_tstat_hist.txt"))
        })
        .into();
    assert!(files.iter().all(|other| *other == files[0]));
    let (text, table) = &files[0];
    let head = "==> 000/tcp_mss_a <==\n#TCP declared client MSS [byte]\n#RANGE: min=0 bin_size=4 max=1600\n";
    assert!(text.starts_with("==> 000/ip_protocol_loc <==\n") && text.contains(head), "{text}");
    let count = |name: &str| {
        let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
        let own = rows.filter(|cells| cells[3] == name);
        own.map(|cells| cells[9].parse::<u64>().unwrap()).sum::<u64>()
    };
    let rows = |name: &str| dir.read(name).lines().count() as u64 - 1;
    let connections = rows("x_log_tcp_complete") + rows("x_log_tcp_nocomplete");
    assert!(connections > 0);
    assert_eq!([count("tcp_port_dst"), count("tcp_cl_p_c2s")], [connections; 2]);
    assert_eq!(count("udp_port_dst"), rows("x_log_udp_complete"));
    let bins = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(bins.count() as u64, rows("x_tstat_hist.txt"));
}
