//! The states of a TCP connection, one machine per direction.

use flowz_api::Checkpoint;
use flowz_api::plugin::TimeoutId;

/// Bits of `tcpStatesAFlags`.
pub(crate) mod anomaly {
    /// Malformed connection set-up.
    pub(crate) const SETUP: u8 = 0x01;
    /// Malformed tear-down.
    pub(crate) const TEARDOWN: u8 = 0x02;
    /// Malformed flags while the connection was established.
    pub(crate) const FLAGS: u8 = 0x04;
    /// Packets after the tear-down.
    pub(crate) const AFTER_CLOSE: u8 = 0x08;
    /// Packets after a reset.
    pub(crate) const AFTER_RESET: u8 = 0x10;
    /// This direction sent a reset.
    pub(crate) const RESET: u8 = 0x40;
    /// Null or Xmas packets, FIN scan, lone reset.
    pub(crate) const EVIL: u8 = 0x80;
}

/// TCP flags (RFC 9293, section 3.1).
pub(crate) mod flag {
    pub(crate) const FIN: u8 = 0x01;
    pub(crate) const SYN: u8 = 0x02;
    pub(crate) const RST: u8 = 0x04;
    pub(crate) const ACK: u8 = 0x10;
    /// FIN, PSH and URG: a Xmas packet.
    pub(crate) const XMAS: u8 = 0x29;
    /// The six flags of RFC 793.
    pub(crate) const CLASSIC: u8 = 0x3f;
}

use flag::{ACK, FIN, RST, SYN};

/// State of a direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Phase {
    /// Nothing decided yet.
    #[default]
    New,
    /// Open.
    Established,
    /// A FIN was seen.
    Closing,
    /// Both FINs were acknowledged.
    Closed,
    /// Reset.
    Reset,
}

/// What a direction knows.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// Bits of `tcpStatesAFlags`.
    pub(crate) anomalies: u8,
    phase: Phase,
    syn_seen: bool,
    syn_acked: bool,
    fin_seen: bool,
    fin_acked: bool,
    /// Began with FIN and without a peer.
    pub(crate) fin_scan: bool,
    /// A timeout to set, until the plugin has set it.
    pub(crate) timeout: Option<Timeout>,
    syn_seq: u32,
    fin_seq: u32,
}

/// The timeouts of the phases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Timeout {
    /// 120 s.
    New,
    /// 610 s.
    Established,
    /// 120 s.
    Closing,
    /// 10 s.
    Closed,
    /// 0.1 s.
    Reset,
}

/// The registered values behind [`Timeout`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeoutIds {
    /// In the order of [`Timeout`]'s variants.
    pub(crate) ids: [TimeoutId; 5],
}

impl TimeoutIds {
    /// The registered value of a timeout.
    pub(crate) fn id_of(self, timeout: Timeout) -> TimeoutId {
        self.ids[timeout as usize]
    }
}

/// The fields of a TCP header that matter here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) flags: u8,
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    /// Payload bytes, which a FIN comes behind. The reference takes none.
    pub(crate) payload: u32,
}

impl Segment {
    fn has(&self, bits: u8) -> bool {
        self.flags & bits == bits
    }

    fn has_any(&self, bits: u8) -> bool {
        self.flags & bits != 0
    }
}

impl State {
    fn enter(&mut self, phase: Phase, timeout: Timeout) {
        self.phase = phase;
        self.timeout = Some(timeout);
    }

    fn establish(&mut self, anomalies: u8) {
        self.anomalies |= anomalies;
        self.enter(Phase::Established, Timeout::Established);
    }

    fn reset(&mut self, anomalies: u8) {
        self.anomalies |= anomalies;
        self.enter(Phase::Reset, Timeout::Reset);
    }

    /// Whether a segment changes nothing: most do, those of an open connection that only carry and
    /// acknowledge.
    #[inline]
    pub(crate) fn passes(&self, s: Segment) -> bool {
        let set_up = self.phase == Phase::Established && self.timeout.is_none();
        set_up && s.flags & (FIN | SYN | RST | ACK) == ACK
    }

    /// A segment of this direction.
    pub(crate) fn segment(&mut self, peer: Option<&mut State>, s: Segment) {
        if matches!(s.flags & flag::CLASSIC, 0 | flag::XMAS) {
            self.anomalies |= anomaly::EVIL;
        }
        match self.phase {
            Phase::New => self.new_connection(peer, s),
            Phase::Established => self.established(peer, s),
            Phase::Closing => self.closing(peer, s),
            Phase::Closed => self.closed(peer, s),
            Phase::Reset => self.anomalies |= anomaly::AFTER_RESET,
        }
    }

    fn new_connection(&mut self, peer: Option<&mut State>, s: Segment) {
        if s.has(SYN) && !s.has_any(FIN | RST) {
            self.syn(peer, s);
        } else if s.flags & (FIN | SYN | RST | ACK) == ACK {
            self.first_ack(peer, s);
        } else if s.has_any(RST) {
            self.first_reset(peer, s);
        } else if s.has(FIN | ACK) && !s.has(SYN) {
            self.first_fin(peer, s);
        } else {
            if s.flags & (FIN | SYN | RST | ACK) == FIN {
                self.anomalies |= anomaly::EVIL;
                return;
            }
            self.establish_both(peer);
        }
    }

    /// Both directions go on without a proper handshake.
    fn establish_both(&mut self, peer: Option<&mut State>) {
        self.establish(anomaly::SETUP);
        if let Some(peer) = peer {
            peer.establish(anomaly::SETUP);
        }
    }

    fn syn(&mut self, peer: Option<&mut State>, s: Segment) {
        self.syn_seen = true;
        self.syn_seq = s.seq;
        self.timeout = Some(Timeout::New);
        if !s.has(ACK) {
            return;
        }
        match peer {
            Some(peer) if s.ack == peer.syn_seq.wrapping_add(1) => peer.syn_acked = true,
            peer => self.establish_both(peer),
        }
    }

    fn first_ack(&mut self, peer: Option<&mut State>, s: Segment) {
        match peer {
            Some(peer) if s.ack == peer.syn_seq.wrapping_add(1) => {
                peer.syn_acked = true;
                if self.syn_acked {
                    self.establish(0);
                    peer.establish(0);
                }
            }
            peer => self.establish_both(peer),
        }
    }

    fn first_reset(&mut self, peer: Option<&mut State>, s: Segment) {
        let Some(peer) = peer else {
            self.reset(anomaly::RESET | anomaly::SETUP | anomaly::EVIL);
            return;
        };
        if s.has(ACK) {
            self.reset(anomaly::RESET);
            peer.reset(0);
        } else {
            self.reset(anomaly::RESET | anomaly::SETUP);
            peer.reset(anomaly::SETUP);
        }
    }

    fn first_fin(&mut self, peer: Option<&mut State>, s: Segment) {
        self.anomalies |= anomaly::SETUP;
        self.fin(s);
        if let Some(peer) = peer {
            peer.anomalies |= anomaly::SETUP;
            peer.take_fin_ack(s);
        } else {
            self.fin_scan = true;
        }
    }

    fn fin(&mut self, s: Segment) {
        self.fin_seen = true;
        self.fin_seq = s.seq.wrapping_add(s.payload);
        self.enter(Phase::Closing, Timeout::Closing);
    }

    /// The peer acknowledges, possibly this direction's FIN.
    fn take_fin_ack(&mut self, s: Segment) {
        if self.fin_seen && s.has(ACK) && s.ack == self.fin_seq.wrapping_add(1) {
            self.fin_acked = true;
        }
    }

    fn reset_both(&mut self, peer: Option<&mut State>) {
        self.reset(anomaly::RESET | anomaly::TEARDOWN);
        if let Some(peer) = peer {
            peer.reset(anomaly::TEARDOWN);
        }
    }

    fn established(&mut self, mut peer: Option<&mut State>, s: Segment) {
        if s.flags & (SYN | ACK) != ACK {
            self.anomalies |= anomaly::FLAGS;
            if let Some(peer) = &mut peer {
                peer.anomalies |= anomaly::FLAGS;
            }
        }
        if s.has(RST) {
            self.reset_both(peer);
        } else if s.has(FIN) {
            self.fin(s);
            if let Some(peer) = peer {
                peer.take_fin_ack(s);
            }
        }
    }

    fn closing(&mut self, peer: Option<&mut State>, s: Segment) {
        if s.has(RST) {
            self.reset_both(peer);
            return;
        }
        let Some(peer) = peer else { return };
        peer.take_fin_ack(s);
        if [&*self, &*peer].iter().all(|d| d.fin_seen && d.fin_acked) {
            self.enter(Phase::Closed, Timeout::Closed);
            peer.enter(Phase::Closed, Timeout::Closed);
        }
    }

    fn closed(&mut self, peer: Option<&mut State>, s: Segment) {
        self.anomalies |= anomaly::AFTER_CLOSE;
        if s.has(RST) {
            self.reset_both(peer);
        }
    }

    /// All bits of the direction when its flow ends.
    pub(crate) fn verdict(&self, peer: Option<&State>) -> u8 {
        let mut bits = self.anomalies;
        let mut scan = self.fin_scan;
        match peer {
            None => bits |= anomaly::SETUP | anomaly::TEARDOWN,
            Some(peer) => {
                if ![self, peer].iter().all(|d| d.syn_seen && d.syn_acked) {
                    bits |= anomaly::SETUP;
                }
                if [self, peer].iter().all(|d| d.fin_seen && d.fin_acked) {
                    scan = false;
                } else {
                    bits |= anomaly::TEARDOWN;
                }
            }
        }
        if scan { bits | anomaly::EVIL } else { bits }
    }
}
