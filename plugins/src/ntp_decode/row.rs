//! Columns of ntpDecode, and how they are made from fields of packets.

use std::net::Ipv4Addr;

use flowz_api::Row;
use flowz_api::cell::{Hex8, Label, Time};

use super::message::parts;
use super::state::State;
use super::toggles::Toggles;

/// From 1900, where NTP counts from, to 1970.
const TO_1970: u64 = 2_208_988_800;
/// Length of an era of NTP.
const ERA: u64 = 1 << 32;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// 0x01 the flow is NTP.
    #[col(name = "ntpStat")]
    pub(crate) stat: Hex8,
    /// Leap indicator, version and mode.
    #[col(name = "ntpLi_V_M", show = !t.livm_hex)]
    pub(crate) li_v_m: (u8, u8, u8),
    /// Leap indicator, version and mode as on the wire.
    #[col(name = "ntpLi_V_M", show = t.livm_hex)]
    pub(crate) first: Hex8,
    /// Stratum: 1 has a clock of its own, above are those that ask others.
    #[col(name = "ntpStrat")]
    pub(crate) stratum: Hex8,
    /// Address of the server that is asked, on stratum 2 and above.
    #[col(name = "ntpRefClkId")]
    pub(crate) ref_address: Ipv4Addr,
    /// Kind of clock or kiss code, on stratum 0 and 1.
    #[col(name = "ntpRefStrId")]
    pub(crate) ref_word: Label<'a>,
    /// Interval between packets.
    #[col(name = "ntpPollInt", unit = "s")]
    pub(crate) poll: u32,
    /// Precision of the clock.
    #[col(name = "ntpPrec", unit = "s")]
    pub(crate) precision: f32,
    /// Smallest round-trip time to the clock at the root.
    #[col(name = "ntpRtDelMin", unit = "s")]
    pub(crate) delay_min: f32,
    /// Largest round-trip time to the clock at the root.
    #[col(name = "ntpRtDelMax", unit = "s")]
    pub(crate) delay_max: f32,
    /// Smallest dispersion to the clock at the root.
    #[col(name = "ntpRtDispMin", unit = "s")]
    pub(crate) dispersion_min: f32,
    /// Largest dispersion to the clock at the root.
    #[col(name = "ntpRtDispMax", unit = "s")]
    pub(crate) dispersion_max: f32,
    /// When the sender's clock was last set.
    #[col(name = "ntpRefTS", unit = "s", show = t.timestamps)]
    pub(crate) reference: Time,
    /// When the request left the client.
    #[col(name = "ntpOrigTS", unit = "s", show = t.timestamps)]
    pub(crate) origin: Time,
    /// When the request arrived at the server.
    #[col(name = "ntpRecTS", unit = "s", show = t.timestamps)]
    pub(crate) receive: Time,
    /// When this packet left its sender.
    #[col(name = "ntpTranTS", unit = "s", show = t.timestamps)]
    pub(crate) transmit: Time,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow.
    pub(crate) fn from_state(flow: &'a State, compat: bool) -> Self {
        let (clock, has_clock) = (flow.clock, flow.has_clock());
        let [reference, origin, receive, transmit] = flow.times.map(|time| stamp(time, compat));
        let by_address = clock.stratum > 1;
        let (address, word) =
            if by_address { (flow.reference, &[][..]) } else { ([0; 4], word(&flow.reference)) };
        Self {
            stat: Hex8(flow.stat),
            li_v_m: parts(flow.first),
            first: Hex8(flow.first),
            stratum: Hex8(clock.stratum),
            ref_address: address.into(),
            ref_word: Label(word),
            poll: if has_clock { interval(clock.poll, compat) } else { 0 },
            precision: if has_clock { precision(clock.precision, compat) } else { 0.0 },
            delay_min: seconds(flow.delay.min, compat),
            delay_max: seconds(flow.delay.max, compat),
            dispersion_min: seconds(flow.dispersion.min, compat),
            dispersion_max: seconds(flow.dispersion.max, compat),
            reference,
            origin,
            receive,
            transmit,
        }
    }
}

/// The characters in front of the first zero.
fn word(bytes: &[u8]) -> &[u8] {
    bytes.split(|b| *b == 0).next().unwrap_or_default()
}

/// 2^poll seconds. The reference shifts by the lower five bits.
pub(super) fn interval(poll: i8, compat: bool) -> u32 {
    if compat {
        return 1_u32.wrapping_shl(poll as u32);
    }
    match u32::try_from(poll) {
        Ok(exponent) => 1_u32.checked_shl(exponent).unwrap_or(u32::MAX),
        Err(_) => 0,
    }
}

/// 2^precision seconds. The reference prints 1 always.
pub(super) fn precision(exponent: i8, compat: bool) -> f32 {
    if compat { 1.0 } else { f32::from(exponent).exp2() }
}

/// Seconds of 16 bits before and 16 bits behind the point. The reference divides by 65535.
pub(super) fn seconds(short: u32, compat: bool) -> f32 {
    let parts = if compat { 65535.0 } else { 65536.0 };
    (f64::from(short >> 16) + f64::from(short & 0xffff) / parts) as f32
}

/// A moment; 0 stays 0. The reference adds 500 ns and lets seconds before 1970 wrap.
pub(super) fn stamp(time: u64, compat: bool) -> Time {
    const NANOS: u64 = 1_000_000_000;
    if time == 0 {
        return Time::default();
    }
    let (high, low) = (time >> 32, time & 0xffff_ffff);
    if compat {
        let nanos = ((low * NANOS) >> 32) as u32;
        return Time { seconds: high.wrapping_sub(TO_1970), nanos: nanos + 500 };
    }
    let nanos = ((low * NANOS + ERA / 2) / ERA).min(NANOS - 1) as u32;
    let era = if high >> 31 == 0 { ERA } else { 0 };
    // Moments of the era that began in 1900 with the highest bit are those of 1968 and later.
    match (high + era).checked_sub(TO_1970) {
        Some(seconds) => Time { seconds, nanos },
        None => Time::default(),
    }
}
