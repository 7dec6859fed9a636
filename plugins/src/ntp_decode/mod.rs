//! What the Network Time Protocol tells of its clocks (RFC 5905), of UDP packets from or to port 123.
//!
//! `ntpStat`: 01 the flow is NTP.
//!
//! The columns show the latest packet of a direction, delays and dispersions the smallest and largest of all
//! packets. A field counts as far as it was captured. Control and private messages (modes 6 and 7) have another
//! layout behind their first byte (RFC 9327, section 2), so only leap indicator, version and mode are taken from
//! them. A flow whose first packet has no version, or is shorter than a message of its mode, is not NTP.
//!
//! **Reference**: on stratum 0 and 1 it is a word of up to four characters (a kiss code, a kind of clock), above
//! an IPv4 address, or the first four bytes of a digest of an IPv6 address (RFC 5905, section 7.3).
//!
//! **Poll and precision** are powers of two of seconds (RFC 5905, section 7.3). Intervals below a second are
//! shown as 0, such that do not fit as 4294967295.
//!
//! **Delays** are numbers of 16 bits before and 16 bits behind the point: high + low/65536 seconds (RFC 5905,
//! section 6).
//!
//! **Timestamps** count seconds from 1900 on; where the highest bit is 0 from 2036 on (RFC 4330, section 3). The
//! fraction is low/2³² seconds. A timestamp of 0 is none and stays 0.
//!
//! With `--compat` leap indicator to reference stay those of the first packet, precision is 1, delays are divided
//! by 65535, fractions are cut to nanoseconds and 500 ns larger, seconds below 1970 wrap, all flows of the port are NTP, fields that were not
//! captured are 0, and packets of all modes are read the same way.

mod message;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::inventory;
use flowz_api::key::UDP;
use flowz_api::merge::Merge as _;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::row::NoRow;

use message::Message;
use row::FlowRow;
use state::State;
use toggles::Toggles;

const PORT: u16 = 123;
/// Stat: the flow is NTP.
const NTP: u8 = 1;

inventory::submit! { PluginEntry::new::<NtpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct NtpDecode {
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    counts: Counts,
}

/// What is counted for the report.
#[derive(Merge, Clone, Copy, PartialEq, Eq, Debug, Default, Resume)]
struct Counts {
    /// Stat bits of all flows.
    #[merge(or)]
    stat: u8,
    #[merge(sum)]
    packets: u64,
}

impl Plugin for NtpDecode {
    const INFO: Info =
        Info::new("ntpDecode", 205, "Clocks, delays and timestamps of the Network Time Protocol");
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { compat: setup.run.compat, counts: Counts::default() })
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        let is_ntp =
            !l.is_layer2() && l.l4_proto == UDP && [l.src_port, l.dst_port].contains(&PORT);
        flow.stat = if is_ntp { NTP } else { 0 };
        Interest::when(is_ntp)
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        if flow.stat == 0 {
            return;
        }
        let payload = cx.layers.payload(cx.packet.data);
        let is_odd = !cx.layers.is_fragment() && !message::is_ntp(payload, cx.layers.l7_len);
        if is_odd && flow.packets == 0 && !self.compat {
            flow.stat = 0;
            cx.set_interest(Interest::None);
            return;
        }
        flow.packets += 1;
        if cx.layers.is_first_fragment() {
            flow.add(&Message::from_payload(payload, self.compat), self.compat);
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.counts.merge(Counts { stat: flow.stat, packets: u64::from(flow.packets) });
        FlowRow::from_state(flow, self.compat)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        let Counts { stat, packets } = self.counts;
        out.aggregated("ntpStat", u64::from(stat), 2);
        if stat != 0 {
            let parts = [Part::Count(packets), Part::Share(packets, totals.packets)];
            out.line("Number of NTP packets", parts);
        }
    }
}
