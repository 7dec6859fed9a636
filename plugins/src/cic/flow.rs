//! What is counted of a row's packets.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::bulk::Bulks;
use crate::biflow::Side;
use crate::samples::Samples;

pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const RST: u8 = 0x04;
pub(super) const PSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;
pub(super) const URG: u8 = 0x20;

/// Microseconds between packets behind which a subflow begins.
const SUBFLOW: u64 = 1_000_000;

/// Whose rules and formulas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Corrected,
    Original,
    Lycos,
}

impl Mode {
    /// The mode of a toggle's value.
    pub(super) fn new(number: u8) -> Self {
        match number {
            0 => Self::Corrected,
            1 => Self::Original,
            _ => Self::Lycos,
        }
    }
}

/// Rules and limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) mode: Mode,
    /// Microseconds that a row lasts.
    pub(super) timeout: u64,
    /// Microseconds that are no idle time.
    pub(super) idle: u64,
    /// The active time that a row ends in counts.
    pub(super) last_active: bool,
}

/// A packet, as far as it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Microseconds since 1970.
    pub(super) micros: i64,
    /// Its way in the conversation.
    pub(super) side: Side,
    /// Bytes of payload, as the headers say.
    pub(super) payload: u32,
    /// Bytes of the layer-4 header.
    pub(super) header: u32,
    /// Flags and window of TCP.
    pub(super) tcp: Option<(u8, u16)>,
    /// LycoSTand would take the packet for an answer to a SYN.
    pub(super) answers: bool,
}

impl Seen {
    /// Whether it has all these flags.
    pub(super) fn has(&self, flags: u8) -> bool {
        self.tcp.is_some_and(|(all, _)| all & flags == flags)
    }
}

/// Microseconds since 1970 without a fraction.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.0.div_euclid(1000)
}

/// One direction.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(super) struct Way {
    /// Bytes of payload.
    pub(super) lengths: Samples,
    /// Microseconds between packets.
    pub(super) gaps: Samples,
    last: Option<i64>,
    pub(super) header_bytes: u64,
    pub(super) header_min: Option<u32>,
    /// Packets with payload.
    pub(super) with_payload: u64,
    pub(super) pushes: u64,
    pub(super) urgents: u64,
    /// Window of the first packet; with the original's rules that of the last one backward.
    pub(super) window: Option<u16>,
    pub(super) bulks: Bulks,
    /// Packets with FIN.
    pub(super) fins: u32,
}

/// A row that has not ended.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Flow {
    /// Which of the conversation's ways is forward.
    pub(super) forward: Side,
    /// Which of the directions, 0 forward, sent the first packet.
    pub(super) begun_by: usize,
    pub(super) first: i64,
    pub(super) last: i64,
    /// When the first row of the connection began.
    pub(super) since: i64,
    pub(super) ways: [Way; 2],
    /// Bytes of payload of all packets; with the original's rules of the first one twice.
    pub(super) lengths: Samples,
    /// Microseconds between packets of either direction.
    pub(super) gaps: Samples,
    /// Packets with each flag, FIN (bit 0) to CWR (bit 7).
    pub(super) flags: [u64; 8],
    /// Times of more than a second without a packet.
    pub(super) pauses: u64,
    /// Microseconds of active times.
    active: Samples,
    /// Microseconds of idle times.
    pub(super) idle: Samples,
    active_since: i64,
    active_until: i64,
}

impl Flow {
    /// One without packets that begins now.
    pub(super) fn new(forward: Side, now: i64, since: i64) -> Self {
        Self {
            forward,
            begun_by: 0,
            first: now,
            last: now,
            since,
            ways: Default::default(),
            lengths: Samples::default(),
            gaps: Samples::default(),
            flags: [0; 8],
            pauses: 0,
            active: Samples::default(),
            idle: Samples::default(),
            active_since: now,
            active_until: now,
        }
    }

    /// Number of packets.
    pub(super) fn packets(&self) -> u64 {
        self.ways.iter().map(|way| way.lengths.count()).sum()
    }

    /// Takes a packet in; `ends` if it ends the row.
    pub(super) fn add(&mut self, packet: &Seen, ends: bool, rules: &Rules) {
        let now = packet.micros.max(self.last);
        let is_first = self.packets() == 0;
        let is_original = rules.mode == Mode::Original;
        if !is_first {
            let gap = now.abs_diff(self.last);
            self.gaps.add(gap);
            self.pauses += u64::from(gap > SUBFLOW);
            // LycoSTand ends a row before it looks whether there was an idle time.
            if !(ends && rules.mode == Mode::Lycos) {
                self.pause(now, rules.idle);
            }
        }
        self.last = now;
        for _ in 0..if is_first && is_original { 2 } else { 1 } {
            self.lengths.add(packet.payload.into());
        }
        let flags = packet.tcp.map_or(0, |(flags, _)| flags);
        for (bit, count) in self.flags.iter_mut().enumerate() {
            *count += u64::from(flags >> bit & 1);
        }
        self.count(packet, now, is_first, is_original);
    }

    /// Counts a packet in its direction.
    fn count(&mut self, packet: &Seen, now: i64, is_first: bool, is_original: bool) {
        let is_backward = packet.side != self.forward;
        let has_payload = packet.payload > 0;
        if is_first {
            self.begun_by = usize::from(is_backward);
        }
        if has_payload {
            self.count_bulk(packet.payload, now, is_backward, is_original);
        }
        let way = &mut self.ways[usize::from(is_backward)];
        way.lengths.add(packet.payload.into());
        if let Some(last) = way.last.replace(now) {
            way.gaps.add(now.abs_diff(last));
        }
        way.header_bytes += u64::from(packet.header);
        way.header_min = Some(way.header_min.map_or(packet.header, |min| min.min(packet.header)));
        way.with_payload += u64::from(has_payload && !(is_first && is_original));
        way.fins += u32::from(packet.has(FIN));
        if is_first || !is_original {
            way.pushes += u64::from(packet.has(PSH));
            way.urgents += u64::from(packet.has(URG));
        }
        if let Some((_, window)) = packet.tcp
            && (way.window.is_none() || (is_original && is_backward))
        {
            way.window = Some(window);
        }
    }

    /// Counts a packet with payload in the bulks of its direction. The original finds no packet to be forward.
    fn count_bulk(&mut self, payload: u32, now: i64, is_backward: bool, is_original: bool) {
        let [forward, backward] = &mut self.ways;
        if is_original {
            backward.bulks.add(now, payload, None);
        } else if is_backward {
            backward.bulks.add(now, payload, forward.bulks.last());
        } else {
            forward.bulks.add(now, payload, backward.bulks.last());
        }
    }

    /// An idle time ends now, if it was one.
    fn pause(&mut self, now: i64, idle: u64) {
        let gap = now.abs_diff(self.active_until);
        if gap > idle {
            if self.active_until > self.active_since {
                self.active.add(self.active_until.abs_diff(self.active_since));
            }
            self.idle.add(gap);
            self.active_since = now;
        }
        self.active_until = now;
    }

    /// Microseconds of active times.
    pub(super) fn active(&self, rules: &Rules) -> Samples {
        let mut active = self.active;
        if rules.last_active && self.last > self.active_since {
            active.add(self.last.abs_diff(self.active_since));
        }
        active
    }

    /// Microseconds from the first to the last packet.
    pub(super) fn duration(&self) -> u64 {
        self.last.abs_diff(self.first)
    }
}
