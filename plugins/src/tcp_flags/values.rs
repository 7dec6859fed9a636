//! From the state of a flow to its row.

use flowz_api::cell::{Hex8, Hex16, Hex32, Label};
use flowz_api::plugin::EndContext;
use flowz_api::status::FlowStat;

use super::bits::stat;
use super::boottime::MICROSECOND;
use super::row::{FlagCounts, FlowRow};
use super::state::FlowState;
use super::window::factor;

impl<'a> FlowRow<'a> {
    /// The row of a flow that ends.
    pub(crate) fn from_state(
        cx: &EndContext<'_>,
        flow: &FlowState,
        peer: Option<&FlowState>,
        scaling: bool,
        ja4t: &'a str,
    ) -> Self {
        let mut row = Self { ja4t: Label(ja4t.as_bytes()), ..Self::default() };
        row.ip(flow);
        row.numbers(flow);
        row.options(flow, scaling, cx.run.compat);
        row.clock(cx, flow);
        row.times(cx, flow, peer);
        row
    }

    fn ip(&mut self, flow: &FlowState) {
        let ip = &flow.ip;
        self.stat = Hex16(flow.stat);
        (self.min_id_gap, self.max_id_gap) = (ip.min_id_gap, ip.max_id_gap);
        (self.min_ttl, self.max_ttl) = (ip.min_ttl, ip.max_ttl);
        self.ttl_changes = ip.ttl_changes;
        self.tos = Hex8(ip.tos);
        self.dscp = (ip.tos >> 2, ip.tos & 3);
        self.precedence = (ip.tos >> 5, ip.tos & 3);
        self.ip_flags = Hex16(ip.flags);
        if let Some(rare) = ip.rare.as_deref() {
            self.ip_options = rare.options;
            self.ip_option_types = (Hex8(rare.option_class), Hex32(rare.option_numbers));
            self.ip6_options = (rare.hop.0, rare.dest.0);
            self.ip6_option_types = (Hex32(rare.hop.1), Hex32(rare.dest.1));
        }
    }

    fn numbers(&mut self, flow: &FlowState) {
        let (numbers, window) = (&flow.tcp.sequence, &flow.tcp.window);
        (self.initial, self.in_order) = (numbers.initial, numbers.in_order);
        (self.sent, self.acked) = (numbers.sent, numbers.acked);
        (self.seq_faults, self.ack_faults) = (numbers.faults, numbers.ack_faults);
        (self.acks, self.max_flight) = (numbers.acks, numbers.max_flight);
        (self.window_init, self.window_mean) = (window.init, window.mean);
        (self.window_min, self.window_max) = (window.min, window.max);
        (self.window_down, self.window_up) = (window.down, window.up);
        self.window_turns = window.turns;
        if flow.tcp.packets > 0 {
            self.window_low = window.low as f32 / flow.tcp.packets as f32;
        }
        self.flags = Hex16(flow.tcp.flags);
        self.anomaly = Hex16(flow.tcp.anomaly);
        self.flag_counts = FlagCounts(flow.tcp.rare.as_deref().map_or([0; 16], |rare| rare.counts));
    }

    fn options(&mut self, flow: &FlowState, scaling: bool, compat: bool) {
        let options = &flow.tcp.options;
        (self.option_packets, self.options) = (options.packets, options.count);
        (self.option_kinds, self.mss) = (Hex32(options.kinds), options.mss);
        if scaling {
            self.scale = factor(options.shift, compat);
        }
        let mptcp = &options.mptcp;
        self.mptcp_types = Hex16(mptcp.types);
        self.mptcp_flags = Hex8(mptcp.flags);
        self.mptcp_address = mptcp.address;
        self.mptcp_dss = Hex8(mptcp.dss);
    }

    fn clock(&mut self, cx: &EndContext<'_>, flow: &FlowState) {
        let clock = &flow.tcp.clock;
        (self.timestamp, self.echo) = (clock.value, clock.echo);
        if flow.lasting & stat::TIMESTAMP != 0 {
            let unit = if cx.run.core.tstamp_prec { 1 } else { MICROSECOND };
            let boot = clock.boot(flow.ip.min_ttl, unit, cx.run.rough_nanoseconds());
            (self.tick, self.uptime, self.boot) = (boot.tick, boot.uptime, boot.at);
        }
    }

    fn times(&mut self, cx: &EndContext<'_>, flow: &FlowState, peer: Option<&FlowState>) {
        let rtt = &flow.rtt;
        (self.trip, self.trip_min, self.trip_max) = (rtt.first, rtt.min, rtt.max);
        (self.trip_mean, self.trip_jitter) = (rtt.mean, rtt.jitter.sqrt());
        let Some(peer) = peer else { return };
        if cx.flow.status.contains(FlowStat::INVERTED) {
            self.round_trip = rtt.mean + peer.rtt.mean;
            self.round_jitter = (rtt.jitter + peer.rtt.jitter).sqrt();
        } else {
            self.round_trip = rtt.first + peer.rtt.first;
        }
    }
}
