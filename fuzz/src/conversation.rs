//! Bytes as a TCP conversation: pieces of both sides, some lost, some twice.

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_engine::Engine;

/// Side of the piece, 1: the server's.
const SERVER: u8 = 1;
/// It is not captured.
const LOST: u8 = 2;
/// It comes twice.
const TWICE: u8 = 4;
/// It comes in segments of one byte.
const ONE_BY_ONE: u8 = 8;
const CLIENT: u16 = 40_000;
const SYN: u8 = 2;
const ACK: u8 = 16;

/// Shows an engine a conversation on a port: pieces of a control byte, a length of two bytes, and the bytes.
pub fn show(engine: &mut Engine, port: u16, mut input: &[u8]) {
    let mut wire = Wire { engine, port, now: 0, next: [1, 1] };
    wire.segment(0, SYN, b"", true);
    wire.segment(1, SYN | ACK, b"", true);
    while let Some((&[control, high, low], rest)) = input.split_first_chunk::<3>() {
        let len = usize::from(u16::from_be_bytes([high, low])).min(rest.len()).min(30_000);
        let (piece, behind) = rest.split_at(len);
        input = behind;
        let side = usize::from(control & SERVER);
        let size = if control & ONE_BY_ONE != 0 { 1 } else { 1460 };
        for part in piece.chunks(size) {
            let before = wire.next[side];
            wire.segment(side, ACK, part, control & LOST == 0);
            if control & TWICE != 0 {
                wire.next[side] = before;
                wire.segment(side, ACK, part, true);
            }
        }
    }
    wire.segment(0, ACK | 1, b"", true);
    wire.segment(1, ACK | 1, b"", true);
}

/// What the packets go to.
struct Wire<'a> {
    engine: &'a mut Engine,
    port: u16,
    now: i64,
    /// Next sequence numbers of the client and the server.
    next: [u32; 2],
}

impl Wire<'_> {
    fn segment(&mut self, side: usize, flags: u8, payload: &[u8], is_captured: bool) {
        let number = self.next[side];
        self.next[side] += payload.len() as u32 + u32::from(flags & 3 != 0);
        self.now += 1_000_000;
        if !is_captured {
            return;
        }
        let ports = if side == 0 { [CLIENT, self.port] } else { [self.port, CLIENT] };
        let hosts = if side == 0 { [10, 53] } else { [53, 10] };
        let [high, low] = (payload.len() as u16 + 40).to_be_bytes();
        let [host, other] = hosts;
        let ip =
            [0x45, 0, high, low, 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, host, 192, 0, 2, other];
        let acked = if flags & ACK != 0 { self.next[1 - side] } else { 0 };
        let tcp = [0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
        let data = [
            &[2; 12][..],
            &[8, 0],
            &ip,
            ports.map(u16::to_be_bytes).as_flattened(),
            &number.to_be_bytes(),
            &acked.to_be_bytes(),
            &tcp,
            payload,
        ]
        .concat();
        let (ts, link) = (Timestamp(self.now), LinkType::ETHERNET);
        let packet = Packet { ts, wire_len: data.len() as u32, link, interface: 0, data: &data };
        self.engine.packet(&packet).expect("the sink takes everything");
    }
}
