//! How long a flow lasts, and when its packets come.

use flowz_api::cell::Duration;
use flowz_api::flow::Flow;
use flowz_api::plugin::PacketContext;
use flowz_api::status::Mark;

use super::BasicFlow;

/// Time from the first to the latest packet. Where time went backwards there is none; the reference
/// shows a negative one as unsigned.
pub(crate) fn duration(flow: &Flow, compat: bool) -> Duration {
    let nanos = flow.duration();
    Duration::of_nanos(if compat { nanos } else { nanos.max(0) })
}

/// Seconds since the latest packet of the other direction, 0 without one.
pub(crate) fn trip(cx: &PacketContext<'_>) -> f64 {
    let Some(peer) = &cx.peer else { return 0.0 };
    if !cx.run.compat {
        return (cx.flow.last - peer.last) as f64 / 1e9;
    }
    // The reference subtracts the nanoseconds in single precision.
    let single_precision = cx.flow.last.subsec_nanos() as f32 - peer.last.subsec_nanos() as f32;
    let nanos = f64::from(cx.flow.last.subsec_nanos()) - f64::from(peer.last.subsec_nanos());
    let nanos = if cx.run.rough_nanoseconds() { f64::from(single_precision) } else { nanos };
    f64::from((cx.flow.last.seconds() - peer.last.seconds()) as u32) + nanos / 1e9
}

/// Marks a flow in which time goes back.
#[inline]
pub(crate) fn mark_time_jump(cx: &mut PacketContext<'_>) {
    // The reference looks only when it writes a packet file.
    if (cx.run.packet_mode || !cx.run.compat) && cx.flow.last < cx.previous {
        cx.mark::<BasicFlow>(Mark::TIME_JUMP);
    }
}
