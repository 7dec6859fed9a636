//! Switches of tcpTrace.

use flowz_api::Toggles;

/// Right or as the tool.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Values are those of tcptrace also where it is wrong: means by n + 0.001 and n + 0.0001, 0 for what is unknown, standard deviations of
    /// two samples. The preset tcptrace sets it.
    #[toggle(name = "TCPTRACE_ORIGINAL", default = false)]
    pub(crate) original: bool,

    /// UDP conversations have a table too, `tcptraceudp`: packets and bytes each way.
    #[toggle(name = "TCPTRACE_UDP", default = false)]
    pub(crate) udp: bool,
}
