//! Protocols of text lines: the same whatever the segments and the number of threads, and tables of FTP.

use std::fs;

use crate::kit::{Scratch, Table, flowz, workspace};

/// Plugins with a case of theirs.
const CASES: [(&str, &str); 3] = [
    ("ftpDecode", "plugins/src/ftp_decode/cases/sessions.txt"),
    ("telnetDecode", "plugins/src/telnet_decode/cases/logins.txt"),
    ("ircDecode", "plugins/src/irc_decode/cases/talks.txt"),
];
const ETHERNET: usize = 14;
const IPV6: usize = 40;

/// The packets of a case.
fn frames(path: &str) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(workspace().join(path)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let hex = lines.filter_map(|line| line.split_once(' '));
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    hex.map(|(_, hex)| hex.as_bytes().chunks(2).map(byte).collect()).collect()
}

/// A packet as several with a byte of TCP data each. Checksums are of no concern.
fn in_bytes(frame: &[u8]) -> Vec<Vec<u8>> {
    let is_v4 = frame[ETHERNET] >> 4 == 4;
    let tcp = ETHERNET + if is_v4 { 20 } else { IPV6 };
    let (head, data) = frame.split_at(tcp + 20);
    if data.is_empty() {
        return vec![frame.to_vec()];
    }
    let seq = u32::from_be_bytes(frame[tcp + 4..tcp + 8].try_into().unwrap());
    let one = |(byte, n): (&u8, u32)| {
        let mut packet = [head, &[*byte]].concat();
        packet[tcp + 4..tcp + 8].copy_from_slice(&seq.wrapping_add(n).to_be_bytes());
        let (at, len) = if is_v4 { (16, 41_u16) } else { (18, 21) };
        packet[at..at + 2].copy_from_slice(&len.to_be_bytes());
        packet
    };
    data.iter().zip(0..).map(one).collect()
}

/// A capture of these packets, a millisecond from one to the next.
fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
    bytes.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0]);
    for (frame, n) in frames.iter().zip(0_u32..) {
        let len = frame.len() as u32;
        let head = [1_700_000_000 + n / 1000, n % 1000 * 1000, len, len].map(u32::to_le_bytes);
        bytes.extend(head.as_flattened());
        bytes.extend(frame);
    }
    bytes
}

/// Names and texts of all files of a run but the headers.
fn files(plugin: &str, frames: &[Vec<u8>], more: &[&str]) -> Vec<(String, Vec<u8>)> {
    let dir = Scratch::new();
    dir.write("in.pcap", capture(frames));
    let path = dir.path("in.pcap").to_str().unwrap().to_owned();
    flowz(&dir, &[&["-r", &path, "-w", "x", "-q", "--plugins", plugin], more].concat()).well();
    let files = dir.files().into_iter();
    files.filter(|(name, _)| name.starts_with('x') && !name.ends_with("headers.txt")).collect()
}

/// All that ftpDecode writes.
const TABLES: [&str; 6] = [
    "-o",
    "ftpDecode.FTP_TABLE=1",
    "-o",
    "ftpDecode.FTP_DATA_TABLE=1",
    "-o",
    "ftpDecode.FTP_SAVE=1",
];

/// The rows of a table, sorted, without the columns that tell of time: more packets let gaps be given up earlier.
fn timeless(text: &[u8]) -> Vec<Vec<String>> {
    let table = Table::parse(std::str::from_utf8(text).unwrap());
    let is_time = |name: &String| name.to_lowercase().ends_with("time");
    let kept: Vec<usize> =
        (0..table.columns.len()).filter(|at| !is_time(&table.columns[*at])).collect();
    let row = |row: &Vec<String>| kept.iter().map(|at| row[*at].clone()).collect();
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
    rows.sort();
    rows
}

#[test]
fn one_byte_in_a_segment_says_the_same() {
    for (plugin, path) in CASES {
        let whole = frames(path);
        let parts: Vec<Vec<u8>> = whole.iter().flat_map(|frame| in_bytes(frame)).collect();
        let more = if plugin == "ftpDecode" { &TABLES[..] } else { &[] };
        let (whole, parts) = (files(plugin, &whole, more), files(plugin, &parts, more));
        assert_eq!(whole.len(), parts.len());
        for ((name, text), (other, other_text)) in whole.iter().zip(&parts) {
            assert_eq!(name, other);
            if name.starts_with("x_files") {
                assert!(text == other_text, "{name}");
            } else {
                assert_eq!(timeless(text), timeless(other_text), "{name}");
            }
        }
    }
}

#[test]
fn the_same_for_any_number_of_threads() {
    for (plugin, path) in CASES {
        let frames = frames(path);
        let more = if plugin == "ftpDecode" { &TABLES[..] } else { &[] };
        let of = |threads| files(plugin, &frames, &[more, &["--threads", threads]].concat());
        let alone = of("1");
        for threads in ["2", "4", "7"] {
            assert!(alone == of(threads), "{plugin}, {threads} threads");
        }
    }
}

#[test]
fn commands_and_transfers_of_ftp() {
    let all = files("ftpDecode", &frames(CASES[0].1), &TABLES);
    let text = |name: &str| all.iter().find(|(other, _)| other == name).unwrap().1.clone();
    let cells = |table: &str, names: &[&str]| -> Vec<String> {
        let bytes = text(table);
        let table = Table::parse(std::str::from_utf8(&bytes).unwrap());
        let at = |name: &&str| table.columns.iter().position(|column| column == name).unwrap();
        let row = |row: &Vec<String>| {
            names.iter().map(|name| row[at(name)].as_str()).collect::<Vec<_>>().join(" ")
        };
        table.rows.iter().map(row).collect()
    };
    let rows = cells("x_ftp.txt", &["flowInd", "number", "command", "codes", "dataFlow"]);
    let expected = [
        "1 0  220 ",
        "1 1 USER 331 ",
        "1 2 PASS 230 ",
        "1 3 SYST 215 ",
        "1 4 PWD 257 ",
        "1 5 PASV 227 ",
        "1 6 RETR 150;226 2",
        "1 7 REST 350 ",
        "1 8 PORT 200 ",
        "1 9 STOR 150;226 3",
        "1 10 PASV 227 ",
        "1 11 STOU 150;226 4",
        "1 12 PORT 200 ",
        "1 13 LIST 425 ",
        // NOOP is missing, and the reply to TYPE.
        "1 0  200 ",
        "1 14 TYPE  ",
        "1 15 QUIT 221 ",
    ];
    let of_first: Vec<_> = rows.iter().filter(|row| row.starts_with("1 ")).collect();
    assert_eq!(of_first, expected.iter().collect::<Vec<_>>());
    let names = ["dir", "command", "name", "restart", "bytes", "missing", "complete"];
    let rows = cells("x_ftpData.txt", &names);
    let expected = [
        "B RETR \"dir/file.txt\" 0 12 0 1",
        "A STOR \"up.bin\" 5 6 4 0",
        "A STOU \"unique.1\" 0 1 0 1",
        "B MLSD \"\" 0 15 0 1",
        "A RETR \"empty\" 0 0 0 1",
    ];
    assert_eq!(rows, expected);
    assert_eq!(text("x_files/ftpDecode/3_A_up.bin"), b"0123\0\0\0\x0089");
}

/// Cells of some columns of the flow table, a row as a text.
fn cells_of_flows((plugin, path): (&str, &str), more: &[&str], names: &[&str]) -> Vec<String> {
    let all = files(plugin, &frames(path), more);
    let (_, bytes) = all.iter().find(|(name, _)| name == "x_flows.txt").unwrap();
    let table = Table::parse(std::str::from_utf8(bytes).unwrap());
    let at = |name: &&str| table.columns.iter().position(|column| column == name).unwrap();
    let row = |row: &Vec<String>| {
        names.iter().map(|name| row[at(name)].as_str()).collect::<Vec<_>>().join(" ")
    };
    table.rows.iter().map(row).collect()
}

#[test]
fn values_of_the_reference() {
    let [ftp, telnet, irc] = CASES;
    let both = |case, names: &[&str]| {
        [&[][..], &["--compat"]].map(|more| cells_of_flows(case, more, names))
    };
    let of_flow = |rows: &[String], flow: &str| -> Vec<String> {
        rows.iter().filter(|row| row.starts_with(flow)).cloned().collect()
    };
    let [right, compat] = both(ftp, &["flowInd", "ftpStat", "ftpCDFindex", "ftpCC"]);
    // By EPSV.
    assert_eq!(of_flow(&right, "6 "), ["6 0x02 5 MLSD"; 2]);
    assert_eq!(of_flow(&compat, "6 "), ["6 0x00  "; 2]);
    assert_eq!(of_flow(&right, "2 "), ["2 0x02 1 RETR"; 2]);
    assert_eq!(of_flow(&compat, "2 "), ["2 0x02 1 "; 2]);
    let [right, compat] = both(ftp, &["flowInd", "ftpRC"]);
    // Two replies in a packet, and the second line of one in a packet of its own.
    assert!(of_flow(&right, "1 ")[1].starts_with("1 220;331;230;215;257;"));
    assert!(of_flow(&compat, "1 ")[1].starts_with("1 220;331;230;215;227;"));
    let [right, compat] = both(irc, &["flowInd", "ircRC", "ircC"]);
    assert_eq!(of_flow(&right, "1 ")[0], "1  \"#one\";\"#two\"");
    assert_eq!(of_flow(&compat, "1 ")[0], "1  ");
    let [right, compat] = both(telnet, &["flowInd", "telOCnt"]);
    assert_eq!(
        (of_flow(&right, "1 "), of_flow(&compat, "1 ")),
        (vec!["1 2".to_owned(), "1 3".to_owned()], vec!["1 2".to_owned(), "1 3".to_owned()])
    );
}
