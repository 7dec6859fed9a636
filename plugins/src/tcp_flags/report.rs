//! Lines of the end report.

use flowz_api::report::{Part, Report, Totals};
use flowz_api::{Merge, Resume};

use super::state::FlowState;
use super::tcp::Counters;
use super::toggles::TcpFlagsToggles;

/// Bits of all flows that ended.
#[derive(Merge, Clone, Copy, Debug, Default, Resume)]
pub(crate) struct Aggregate {
    #[merge(or)]
    pub(crate) ip_flags: u16,
    #[merge(or)]
    pub(crate) stat: u16,
    #[merge(or)]
    pub(crate) flags: u16,
    #[merge(or)]
    pub(crate) anomaly: u16,
    #[merge(or)]
    pub(crate) tos: u8,
    #[merge(or)]
    pub(crate) mptcp_types: u16,
    #[merge(or)]
    pub(crate) mptcp_flags: u8,
}

impl Aggregate {
    /// Takes in a flow that ends.
    pub(crate) fn add(&mut self, flow: &FlowState) {
        self.ip_flags |= flow.ip.flags;
        self.stat |= flow.stat;
        self.flags |= flow.tcp.flags;
        self.anomaly |= flow.tcp.anomaly;
        self.tos |= flow.ip.tos;
        let mptcp = &flow.tcp.options.mptcp;
        self.mptcp_types |= mptcp.types;
        self.mptcp_flags |= mptcp.flags;
    }
}

/// Writes the plugin's lines.
pub(crate) fn lines(
    all: &Aggregate,
    counters: &Counters,
    toggles: &TcpFlagsToggles,
    totals: &Totals,
    out: &mut Report,
) {
    out.aggregated("ipFlags", all.ip_flags.into(), 4);
    out.aggregated("tcpFStat", all.stat.into(), 4);
    out.aggregated("tcpFlags", all.flags.into(), 4);
    out.aggregated("tcpAnomaly", all.anomaly.into(), 4);
    out.aggregated("ipToS", all.tos.into(), 2);
    let Counters { scans, answered, syn_retries, retries, low_windows, mptcp } = *counters;
    let comma = || Part::Text(", ".to_owned());
    if scans > 0 {
        let parts =
            [Part::Count(scans), comma(), Part::Count(answered), Part::Share(answered, scans)];
        out.line("Number of TCP scans attempted, successful", parts);
    }
    if syn_retries + retries > 0 {
        let parts = [Part::Count(syn_retries), comma(), Part::Count(retries)];
        out.line("Number of TCP SYN retries, seq retries", parts);
    }
    if low_windows > 0 {
        let parts = [Part::Count(low_windows), Part::Share(low_windows, totals.tcp_packets)];
        out.line(format!("Number WinSz below {}", toggles.window_min), parts);
    }
    if mptcp > 0 {
        out.aggregated("MPTCP subtypes: tcpMPTBF", all.mptcp_types.into(), 4);
        out.aggregated("MPTCP flags: tcpMPF", all.mptcp_flags.into(), 2);
        let parts = [Part::Count(mptcp), Part::Share(mptcp, totals.packets)];
        out.line("Number of MPTCP packets", parts);
    }
}
