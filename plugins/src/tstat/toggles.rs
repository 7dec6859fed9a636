//! Switches of tstat.

use flowz_api::Toggles;

/// Which columns there are, which addresses are inside, and whose rules hold where Tstat is wrong.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// File with the networks that are inside: one in a line as `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, an address and behind it a line with its mask, or `2001:db8::/32`;
    /// `#` begins a comment. Conversations of which both ends are outside have no row. Without a file everything is inside.
    #[toggle(name = "TSTAT_NETS", default = "")]
    pub(crate) nets: String,
    /// Shows round-trip times and times to live of TCP.
    #[toggle(name = "TSTAT_END_TO_END", default = true)]
    pub(crate) end_to_end: bool,
    /// Shows what Tstat found out of ED2K and its chat. That is over, the column is always empty; the preset tstat writes the six columns of the logs with it.
    #[toggle(name = "TSTAT_P2P", default = false)]
    pub(crate) p2p: bool,
    /// Shows options, windows, and why segments came again.
    #[toggle(name = "TSTAT_OPTIONS", default = true)]
    pub(crate) options: bool,
    /// Shows what was said over TCP: HTTP, TLS, messages, and the names of servers.
    #[toggle(name = "TSTAT_LAYER7", default = true)]
    pub(crate) layer7: bool,
    /// Most addresses whose names are remembered from answers of DNS, each for the client that asked; 0 remembers none. For a new one the oldest is forgotten; each takes about a kilobyte.
    #[toggle(name = "TSTAT_NAMES", default = 10000, min = 0, max = 1e7)]
    pub(crate) names: u32,
    /// Makes histograms of intervals of so many seconds, in the table `tstat_hist`; 0 makes none. Tstat has 300.
    #[toggle(name = "TSTAT_HISTOGRAMS", default = 0, min = 0, max = 86400)]
    pub(crate) histograms: u32,
    /// Values are those of Tstat also where it is wrong: times are cut to microseconds, means are a little too small, deviations of two are 0, a declared MSS of more than 32,767 is negative, jitter is measured from the first packet and whole milliseconds, QUIC is version 1,
    /// and a network of 0.0.0.0 is all of IPv4.
    /// The preset tstat sets it.
    #[toggle(name = "TSTAT_ORIGINAL", default = false)]
    pub(crate) original: bool,
}
