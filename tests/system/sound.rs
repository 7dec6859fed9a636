//! Sound of calls: what the sink wav writes, and that it brings the plugins that it needs.

use std::fs;

use crate::kit::{Scratch, Table, flowz, raw_ip_capture};

const CALLER: (u8, u16) = (1, 4000);
const CALLEE: (u8, u16) = (2, 6000);

/// A datagram of UDP from one host to another.
fn udp(from: (u8, u16), to: (u8, u16), payload: &[u8]) -> Vec<u8> {
    let len = payload.len() as u16;
    let mut packet = vec![0x45, 0];
    packet.extend((28 + len).to_be_bytes());
    packet.extend([0, 1, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, from.0, 192, 0, 2, to.0]);
    for word in [from.1, to.1, 8 + len, 0] {
        packet.extend(word.to_be_bytes());
    }
    packet.extend(payload);
    packet
}

fn message(first: &str, number: u32, method: &str, media_port: u16) -> Vec<u8> {
    let body = match media_port {
        0 => String::new(),
        port => {
            format!("v=0\r\nc=IN IP4 192.0.2.{}\r\nm=audio {port} RTP/AVP 8\r\n", port / 2000 - 1)
        }
    };
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    format!(
        "{first}\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK{number}{method}\r\nFrom: <sip:ann@a.example>;tag=1\r\n\
         To: <sip:ben@b.example>;tag=2\r\nCall-ID: one@a\r\nCSeq: {number} {method}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// PCMA, 20 ms of one octet.
fn rtp(ssrc: u32, number: u16, octet: u8) -> Vec<u8> {
    let mut packet = vec![0x80, 8];
    packet.extend(number.to_be_bytes());
    packet.extend((u32::from(number.wrapping_add(2)) * 160).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend([octet; 160]);
    packet
}

/// A call with media both ways. A packet comes twice, two change places, and both sides have the same SSRC.
fn capture() -> Vec<u8> {
    let (ann, ben) = ((1, 5060), (2, 5060));
    let mut packets = vec![
        udp(ann, ben, &message("INVITE sip:ben@b.example SIP/2.0", 1, "INVITE", 4000)),
        udp(ben, ann, &message("SIP/2.0 200 OK", 1, "INVITE", 6000)),
        udp(ann, ben, &message("ACK sip:ben@b.example SIP/2.0", 1, "ACK", 0)),
    ];
    for number in [65_534, 65_535, 1, 0, 0, 2] {
        packets.push(udp(CALLER, CALLEE, &rtp(0xfeed, number, number as u8)));
    }
    for number in 0..4 {
        packets.push(udp(CALLEE, CALLER, &rtp(0xfeed, number, 0xd5)));
    }
    packets.push(udp(ann, ben, &message("BYE sip:ben@b.example SIP/2.0", 2, "BYE", 0)));
    packets.push(udp(ben, ann, &message("SIP/2.0 200 OK", 2, "BYE", 0)));
    raw_ip_capture(&packets)
}

fn run(args: &[&str]) -> Scratch {
    let dir = Scratch::new();
    dir.write("in.pcap", capture());
    flowz(&dir, &[&["-r", "in.pcap", "-w", "x", "-q", "--no-config"], args].concat()).well();
    dir
}

#[test]
fn files_of_both_sides_without_a_list_of_plugins() {
    let dir = run(&["--sinks", "wav", "-o", "wavSink.WAV_G711=1"]);
    assert_eq!(dir.names_in("x_wav"), ["0000feed-10.wav", "0000feed.wav"]);
    let sound = fs::read(dir.path("x_wav/0000feed.wav")).unwrap();
    let pieces: Vec<_> = sound[58..].chunk_by(|a, b| a == b).map(|s| (s[0], s.len())).collect();
    assert_eq!(pieces, [254, 255, 0, 1, 2].map(|octet| (octet, 160)));
    let list = Table::parse(&dir.read("x_wav.txt"));
    assert_eq!(list.column("files"), ["0000feed.wav", "0000feed-10.wav"]);
    assert_eq!((list.numbers("pkts"), list.numbers("dups")), (vec![6, 4], vec![1, 0]));
    assert_eq!(list.column("status"), ["sound", "sound"]);
}

#[test]
fn tables_name_the_files_and_nobody_else_sees_the_packets() {
    let plugins = "basicFlow,sipDecode,h323Decode,rtpDecode,voipCalls";
    let dir = run(&["--plugins", plugins, "--sinks", "txt,csv,wav"]);
    let sources = Table::parse(&dir.read("x_rtp.txt"));
    assert_eq!(sources.column("wav"), ["\"0000feed\"", "\"0000feed-10\""]);
    let calls = Table::parse(&dir.read("x_calls.txt"));
    assert_eq!(calls.column("wavCaller"), ["\"0000feed\""]);
    assert_eq!(calls.column("wavCallee"), ["\"0000feed-10\""]);
    let names = dir.names_in(".");
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("rtp_payload")), "{names:?}");
    let without = run(&["--plugins", plugins, "--sinks", "txt,csv"]);
    let calls = Table::parse(&without.read("x_calls.txt"));
    assert_eq!((calls.column("wavCaller"), calls.column("wavCallee")), (vec![""], vec![""]));
    assert_eq!(dir.read("x_flows.txt"), without.read("x_flows.txt"));
}

#[test]
fn a_stereo_file_of_a_call_needs_the_table_of_calls() {
    let options = ["--sinks", "wav", "-o", "wavSink.WAV_CALLS=1"];
    let dir = Scratch::new();
    dir.write("in.pcap", capture());
    let done =
        flowz(&dir, &[&["-r", "in.pcap", "-w", "x", "-q", "--no-config"][..], &options].concat());
    done.is_refused(&["add voipCalls"]);
    let dir = run(&[&["--plugins", "sipDecode,rtpDecode,voipCalls"][..], &options].concat());
    let sound = fs::read(dir.path("x_wav/call1.stereo.wav")).unwrap();
    assert_eq!(sound[22], 2, "channels");
    let list = dir.read("x_wav.txt");
    assert!(list.ends_with("call 1: stereo\n") && list.contains("\tcall1.stereo.wav\t"), "{list}");
}

#[test]
fn chosen_sources() {
    let dir = run(&["--sinks", "wav", "--ssrc", "1,0xfeed"]);
    assert_eq!(dir.names_in("x_wav").len(), 2);
    let dir = run(&["--sinks", "wav", "--ssrc", "0xbeef"]);
    assert_eq!(dir.read("x_wav.txt").lines().count(), 1);
    let dir = Scratch::new();
    dir.write("in.pcap", capture());
    let nonsense = ["-r", "in.pcap", "-w", "x", "-q", "--sinks", "wav", "--ssrc", "feed"];
    flowz(&dir, &nonsense).fails_with(&["'feed' is no SSRC"]);
}

#[test]
fn a_folder_that_cannot_be_made() {
    let dir = Scratch::new();
    dir.write("in.pcap", capture());
    dir.write("x_wav", "a file in its place");
    let done = flowz(&dir, &["-r", "in.pcap", "-w", "x", "-q", "--sinks", "wav"]);
    done.fails_with(&["cannot write", "x_wav/0000feed.wav"]);
    assert_eq!(dir.names_in("."), ["in.pcap", "x_wav"]);
}

/// Something else that passes by.
const OTHER: u16 = 999;

/// Octets of G.711, one for each packet, of a capture of packets of one source, a second apart.
fn sounds(numbers: &[u16], options: &[&str]) -> Vec<(String, Vec<u8>)> {
    let dir = Scratch::new();
    let packet = |number: &u16| match *number {
        OTHER => udp((3, 3000), (4, 3000), b"something else"),
        number => udp(CALLER, CALLEE, &rtp(0xfeed, number, number as u8)),
    };
    dir.write("in.pcap", raw_ip_capture(&numbers.iter().map(packet).collect::<Vec<_>>()));
    let args = ["-r", "in.pcap", "-w", "x", "-q", "--no-config", "--sinks", "wav"];
    let set = ["-o", "wavSink.WAV_G711=1", "-o", "wavSink.WAV_FILL=0"];
    flowz(&dir, &[&args[..], &set, options].concat()).well();
    let list = Table::parse(&dir.read("x_wav.txt"));
    let sound = |name: &str| fs::read(dir.path(&format!("x_wav/{name}"))).unwrap();
    let octets = |name: &str| sound(name)[58..].iter().step_by(160).copied().collect();
    list.column("files").into_iter().map(|name| (name.to_owned(), octets(name))).collect()
}

#[test]
fn packets_on_probation_and_far_ones_are_written() {
    let found = sounds(&[7, 9, 10, 9, 8, 40_000, 11, 50_000, 50_001, 50_003], &[]);
    // Packet 40,000 is a stray.
    let octets = [7, 8, 9, 10, 11, 50_000_u16 as u8, 50_001_u16 as u8, 50_003_u16 as u8];
    assert_eq!(found, [("0000feed.wav".to_owned(), octets.to_vec())]);
    assert_eq!(sounds(&[7, 3000, 9, 70, 8], &[]), [], "no source");
}

#[test]
fn a_pause_may_begin_another_file() {
    let numbers = [1, 2, OTHER, OTHER, 3, 4];
    let file = |name: &str, octets: &[u8]| (name.to_owned(), octets.to_vec());
    assert_eq!(sounds(&numbers, &[]), [file("0000feed.wav", &[1, 2, 3, 4])]);
    let two = sounds(&numbers, &["-o", "rtpDecode.RTP_TIMEOUT=1.5"]);
    assert_eq!(two, [file("0000feed.wav", &[1, 2]), file("0000feed-5.wav", &[3, 4])]);
}

#[test]
fn threads_change_nothing() {
    let files = |threads| run(&["--sinks", "wav", "--threads", threads]).files();
    assert_eq!(files("1"), files("4"));
}
