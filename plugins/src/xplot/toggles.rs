//! Switches of xplot.

use flowz_api::Toggles;

/// Which drawings of which connections.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Connections that are drawn: numbers and ranges between commas, as in `1,3-5`, in the order of first packets.
    #[toggle(name = "XPLOT_CONNECTIONS", default = "1-16")]
    pub(crate) connections: String,
    /// Draws the time sequence graphs: segments, acknowledgements, windows.
    #[toggle(name = "XPLOT_TSG", default = true)]
    pub(crate) tsg: bool,
    /// Draws the round trips.
    #[toggle(name = "XPLOT_RTT", default = true)]
    pub(crate) rtt: bool,
    /// Draws the throughput.
    #[toggle(name = "XPLOT_TPUT", default = false)]
    pub(crate) tput: bool,
    /// Draws the data that wait for an acknowledgement.
    #[toggle(name = "XPLOT_OWIN", default = false)]
    pub(crate) owin: bool,
    /// Draws the sizes of segments.
    #[toggle(name = "XPLOT_SSIZE", default = false)]
    pub(crate) ssize: bool,
    /// Draws the time line: both sides, an arrow for each segment.
    #[toggle(name = "XPLOT_TLINE", default = false)]
    pub(crate) tline: bool,
    /// Segments for a mean of the throughput.
    #[toggle(name = "XPLOT_MEAN", default = 10, min = 1, max = 1e6)]
    pub(crate) mean: u32,
    /// What begins at 0: 0 nothing, 1 times, 2 sequence numbers, 3 both.
    #[toggle(name = "XPLOT_RELATIVE", default = 0, min = 0, max = 3)]
    pub(crate) relative: u8,
    /// The beginning of the names of files.
    #[toggle(name = "XPLOT_PREFIX", default = "")]
    pub(crate) prefix: String,
}
