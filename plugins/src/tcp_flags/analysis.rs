//! One TCP packet against the state of its flow: handshake, options, window, numbers.
#![allow(
    clippy::inline_always,
    reason = "two callers, and one of them knows settings at build time"
)]

use super::bits::{anomaly, flag, stat};
use super::mptcp::Mptcp;
use super::options::kind::{NOP, TIMESTAMP};
use super::parser::Parser;
use super::rtt::stage;
use super::sequence::{Segment, Verdict};
use super::state::{FlowState, TcpState};
use super::tcp::{Counters, TcpCells, TcpPacket};
use super::toggles::TcpFlagsToggles;
use super::window::factor;

/// Seconds after which a repeated SYN is a retry and no scan.
const RETRY_AFTER: f32 = 0.9;

/// A packet and all that it is compared with.
#[derive(Debug)]
pub(crate) struct Analysis<'a> {
    pub(crate) packet: TcpPacket<'a>,
    pub(crate) toggles: &'a TcpFlagsToggles,
    pub(crate) own: &'a mut FlowState,
    pub(crate) peer: Option<&'a mut FlowState>,
    pub(crate) counters: &'a mut Counters,
    /// Flags with combinations.
    flags: u16,
    /// A SYN came before.
    opened: bool,
    /// Bits of this packet; what it changes in the lasting ones holds from the next packet on.
    status: u16,
}

// What is done with all packets is inlined as a whole, so that it stays in registers and what the caller knows
// of settings is left out; what is seldom asked for is a call that takes only what it needs.
impl<'a> Analysis<'a> {
    /// Puts a packet beside its flow.
    #[inline(always)]
    pub(crate) fn new(
        packet: TcpPacket<'a>,
        toggles: &'a TcpFlagsToggles,
        own: &'a mut FlowState,
        peer: Option<&'a mut FlowState>,
        counters: &'a mut Counters,
    ) -> Self {
        let flags = flag::with_combinations(packet.flags);
        let (status, opened) = (own.lasting, own.tcp.flags & flag::SYN != 0);
        Self { packet, toggles, own, peer, counters, flags, opened, status }
    }

    /// Analyses the packet; yields what the packet file shows of it, if that is asked for.
    #[inline(always)]
    pub(crate) fn run(mut self, shown: bool) -> Option<TcpCells> {
        self.own.tcp.packets = self.own.tcp.packets.saturating_add(1);
        self.own.tcp.flags |= self.flags;
        if !self.packet.fast_path && self.toggles.flag_counts {
            count_flags(&mut self.own.tcp, self.flags);
        }
        let mut odd = self.handshake();
        self.own.tcp.anomaly |= odd;
        if self.flags & flag::SYN != 0 && self.packet.payload > 0 {
            odd |= anomaly::SYN_PAYLOAD;
        }
        self.options();
        let segment = self.window();
        let asked = self.packet.fast_path || self.toggles.sequence;
        let verdict = if asked { self.sequence(&segment) } else { Verdict::default() };
        odd |= verdict.anomaly;
        self.own.tcp.anomaly |= odd;
        self.own.stat |= self.status;
        shown.then(|| self.cells(&segment, verdict, odd))
    }

    /// What the packet file shows.
    #[inline(always)]
    fn cells(self, segment: &Segment, verdict: Verdict, odd: u16) -> TcpCells {
        let numbers = &self.own.tcp.sequence;
        let scaled = self.status & stat::SCALED != 0;
        let counted = self.toggles.sequence && self.peer.is_some();
        TcpCells {
            seq: segment.seq,
            ack: segment.ack,
            initial: numbers.initial,
            peer_initial: self
                .peer
                .as_ref()
                .map_or(numbers.initial_ack, |p| p.tcp.sequence.initial),
            verdict,
            flight: if counted { numbers.flight } else { 0 },
            stat: self.status,
            flags: self.flags,
            anomaly: odd,
            window: segment.window,
            scale: if scaled { factor(self.own.tcp.options.shift, self.packet.compat) } else { 0 },
            mptcp: Mptcp::of_packet(self.packet.options.unwrap_or(&[]), self.packet.compat),
        }
    }

    /// Follows the handshake.
    #[inline(always)]
    fn handshake(&mut self) -> u16 {
        const CONTROL: u16 = flag::ODD | flag::SFR;
        if self.flags & CONTROL != 0 {
            let compat = self.packet.compat && self.toggles.sequence;
            return control(self.flags, self.packet.iat, self.own, self.counters, compat);
        }
        if self.flags & flag::ACK != 0 {
            if self.own.rtt.stage & (stage::SYN | stage::SYN_ACK) != 0 {
                self.own.rtt.stage = stage::ACK;
            }
            if let Some(peer) = self.peer.as_deref_mut()
                && matches!(peer.rtt.stage, 0 | stage::SYN_ACK)
            {
                peer.rtt.stage = stage::ACK;
            }
        }
        0
    }

    /// Reads the options.
    #[inline(always)]
    fn options(&mut self) {
        let Some(bytes) = self.packet.options else {
            self.missing_options();
            return;
        };
        if bytes.is_empty() {
            return;
        }
        let (own, now, compat) = (&mut *self.own, self.packet.now, self.packet.compat);
        let options = &mut own.tcp.options;
        options.packets = options.packets.wrapping_add(1);
        // Most packets with options have this one, and two that fill its words.
        if let Some([NOP, NOP, TIMESTAMP, 10, body @ ..]) = bytes.first_chunk::<12>()
            && bytes.len() == 12
            && self.flags & flag::SYN == 0
            && (self.packet.fast_path || self.toggles.boot_time)
        {
            options.count = options.count.wrapping_add(3);
            options.kinds |= 1 << NOP | 1 << TIMESTAMP;
            self.status |= own.timestamp(now, body, compat);
            return;
        }
        let mut parser = Parser {
            toggles: self.toggles,
            own,
            peer: self.peer.as_deref_mut(),
            counters: self.counters,
            flags: self.flags,
            now,
            compat,
            status: 0,
        };
        self.status |= parser.options(bytes);
    }

    /// The data offset is below that of a header, or options are not there. The reference does not mind, and counts
    /// options by the offset.
    #[cold]
    fn missing_options(&mut self) {
        if !self.packet.compat {
            self.status |= stat::OPTIONS_CORRUPT;
        } else if self.packet.option_len > 0 {
            let packets = &mut self.own.tcp.options.packets;
            *packets = packets.wrapping_add(1);
        }
    }

    /// Takes the announced window and makes the segment for the analysis of numbers.
    #[inline(always)]
    fn window(&mut self) -> Segment {
        let (p, own) = (&self.packet, &mut *self.own);
        let raw = p.window;
        let in_use = self.status & stat::SCALED != 0;
        let scale = if in_use { u32::from(factor(own.tcp.options.shift, p.compat)) } else { 1 };
        let bytes = u32::from(raw) * scale;
        let window = &mut own.tcp.window;
        let peer = self.peer.as_deref();
        let means = own.rtt.mean + peer.map_or(0.0, |p| p.rtt.mean);
        // Without round-trip times as for SYN packets.
        let patience = if p.fast_path || self.toggles.rtt { 1.5 * means } else { RETRY_AFTER };
        let segment = Segment {
            seq: p.seq,
            ack: p.ack,
            flags: p.flags,
            payload: p.payload,
            no_windows: p.compat && !self.toggles.window,
            window: bytes,
            same_window: bytes == window.last || bytes == u32::from(window.last_raw) * scale,
            peer_window: peer.map(|p| p.tcp.window.last),
            late: p.iat > patience && (p.compat || patience > 0.0),
            scan: own.tcp.anomaly & anomaly::SCAN != 0,
            first: own.tcp.packets == 1,
            plain: p.compat,
        };
        if p.fast_path || self.toggles.window {
            let bits = window.announce(bytes, &mut own.lasting, p.compat);
            self.status = self.status & !stat::WINDOW_UP | bits;
            if bytes < self.toggles.window_min && self.flags & flag::SFR == 0 {
                self.status |= stat::WINDOW_LOW;
                window.low = window.low.saturating_add(1);
                self.counters.low_windows += 1;
            }
        }
        // Without its statistics the reference takes all windows for 0.
        if p.fast_path || self.toggles.window || !p.compat {
            (window.last, window.last_raw) = (bytes, raw);
        }
        segment
    }

    #[inline(always)]
    fn sequence(&mut self, segment: &Segment) -> Verdict {
        let numbers = &mut self.own.tcp.sequence;
        let faults = numbers.faults;
        let peer_numbers = self.peer.as_deref_mut().map(|p| &mut p.tcp.sequence);
        let verdict = numbers.segment(segment, peer_numbers);
        self.counters.retries += u64::from(numbers.faults.wrapping_sub(faults));
        self.status |= verdict.stat;
        let Some(peer) = self.peer.as_deref() else { return verdict };
        let probe = verdict.stat & stat::ZERO_PROBE != 0;
        let open = self.opened && !probe && peer.tcp.flags & flag::RST == 0;
        if open && numbers.flight >= peer.tcp.window.last {
            self.status |= stat::WINDOW_FULL;
        }
        verdict
    }
}

/// Counts a packet per flag and combination.
#[cold]
fn count_flags(tcp: &mut TcpState, flags: u16) {
    let counts = &mut tcp.rare.get_or_insert_default().counts;
    for (n, count) in counts.iter_mut().enumerate() {
        *count = count.wrapping_add(flags >> n & 1);
    }
}

/// A packet that opens or closes a connection, or looks like a scan. Repeated SYN packets are retries after
/// a pause, and scans otherwise.
#[inline(never)]
fn control(flags: u16, iat: f32, own: &mut FlowState, all: &mut Counters, compat: bool) -> u16 {
    let has = |these: u16| flags & these != 0;
    let stage = &mut own.rtt.stage;
    if has(flag::ODD | flag::FIN | flag::RST) {
        *stage = stage::STOP;
        // The reference finds nothing in one packet with FIN and RST.
        let odd = flags & flag::ODD & if compat { !flag::FIN_RST } else { !0 };
        return if odd != 0 { anomaly::SCAN } else { 0 };
    }
    match (has(flag::ACK), *stage == stage::SYN) {
        (true, _) => *stage = stage::SYN_ACK,
        (false, false) => *stage = stage::SYN,
        (false, true) if iat > RETRY_AFTER => {
            all.syn_retries += 1;
            // The reference counts it, and forgets it where the flow looks like a scan.
            let forgets = compat && own.tcp.anomaly & anomaly::SCAN != 0;
            return if forgets { 0 } else { anomaly::SYN_RETRY };
        }
        (false, true) => {
            all.scans += 1;
            return anomaly::SCAN;
        }
    }
    0
}

#[cfg(test)]
mod tests;
