//! Cuts TCP flows whose receiver keeps its window shut: a small plugin that shows what per-flow
//! timeouts are for. Off by default, because it splits flows.
//!
//! A direction counts its packets whose window field is below `TCPWIN_THRES`. When there are
//! `TCPWIN_FLWPRG` of them, the flow and its peer get the timeout `TMT_ABRT` (0.001 s), so that the
//! next packet of the connection opens a new flow. Established flows also end after a pause of
//! `TMT_EST` (1.2 s).
//!
//! | state | value | on a packet |
//! |---|---|---|
//! | new | 00 | SYN: timeout `TMT_BGN`, begun. Neither SYN nor ACK: stays. ACK: established, timeout `TMT_EST`, goes on as such |
//! | begun | 01 | timeout `TMT_EST`, goes on as established (the value stays 01) |
//! | established | 02 | FIN or RST seen in this direction: to be cut, timeout `TMT_EST`. Count reached: stat bit 40, to be cut with `TMT_ABRT`, the peer too |
//! | to be cut | 04 | timeout `TMT_ABRT` |
//!
//! `tcpWinStat`: 01 FIN, 02 SYN, 04 RST, 08 PSH, 10 ACK, 40 flow cut, 80 window below the threshold.

mod row;
mod toggles;

use flowz_api::cell::Hex8;
use flowz_api::inventory;
use flowz_api::plugin::{PacketView, Steer, SteerContext};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;

use row::{FlowRow, PacketRow};
use toggles::Toggles;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;
/// The flags that the stat byte shows.
const SHOWN_FLAGS: u8 = 0x1f;
/// Stat: the flow was cut.
const CUT: u8 = 0x40;
/// Stat: a window below the threshold.
const BELOW: u8 = 0x80;

inventory::submit! { PluginEntry::new::<TcpWin>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TcpWin {
    #[merge(keep)]
    threshold: u16,
    #[merge(keep)]
    purge: u32,
    #[merge(keep)]
    begin: TimeoutId,
    #[merge(keep)]
    established: TimeoutId,
    #[merge(keep)]
    abort: TimeoutId,
    /// Stat and state bits of all flows.
    #[merge(or)]
    stats: u8,
    #[merge(or)]
    phases: u8,
    /// TCP packets with a window below the threshold.
    #[merge(sum)]
    below: u64,
}

/// State of a flow.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct State {
    stat: u8,
    phase: Phase,
    /// The timeout that the latest packet has left.
    timeout: TimeoutId,
    count: u32,
}

/// Where a direction is in its life; the values are those of the column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
#[repr(u8)]
enum Phase {
    #[default]
    New = 0,
    Begun = 1,
    Established = 2,
    Abort = 4,
}

impl Plugin for TcpWin {
    const INFO: Info = Info::new(
        "tcpWin",
        133,
        "Cuts TCP flows at zero windows and pauses (tutorial for flow timeouts)",
    );
    const STEER: Option<Steer<Self>> = Some(steer);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let t = setup.toggles;
        Ok(Self {
            threshold: t.threshold,
            purge: t.purge,
            begin: setup.timeouts.register(t.begin)?,
            established: setup.timeouts.register(t.established)?,
            abort: setup.timeouts.register(t.abort)?,
            stats: 0,
            phases: 0,
            below: 0,
        })
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(cx.layers.is_tcp())
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow {
            stat: Hex8(flow.stat),
            state: Hex8(flow.phase as u8),
            window: header(cx).map(|(_, window)| window),
            count: flow.count,
            timeout: f64::from(cx.timeouts.seconds(flow.timeout)),
        }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow {
        self.stats |= flow.stat;
        self.phases |= flow.phase as u8;
        FlowRow { stat: Hex8(flow.stat), state: Hex8(flow.phase as u8), count: flow.count }
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("tcpWinStat", u64::from(self.stats), 2);
        out.aggregated("tcpWinState", u64::from(self.phases), 2);
        if self.below > 0 {
            let key = format!("Number of TCP winsize packets below threshold {}", self.threshold);
            out.line(key, [Part::Count(self.below), Part::Share(self.below, totals.tcp_packets)]);
        }
    }
}

/// Counts a packet, and sets the timeouts that it asks for.
fn steer(
    plugin: &mut TcpWin,
    cx: &mut SteerContext<'_>,
    flow: &mut State,
    peer: Option<&mut State>,
) {
    if let Some((flags, window)) = header(cx) {
        if window < plugin.threshold {
            plugin.below += 1;
            flow.count += 1;
            flow.stat |= BELOW;
        }
        flow.stat |= flags & SHOWN_FLAGS;
        match flow.step(flags, plugin.purge) {
            Step::Stay => {}
            Step::Begin => cx.set_timeout(plugin.begin),
            Step::Establish => cx.set_timeout(plugin.established),
            Step::Abort => cx.set_timeout(plugin.abort),
            Step::Cut => {
                cx.set_timeout(plugin.abort);
                if let Some(peer) = peer {
                    peer.phase = Phase::Abort;
                    cx.set_peer_timeout(plugin.abort);
                }
            }
        }
    }
    flow.timeout = cx.timeout();
}

/// What a packet means for the timeouts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// They stay.
    Stay,
    /// The flow has just begun.
    Begin,
    /// The flow is established.
    Establish,
    /// The flow is to be cut already.
    Abort,
    /// The flow and its peer are to be cut from now on.
    Cut,
}

impl State {
    /// Goes on by one packet whose flags and window are noted already.
    fn step(&mut self, flags: u8, purge: u32) -> Step {
        match self.phase {
            Phase::Abort => return Step::Abort,
            Phase::New if flags & SYN != 0 => {
                self.phase = Phase::Begun;
                return Step::Begin;
            }
            Phase::New if flags & ACK == 0 => return Step::Stay,
            Phase::New => self.phase = Phase::Established,
            Phase::Begun | Phase::Established => {}
        }
        if self.stat & (FIN | RST) != 0 {
            // Packets that follow a FIN or reset are still caught.
            self.phase = Phase::Abort;
            return Step::Establish;
        }
        if self.count < purge {
            return Step::Establish;
        }
        self.stat |= CUT;
        self.phase = Phase::Abort;
        Step::Cut
    }
}

/// Flags and window of the TCP header; none in later fragments and where they were not captured.
#[inline]
fn header(cx: &PacketView<'_>) -> Option<(u8, u16)> {
    const UP_TO_WINDOW: usize = 16;
    if !cx.layers.is_tcp() || !cx.layers.is_first_fragment() {
        return None;
    }
    let header = cx.layers.layer4(cx.packet.data).first_chunk::<UP_TO_WINDOW>()?;
    Some((header[13], u16::from_be_bytes([header[14], header[15]])))
}

#[cfg(test)]
mod tests {
    use super::{ACK, FIN, Phase, SYN, State, Step};

    #[test]
    fn two_zero_windows_cut_the_flow() {
        let mut flow = State::default();
        assert_eq!(flow.step(SYN, 2), Step::Begin);
        assert_eq!((flow.step(ACK, 2), flow.phase), (Step::Establish, Phase::Begun));
        flow.count = 1;
        assert_eq!(flow.step(ACK, 2), Step::Establish);
        flow.count = 2;
        assert_eq!((flow.step(ACK, 2), flow.phase), (Step::Cut, Phase::Abort));
        assert_eq!(flow.step(ACK, 2), Step::Abort);
    }

    #[test]
    fn a_fin_lets_the_last_packets_in() {
        let mut flow = State::default();
        assert_eq!(flow.step(0, 2), Step::Stay);
        assert_eq!((flow.step(ACK, 2), flow.phase), (Step::Establish, Phase::Established));
        flow.stat |= FIN;
        assert_eq!((flow.step(FIN | ACK, 2), flow.phase), (Step::Establish, Phase::Abort));
    }
}
