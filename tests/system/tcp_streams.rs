//! TCP streams: the same bytes, gaps and counts for any number of threads, whatever else reads them, and with little memory.

use crate::kit::{Scratch, Table, captures, data, flowz, shared};

/// Plugins that read streams, with all that they write.
const ALL: [&str; 28] = [
    "--plugins",
    "basicFlow,tcpStream,ftpDecode,smtpDecode,popDecode,telnetDecode,sshDecode,sslDecode,ircDecode,httpSniffer",
    "-o",
    "httpSniffer.HTTP_HASH=1",
    "-o",
    "ftpDecode.FTP_TABLE=1",
    "-o",
    "ftpDecode.FTP_DATA_TABLE=1",
    "-o",
    "ftpDecode.FTP_SAVE=1",
    "-o",
    "smtpDecode.SMTP_CMD_TABLE=1",
    "-o",
    "smtpDecode.SMTP_SAVE=1",
    "-o",
    "popDecode.POP_CMD_TABLE=1",
    "-o",
    "popDecode.POP_SAVE=1",
    "-o",
    "tcpStream.TS_SAVE=1",
    "-o",
    "tcpStream.TS_GAP_TABLE=1",
    "-o",
    "tcpStream.TS_STREAM_TABLE=1",
    "-s",
    "-q",
    "-w",
    "x",
];
/// So little memory that gaps are given up for it.
const LITTLE: [&str; 6] =
    ["-o", "core.STREAM_BUFFER=1", "-o", "core.STREAM_MESSAGE=1", "--stream-mem", "1M"];

/// All files of a run but the headers, which have the command line and the date.
fn files(args: &[&str]) -> Vec<(String, Vec<u8>)> {
    let dir = Scratch::new();
    flowz(&dir, args).well();
    let files = dir.files().into_iter();
    files.filter(|(name, _)| !name.ends_with("headers.txt")).collect()
}

/// Captures of the project, and some damaged conversations.
fn inputs() -> Vec<String> {
    let damaged = [
        "http_pipeline.nth_lost",
        "http2_multi.hole_resp",
        "tls12_chain.swap_data",
        "ssh_default.hole_body",
        "ftp_passive.nth_lost",
        "ftp_two_controls.swap_data",
        "smtp_pipeline.nth_lost",
        "pop3.nth_lost",
    ];
    let damaged = damaged.iter().filter_map(|name| {
        let path = shared(&format!("made/streams/captures/{name}.pcap.zst"))?;
        Some(path.to_str()?.to_owned())
    });
    captures().into_iter().chain(damaged).collect()
}

#[test]
fn the_same_for_any_number_of_threads() {
    for path in inputs() {
        for memory in [&LITTLE[..0], &LITTLE] {
            let with =
                |threads| files(&[&["-r", &path, "--threads", threads], &ALL[..], memory].concat());
            let alone = with("1");
            for threads in ["2", "4"] {
                assert!(alone == with(threads), "{path}, {threads} threads, {memory:?}");
            }
        }
    }
}

#[test]
fn packets_have_the_bytes_that_they_brought() {
    let dir = Scratch::new();
    let args = ["-r", &data("loss.pcap"), "-w", "x", "-s", "-q", "--plugins", "tcpStream"];
    flowz(&dir, &args).well();
    let (flows, packets) =
        (Table::parse(&dir.read("x_flows.txt")), Table::parse(&dir.read("x_packets.txt")));
    let number = |table: &Table, row: &[String], name: &str| -> u64 {
        let at = table.columns.iter().position(|column| column == name).unwrap();
        row[at].parse().unwrap()
    };
    let flow_bytes: u64 = flows.rows.iter().map(|row| number(&flows, row, "tcpStrBytes")).sum();
    assert!(flow_bytes > 0);
    let mut last = std::collections::BTreeMap::new();
    for row in &packets.rows {
        let bytes = number(&packets, row, "tcpStrBytes");
        let most = last.entry(number(&packets, row, "flowInd")).or_insert(0);
        *most = bytes.max(*most);
    }
    // What waits to the end of a flow comes behind its last packet.
    let in_packets: u64 = last.values().sum();
    assert!(in_packets > flow_bytes / 4 && in_packets <= flow_bytes, "{last:?}, {flow_bytes}");
}

#[test]
fn gaps_of_the_table_are_those_of_the_flows() {
    let dir = Scratch::new();
    let args = ["-r", &data("loss.pcap"), "-w", "x", "-q", "--plugins", "basicFlow,tcpStream"];
    flowz(&dir, &[&args[..], &["-o", "tcpStream.TS_GAP_TABLE=1"]].concat()).well();
    let (flows, gaps) =
        (Table::parse(&dir.read("x_flows.txt")), Table::parse(&dir.read("x_gaps.txt")));
    let sum = |table: &Table, name: &str| -> u64 {
        let at = table.columns.iter().position(|column| column == name).unwrap();
        table.rows.iter().map(|row| row[at].parse::<u64>().unwrap()).sum()
    };
    assert_eq!(sum(&gaps, "length"), sum(&flows, "tcpStrGapBytes"));
}

#[test]
fn one_tap_of_several() {
    let dir = Scratch::new();
    let args = ["-r", &data("web.pcap"), "-w", "x", "-q", "--plugins", "tcpStream"];
    let bytes = |more: &[&str]| -> u64 {
        flowz(&dir, &[&args[..], more].concat()).well();
        let flows = Table::parse(&dir.read("x_flows.txt"));
        let at = flows.columns.iter().position(|column| column == "tcpStrBytes").unwrap();
        flows.rows.iter().map(|row| row[at].parse::<u64>().unwrap()).sum()
    };
    let all = bytes(&[]);
    assert!(all > 0);
    assert_eq!((bytes(&["--tap-vlan", "0"]), bytes(&["--tap-vlan", "7"])), (all, 0));
    let wrong = flowz(&dir, &["-r", &data("web.pcap"), "--tap-vlan", "4096"]);
    assert_eq!(wrong.code, 2);
}
