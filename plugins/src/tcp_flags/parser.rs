//! The options of one TCP packet, one by one, against the state of its flow.

use flowz_api::packet::Timestamp;

use super::bits::{flag, stat};
use super::boottime::Mode;
use super::options::{Walk, kind, u32_at};
use super::state::FlowState;
use super::tcp::Counters;
use super::toggles::TcpFlagsToggles;

/// A packet whose options are read.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    pub(crate) toggles: &'a TcpFlagsToggles,
    pub(crate) own: &'a mut FlowState,
    pub(crate) peer: Option<&'a mut FlowState>,
    pub(crate) counters: &'a mut Counters,
    /// Flags with combinations.
    pub(crate) flags: u16,
    /// When it was captured.
    pub(crate) now: Timestamp,
    /// As the reference does.
    pub(crate) compat: bool,
    /// Bits of `tcpFStat` so far.
    pub(crate) status: u16,
}

impl Parser<'_> {
    /// Reads options; yields their bits of `tcpFStat`.
    #[inline(never)]
    pub(crate) fn options(&mut self, bytes: &[u8]) -> u16 {
        let multipath = self.counters.mptcp;
        let mut walk = Walk::new(bytes, self.compat);
        for (kind, body) in walk.by_ref() {
            self.option(kind, body);
        }
        if !self.compat {
            // Packets are counted; the reference counts options.
            self.counters.mptcp = self.counters.mptcp.min(multipath + 1);
        }
        self.status | if walk.corrupt { stat::OPTIONS_CORRUPT } else { 0 }
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
            // The reference takes the value also without the echo reply behind it.
            (kind::TIMESTAMP, [_, _, _, _, rest @ ..])
                if self.toggles.boot_time && (rest.len() >= 4 || self.compat) =>
            {
                self.status |= self.own.timestamp(self.now, body, self.compat);
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

    /// The answer to a SYN carries the window scale option: it holds if the SYN had it too (RFC 7323,
    /// section 2.2). The reference does not look at the SYN.
    fn agree_on_scaling(&mut self) {
        const OPTION: u32 = 1 << kind::WINDOW_SCALE;
        let had = |peer: &FlowState| peer.tcp.options.kinds & OPTION != 0;
        let holds = self.compat || self.peer.as_deref().is_none_or(had);
        if self.flags & flag::SYN_ACK != 0 && holds {
            for flow in [Some(&mut *self.own), self.peer.as_deref_mut()].into_iter().flatten() {
                flow.lasting |= stat::SCALED;
                flow.stat |= stat::SCALED;
            }
        }
    }
}

impl FlowState {
    /// Takes a timestamp option in; yields its bits of `tcpFStat`.
    #[inline]
    pub(crate) fn timestamp(&mut self, now: Timestamp, body: &[u8], compat: bool) -> u16 {
        let mode = Mode { first: self.lasting & stat::TIMESTAMP == 0, compat };
        let values = (u32_at(body, 0), u32_at(body, 4));
        let back = self.tcp.clock.option(now, values, mode);
        self.lasting |= stat::TIMESTAMP;
        stat::TIMESTAMP | if back { stat::TIMESTAMP_BACK } else { 0 }
    }
}
