//! `--fields`: columns by name, in the order of the names, in every table and format.

use crate::kit::{Scratch, Table, analyse, data, flowz};

const FIELDS: [&str; 4] = ["dstIP", "flowInd", "basicFlow.srcIP", "l4Proto"];
const NAMES: [&str; 4] = ["dstIP", "flowInd", "srcIP", "l4Proto"];

fn fields() -> String {
    FIELDS.join(",")
}

#[test]
fn columns_are_those_of_the_whole_table() {
    for capture in ["web.pcap", "rare.pcap", "frag.pcap"] {
        let capture = data(capture);
        let all = analyse(&["-r", &capture]);
        for threads in ["1", "3"] {
            let some = analyse(&["-r", &capture, "--fields", &fields(), "--threads", threads]);
            for (all, some) in
                [(all.flow_table(), some.flow_table()), (all.packet_table(), some.packet_table())]
            {
                assert_eq!(some.columns, NAMES);
                assert_eq!(some.select(NAMES), all.select(NAMES), "{capture}");
            }
        }
    }
}

#[test]
fn every_column_can_be_taken_out() {
    let capture = data("rare.pcap");
    let all = analyse(&["-r", &capture, "--plugins", "all"]).flow_table();
    let mut names: Vec<_> = all.columns.iter().map(String::as_str).rev().collect();
    let reversed =
        analyse(&["-r", &capture, "--plugins", "all", "--fields", &names.join(",")]).flow_table();
    assert_eq!(reversed.columns, names);
    let turned = |table: &Table| -> Vec<Vec<String>> {
        table.rows.iter().map(|row| row.iter().rev().cloned().collect()).collect()
    };
    assert_eq!(turned(&reversed), all.rows);
    names.retain(|name| name.contains('T'));
    let some =
        analyse(&["-r", &capture, "--plugins", "all", "--fields", &names.join(",")]).flow_table();
    for name in names {
        assert_eq!(some.column(name), all.column(name), "{name}");
    }
}

#[test]
fn headers_formats_and_the_pipe_follow() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let args = ["-r", &web, "--fields", &fields(), "--plugins", "basicFlow"];
    let done = flowz(&dir, &[&args[..], &["-w", "x", "--sinks", "txt,csv"]].concat()).well();
    let told = ", --fields dstIP,flowInd,basicFlow.srcIP,l4Proto, fingerprint 0x";
    assert!(done.stdout.contains(told), "{}", done.stdout);
    let headers = dir.read("x_headers.txt");
    assert!(headers.contains(told));
    let described: Vec<_> = headers.lines().filter(|line| !line.starts_with('#')).collect();
    let names: Vec<_> = described.iter().map(|line| line.split('\t').nth(2).unwrap()).collect();
    assert_eq!(names, NAMES);
    assert!(described[0].starts_with("1\tIPX\tdstIP\t"), "{headers}");
    let table = Table::parse(&dir.read("x_flows.txt"));
    let csv = dir.read("x_flows.csv");
    assert!(csv.starts_with("dstIP,flowInd,srcIP,l4Proto\r\n"), "{csv}");
    let ports = table.column("l4Proto");
    assert_eq!(
        csv.lines().skip(1).map(|l| l.split(',').nth(3).unwrap()).collect::<Vec<_>>(),
        ports
    );
    let piped = flowz(&dir, &[&args[..], &["-w", "-", "-q"]].concat()).well().stdout;
    assert_eq!(piped, dir.read("x_flows.txt"));
    let listed = flowz(&dir, &["--columns", "--fields", &fields()]).well().stdout;
    let names = |from: &str| -> Vec<String> {
        let lines = from.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(names(&listed), [NAMES, NAMES].concat(), "{listed}");
    let listed = flowz(&dir, &["--columns", "--fields", "pktsSnt"]).well().stdout;
    assert!(
        listed.starts_with("# flows\n  1 pktsSnt ") && !listed.contains("# packets"),
        "{listed}"
    );
}

#[test]
fn names_that_are_none() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "--fields", "dstIp"]);
    let told = "flowz: error: --fields: there is no column 'dstIp'; did you mean 'dstIP'?; flowz \
                --columns lists all\n";
    assert_eq!(done.stderr, told);
    let refused = |fields: &str, more: &[&str], words: &[&str]| {
        let web = data("web.pcap");
        let args = ["-r", &web, "-w", "x", "--fields", fields];
        flowz(&dir, &[&args[..], more].concat()).is_refused(words);
        assert_eq!(dir.names().len(), 0, "{fields}");
    };
    refused("srcIP,dstIp", &[], &["no column 'dstIp'", "did you mean 'dstIP'", "--columns"]);
    refused("ttl", &[], &["no column 'ttl'", "'ipMinTTL'"]);
    refused("numPktsSnt", &[], &["did you mean 'pktsSnt'?"]);
    refused("srcIP,,dstIP", &[], &["a name is empty"]);
    refused("", &[], &["a name is empty"]);
    refused("srcIP,basicFlow.srcIP", &[], &["'basicFlow.srcIP' is named twice"]);
    refused("tcpFlags.srcIP", &[], &["no column 'tcpFlags.srcIP'", "'srcIP'"]);
    refused("srcIP,pktNo", &[], &["'pktNo' is in the table of packets only", "-s"]);
    refused("pktsSnt", &["-s"], &["none of the columns", "table of packets"]);
}
