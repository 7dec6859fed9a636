//! A TCP conversation of two hosts as packets.

use super::raw_ip_capture;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const ACK: u8 = 0x10;

/// Packets of one connection between 192.0.2.1 port 40000 and 192.0.2.2, each a second behind the one before.
pub(crate) struct Conversation {
    port: u16,
    /// Next sequence numbers of the client and the server.
    next: [u32; 2],
    packets: Vec<Vec<u8>>,
}

impl Conversation {
    /// With the three packets of its beginning.
    pub(crate) fn new(port: u16) -> Self {
        let mut own = Self { port, next: [1000, 5000], packets: Vec::new() };
        own.segment(0, SYN, b"");
        own.segment(1, SYN | ACK, b"");
        own.segment(0, ACK, b"");
        own
    }

    /// The client says something, in one segment.
    pub(crate) fn client(&mut self, bytes: &[u8]) -> &mut Self {
        self.segment(0, ACK, bytes);
        self
    }

    /// The server says something, in segments of 1,460 bytes.
    pub(crate) fn server(&mut self, bytes: &[u8]) -> &mut Self {
        bytes.chunks(1460).for_each(|piece| self.segment(1, ACK, piece));
        self
    }

    /// The same in segments of this length, of the client (0) or the server (1).
    pub(crate) fn pieces(&mut self, side: usize, bytes: &[u8], len: usize) -> &mut Self {
        bytes.chunks(len).for_each(|piece| self.segment(side, ACK, piece));
        self
    }

    /// The last packet was not captured.
    pub(crate) fn lost(&mut self) -> &mut Self {
        self.packets.pop();
        self
    }

    /// Both end. The capture.
    pub(crate) fn capture(&mut self) -> Vec<u8> {
        self.segment(0, FIN | ACK, b"");
        self.segment(1, FIN | ACK, b"");
        self.segment(0, ACK, b"");
        raw_ip_capture(&self.packets)
    }

    fn segment(&mut self, side: usize, flags: u8, bytes: &[u8]) {
        let ports = if side == 0 { [40_000, self.port] } else { [self.port, 40_000] };
        let acked = if flags & ACK != 0 { self.next[1 - side] } else { 0 };
        let len = (40 + bytes.len()) as u16;
        let hosts = if side == 0 { [1, 2] } else { [2, 1] };
        let mut packet = vec![0x45, 0];
        packet.extend(len.to_be_bytes());
        packet.extend([0, 1, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, hosts[0], 192, 0, 2, hosts[1]]);
        packet.extend(ports.into_iter().flat_map(u16::to_be_bytes));
        packet.extend(self.next[side].to_be_bytes());
        packet.extend(acked.to_be_bytes());
        packet.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        packet.extend(bytes);
        self.packets.push(packet);
        let numbered = u32::from(flags & (SYN | FIN) != 0);
        self.next[side] = self.next[side].wrapping_add(bytes.len() as u32 + numbered);
    }
}
