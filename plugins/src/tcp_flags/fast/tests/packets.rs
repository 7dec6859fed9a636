//! Packets of connections on which many things happen.

use super::{Input, TCP, UDP, header};

/// Numbers that look random and are the same in each run (the steps of xorshift64).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) % u64::from(limit)) as u32
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u32) as usize]
    }

    /// A packet that is near to what its connection sent before, so that all kinds of events come up.
    pub(super) fn packet(&mut self, nanos: &mut i64) -> Input {
        *nanos += self.one_of(&[0, 0, -1, 1_000, 2_000_000, 40_000_000, 1_000_000_000]);
        let back = self.below(2) == 1;
        let (proto, l4) = if self.below(8) == 0 { (UDP, self.udp()) } else { (TCP, self.tcp()) };
        let id = self.one_of(&[0, 7, 8, 0x1000, 0xfff0]) + self.below(4) as u16;
        let mut l3 = header([0; 2]);
        l3[1] = self.one_of(&[0, 0, 0x10, 0xb8]);
        l3[4..6].copy_from_slice(&id.to_be_bytes());
        (l3[6], l3[8], l3[9]) = (self.one_of(&[0, 0x40, 0x80]), self.one_of(&[64, 64, 63]), proto);
        Input { back, nanos: *nanos, l3, l3_error: self.one_of(&[0, 0, 0, 1]), l4 }
    }

    fn udp(&mut self) -> Vec<u8> {
        let payload = self.below(9) as u8;
        let said = 8 + payload + self.one_of(&[0, 0, 1]);
        [&[4, 210, 0, 53, 0, said, self.one_of(&[0, 1]), 0][..], &vec![7; payload.into()]].concat()
    }

    fn tcp(&mut self) -> Vec<u8> {
        const FLAGS: [u8; 10] = [2, 0x12, 0x10, 0x10, 0x10, 0x18, 0x11, 4, 0, 0x29];
        const OPTIONS: [&[u8]; 6] = [
            &[],
            &[],
            &[1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 1],
            &[2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 5, 0, 0, 0, 0, 1, 3, 3, 7],
            &[1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 5],
            &[30, 4, 0x20, 1],
        ];
        let options = self.one_of(&OPTIONS);
        let bases = [1000u32, 1001, 1005, u32::MAX - 2];
        let (seq, ack) = (self.one_of(&bases), self.one_of(&bases));
        let (seq, ack) = (seq.wrapping_add(self.below(5)), ack.wrapping_add(self.below(5)));
        let mut bytes = vec![4, 210, 0, 80];
        bytes.extend(seq.to_be_bytes());
        bytes.extend(ack.to_be_bytes());
        bytes.extend([(5 + options.len() as u8 / 4) << 4, self.one_of(&FLAGS)]);
        bytes.extend(self.one_of(&[0u16, 1, 8, 500]).to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(options);
        bytes.extend(vec![b'x'; self.one_of(&[0, 0, 1, 4])]);
        bytes
    }
}
