//! Any bytes as packets, for fuzz targets: decryption, order, time and decoders, without files.

use super::codec::{Codec, Decoders};
use super::format::Kind;
use super::order::{Order, Waiting, Window};
use super::srtp::{Announced, Decryptor};
use super::timeline::{Moment, Timeline};

/// What stands in front of each packet.
const HEAD: usize = 11;
const SECOND: i64 = 1_000_000_000;
/// The number does not wrap: another sequence begins.
const RESTART: u8 = 4;
/// Kinds of sound: names and clocks.
const CODECS: [(&str, u32); 4] = [("PCMU", 8000), ("PCMA", 1000), ("G722", 8000), ("L16", 192_000)];

/// A packet in the order of numbers.
struct Held<'a> {
    timestamp: u32,
    codec: Codec,
    payload: &'a [u8],
}

/// What is written, and until when.
struct Played {
    line: Timeline,
    decoders: Decoders,
    out: Vec<u8>,
    /// Nanoseconds of silence, and of all.
    silence: i64,
    first: Option<i64>,
    last: i64,
}

/// Takes in bytes as packets.
pub(crate) fn any(mut bytes: &[u8]) {
    let mut order = Order::new(Window { packets: 4, nanos: SECOND });
    let mut decryptor = Decryptor::default();
    let mut now = 0;
    let mut played = Played {
        line: Timeline::new(3600 * SECOND),
        decoders: Decoders::default(),
        out: Vec::new(),
        silence: 0,
        first: None,
        last: 0,
    };
    while let Some((&[control, s1, s0, t3, t2, t1, t0, m2, m1, m0, len], rest)) =
        bytes.split_first_chunk::<HEAD>()
    {
        let (payload, behind) = rest.split_at(usize::from(len).min(rest.len()));
        bytes = behind;
        now += i64::from(u32::from_be_bytes([0, m2, m1, m0])) * 1_000_000;
        let key =
            Announced { suite: b"AES_CM_128_HMAC_SHA1_32", key: &[7; 30], mki: &payload[..0] };
        drop(decryptor.open(payload, 12, [key].into_iter()));
        if control & RESTART != 0 {
            while let Some((missing, waiting)) = order.take() {
                played.play(missing, &waiting);
            }
            order.restart();
        }
        let (name, clock) = CODECS[usize::from(control & 3)];
        let Some(codec) = Codec::new(name, clock, control >> 5) else { continue };
        let packet = Held { timestamp: u32::from_be_bytes([t3, t2, t1, t0]), codec, payload };
        let waiting = Waiting { time: now, bytes: payload.len(), packet };
        order.push(u16::from_be_bytes([s1, s0]).into(), waiting, false);
        while let Some((missing, waiting)) = order.pop(now) {
            played.play(missing, &waiting);
        }
    }
    while let Some((missing, waiting)) = order.take() {
        played.play(missing, &waiting);
    }
}

impl Played {
    fn play(&mut self, missing: u64, waiting: &Waiting<Held<'_>>) {
        let Waiting { time, packet: Held { timestamp, codec, payload }, .. } = *waiting;
        let ticks = codec.ticks(payload.len());
        let gap = self.line.place(Moment { time, timestamp, ticks, missing }, codec);
        let clock = i64::from(codec.clock);
        self.silence += i64::try_from(gap.ticks).unwrap_or(i64::MAX / SECOND) * SECOND / clock;
        let first = *self.first.get_or_insert(time);
        self.last = self.last.max(time);
        assert!(self.silence <= (self.last - first).max(0) + 11 * SECOND, "too much silence");
        self.out.clear();
        self.decoders.decode(codec, Kind::Pcm, payload, &mut self.out);
        let frame = 2 * usize::from(codec.channels);
        let frames = ticks as usize * codec.frames_per_tick() as usize;
        assert_eq!(self.out.len(), frames * frame, "as long as it lasts");
    }
}

#[cfg(test)]
mod tests {
    use super::any;

    #[test]
    fn some_bytes() {
        let mut seed = 9_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        for len in 0..300 {
            let bytes: Vec<u8> = (0..len * 7).map(|_| next()).collect();
            any(&bytes);
        }
    }
}
