//! One TCP packet against the state of its flow: handshake, options, window, numbers.

use super::bits::{anomaly, flag, stat};
use super::boottime::Mode;
use super::options::{Walk, kind, u32_at};
use super::rtt::stage;
use super::sequence::{Segment, Verdict};
use super::state::FlowState;
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

impl<'a> Analysis<'a> {
    /// Puts a packet beside its flow.
    pub(crate) fn new(
        packet: TcpPacket<'a>,
        toggles: &'a TcpFlagsToggles,
        own: &'a mut FlowState,
        peer: Option<&'a mut FlowState>,
        counters: &'a mut Counters,
    ) -> Self {
        let flags = flag::with_combinations(packet.flags());
        let (status, opened) = (own.lasting, own.tcp.flags & flag::SYN != 0);
        Self { packet, toggles, own, peer, counters, flags, opened, status }
    }

    /// Analyses the packet; what the packet file shows of it goes into `cells`.
    pub(crate) fn run(mut self, cells: Option<&mut TcpCells>) {
        self.own.tcp.packets = self.own.tcp.packets.saturating_add(1);
        self.own.tcp.flags |= self.flags;
        if self.toggles.flag_counts {
            self.count_flags();
        }
        let mut odd = self.handshake();
        self.own.tcp.anomaly |= odd;
        if self.flags & flag::SYN != 0 && self.packet.payload > 0 {
            odd |= anomaly::SYN_PAYLOAD;
        }
        let mptcp = self.options();
        let segment = self.window();
        let verdict =
            if self.toggles.sequence { self.sequence(&segment) } else { Verdict::default() };
        odd |= verdict.anomaly;
        self.own.tcp.anomaly |= odd;
        self.own.stat |= self.status;
        if let Some(cells) = cells {
            *cells = self.cells(&segment, verdict, odd);
            cells.mptcp = mptcp;
        }
    }

    /// What the packet file shows.
    fn cells(&self, segment: &Segment, verdict: Verdict, odd: u16) -> TcpCells {
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
            mptcp: 0,
        }
    }

    fn count_flags(&mut self) {
        let counts = &mut self.own.tcp.rare.get_or_insert_default().counts;
        for (n, count) in counts.iter_mut().enumerate() {
            *count = count.wrapping_add(self.flags >> n & 1);
        }
    }

    /// Follows the handshake. Repeated SYN packets are retries after a pause, and scans otherwise.
    fn handshake(&mut self) -> u16 {
        let has = |flags: u16| self.flags & flags != 0;
        if has(flag::ODD | flag::FIN | flag::RST) {
            self.own.rtt.stage = stage::STOP;
            return if has(flag::ODD) { anomaly::SCAN } else { 0 };
        }
        let rtt = &mut self.own.rtt;
        match (has(flag::SYN), has(flag::ACK)) {
            (true, true) => rtt.stage = stage::SYN_ACK,
            (true, false) if rtt.stage == stage::SYN => {
                if self.packet.iat > RETRY_AFTER {
                    self.counters.syn_retries += 1;
                    // The reference counts it, and forgets it where the flow looks like a scan.
                    let is_scan = self.own.tcp.anomaly & anomaly::SCAN != 0;
                    let forgets = self.packet.compat && self.toggles.sequence && is_scan;
                    return if forgets { 0 } else { anomaly::SYN_RETRY };
                }
                self.counters.scans += 1;
                return anomaly::SCAN;
            }
            (true, false) => rtt.stage = stage::SYN,
            (false, true) => {
                if rtt.stage & (stage::SYN | stage::SYN_ACK) != 0 {
                    rtt.stage = stage::ACK;
                }
                if let Some(peer) = self.peer.as_deref_mut()
                    && matches!(peer.rtt.stage, 0 | stage::SYN_ACK)
                {
                    peer.rtt.stage = stage::ACK;
                }
            }
            (false, false) => {}
        }
        0
    }

    /// Reads the options; the result is the subtype of a multipath option.
    fn options(&mut self) -> u8 {
        let Some(bytes) = self.packet.options else {
            self.status |= stat::OPTIONS_CORRUPT;
            return 0;
        };
        if bytes.is_empty() {
            return 0;
        }
        let options = &mut self.own.tcp.options;
        options.packets = options.packets.wrapping_add(1);
        let mut walk = Walk::new(bytes);
        for (kind, body) in walk.by_ref() {
            self.option(kind, body);
        }
        self.status |= if walk.corrupt { stat::OPTIONS_CORRUPT } else { 0 };
        self.own.tcp.options.mptcp.last
    }

    fn option(&mut self, kind: u8, body: &[u8]) {
        let syn = self.flags & flag::SYN != 0;
        let options = &mut self.own.tcp.options;
        options.count(kind);
        if syn && self.toggles.ja4t {
            let rare = &mut self.own.tcp.rare;
            options.keep(kind, self.toggles.ja4t_options, move || {
                &mut rare.get_or_insert_default().kinds
            });
        }
        match (kind, body) {
            (kind::MSS, [a, b, ..]) => options.mss = u16::from_be_bytes([*a, *b]),
            (kind::WINDOW_SCALE, [shift, ..]) if syn => {
                options.shift = *shift;
                self.agree_on_scaling();
            }
            (kind::SACK, _) => self.status |= stat::SACK,
            (kind::TIMESTAMP, [_, _, _, _, _, _, _, _, ..]) if self.toggles.boot_time => {
                self.timestamp(body);
            }
            (kind::MPTCP, body) => {
                self.status |= stat::MPTCP;
                self.counters.mptcp += 1;
                if self.toggles.mptcp {
                    options.mptcp.option(body);
                }
            }
            _ => {}
        }
    }

    fn timestamp(&mut self, body: &[u8]) {
        let first = self.own.lasting & stat::TIMESTAMP == 0;
        let mode = Mode { first, compat: self.packet.compat };
        let values = (u32_at(body, 0), u32_at(body, 4));
        let back = self.own.tcp.clock.option(self.packet.now, values, mode);
        self.own.lasting |= stat::TIMESTAMP;
        self.status |= stat::TIMESTAMP | if back { stat::TIMESTAMP_BACK } else { 0 };
    }

    /// The answer to a SYN carries the window scale option: it holds if the SYN had it too (RFC 7323,
    /// section 2.2). The reference does not look at the SYN.
    fn agree_on_scaling(&mut self) {
        const OPTION: u32 = 1 << kind::WINDOW_SCALE;
        let had = |peer: &FlowState| peer.tcp.options.kinds & OPTION != 0;
        let holds = self.packet.compat || self.peer.as_deref().is_none_or(had);
        if self.flags & flag::SYN_ACK != 0 && holds {
            for flow in [Some(&mut *self.own), self.peer.as_deref_mut()].into_iter().flatten() {
                flow.lasting |= stat::SCALED;
                flow.stat |= stat::SCALED;
            }
        }
    }

    /// Takes the announced window and makes the segment for the analysis of numbers.
    fn window(&mut self) -> Segment {
        let (p, own) = (&self.packet, &mut *self.own);
        let raw = p.window();
        let in_use = self.status & stat::SCALED != 0;
        let scale = if in_use { u32::from(factor(own.tcp.options.shift, p.compat)) } else { 1 };
        let bytes = u32::from(raw) * scale;
        let window = &mut own.tcp.window;
        let peer = self.peer.as_deref();
        let means = own.rtt.mean + peer.map_or(0.0, |p| p.rtt.mean);
        // Without round-trip times as for SYN packets.
        let patience = if self.toggles.rtt { 1.5 * means } else { RETRY_AFTER };
        let segment = Segment {
            seq: p.seq(),
            ack: p.ack(),
            flags: p.flags(),
            payload: p.payload,
            window: bytes,
            same_window: bytes == window.last || bytes == u32::from(window.last_raw) * scale,
            peer_window: peer.map(|p| p.tcp.window.last),
            late: p.iat > patience && (p.compat || patience > 0.0),
            scan: own.tcp.anomaly & anomaly::SCAN != 0,
            first: own.tcp.packets == 1,
            plain: p.compat,
        };
        if self.toggles.window {
            let bits = window.announce(bytes, &mut own.lasting, p.compat);
            self.status = self.status & !stat::WINDOW_UP | bits;
            if bytes < self.toggles.window_min && self.flags & flag::SFR == 0 {
                self.status |= stat::WINDOW_LOW;
                window.low = window.low.saturating_add(1);
                self.counters.low_windows += 1;
            }
        }
        // Without its statistics the reference takes all windows for 0.
        if self.toggles.window || !p.compat {
            (window.last, window.last_raw) = (bytes, raw);
        }
        segment
    }

    #[inline]
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

#[cfg(test)]
mod tests;
