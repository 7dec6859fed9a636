//! Columns of all types, in the flow table and in the packet table.

use super::{HEADER, compile, refused, run, source};
use crate::kit::{Outcome, Scratch, Table, command, data, flowz};

/// The plugin with a column for each type.
fn types() -> String {
    source("tests/fixtures/c-types", "types")
}

/// Types as the header file tells them, alone and in lists.
const TYPES: &str = "U8 U16 U32 U64 I64 H8 H16 H32 H64 D F S SC IPX MAC";
/// Cells of the text file, one for each type, then the lists.
const TXT: [&str; 30] = [
    "128",
    "60000",
    "4000000000",
    "18446744073709551615",
    "-5",
    "0x80",
    "0xea60",
    "0xee6b2800",
    "0xffffffffffffffff",
    "1.500000",
    "0.25",
    r#""say \"hi\"\tß.;""#,
    "word",
    "2001:db8::1",
    "02:00:00:00:00:01",
    "1;2;255",
    "1;65535",
    "70000;0",
    "18446744073709551615;0",
    "-1;9223372036854775807",
    "0x01;0x02;0xff",
    "0x0001;0xffff",
    "0x00011170;0x00000000",
    "0xffffffffffffffff;0x0000000000000000",
    "0.125000;-1000000000.000000",
    "0.5;-2",
    r#""a";"";"b;c";"\"\t.""#,
    "x;y",
    "192.0.2.1;-;2001:db8::1",
    "02:00:00:00:00:01;02:00:00:00:00:02",
];
/// Those that are others in the packet table, which quotes nothing.
const TXT_OF_PACKETS: [(usize, &str); 2] = [(11, r#"say \"hi\"\tß.;"#), (26, r#"a;;b;c;\"\t."#)];
/// Those that are others in csv.
const CSV: [(usize, &str); 5] = [
    (9, "1.5"),
    (11, "say \"hi\"\\tß\u{fffd};"),
    (24, "0.125;-1000000000"),
    (26, "a;;b\\;c;\"\\t\u{fffd}"),
    (28, "192.0.2.1;;2001:db8::1"),
];

/// Cells with some in the place of others.
fn cells(others: &[(usize, &'static str)]) -> Vec<&'static str> {
    let mut cells = TXT.to_vec();
    for (n, cell) in others {
        cells[*n] = cell;
    }
    cells
}

/// Each row must hold these cells behind the one that counts rows.
#[track_caller]
fn check(rows: &[Vec<String>], names: &[String], expected: &[&str]) {
    let start = names.iter().position(|name| name == "tyRow").unwrap();
    assert!(rows.len() > 5);
    for (n, row) in (1..).zip(rows) {
        let [count, cells @ ..] = &row[start..][..31] else { unreachable!() };
        assert_eq!(
            (count, cells),
            (&n.to_string(), &expected.iter().map(|&c| c.to_owned()).collect::<Vec<_>>()[..])
        );
    }
}

fn read_csv(text: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text);
    let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    (names, reader.records().map(|record| row(record.unwrap())).collect())
}

/// Runs with all sinks and both tables.
fn with_threads(dir: &Scratch, threads: &str, more: &[&str]) -> Outcome {
    let args = ["--sinks", "txt,csv", "--threads", threads];
    run(dir, &[&args[..], more].concat())
}

fn other<'a>(seen: &'a Outcome, name: &str) -> &'a [u8] {
    &seen.others.iter().find(|(file, _)| file == name).unwrap().1
}

/// All types arrive in all files, and rows are asked for in the order of the capture, whatever the number of threads.
#[track_caller]
fn every_type(source: &str) {
    let dir = Scratch::new();
    compile(&dir, "types", source);
    for threads in ["1", "2", "8"] {
        let seen = with_threads(&dir, threads, &["--plugins", "types"]);
        assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
        let Table { columns, rows } = seen.flow_table();
        check(&rows, &columns, &cells(&[]));
        let Table { columns, rows } = seen.packet_table();
        check(&rows, &columns, &cells(&TXT_OF_PACKETS));
        for name in ["t_flows.csv", "t_packets.csv"] {
            let (names, rows) = read_csv(other(&seen, name));
            check(&rows, &names, &cells(&CSV));
        }
    }
}

#[test]
fn every_type_in_both_tables() {
    every_type(&types());
}

/// The hook of rows cannot set timeouts: then no row would be counted.
#[test]
fn every_type_of_a_plugin_that_steers() {
    let source = types();
    assert!(source.contains("    .end = end,"));
    every_type(&source.replace("    .end = end,", "    .end = end,\n    .steers = 1,"));
}

/// Without a packet table no row of one is asked for, and flows come in the same order.
#[test]
fn flows_only() {
    let dir = Scratch::new();
    compile(&dir, "types", &types());
    let many = data("many.pcap");
    for threads in ["1", "2", "8"] {
        let args = [
            "-r",
            &many,
            "-w",
            threads,
            "-p",
            "objects",
            "--plugins",
            "types",
            "--threads",
            threads,
        ];
        flowz(&dir, &args).well();
        let Table { columns, rows } = Table::parse(&dir.read(&format!("{threads}_flows.txt")));
        check(&rows, &columns, &cells(&[]));
        assert!(!dir.path(&format!("{threads}_packets.txt")).exists());
    }
}

#[test]
fn nothing_in_all_types() {
    let dir = Scratch::new();
    compile(&dir, "types", &types());
    let seen = run(&dir, &["--plugins", "types", "-o", "types.TY_WHAT=1"]);
    let zeros = "0 0 0 0 0 0x00 0x0000 0x00000000 0x0000000000000000 0.000000 0";
    let mut expected: Vec<_> = zeros.split(' ').collect();
    expected.extend(["\"\"", "", "-", ""]);
    expected.resize(30, "");
    let Table { columns, rows } = seen.flow_table();
    check(&rows, &columns, &expected);
    expected[11] = "";
    let Table { columns, rows } = seen.packet_table();
    check(&rows, &columns, &expected);
}

/// Texts without an end and lists of too many items are cut.
#[test]
fn bounds() {
    let dir = Scratch::new();
    compile(&dir, "types", &types());
    let seen = run(&dir, &["--plugins", "types", "-o", "types.TY_WHAT=2"]);
    let list = vec!["101"; 65_535].join(";");
    for (table, quote) in [(seen.flow_table(), "\""), (seen.packet_table(), "")] {
        let text = format!("{quote}{}{quote}", "e".repeat(65_535));
        for [string, items, word] in table.select(["tyString", "tyU8s", "tyWord"]) {
            assert!(string == text && items == list, "{} {}", string.len(), items.len());
            assert_eq!(word, "word");
        }
    }
}

#[test]
fn an_address_of_no_version() {
    let dir = Scratch::new();
    compile(&dir, "types", &types());
    let web = data("web.pcap");
    for (what, hook) in [(3, "on_flow_end"), (4, "packet_row")] {
        let what = format!("types.TY_WHAT={what}");
        let args =
            ["-r", &web, "-w", "x", "-s", "-p", "objects", "--plugins", "types", "-o", &what];
        // Not `flowz`, which takes every panic for one of the program.
        let output = command(&dir, &args).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        let start = format!(
            "flowz: error: plugin types panicked in {hook}: it gives column tyAddress an address of version 5;"
        );
        assert!(said.starts_with(&start), "{said}");
    }
}

#[test]
fn what_check_shows() {
    let dir = Scratch::new();
    compile(&dir, "types", &types());
    let shown = flowz(&dir, &["plugin", "check", "objects/types.so"]).well().stdout;
    let (_, rest) = shown.split_once("  flow table:\n").unwrap();
    let (flows, rest) = rest.split_once("  packet table:\n").unwrap();
    let (packets, _) = rest.split_once("  toggles:\n").unwrap();
    let types = |table: &str| -> Vec<String> {
        table.lines().map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect()
    };
    let lists = TYPES.split(' ').map(|name| format!("{name}:R"));
    let expected: Vec<_> =
        ["U64"].into_iter().chain(TYPES.split(' ')).map(str::to_owned).chain(lists).collect();
    assert_eq!(types(flows), expected);
    assert_eq!(types(packets), expected);
}

/// What the example says of flows and packets is what the program's own plugins say.
#[test]
fn the_example_with_rows() {
    let dir = Scratch::new();
    compile(&dir, "greeting", &source(HEADER, "greeting"));
    let plugins = ["--plugins", "basicFlow,basicStats,greeting"];
    let alone = with_threads(&dir, "1", &plugins);
    assert_eq!((alone.done.code, alone.done.stderr.as_str()), (0, ""));
    let (flows, packets) = (alone.flow_table(), alone.packet_table());
    let ends = ["flowInd", "srcMac"];
    let of_packets =
        packets.select(ends).into_iter().zip(packets.select(["l7Len", "pktLen", "grePkt"]));
    let of_packets: Vec<_> = of_packets.collect();
    let columns = [
        "srcIP",
        "dstIP",
        "srcMac",
        "dstMac",
        "greFrom",
        "greFromMac",
        "greEnds",
        "greMacs",
        "greSizes",
        "greMeanSize",
    ];
    for (end, row) in flows.select(ends).iter().zip(flows.select(columns)) {
        let [src, dst, src_mac, dst_mac, from, from_mac, both, macs, sizes, mean] = row;
        assert_eq!([from, from_mac], [src, src_mac]);
        let both_expected = if src == "-" { String::new() } else { format!("{src};{dst}") };
        assert_eq!([both, macs], [both_expected, format!("{src_mac};{dst_mac}")]);
        let mine = || of_packets.iter().filter(|(of, _)| of == end).map(|(_, cells)| cells);
        let lengths = mine().map(|cells| cells[0]).filter(|&length| length != "0");
        assert_eq!(sizes, lengths.take(8).collect::<Vec<_>>().join(";"));
        assert!(mine().zip(1..).all(|(cells, n)| cells[2] == n.to_string()));
        let bytes: u64 = mine().map(|cells| cells[1].parse::<u64>().unwrap()).sum();
        let mean_expected = bytes as f64 / mine().count() as f64;
        let mean: f64 = mean.parse().unwrap();
        assert!((mean - mean_expected).abs() < 1e-5 * mean_expected, "{mean} {mean_expected}");
    }
    let kinds = flows.column("greKind");
    assert!(["http", "other"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert!(flows.column("greWords").iter().any(|words| words.starts_with("\"GET /")));
    for threads in ["2", "8"] {
        let seen = with_threads(&dir, threads, &plugins);
        assert!(seen.flows == alone.flows && seen.packets == alone.packets, "{threads} threads");
        assert!(seen.others == alone.others, "{threads} threads");
    }
}

#[test]
fn what_is_refused() {
    let example = source(HEADER, "greeting");
    let refused = |from: &str, to: &str, words: &[&str]| refused(&example, from, to, words);
    refused(
        "FLOWZ_U64, \"grePkt\"",
        "FLOWZ_LIST, \"grePkt\"",
        &["column grePkt has type 256, which is none"],
    );
    refused("FLOWZ_F32", "16", &["column greMeanSize has type 16, which is none"]);
    refused("FLOWZ_U16 | FLOWZ_LIST", "FLOWZ_U16 | 512", &["column greSizes has type 514"]);
    refused("\"grePkt\"", "\"gre Pkt\"", &["'gre Pkt' is no name for a column"]);
    let number = "sizeof(packet_columns) / sizeof(packet_columns[0])";
    refused(number, "129", &["129 packet columns: 128 are the most"]);
    refused(
        ".packet_column = packet_columns",
        ".packet_column = NULL",
        &["list of packet columns is missing"],
    );
}
