//! What is counted of one direction of a TCP connection.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::anomaly::{Anomalies, Circumstances, Timer};
use super::segment::{ACK, FIN, PSH, RST, SYN, Segment};
use super::space::{Space, distance};
use crate::samples::Samples;

/// The smallest and the largest of some numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Range(Option<(u64, u64)>);

impl Range {
    pub(super) fn add(&mut self, value: u64) {
        let (least, most) = self.0.unwrap_or((value, value));
        self.0 = Some((least.min(value), most.max(value)));
    }

    /// The smallest, 0 of none.
    pub(super) fn min(&self) -> u64 {
        self.0.map_or(0, |(least, _)| least)
    }

    /// The largest, 0 of none.
    pub(super) fn max(&self) -> u64 {
        self.0.map_or(0, |(_, most)| most)
    }
}

/// One direction. Its own packets are counted by [`send`](Self::send), what the other one acknowledges of them by [`acknowledge`](Self::acknowledge).
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Way {
    pub(super) packets: u64,
    pub(super) resets: u32,
    pub(super) acks: u64,
    pub(super) pure_acks: u64,
    pub(super) data_packets: u64,
    pub(super) bytes: u64,
    pub(super) again_packets: u64,
    pub(super) again_bytes: u64,
    pub(super) late_packets: u64,
    pub(super) syns: u32,
    pub(super) fins: u32,
    pub(super) first_data: Option<Timestamp>,
    pub(super) last_data: Option<Timestamp>,
    pub(super) first_ack: Option<Timestamp>,
    pub(super) ttl: Range,
    pub(super) round_trips: Samples,
    pub(super) has_scale: bool,
    pub(super) has_timestamp: bool,
    pub(super) scale: u8,
    pub(super) may_sack: bool,
    pub(super) sacks: u64,
    pub(super) mss: Option<u16>,
    pub(super) payloads: Range,
    pub(super) windows: Range,
    pub(super) closed_windows: u64,
    pub(super) in_flight: Range,
    pub(super) first_flight: u64,
    pub(super) anomalies: Anomalies,
    pub(super) other_syn: bool,
    pub(super) messages: u64,
    /// Sequence number of the first SYN.
    first_seq: Option<u32>,
    /// Behind the last message.
    message_end: Option<u32>,
    /// Behind the FIN.
    pub(super) end: Option<u32>,
    space: Space,
    /// Acknowledged for the bytes in flight: nothing as long as nothing but the SYN was sent.
    base: u32,
    /// Something behind the SYN was acknowledged.
    is_answered: bool,
    duplicates: u32,
    timer: Timer,
    /// Each part of a segment that came again counts, not the segment: Tstat takes all but the first one for unknown.
    counts_parts: bool,
    last_window: Option<u16>,
    last_time: Timestamp,
}

impl Way {
    /// Nothing yet; `counts_parts` is Tstat's way to count segments that come again.
    pub(super) fn new(counts_parts: bool) -> Self {
        Self { counts_parts, ..Self::default() }
    }

    /// A packet of this direction; `closed` says whether the window of the other one is.
    pub(super) fn send(&mut self, s: &Segment<'_>, closed: bool) {
        self.count(s);
        self.see_options(s);
        self.see_window(s);
        if s.space() > 0 && !s.has(RST) {
            self.see_space(s, closed);
        }
        self.last_time = s.time;
    }

    fn count(&mut self, s: &Segment<'_>) {
        self.packets += 1;
        self.resets += u32::from(s.has(RST));
        self.acks += u64::from(s.has(ACK));
        self.pure_acks += u64::from(s.is_pure_ack());
        self.syns += u32::from(s.has(SYN));
        self.fins += u32::from(s.has(FIN));
        self.ttl.add(s.ttl.into());
        if s.len > 0 {
            self.data_packets += 1;
            self.bytes += u64::from(s.len);
            self.payloads.add(s.len.into());
            self.first_data.get_or_insert(s.time);
            self.last_data = Some(s.time);
        }
        if s.has(ACK) && s.flags & (SYN | RST) == 0 {
            self.first_ack.get_or_insert(s.time);
        }
    }

    fn see_options(&mut self, s: &Segment<'_>) {
        let options = &s.options;
        self.has_timestamp |= options.has_timestamp;
        self.sacks += u64::from(options.has_sack);
        if s.has(SYN) {
            self.other_syn |= self.first_seq.is_some_and(|first| first != s.seq);
            self.first_seq.get_or_insert(s.seq);
            self.may_sack |= options.may_sack;
            self.mss = options.mss.or(self.mss);
            if let Some(scale) = options.scale {
                self.has_scale = true;
                // RFC 7323, section 2.3.
                self.scale = scale.min(14);
            }
        }
    }

    /// The window that a segment offers; windows of SYNs are never scaled (RFC 7323, section 2.2), those of resets mean nothing.
    fn see_window(&mut self, s: &Segment<'_>) {
        if s.has(RST) {
            return;
        }
        self.last_window = Some(s.window);
        let scale = if s.has(SYN) { 0 } else { self.scale };
        match s.window {
            0 => self.closed_windows += 1,
            window => self.windows.add(u64::from(window) << scale),
        }
    }

    fn see_space(&mut self, s: &Segment<'_>, closed: bool) {
        if !self.space.is_open() {
            self.base = s.seq.wrapping_add(u32::from(s.has(SYN)));
        }
        let (acked, timeout) = (self.space.acked(), self.timer.timeout());
        let least = self.round_trips.min().and_then(|nanos| i64::try_from(nanos).ok());
        let (duplicates, last_time) = (self.duplicates, self.last_time);
        let mut anomalies = self.anomalies;
        let (mut parts, counts_parts) = (0, self.counts_parts);
        let sent = self.space.send((s.seq, s.space()), (s.time, s.ip_id), |piece, end| {
            parts += 1;
            if parts > 1 {
                anomalies.unknown += u32::from(counts_parts);
                return;
            }
            let same = |id: u16| piece.is_some_and(|piece| piece.ip_id == Some(id));
            anomalies.add(&Circumstances {
                same_packet: s.ip_id.is_some_and(same),
                seen: piece.is_some(),
                acked: distance(end, acked) >= 0,
                closed_window: closed,
                duplicates,
                since: s.time - piece.map_or(last_time, |piece| piece.time),
                timeout,
                least_round_trip: least,
            });
        });
        self.anomalies = anomalies;
        if sent.again > 0 {
            self.again_packets += 1;
            // SYN and FIN that come again are no bytes.
            let marks =
                u32::from(s.has(SYN) && self.syns > 1) + u32::from(s.has(FIN) && self.fins > 1);
            self.again_bytes += u64::from(sent.again.saturating_sub(marks));
            self.duplicates = 0;
        } else if sent.filled > 0 {
            self.late_packets += 1;
        }
        if s.has(FIN) {
            self.end = Some(s.seq.wrapping_add(s.space()));
        }
        if s.len > 0 && !self.is_answered && sent.again == 0 {
            self.first_flight += u64::from(s.len);
        }
        self.see_flight(s);
        self.see_message(s);
    }

    fn see_flight(&mut self, s: &Segment<'_>) {
        let data_end =
            self.space.highest().wrapping_sub(u32::from(self.end == Some(self.space.highest())));
        let flight = u32::try_from(distance(self.base, data_end)).unwrap_or(0);
        if flight > 0 && !s.has(SYN) {
            self.in_flight.add(flight.into());
        }
    }

    /// Messages end with PSH, and the last one with FIN.
    fn see_message(&mut self, s: &Segment<'_>) {
        let ends = (s.len > 0 && s.has(PSH)) || s.has(FIN);
        let end = s.seq.wrapping_add(s.len);
        if ends && self.message_end.is_none_or(|last| distance(last, end) > 0) {
            self.messages += 1;
            self.message_end = Some(end);
        }
    }

    /// The other direction acknowledges.
    pub(super) fn acknowledge(&mut self, s: &Segment<'_>) {
        if !s.has(ACK) || s.has(RST) || !self.space.is_open() {
            return;
        }
        let before = self.space.acked();
        if distance(before, s.ack) > 0 {
            self.duplicates = 0;
            if let Some(time) = self.space.acknowledge(s.ack, s.time) {
                self.round_trips.add(u64::try_from(time).unwrap_or(0));
                self.timer.add(time);
            }
            let is_handshake =
                self.first_seq.is_some_and(|first| distance(first.wrapping_add(1), s.ack) <= 0);
            self.is_answered |= !is_handshake;
            if self.data_packets > 0 {
                self.base = s.ack;
            }
        } else if s.ack == before && s.is_pure_ack() && s.ack != self.space.highest() {
            self.duplicates += 1;
        }
    }

    /// Whether its FIN was acknowledged.
    pub(super) fn is_finished(&self) -> bool {
        self.end.is_some_and(|end| distance(end, self.space.acked()) >= 0)
    }

    /// Whether the last window that it offered was closed.
    pub(super) fn is_closed(&self) -> bool {
        self.last_window == Some(0)
    }
}
