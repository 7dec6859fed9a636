//! Lists for people and programs: `--list-plugins`, `--columns`, `--completions`, `--man`, `--help`.

use serde_json::Value;

use crate::kit::{Done, Outcome, Scratch, analyse, data, flowz, start, t2conf, tawk, tcol};

fn list(args: &[&str]) -> String {
    let dir = Scratch::new();
    let done = flowz(&dir, args).well();
    assert!(dir.names().is_empty(), "a list writes no files: {:?}", dir.names());
    done.stdout
}

#[test]
fn plugins_and_sinks() {
    let text = list(&["--list-plugins"]);
    for line in ["100 * basicFlow ", "120 * basicStats ", "132 * tcpStates ", "133   tcpWin "] {
        assert!(text.lines().any(|l| l.starts_with(line)), "'{line}' is not in:\n{text}");
    }
    for sink in ["901   txt ", "902   csv "] {
        assert!(text.lines().any(|l| l.starts_with(sink) && l.contains("sink: ")), "{text}");
    }
    let at = |line: &str| line.len() - line.trim_start_matches(|c| c != ' ').trim_start().len();
    let behind_names = |line: &str| 6 + at(&line[6..]);
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("* ")).collect();
    let first = behind_names(lines[0]);
    assert!(lines.iter().all(|line| behind_names(line) == first), "{text}");
}

/// Number and name of each column in `_headers.txt`.
fn described(seen: &Outcome) -> Vec<(String, String)> {
    let mut rows = seen.headers.lines().skip_while(|line| !line.starts_with("# Col No.\t"));
    assert_eq!(rows.next(), Some("# Col No.\tType\tName\tDescription"));
    let row = |line: &str| {
        let cells: Vec<_> = line.split('\t').collect();
        let [number, ty, name, description] = cells[..] else { panic!("four cells: {line}") };
        assert!(!ty.is_empty() && !description.is_empty(), "{line}");
        (number.to_owned(), name.to_owned())
    };
    rows.map(row).collect()
}

#[test]
fn columns_are_the_same_everywhere() {
    for selection in [&[][..], &["--plugins", "tcpWin,basicFlow", "-o", "basicFlow.BFO_MAC=0"]] {
        let seen = analyse(&[&["-r", &data("web.pcap")], selection].concat());
        let json = list(&[&["--columns=json"], selection].concat());
        let json: Value = serde_json::from_str(&json).unwrap();
        let named = |table: &str| -> Vec<_> {
            let column = |c: &Value| (c["number"].to_string(), c["name"].as_str().unwrap().into());
            json[table].as_array().unwrap().iter().map(column).collect()
        };
        let flows: Vec<(String, String)> = named("flows");
        assert_eq!(described(&seen), flows);
        let names = |pairs: Vec<(String, String)>| -> Vec<_> {
            pairs.into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(seen.flow_table().columns, names(flows));
        assert_eq!(seen.packet_table().columns, names(named("packets")));
    }
}

#[test]
fn columns_of_plugins() {
    let text = list(&["--columns", "geoip"]);
    assert!(text.starts_with("# flows\n") && text.contains(" srcIpCountry "), "{text}");
    assert!(
        text.lines().filter(|line| !line.starts_with('#')).all(|line| line.contains(" geoip ")),
        "{text}"
    );
    let text = list(&["--columns", "core"]);
    assert!(text.contains(" flowInd ") && !text.contains("basicFlow"), "{text}");
    let json: Value =
        serde_json::from_str(&list(&["--columns=json", "tcpWin", "macRecorder"])).unwrap();
    let plugins = json["flows"].as_array().unwrap().iter().map(|c| c["plugin"].as_str().unwrap());
    let plugins: std::collections::BTreeSet<_> = plugins.collect();
    assert_eq!(plugins.into_iter().collect::<Vec<_>>(), ["macRecorder", "tcpWin"]);
}

#[test]
fn what_a_column_means() {
    let text = list(&["--columns", "duration"]);
    assert!(text.starts_with("duration\n  table    flows\n  plugin   basicFlow\n"), "{text}");
    assert!(
        text.contains("  unit     s\n  meaning  Time from the first to the last packet."),
        "{text}"
    );
    assert!(text.contains(concat!("  version  flowz ", env!("CARGO_PKG_VERSION"))), "{text}");
    assert!(!text.contains("needs"));
    let text = list(&["--columns", "srcIPCC"]);
    assert!(
        text.contains("  plugin   basicFlow\n") && text.contains("needs    -o core.SUBNET_ON=1"),
        "{text}"
    );
    let text = list(&["--columns", "dstIPASN"]);
    assert!(text.contains("needs    -o core.SUBNET_ON=1 -o basicFlow.BFO_SUBNET_ASN=1"), "{text}");
    let text = list(&["--columns", "srcIpCity"]);
    assert!(text.contains("needs    --plugins +geoip"), "{text}");
    let json: Value = serde_json::from_str(&list(&["--columns=json", "vlanHdr"])).unwrap();
    assert_eq!(json["vlanHdr"][0]["needs"][0], "-o basicFlow.BFO_VLAN=2");
    flowz(&Scratch::new(), &["--columns", "nothing"])
        .is_refused(&["there is no column and no plugin 'nothing'"]);
}

#[test]
fn columns_as_text() {
    let text = list(&["--columns", "--plugins", "tcpWin"]);
    let (flows, packets) = text.split_once("# packets\n").unwrap();
    let names = |part: &str| -> Vec<_> {
        let name = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
        part.lines().filter(|line| !line.starts_with('#')).filter_map(name).collect()
    };
    let expected = ["dir", "flowInd", "tcpWinStat", "tcpWinState", "tcpWinThCnt"];
    assert_eq!(names(flows), expected);
    assert_eq!(names(packets).last().map(String::as_str), Some("l7Content"));
    assert!(packets.contains("flowTmout"), "{text}");
}

#[test]
fn completions_name_the_long_options() {
    for shell in ["bash", "zsh", "fish"] {
        let text = list(&["--completions", shell]);
        assert!(text.contains("flowz"), "{shell}");
        for option in ["list-plugins", "max-flows", "pcap-list", "srcIP", "pktNo", "basicFlow"] {
            assert!(text.contains(option), "{shell}: {option}");
        }
    }
}

#[test]
fn manual_pages() {
    let text = list(&["--man"]);
    assert!(text.contains(".TH flowz 1"), "{text}");
    for section in [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS"] {
        assert!(text.contains(section), "{section}");
    }
    // roff writes a hyphen of an option as `\-`.
    assert!(text.contains("\\-\\-max\\-flows"), "{text}");
    has_sections(&text);
    let dir = Scratch::new();
    let page = |program| {
        let text = Done::from_output(&start(program, &dir, &["--man"]).output().unwrap()).well();
        has_sections(&text.stdout);
        text.stdout
    };
    for page in [text, page(t2conf())] {
        assert!(page.contains("\\fBFLOWZ_PLUGINS\\fR\n"), "{page}");
    }
    for page in [page(tawk()), page(tcol())] {
        assert!(page.contains("\\fBPREFIX_flows.txt"), "{page}");
    }
}

/// What a manual page has besides options, each once.
fn has_sections(page: &str) {
    for title in ["EXAMPLES", "FILES", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO"] {
        let heading = format!(".SH {title}");
        let titles = page.lines().map(|line| line.replace('"', ""));
        assert_eq!(titles.filter(|line| *line == heading).count(), 1, "{title}");
    }
    assert!(!page.contains(".SH EXTRA"));
}

#[test]
fn help_has_groups_and_examples() {
    let help = list(&["--help"]);
    for part in ["Input:\n", "Output:\n", "Limits:\n", "Examples:\n  flowz -r ", "Exit status:"] {
        assert!(help.contains(part), "'{part}' is not in:\n{help}");
    }
    // On the first screen of 24 lines.
    for option in ["--help", "-h"] {
        let first: Vec<_> = list(&[option]).lines().take(24).map(str::to_owned).collect();
        let first = first.join(" ");
        assert!(
            first.contains("\"The reference\" in help and documentation is Tranalyzer2"),
            "{first}"
        );
    }
}

#[test]
fn version() {
    assert_eq!(list(&["--version"]), concat!("flowz ", env!("CARGO_PKG_VERSION"), "\n"));
}
