//! Sequence and acknowledgement numbers: what was sent, what was acknowledged, and what is odd.
//!
//! The analysis looks at one packet, the one before in the same direction and the latest of its
//! peer, and knows the anomalies of RFC 9293 and RFC 5681 that can be told from these.
#![allow(clippy::inline_always, reason = "see `analysis.rs`")]

use super::bits::{anomaly, flag, stat};
use flowz_api::Checkpoint;

/// Numbers of one direction.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Sequence {
    /// Of the first packet.
    pub(crate) initial: u32,
    /// Acknowledgement of the first packet.
    pub(crate) initial_ack: u32,
    /// Of the previous packet.
    last: u32,
    /// Expected next.
    next: u32,
    /// One past the highest sent.
    highest: u32,
    /// Latest acknowledgement.
    ack: u32,
    /// Flags of the previous packet.
    flags: u8,
    /// The previous packet probed a closed window.
    probed: bool,
    /// Anomalies of the previous packet.
    odd: u16,
    /// Packets with the expected number.
    pub(crate) in_order: u16,
    /// Retransmissions.
    pub(crate) faults: u16,
    /// Packets with an acknowledgement.
    pub(crate) acks: u16,
    /// Duplicate acknowledgements and those of unseen packets.
    pub(crate) ack_faults: u16,
    /// Sum of the steps forward of the sequence number.
    pub(crate) sent: u64,
    /// Sum of the steps forward of the acknowledgement.
    pub(crate) acked: u64,
    /// Payload of all packets.
    pub(crate) bytes: u64,
    /// Payload sent since the peer's latest pure acknowledgement.
    pub(crate) flight: u32,
    /// Most of it.
    pub(crate) max_flight: u32,
}

/// One packet, as far as the analysis needs it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Segment {
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    /// The header's flags.
    pub(crate) flags: u8,
    pub(crate) payload: u32,
    /// Windows are not looked at, and all is to be as the reference has it.
    pub(crate) no_windows: bool,
    /// Window in bytes.
    pub(crate) window: u32,
    /// Whether the window is the one announced before.
    pub(crate) same_window: bool,
    /// The peer's latest window, if it was seen.
    pub(crate) peer_window: Option<u32>,
    /// Whether the gap to the previous packet speaks for a timeout.
    pub(crate) late: bool,
    /// The flow looks like a scan.
    pub(crate) scan: bool,
    /// First packet of its direction.
    pub(crate) first: bool,
    /// Compare numbers without regard to their roll-over.
    pub(crate) plain: bool,
}

/// What the analysis says of one packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Bits of `tcpAnomaly`.
    pub(crate) anomaly: u16,
    /// Bits of `tcpFStat`.
    pub(crate) stat: u16,
    /// `seqMax` before this packet.
    pub(crate) highest: u32,
    /// Steps of sequence number and acknowledgement.
    pub(crate) seq_step: i32,
    pub(crate) ack_step: i32,
    /// What of them counts as data.
    pub(crate) seq_bytes: u32,
    pub(crate) ack_bytes: u32,
}

impl Segment {
    #[inline]
    fn has(&self, flags: u16) -> bool {
        u16::from(self.flags) & flags != 0
    }
}

/// Whether a number is below another one, with or without regard to their roll-over.
#[inline]
fn below<const PLAIN: bool>(a: u32, b: u32) -> bool {
    if PLAIN { a < b } else { (a.wrapping_sub(b) as i32) < 0 }
}

impl Sequence {
    /// Starts with the first packet of the direction, or with a SYN that begins a new connection between the same ports
    /// (RFC 9293, section 3.4.1), which the reference takes for a step of the numbers.
    pub(crate) fn start(&mut self, seq: u32, ack: u32) {
        (self.initial, self.last, self.next, self.highest) = (seq, seq, seq, seq);
        (self.ack, self.initial_ack) = (ack, ack);
    }

    /// Takes a packet in.
    #[inline(always)]
    pub(crate) fn segment(&mut self, s: &Segment, peer: Option<&mut Self>) -> Verdict {
        if s.plain { self.plainly(s, peer) } else { self.take::<false>(s, peer) }
    }

    /// The same without regard to the roll-over of numbers.
    #[cold]
    fn plainly(&mut self, s: &Segment, peer: Option<&mut Self>) -> Verdict {
        self.take::<true>(s, peer)
    }

    #[inline(always)]
    fn take<const PLAIN: bool>(&mut self, s: &Segment, mut peer: Option<&mut Self>) -> Verdict {
        let mut verdict = Verdict { highest: self.highest, ..Verdict::default() };
        if !PLAIN && s.has(flag::SYN) && !s.first && s.seq != self.initial {
            self.start(s.seq, if s.has(flag::ACK) { s.ack } else { 0 });
        }
        self.bytes += u64::from(s.payload);
        if let Some(peer) = peer.as_deref_mut() {
            self.in_flight(s, peer);
        }
        let peer = peer.as_deref();
        let probe = s.has(flag::ACK) && s.payload <= 1 && s.peer_window == Some(0);
        let probe = probe && (s.payload == 1 || !PLAIN && self.is_empty_probe(s));
        if probe {
            verdict.stat |= stat::ZERO_PROBE;
        } else if s.has(flag::ACK) {
            self.steps(s, peer, &mut verdict);
            self.judge::<PLAIN>(s, peer, &mut verdict);
        }
        if s.scan {
            verdict.anomaly &= !anomaly::NOT_IN_SCANS;
        }
        if probe && s.payload == 0 {
            (self.flags, self.odd) = (s.flags, verdict.anomaly);
        } else {
            self.remember::<PLAIN>(s, if probe { 0 } else { s.payload }, verdict.anomaly);
        }
        // The reference knows answers to probes with statistics of windows only.
        self.probed = probe && !s.no_windows;
        verdict
    }

    /// A later fragment brings more payload of the previous segment.
    pub(crate) fn continued(&mut self, payload: u32) {
        let whole = self.highest == self.next;
        self.next = self.next.wrapping_add(payload);
        self.bytes += u64::from(payload);
        if whole {
            self.highest = self.next;
        }
    }

    /// Linux probes a closed window with an empty segment one below what it would send next (RFC 9293, section 3.8.6.1,
    /// leaves that to the sender).
    #[cold]
    fn is_empty_probe(&self, s: &Segment) -> bool {
        !s.has(flag::SFR) && !s.first && s.seq == self.highest.wrapping_sub(1)
    }

    /// A pure acknowledgement empties the peer's flight and adds to the own one.
    #[inline(always)]
    fn in_flight(&mut self, s: &Segment, peer: &mut Self) {
        if u16::from(s.flags) & (flag::SFR | flag::ACK) == flag::ACK {
            peer.flight = 0;
            self.flight = self.flight.wrapping_add(s.payload);
            self.max_flight = self.max_flight.max(self.flight);
        }
    }

    /// How far the numbers moved. The number that a SYN or FIN takes is no data, also where it comes with data (RFC 9293,
    /// section 3.4; RFC 7413). The reference counts it then.
    #[inline(always)]
    fn steps(&mut self, s: &Segment, peer: Option<&Self>, verdict: &mut Verdict) {
        const NUMBERED: u16 = flag::SYN | flag::FIN;
        let ended = |flags: u8| u16::from(flags) & flag::SFR != 0;
        let numbered = |flags: u8| !s.plain && u16::from(flags) & NUMBERED != 0;
        if !s.first {
            verdict.seq_step = s.seq.wrapping_sub(self.last) as i32;
            let control = verdict.seq_step == 1 && ended(self.flags);
            verdict.seq_bytes = if control { 0 } else { verdict.seq_step.max(0).unsigned_abs() };
            let more = verdict.seq_bytes > 0 && numbered(self.flags) && s.seq == self.next;
            verdict.seq_bytes -= u32::from(more);
        }
        // The reference also keeps the field of packets without ACK, where it is 0 as a rule.
        if self.ack != 0 {
            verdict.ack_step = s.ack.wrapping_sub(self.ack) as i32;
            let control = verdict.ack_step == 1
                && (ended(self.flags) || peer.is_some_and(|p| ended(p.flags)));
            verdict.ack_bytes = if control { 0 } else { verdict.ack_step.max(0).unsigned_abs() };
            let more =
                verdict.ack_bytes > 0 && peer.is_some_and(|p| numbered(p.flags) && s.ack == p.next);
            verdict.ack_bytes -= u32::from(more);
        }
        self.sent += u64::from(verdict.seq_bytes);
        self.acked += u64::from(verdict.ack_bytes);
    }

    #[inline(always)]
    fn judge<const PLAIN: bool>(
        &mut self,
        s: &Segment,
        peer: Option<&Self>,
        verdict: &mut Verdict,
    ) {
        // The reference counts no answers to probes of a closed window.
        if !(PLAIN && peer.is_some_and(|p| p.probed)) {
            self.acks = self.acks.wrapping_add(1);
            self.in_order = self.in_order.wrapping_add(u16::from(s.seq == self.next));
        }
        let plain = !s.has(flag::SFR) && !s.first;
        // The reference takes the first packet of a direction for an answer to a keep-alive, too.
        let answers = plain || PLAIN && !s.has(flag::SFR);
        if plain && s.payload <= 1 && s.seq == self.highest.wrapping_sub(1) {
            verdict.anomaly |= anomaly::KEEP_ALIVE;
        } else if answers && peer.is_some_and(|p| p.awaits_answer::<PLAIN>(s)) {
            verdict.anomaly |= anomaly::KEEP_ALIVE_ACK;
        } else if s.ack == self.ack {
            if !s.has(flag::SYN) {
                self.repeated_ack::<PLAIN>(s, peer, verdict);
            }
            self.retry::<PLAIN>(s, peer, verdict);
        }
        if peer.is_some_and(|p| below::<PLAIN>(p.highest, s.ack)) {
            verdict.anomaly |= anomaly::ACK_UNSEEN;
            self.ack_faults = self.ack_faults.wrapping_add(1);
        }
        if below::<PLAIN>(self.highest, s.seq) && u16::from(self.flags) & flag::SFR == 0 {
            verdict.anomaly |= anomaly::GAP;
        }
    }

    /// Whether the latest packet of this direction was a keep-alive that the peer's segment answers. It may carry an octet
    /// (RFC 9293, section 3.8.4), which the reference does not know.
    #[inline(always)]
    fn awaits_answer<const PLAIN: bool>(&self, s: &Segment) -> bool {
        let octet = !PLAIN && self.odd & anomaly::KEEP_ALIVE != 0 && s.payload == 0;
        self.next == s.ack.wrapping_sub(1) || octet && self.next == s.ack
    }

    /// What a packet with the same acknowledgement as the one before can be.
    #[inline(always)]
    fn repeated_ack<const PLAIN: bool>(
        &mut self,
        s: &Segment,
        peer: Option<&Self>,
        verdict: &mut Verdict,
    ) {
        let plain = !s.has(flag::SFR) && !s.first;
        // The reference calls them duplicates wherever they are.
        if plain && s.payload == 0 && (PLAIN || s.seq == self.next) {
            self.empty_ack(s, peer, verdict);
        }
        if plain && below::<PLAIN>(s.seq, self.highest) {
            verdict.anomaly |= anomaly::OUT_OF_ORDER;
        }
        if peer.is_some_and(|p| p.ack != 0 && below::<PLAIN>(s.seq, p.ack)) {
            verdict.anomaly |= anomaly::SPURIOUS;
        }
    }

    /// Retransmissions: asked for by a duplicate acknowledgement, or after a timeout.
    #[inline(always)]
    fn retry<const PLAIN: bool>(
        &mut self,
        s: &Segment,
        peer: Option<&Self>,
        verdict: &mut Verdict,
    ) {
        let Some(peer) = peer else { return };
        let asked = peer.odd & anomaly::DUPLICATE_ACK != 0 && s.seq == peer.ack;
        // The reference does not call a segment late that it calls out of order.
        let disorder = PLAIN && verdict.anomaly & anomaly::OUT_OF_ORDER != 0;
        if asked && s.payload > 0 && below::<PLAIN>(s.seq, self.highest) && !s.has(flag::SYN) {
            verdict.anomaly |= anomaly::RETRY_FAST;
        } else if s.late && !disorder && below::<PLAIN>(s.seq, self.next) && s.same_window {
            verdict.anomaly |= anomaly::RETRY_TIMEOUT;
        } else {
            return;
        }
        self.faults = self.faults.wrapping_add(1);
    }

    /// An acknowledgement without payload that acknowledges nothing new.
    #[inline(always)]
    fn empty_ack(&mut self, s: &Segment, peer: Option<&Self>, verdict: &mut Verdict) {
        if !s.same_window {
            verdict.stat |= if s.seq == self.next { stat::WINDOW_UPDATE } else { 0 };
            return;
        }
        if s.window == 0 && peer.is_some_and(|p| p.probed) {
            verdict.stat |= stat::ZERO_PROBE_ACK;
            return;
        }
        verdict.anomaly |= anomaly::DUPLICATE_ACK;
        self.ack_faults = self.ack_faults.wrapping_add(1);
    }

    /// Keeps what the next packet is compared with. The byte of a probe does not count as sent.
    #[inline(always)]
    fn remember<const PLAIN: bool>(&mut self, s: &Segment, sent: u32, odd: u16) {
        let control = u32::from(s.has(flag::SFR));
        self.next = s.seq.wrapping_add(sent).wrapping_add(control);
        if below::<PLAIN>(self.highest, self.next) {
            self.highest = self.next;
        }
        self.last = s.seq;
        self.flags = s.flags;
        self.odd = odd;
        if PLAIN || s.has(flag::ACK) {
            self.ack = s.ack;
        }
    }
}

#[cfg(test)]
mod tests;
