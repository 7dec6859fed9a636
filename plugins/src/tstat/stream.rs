//! A direction of RTP (RFC 3550), as the log of media shows it.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

use super::way::Range;
use crate::samples::Samples;

/// Bytes of a header without list and extension.
const HEADER: usize = 12;
/// A number that is farther ahead begins another sequence; less are losses.
const MOST_LOST: u16 = 1000;
/// Numbers of packets that came that are remembered.
const REMEMBERED: u16 = 64;
/// Payload types that are kept apart.
const MOST_TYPES: usize = 8;

/// A packet of RTP.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(super) struct Packet {
    pub(super) time: Timestamp,
    pub(super) ttl: u8,
    /// Bytes behind the header.
    pub(super) len: u32,
    pub(super) payload_type: u8,
    pub(super) number: u16,
    pub(super) timestamp: u32,
    pub(super) source: u32,
}

impl Packet {
    /// The packet that a datagram of `len` bytes is.
    pub(super) fn new(time: Timestamp, ttl: u8, len: u32, payload: &[u8]) -> Option<Self> {
        let [_, kind, n0, n1, t0, t1, t2, t3, s0, s1, s2, s3, ..] = *payload else { return None };
        Some(Self {
            time,
            ttl,
            len: len.saturating_sub(HEADER as u32),
            payload_type: kind & 0x7f,
            number: u16::from_be_bytes([n0, n1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            source: u32::from_be_bytes([s0, s1, s2, s3]),
        })
    }
}

/// Interarrival jitter in milliseconds (RFC 3550, section A.8): at the end, most and least.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Jitter {
    values: Option<[f64; 3]>,
    /// What the next transit time is compared with, if it is that since the first packet.
    before: f64,
}

impl Jitter {
    /// A difference of transit times in milliseconds.
    fn add(&mut self, difference: f64) {
        let [last, most, least] = self.values.unwrap_or([0.0, 0.0, f64::INFINITY]);
        let now = last + (difference.abs() - last) / 16.0;
        self.values = Some([now, most.max(now), least.min(now)]);
    }

    /// The same as Tstat does it: of a transit time, by which the packet was slower than the first one, it remembers the whole milliseconds only.
    fn add_since_first(&mut self, transit: f64) {
        self.add(transit - self.before);
        self.before = transit.trunc();
    }

    /// At the end, most and least; nothing of fewer than two packets.
    pub(super) fn values(&self) -> [Option<f64>; 3] {
        self.values.map_or([None; 3], |values| values.map(Some))
    }
}

/// What is counted.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Stream {
    pub(super) source: u32,
    pub(super) packets: u64,
    pub(super) ttl: Samples,
    pub(super) payloads: Samples,
    /// Nanoseconds between packets with numbers that follow each other.
    pub(super) gaps: Samples,
    pub(super) lost: u64,
    pub(super) disordered: u64,
    pub(super) duplicates: u64,
    pub(super) late: u64,
    pub(super) jumps: u64,
    /// Payload types and their packets.
    pub(super) types: Vec<(u8, u64)>,
    /// By the clock of the payload type, of 8 and of 90 kHz.
    pub(super) jitter: [Jitter; 3],
    pub(super) sizes: Range,
    last: Packet,
    /// Tstat's own rules hold.
    original: bool,
    /// When the first packet came, and its timestamp, which goes along where another sequence begins.
    first: (Timestamp, u32),
    /// When any packet came last.
    heard: Timestamp,
    /// Bit n: the packet came whose number is n less than the last one's.
    came: u64,
}

impl Stream {
    /// Begins with a packet. To Tstat times begin with an `earlier` copy of it, which does not count otherwise.
    pub(super) fn new(first: Packet, earlier: Option<Packet>, original: bool) -> Self {
        let begin = earlier.filter(|_| original).unwrap_or(first);
        let mut stream = Self {
            source: first.source,
            packets: 0,
            ttl: Samples::default(),
            payloads: Samples::default(),
            gaps: Samples::default(),
            lost: 0,
            disordered: 0,
            duplicates: 0,
            late: 0,
            jumps: 0,
            types: Vec::new(),
            jitter: Default::default(),
            sizes: Range::default(),
            last: begin,
            original,
            first: (begin.time, begin.timestamp),
            heard: begin.time,
            came: 1,
        };
        stream.count(&first);
        stream
    }

    fn count(&mut self, packet: &Packet) {
        self.packets += 1;
        self.ttl.add(packet.ttl.into());
        self.payloads.add(packet.len.into());
        self.sizes.add(packet.len.into());
        let has_room = self.types.len() < MOST_TYPES;
        match self.types.iter_mut().find(|(kind, _)| *kind == packet.payload_type) {
            Some((_, packets)) => *packets += 1,
            None if has_room => self.types.push((packet.payload_type, 1)),
            None => {}
        }
    }

    /// The packet that came last and was no copy.
    pub(super) fn last(&self) -> Packet {
        self.last
    }

    /// Takes a packet in.
    pub(super) fn add(&mut self, packet: &Packet) {
        self.count(packet);
        // Tstat measures gaps from copies too.
        let heard = std::mem::replace(&mut self.heard, packet.time);
        let ahead = packet.number.wrapping_sub(self.last.number);
        let behind = ahead.wrapping_neg();
        match ahead {
            1 => {
                let before = if self.original { heard } else { self.last.time };
                self.gaps.add(u64::try_from(packet.time - before).unwrap_or(0));
                self.measure(packet);
            }
            2..=MOST_LOST => {
                self.lost += u64::from(ahead) - 1;
                // To Tstat a packet behind a gap is out of order, and shows no jitter.
                if self.original {
                    self.disordered += 1;
                } else {
                    self.measure(packet);
                }
            }
            _ if behind < REMEMBERED && self.came >> behind & 1 == 1 => {
                self.disordered += 1;
                self.duplicates += 1;
                return;
            }
            _ if behind < REMEMBERED => {
                self.disordered += 1;
                self.late += 1;
                self.lost = self.lost.saturating_sub(1);
                self.came |= 1 << behind;
                return;
            }
            _ => {
                self.disordered += 1;
                self.jumps += 1;
                let step = packet.timestamp.wrapping_sub(self.last.timestamp);
                self.first.1 = self.first.1.wrapping_add(step);
            }
        }
        self.came = self.came.checked_shl(ahead.into()).unwrap_or(0) | 1;
        self.last = *packet;
    }

    fn measure(&mut self, packet: &Packet) {
        let (time, timestamp) =
            if self.original { self.first } else { (self.last.time, self.last.timestamp) };
        let arrival = (packet.time - time) as f64 * 1e3 / NANOS as f64;
        let ticks = f64::from(packet.timestamp.wrapping_sub(timestamp).cast_signed());
        let clocks = [clock(packet.payload_type), Some(8.0), Some(90.0)];
        for (jitter, clock) in self.jitter.iter_mut().zip(clocks) {
            let Some(clock) = clock else { continue };
            let difference = arrival - ticks / clock;
            if self.original {
                jitter.add_since_first(difference);
            } else {
                jitter.add(difference);
            }
        }
    }
}

/// Ticks in a millisecond of a payload type that has a fixed clock (RFC 3551, section 6).
fn clock(payload_type: u8) -> Option<f64> {
    match payload_type {
        0 | 3..=5 | 7..=9 | 12 | 13 | 15 | 18 => Some(8.0),
        6 => Some(16.0),
        10 | 11 => Some(44.1),
        16 => Some(11.025),
        17 => Some(22.05),
        14 | 25 | 26 | 28 | 31..=34 => Some(90.0),
        _ => None,
    }
}
