//! Conversations of SMTP and POP3 in any pieces, with some of them lost: no panic, every record fits its schema, and no flow is left.
//!
//! The first byte of the input chooses the modes of the run. Then come segments: a byte with the side (1), whether it was captured (2, if
//! not), and either a line that such protocols have (128, its number in bits 2 to 6) or how many bytes follow (bits 2 to 6, and one more).
#![no_main]

use std::sync::Arc;

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_engine::Engine;
use flowz_fuzz::modes;
use libfuzzer_sys::fuzz_target;

/// Ports of SMTP and POP3, and another one.
const PORTS: [u16; 3] = [25, 110, 8025];
const CLIENT: u16 = 40_000;
const SYN: u8 = 2;
const ACK: u8 = 16;

/// What clients and servers say.
const LINES: [&str; 32] = [
    "220 a\r\n",
    "250-a\r\n",
    "250 a\r\n",
    "354 a\r\n",
    "550 a\r\n",
    "334 YQ==\r\n",
    "235 a\r\n",
    "221 a\r\n",
    "421 a\r\n",
    "EHLO a\r\n",
    "AUTH LOGIN\r\n",
    "AUTH PLAIN AGEAYg==\r\n",
    "YW5u\r\n",
    "MAIL FROM:<a@b>\r\n",
    "RCPT TO:<a@b>\r\n",
    "DATA\r\n",
    "BDAT 9 LAST\r\n",
    "BDAT 5\r\n",
    "RSET\r\n",
    "STARTTLS\r\n",
    "QUIT\r\n",
    "Subject: a\r\n",
    "\r\n",
    ".\r\n",
    "..a\r\n",
    "+OK 9\r\n",
    "-ERR\r\n",
    "+ \r\n",
    "RETR 1\r\n",
    "LIST\r\n",
    "CAPA\r\n",
    "\x16\x03",
];

fuzz_target!(|input: &[u8]| {
    let Some((&modes, segments)) = input.split_first() else { return };
    let names = ["smtpDecode", "popDecode"].map(str::to_owned);
    let mut wire = Wire { engine: modes::engine_of(&names, modes, &Arc::default(), 1), now: 0 };
    for port in PORTS {
        wire.talk(port, segments);
    }
    wire.engine.finish().expect("the sink takes everything");
    assert_eq!(wire.engine.live_flows(), 0, "flows are left");
});

/// What the packets go to.
struct Wire {
    engine: Engine,
    now: i64,
}

impl Wire {
    /// A conversation on a port.
    fn talk(&mut self, port: u16, mut segments: &[u8]) {
        let mut next = [1, 1];
        // One that begins with an odd byte has no beginning.
        if segments.first().is_some_and(|byte| byte & 1 == 0) {
            self.show(port, 0, [0, 0], SYN, b"");
            self.show(port, 1, [0, 1], SYN | ACK, b"");
        }
        while let Some((&control, rest)) = segments.split_first() {
            let (side, number) = (usize::from(control & 1), usize::from(control >> 2 & 31));
            let len = (number + 1).min(rest.len());
            let (text, rest) = if control & 128 == 0 {
                rest.split_at(len)
            } else {
                (LINES[number].as_bytes(), rest)
            };
            if control & 2 == 0 {
                self.show(port, side, [next[side], next[1 - side]], ACK, text);
            }
            next[side] += text.len() as u32;
            segments = rest;
        }
        for side in [0, 1] {
            self.show(port, side, [next[side], next[1 - side]], ACK | 1, b"");
        }
    }

    /// Shows a segment of the client's (0) or the server's (1).
    fn show(&mut self, port: u16, side: usize, [seq, ack]: [u32; 2], flags: u8, payload: &[u8]) {
        let (mut ports, mut ends) = ([CLIENT, port], [[192, 0, 2, 10], [192, 0, 2, 53]]);
        if side == 1 {
            ports.reverse();
            ends.reverse();
        }
        let length = (payload.len() as u16 + 40).to_be_bytes();
        let ip = [0x45, 0, length[0], length[1], 0, 0, 0x40, 0, 64, 6, 0, 0];
        let numbers = [seq, ack].map(u32::to_be_bytes);
        let tcp = [0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
        let data = [
            &[2; 12][..],
            &[8, 0],
            &ip,
            ends.as_flattened(),
            ports.map(u16::to_be_bytes).as_flattened(),
            numbers.as_flattened(),
            &tcp,
            payload,
        ]
        .concat();
        self.now += 1_000_000;
        let (wire_len, link) = (data.len() as u32, LinkType::ETHERNET);
        let packet = Packet { ts: Timestamp(self.now), wire_len, link, interface: 0, data: &data };
        self.engine.packet(&packet).expect("the sink takes everything");
    }
}
