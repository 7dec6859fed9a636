//! `--where`: rows of the flow table for which a condition holds.

use crate::kit::{Scratch, Table, analyse, data, flowz};

/// The flow table with the rows that a test takes.
fn kept(table: &Table, columns: &[&str], test: impl Fn(&[&str]) -> bool) -> Vec<Vec<String>> {
    let places: Vec<_> = columns.iter().map(|name| table.place(name)).collect();
    let takes = |row: &&Vec<String>| {
        test(&places.iter().map(|place| row[*place].as_str()).collect::<Vec<_>>())
    };
    table.rows.iter().filter(takes).cloned().collect()
}

#[track_caller]
fn same(capture: &str, condition: &str, columns: &[&str], test: impl Fn(&[&str]) -> bool) {
    let capture = data(capture);
    let all = analyse(&["-r", &capture]);
    let expected = kept(&all.flow_table(), columns, test);
    assert!(!expected.is_empty() && expected.len() < all.flow_table().rows.len(), "{condition}");
    for threads in ["1", "3"] {
        let some = analyse(&["-r", &capture, "--where", condition, "--threads", threads]);
        assert_eq!(some.flow_table().rows, expected, "{condition}");
        assert_eq!(some.packets, all.packets, "packets are those of all flows");
        let left_out = all.flow_table().rows.len() - expected.len();
        let told = some.report("Number of flows that --where left out").unwrap();
        assert!(told.starts_with(&format!("{left_out} [")), "{told}");
        assert_eq!(some.ledger(), all.ledger());
        assert_eq!(some.others.len(), all.others.len());
    }
}

#[test]
fn rows_are_those_of_the_whole_table() {
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    same("web.pcap", "dstPort == 80", &["dstPort"], |c| c[0] == "80");
    same("web.pcap", "l4Proto == 17 or pktsSnt > 20", &["l4Proto", "pktsSnt"], |c| {
        c[0] == "17" || number(c[1]) > 20.0
    });
    same("web.pcap", "srcIP in 10.1.0.0/24 and dir == 'A'", &["srcIP", "dir"], |c| {
        c[0].starts_with("10.1.0.") && c[1] == "A"
    });
    same("web.pcap", "duration > 1ms and duration <= 0.1", &["duration"], |c| {
        number(c[0]) > 0.001 && number(c[0]) <= 0.1
    });
    same("rare.pcap", "hdrDesc contains 'vlan' or vlanID == 5", &["hdrDesc", "vlanID"], |c| {
        c[0].contains("vlan") || c[1].split(';').any(|id| id == "5")
    });
    same("rare.pcap", "flowStat & 0x4000 != 0", &["flowStat"], |c| {
        u64::from_str_radix(&c[0][2..], 16).unwrap() & 0x4000 != 0
    });
    same(
        "rare.pcap",
        "pktsSnt > pktsRcvd && !(srcIP == none)",
        &["pktsSnt", "pktsRcvd", "srcIP"],
        |c| number(c[0]) > number(c[1]) && c[2] != "-",
    );
    same("web.pcap", "timeFirst < 2026-11-21T04:33:17", &["timeFirst"], |c| {
        number(c[0]) < 1_795_235_597.0
    });
}

#[test]
fn with_columns_formats_and_pieces() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let choice = ["--where", "l4Proto == 6", "--fields", "dstPort,flowInd"];
    let args = [&["-r", &web, "--sinks", "txt,csv"][..], &choice].concat();
    let done = flowz(&dir, &[&args[..], &["-w", "x"]].concat()).well();
    let told = ", --fields dstPort,flowInd, --where 'l4Proto == 6', fingerprint 0x";
    assert!(done.stdout.contains(told) && dir.read("x_headers.txt").contains(told));
    let rows = dir.read("x_flows.txt").lines().count() - 1;
    assert_eq!(dir.read("x_flows.csv").lines().count() - 1, rows);
    let args = ["-r", &web, "-W", "y:5f", "-q", "--where", "l4Proto == 6"];
    flowz(&dir, &args).well();
    let pieces = (0..=rows / 5).map(|n| dir.read(&format!("y_flows.txt{n}")).lines().count());
    assert_eq!(pieces.sum::<usize>() - 1, rows, "pieces count rows that are written");
    let none = flowz(&dir, &["-r", &web, "-w", "-", "-q", "--where", "flowInd < 0"]).well().stdout;
    assert_eq!(none.lines().count(), 1);
}

#[test]
fn what_is_wrong_has_its_place() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let told = |condition: &str| {
        let done = flowz(&dir, &["-r", &web, "-w", "x", "--where", condition]);
        assert_eq!((done.code, dir.names().len()), (2, 0), "{done:?}");
        done.stderr
    };
    assert_eq!(
        told("l4Proto == 6 && srcPrt == 80"),
        "flowz: error: --where: there is no column 'srcPrt'; did you mean 'srcPort'?; flowz --columns lists those of \
         the flow table\n  l4Proto == 6 && srcPrt == 80\n                  ^^^^^^\n"
    );
    assert!(told("").contains("there is no condition"));
    assert!(told("pktNo == 1").contains("no column 'pktNo'"), "of the packet table");
    let deep = told(&"(".repeat(100_000));
    assert!(deep.contains("more than 100 ( and !") && deep.len() < 400, "{deep}");
    let done = flowz(&dir, &["--columns", "--where", "srcIP == 80"]);
    assert!(done.code == 2 && done.stderr.contains("holds addresses, and this is a number"));
}
