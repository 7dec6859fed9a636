//! Mail by SMTP and POP3: the same in any pieces, by default and as the reference has it, and no more than there is room for.

use crate::kit::{Scratch, Table, flowz, raw_ip_capture};

const CLIENT: u16 = 40_000;

/// A segment of one side, with the numbers of the next bytes of both.
fn segment(port: u16, is_client: bool, [seq, ack]: [u32; 2], flags: u8, data: &[u8]) -> Vec<u8> {
    let (mut ports, mut ends) = ([CLIENT, port], [[192, 0, 2, 10], [192, 0, 2, 53]]);
    if !is_client {
        ports.reverse();
        ends.reverse();
    }
    let [high, low] = (data.len() as u16 + 40).to_be_bytes();
    let head = [0x45, 0, high, low, 0, 0, 0x40, 0, 64, 6, 0, 0];
    let numbers = [seq, ack].map(u32::to_be_bytes);
    let tcp = [0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
    let ports = ports.map(u16::to_be_bytes);
    let (ends, ports, numbers) =
        (ends.as_flattened(), ports.as_flattened(), numbers.as_flattened());
    [&head[..], ends, ports, numbers, &tcp, data].concat()
}

/// A conversation: what the client says begins with `>`, what the server says with `<`; in segments of so many bytes.
fn conversation(port: u16, said: &[&str], piece: usize) -> Vec<u8> {
    let mut next = [1, 1];
    let mut packets =
        vec![segment(port, true, [0, 0], 2, b""), segment(port, false, [0, 1], 0x12, b"")];
    for text in said {
        let side = usize::from(text.starts_with('<'));
        for data in text.as_bytes()[1..].chunks(piece) {
            packets.push(segment(port, side == 0, [next[side], next[1 - side]], 0x18, data));
            next[side] += data.len() as u32;
        }
    }
    raw_ip_capture(&packets)
}

/// Flows and tables of a run with both plugins.
fn run(capture: &[u8], more: &[&str]) -> Scratch {
    let dir = Scratch::new();
    dir.write("in.pcap", capture);
    let all = ["-r", "in.pcap", "-w", "x", "-q", "--plugins", "smtpDecode,popDecode"];
    let tables = ["-o", "smtpDecode.SMTP_CMD_TABLE=1", "-o", "popDecode.POP_CMD_TABLE=1"];
    flowz(&dir, &[&all[..], &tables, more].concat()).well();
    dir
}

fn cells(dir: &Scratch, file: &str, column: &str) -> Vec<String> {
    let table = Table::parse(&dir.read(file));
    table.column(column).into_iter().map(str::to_owned).collect()
}

const SENT: [&str; 14] = [
    "<220 mx ready\r\n",
    ">EHLO client\r\n",
    "<250-mx\r\n250 AUTH LOGIN\r\n",
    ">AUTH LOGIN\r\n",
    "<334 VXNlcm5hbWU6\r\n",
    ">YW5u\r\n",
    "<334 UGFzc3dvcmQ6\r\n",
    ">czNjcmV0\r\n",
    "<235 in\r\n",
    ">MAIL FROM:<ann@client>\r\nRCPT TO:<bob@mx>\r\nRCPT TO:<eve@mx>\r\nDATA\r\n",
    "<250 OK\r\n250 OK\r\n550 no\r\n354 go on\r\n",
    ">Subject: x\r\n\r\n..\r\n.y\r\n.\r\nQUIT\r\n",
    "<250 queued\r\n221 bye\r\n",
    ">",
];

const FETCHED: [&str; 7] = [
    "<+OK ready\r\n",
    ">AUTH PLAIN AGFubgBzM2NyZXQ=\r\n",
    "<+OK in\r\n",
    ">LIST\r\nRETR 1\r\n",
    "<+OK\r\n1 30\r\n.\r\n+OK 30 octets\r\nReturn-Path: <bob@mx>\r\n\r\n..x\r\n.\r\n",
    ">QUIT\r\n",
    "<+OK bye\r\n",
];

#[test]
fn the_same_in_any_pieces() {
    let tables = [
        (25, &SENT[..], ["x_smtp.txt", "x_smtpCommands.txt"]),
        (110, &FETCHED[..], ["x_pop.txt", "x_popCommands.txt"]),
    ];
    for (port, said, files) in tables {
        let whole = run(&conversation(port, said, 1000), &[]);
        for piece in [1, 2, 7] {
            let pieces = run(&conversation(port, said, piece), &[]);
            for file in files {
                let (whole, pieces) =
                    (Table::parse(&whole.read(file)), Table::parse(&pieces.read(file)));
                assert!(!whole.rows.is_empty());
                for column in whole
                    .columns
                    .iter()
                    .filter(|name| !["time", "latency"].contains(&name.as_str()))
                {
                    assert_eq!(
                        whole.column(column),
                        pieces.column(column),
                        "{column} of {file}, pieces of {piece}"
                    );
                }
            }
        }
    }
}

#[test]
fn by_default_and_as_the_reference() {
    let sent = conversation(25, &SENT, 1000);
    let (ours, theirs) = (run(&sent, &[]), run(&sent, &["--compat"]));
    let names =
        |dir| ["smtpUsr", "smtpPW"].map(|column| cells(dir, "x_flows.txt", column)[0].clone());
    assert_eq!(names(&ours), ["\"ann\"", "\"s3cret\""]);
    assert_eq!(names(&theirs), ["\"YW5u\"", "\"czNjcmV0\""]);
    let fetched = conversation(110, &FETCHED, 1000);
    let (ours, theirs) = (run(&fetched, &[]), run(&fetched, &["--compat"]));
    assert_eq!(cells(&ours, "x_flows.txt", "popUsr"), ["\"ann\"", "\"bob@mx\""]);
    assert_eq!(cells(&ours, "x_flows.txt", "popRM"), ["", "1"]);
    assert_eq!(cells(&theirs, "x_flows.txt", "popRM"), ["", "1;30"], "any number");
    // On another port.
    let other = conversation(8025, &SENT, 1000);
    let status = |dir: &Scratch| cells(dir, "x_flows.txt", "smtpStat");
    assert_eq!(status(&run(&other, &[])), ["0x01", "0x81"]);
    assert_eq!(status(&run(&other, &["--compat"])), ["0x00", "0x00"]);
}

#[test]
fn no_more_than_there_is_room_for() {
    let recipients: Vec<_> = (0..300).map(|n| format!("RCPT TO:<{n}@mx>\r\n")).collect();
    let recipients = format!(">{}", recipients.concat());
    let line = format!(">{}\r\nNOOP\r\n", "x".repeat(200_000));
    let said = [
        "<220 mx\r\n",
        ">MAIL FROM:<a@b>\r\n",
        &recipients,
        ">DATA\r\n",
        ">Subject: x\r\n\r\n.\r\n",
        &line,
    ];
    let dir = run(&conversation(25, &said, 1000), &[]);
    assert_eq!(cells(&dir, "x_smtp.txt", "rcptNum"), ["300"]);
    let kept = cells(&dir, "x_smtp.txt", "recipients");
    assert_eq!(kept[0].split(';').count(), 100);
    let commands = cells(&dir, "x_smtpCommands.txt", "command");
    assert_eq!(commands.last().map(String::as_str), Some("\"NOOP\""), "behind a long line");
    assert!(commands.iter().all(|command| command.len() < 600));
}
