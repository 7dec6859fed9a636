//! Bounds of the service, from the toggles of a run.

use flowz_api::settings::Run;
use flowz_stream::{Limits, Policy};

use super::SHARES;

/// `STREAM_TAP_VLAN` where packets of all tags are looked at.
const ALL_TAPS: u16 = 4096;

/// How much is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StreamSettings {
    /// Bounds of a direction.
    pub limits: Limits,
    /// Most bytes that one plugin leaves unread in one direction.
    pub unread: usize,
    /// Most memory of one group of flows.
    pub share: usize,
    /// The only VLAN identifier whose packets are looked at, if one is given.
    pub tap: Option<u16>,
}

impl StreamSettings {
    /// Bytes that the settings of a run allow in all.
    pub fn total(run: &Run) -> u64 {
        u64::from(run.core.stream_mem) << 20
    }

    /// For one of so many services that share these bytes.
    pub fn new(run: &Run, total: u64, services: usize) -> Self {
        let core = &run.core;
        let policy = match core.stream_policy {
            1 => Policy::Last,
            2 => Policy::Bsd,
            3 => Policy::Linux,
            4 => Policy::Windows,
            5 => Policy::Solaris,
            _ => Policy::First,
        };
        let kib = |n: u32| n as usize * 1024;
        let limits = Limits {
            held: kib(core.stream_buffer),
            history: kib(core.stream_history),
            patience_packets: core.stream_patience_packets,
            patience_time: i64::from(core.stream_patience) * 1000,
            in_order_of_conversation: core.stream_order,
            policy,
        };
        Self {
            limits,
            unread: kib(core.stream_message),
            share: usize::try_from(total).unwrap_or(usize::MAX) / SHARES / services.max(1),
            tap: Some(core.stream_tap_vlan).filter(|vlan| *vlan < ALL_TAPS),
        }
    }
}
