//! How long a flow lasts, and when its packets come.

use flowz_api::cell::{Duration, Time};
use flowz_api::flow::Flow;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::plugin::PacketContext;
use flowz_api::status::Mark;

use super::BasicFlow;

/// Time from the first to the latest packet. Where time went backwards there is none; the reference
/// shows the seconds of a negative one as unsigned.
pub(crate) fn duration(flow: &Flow, compat: bool) -> Duration {
    Duration::of_nanos(if compat { flow.unsigned_duration() } else { flow.duration().max(0) })
}

/// The same for a packet. The reference has it in double precision here: seconds without sign, nanoseconds with one.
pub(crate) fn packet_duration(flow: &Flow, compat: bool) -> Duration {
    if !compat || flow.last >= flow.first {
        return duration(flow, false);
    }
    let seconds = (flow.last.seconds() - flow.first.seconds()) as u32;
    let nanos = f64::from(flow.last.subsec_nanos()) - f64::from(flow.first.subsec_nanos());
    let (seconds, nanos) = (f64::from(seconds), nanos / NANOS as f64);
    // A sum below 0 has no seconds; above, its fraction is as coarse as the sum is large.
    let total = seconds + nanos;
    let shown = (total.trunc() as i64).saturating_mul(NANOS)
        + (total.fract() * NANOS as f64).round() as i64;
    let Time { seconds, nanos } = Timestamp(shown).into();
    Duration { seconds, nanos }
}

/// Seconds since the latest packet of the other direction, 0 without one.
pub(crate) fn trip(cx: &PacketContext<'_>) -> f64 {
    let Some(peer) = &cx.peer else { return 0.0 };
    if !cx.run.compat {
        return (cx.flow.last - peer.last) as f64 / 1e9;
    }
    // The reference subtracts the nanoseconds in single precision, the seconds with their sign.
    let single_precision = cx.flow.last.subsec_nanos() as f32 - peer.last.subsec_nanos() as f32;
    let nanos = f64::from(cx.flow.last.subsec_nanos()) - f64::from(peer.last.subsec_nanos());
    let nanos = if cx.run.rough_nanoseconds() { f64::from(single_precision) } else { nanos };
    (cx.flow.last.seconds() - peer.last.seconds()) as f64 + nanos / 1e9
}

/// Marks a flow in which time goes back.
#[inline]
pub(crate) fn mark_time_jump(cx: &mut PacketContext<'_>) {
    // The reference looks only when it writes a packet file, and does not see steps into an earlier second.
    let seen = |cx: &PacketContext<'_>| {
        cx.run.packet_mode && cx.flow.last.seconds() == cx.previous.seconds()
    };
    if cx.flow.last < cx.previous && (!cx.run.compat || seen(cx)) {
        cx.mark::<BasicFlow>(Mark::TIME_JUMP);
    }
}
