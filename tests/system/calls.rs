//! Calls: the list for people, the ladder of one, and the same tables for any number of threads.

use crate::kit::{Conversation, Scratch, flowz};

fn message(first: &str, call: &str, number: u32, method: &str, body: &str) -> Vec<u8> {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    let len = body.len();
    format!(
        "{first}\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK{number}{method}\r\nFrom: <sip:ann@a.example>;tag=1\r\n\
         To: <sip:ben@b.example>;tag=2\r\nCall-ID: {call}\r\nCSeq: {number} {method}\r\n{kind}Content-Length: {len}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Two calls over one connection: one that is taken, one that is refused.
fn capture() -> Vec<u8> {
    let sdp = "v=0\r\nc=IN IP4 192.0.2.7\r\nm=audio 4000 RTP/AVP 0\r\n";
    let mut c = Conversation::new(5060);
    c.pieces(0, &message("INVITE sip:ben@b.example SIP/2.0", "one@a", 1, "INVITE", sdp), 60);
    c.server(&message("SIP/2.0 180 Ringing", "one@a", 1, "INVITE", ""));
    c.client(&message("INVITE sip:ben@b.example SIP/2.0", "two@a", 1, "INVITE", ""));
    c.server(
        &[
            message("SIP/2.0 200 OK", "one@a", 1, "INVITE", sdp),
            message("SIP/2.0 486 Busy Here", "two@a", 1, "INVITE", ""),
        ]
        .concat(),
    );
    c.client(&message("ACK sip:ben@b.example SIP/2.0", "one@a", 1, "ACK", ""));
    c.client(&message("BYE sip:ben@b.example SIP/2.0", "one@a", 2, "BYE", ""));
    c.server(&message("SIP/2.0 200 OK", "one@a", 2, "BYE", ""));
    c.capture()
}

#[test]
fn a_list_for_people() {
    let dir = Scratch::new();
    dir.write("in.pcap", capture());
    let out = flowz(&dir, &["calls", "in.pcap"]).well().stdout;
    let ends: Vec<&str> = out.lines().filter(|line| line.contains(" by ")).map(str::trim).collect();
    assert_eq!(ends.len(), 2, "{out}");
    assert!(ends[0].contains("BYE (200) by caller"), "{out}");
    assert!(ends[1].contains("rejected (486) by callee"), "{out}");
    assert!(out.contains("call 1 ") && out.contains("ann@a.example > ben@b.example"), "{out}");
    assert!(out.contains("no media") && out.contains("Call-ID two@a"), "{out}");
    assert_eq!(dir.names_in("."), ["in.pcap"], "nothing is written");
}

#[test]
fn the_ladder_of_a_call() {
    let dir = Scratch::new();
    dir.write("in.pcap", capture());
    let by_number = flowz(&dir, &["calls", "in.pcap", "--ladder", "2"]).well().stdout;
    let by_id = flowz(&dir, &["calls", "in.pcap", "--ladder", "two@a"]).well().stdout;
    assert_eq!(by_number, by_id);
    let lines: Vec<&str> = by_number.lines().collect();
    assert_eq!(lines.len(), 4, "{by_number}");
    assert_eq!(lines[0], "Call-ID two@a");
    assert!(lines[2].ends_with("|---------INVITE--------->"), "{by_number}");
    assert!(lines[3].ends_with("<--486 Busy Here (INVIT--|"), "{by_number}");
    let none = flowz(&dir, &["calls", "in.pcap", "--ladder", "9"]).well().stdout;
    assert_eq!(none, "no call '9'\n");
}

#[test]
fn threads_change_nothing() {
    let tables = |threads: &str| {
        let dir = Scratch::new();
        dir.write("in.pcap", capture());
        let args = ["-r", "in.pcap", "-w", "x", "-q", "--threads", threads];
        flowz(&dir, &[&args[..], &["--plugins", "basicFlow,sipDecode,voipCalls"]].concat()).well();
        ["x_calls.txt", "x_sip.txt", "x_flows.txt"].map(|name| dir.read(name))
    };
    assert_eq!(tables("1"), tables("4"));
}
