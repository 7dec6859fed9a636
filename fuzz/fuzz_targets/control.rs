//! Any conversation on the ports of FTP, Telnet and IRC: no panic, and every record fits its schema.
//!
//! The first byte of the input chooses the modes of the run, the second one which packets are missing. Then come pieces: a byte whose lowest
//! bit is the direction, and which may ask for packets of a data connection; a length; so many bytes.
#![no_main]

use std::sync::Arc;

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_engine::Engine;
use flowz_fuzz::modes;
use libfuzzer_sys::fuzz_target;

const PLUGINS: [&str; 3] = ["ftpDecode", "telnetDecode", "ircDecode"];
const PORTS: [u16; 3] = [21, 23, 6667];
const CLIENT: u16 = 40_000;
const TCP: u8 = 6;
const SYN: u8 = 2;
const ACK: u8 = 0x10;

fuzz_target!(|input: &[u8]| {
    let Some((&[modes, lost], pieces)) = input.split_first_chunk::<2>() else { return };
    let names = PLUGINS.map(str::to_owned);
    let mut engine = modes::engine_of(&names, modes, &Arc::default(), 1);
    for port in PORTS {
        let mut talk = Talk { port, next: [1; 2], now: 0 };
        talk.say(&mut engine, false, SYN, &[]);
        talk.say(&mut engine, true, SYN | ACK, &[]);
        let (mut rest, mut number) = (pieces, 0_u32);
        while let [head, len, behind @ ..] = rest {
            let (text, behind) = behind.split_at(behind.len().min((*len).into()));
            rest = behind;
            let back = head & 1 != 0;
            number += 1;
            if lost != 0 && number.is_multiple_of(u32::from(lost)) {
                talk.skip(back, text.len());
            } else {
                talk.say(&mut engine, back, ACK, text);
            }
            if head & 6 == 6 {
                talk.data(&mut engine, (*head).into());
            }
        }
    }
    engine.finish().expect("the sink takes everything");
    assert_eq!(engine.live_flows(), 0, "flows are left");
});

/// A connection.
struct Talk {
    port: u16,
    /// Next sequence number of each side.
    next: [u32; 2],
    now: i64,
}

impl Talk {
    /// A side says something.
    fn say(&mut self, engine: &mut Engine, back: bool, flags: u8, text: &[u8]) {
        let ports = if back { [self.port, CLIENT] } else { [CLIENT, self.port] };
        let (seq, ack) = (self.next[usize::from(back)], self.next[usize::from(!back)]);
        self.show(engine, back, &tcp(ports, [seq, ack], flags, text));
        self.skip(back, text.len() + usize::from(flags & SYN != 0));
    }

    /// What a side says is not captured.
    fn skip(&mut self, back: bool, len: usize) {
        let next = &mut self.next[usize::from(back)];
        *next = next.wrapping_add(len as u32);
    }

    /// A packet of a data connection, perhaps of one that was announced.
    fn data(&mut self, engine: &mut Engine, port: u16) {
        let ends = [40_000 + port, 40_000 + port / 2];
        self.show(engine, false, &tcp(ends, [0, 0], SYN, &[]));
        self.show(engine, false, &tcp(ends, [1, 0], ACK, b"data"));
    }

    fn show(&mut self, engine: &mut Engine, back: bool, segment: &[u8]) {
        let data = ipv4(back, segment);
        self.now += 1_000_000;
        let (wire_len, link) = (data.len() as u32, LinkType::ETHERNET);
        let packet = Packet { ts: Timestamp(self.now), wire_len, link, interface: 0, data: &data };
        engine.packet(&packet).expect("the sink takes everything");
    }
}

fn tcp(ports: [u16; 2], numbers: [u32; 2], flags: u8, payload: &[u8]) -> Vec<u8> {
    let (ports, numbers) = (ports.map(u16::to_be_bytes), numbers.map(u32::to_be_bytes));
    let rest = [0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
    [ports.as_flattened(), numbers.as_flattened(), &rest, payload].concat()
}

fn ipv4(back: bool, layer4: &[u8]) -> Vec<u8> {
    let [high, low] = (layer4.len() as u16 + 20).to_be_bytes();
    let head = [0x45, 0, high, low, 0, 0, 0x40, 0, 64, TCP, 0, 0];
    let (client, server) = ([192, 0, 2, 10], [198, 51, 100, 20]);
    let ends = if back { [server, client] } else { [client, server] };
    [&[2; 12][..], &[8, 0], &head, ends.as_flattened(), layer4].concat()
}
