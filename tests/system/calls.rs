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
        dir.write("sip.pcap", capture());
        dir.write("h323.pcap", h323_capture());
        let args = ["-r", "sip.pcap", "-r", "h323.pcap", "-w", "x", "-q", "--threads", threads];
        let plugins = ["--plugins", "basicFlow,sipDecode,h323Decode,voipCalls"];
        flowz(&dir, &[&args[..], &plugins].concat()).well();
        ["x_calls.txt", "x_sip.txt", "x_h323.txt", "x_flows.txt"].map(|name| dir.read(name))
    };
    assert_eq!(tables("1"), tables("4"));
}

/// What H.225.0 says in a SETUP of ann to ben, a CONNECT and a RELEASE COMPLETE.
const SETUP: &str = "00b8060008914a00050140020061006e006e020001400200620065006e00c000023506b80022222222222222\
    22222222222222222200d90d8000001100111111111111111111111111111111110100010001000100";
const CONNECT: &str = "0280060008914a00050200222222222222222222222222222222221f0c001100111111111111111111111111\
    1111111101000100";
const RELEASE: &str = "0580060008914a0005150000110011111111111111111111111111111111";

/// A message of Q.931 in a packet: kind, sender (0x80: who is called), elements in front, what H.225.0 says.
fn q931(kind: u8, side: u8, elements: &[u8], user: &str) -> Vec<u8> {
    let pairs = user.as_bytes().as_chunks::<2>().0.iter();
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a digit") as u8;
    let user: Vec<u8> = pairs.map(|[high, low]| digit(*high) << 4 | digit(*low)).collect();
    let head = [8, 2, side, 1, kind];
    let length = [0x7e, 0, user.len() as u8 + 1, 5];
    let message = [&head[..], elements, &length, &user].concat();
    [&[3, 0, 0, message.len() as u8 + 4][..], &message].concat()
}

/// A call of H.323, in pieces.
fn h323_capture() -> Vec<u8> {
    let mut c = Conversation::new(1720);
    c.pieces(0, &q931(5, 0, &[], SETUP), 60);
    c.server(&[q931(1, 0x80, &[], ""), q931(7, 0x80, &[], CONNECT)].concat());
    c.client(&q931(0x5a, 0, &[8, 2, 0x80, 0x90], RELEASE));
    c.capture()
}

#[test]
fn a_call_of_h323() {
    let dir = Scratch::new();
    dir.write("in.pcap", h323_capture());
    let out = flowz(&dir, &["calls", "in.pcap"]).well().stdout;
    let id = "11".repeat(16);
    assert!(out.contains("call 1 ") && out.contains("ann > ben"), "{out}");
    assert!(out.contains("RELEASE COMPLETE (16) by caller"), "{out}");
    assert!(out.contains("H.323 over TCP") && out.contains(&format!("Call-ID {id}")), "{out}");
    let ladder = flowz(&dir, &["calls", "in.pcap", "--ladder", &id]).well().stdout;
    let arrows: Vec<&str> = ladder.lines().skip(2).filter_map(|line| line.get(33..)).collect();
    let words = ["SETUP", "ALERTING", "CONNECT", "RELEASE COMPLETE 16"];
    assert_eq!(arrows.len(), words.len(), "{ladder}");
    for (arrow, word) in arrows.iter().zip(words) {
        assert!(arrow.contains(word), "{ladder}");
    }
}
