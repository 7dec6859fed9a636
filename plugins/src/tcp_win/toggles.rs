//! Switches of tcpWin.

use flowz_api::Toggles;

/// Thresholds and timeouts.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// A window field below this counts; 1 counts zero windows.
    #[toggle(name = "TCPWIN_THRES", default = 1)]
    pub(crate) threshold: u16,
    /// Number of such packets that ends the flow.
    #[toggle(name = "TCPWIN_FLWPRG", default = 2, min = 1, max = 4_294_967_295_u32)]
    pub(crate) purge: u32,
    /// Timeout in seconds after the first packet of a flow that begins with SYN.
    #[toggle(name = "TMT_BGN", default = 1.0, min = 0.0, max = 1e9)]
    pub(crate) begin: f32,
    /// Timeout in seconds of an established flow.
    #[toggle(name = "TMT_EST", default = 1.2, min = 0.0, max = 1e9)]
    pub(crate) established: f32,
    /// Timeout in seconds of a flow to be cut.
    #[toggle(name = "TMT_ABRT", default = 0.001, min = 0.0, max = 1e9)]
    pub(crate) abort: f32,
}
