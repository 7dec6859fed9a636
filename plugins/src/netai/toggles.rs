//! Switches of netai.

use flowz_api::Toggles;

/// Which conversations have rows, and what an idle time is.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Only conversations that NetMate takes for valid have rows: of TCP those with a complete handshake and data behind it, of UDP those with
    /// payload, over IPv4.
    #[toggle(name = "NETAI_STRICT", default = false)]
    pub(crate) strict: bool,
    /// Values are those of NetMate also where it is wrong: header lengths of UDP, smallest values of 0, standard deviations by
    /// numbers of 64 bits. The preset netmate sets it.
    #[toggle(name = "NETAI_ORIGINAL", default = false)]
    pub(crate) original: bool,
    /// Microseconds without a packet of either direction behind which a conversation is idle.
    #[toggle(name = "NETAI_IDLE", default = 1_000_000, min = 1, max = 4_294_967_295_u32)]
    pub(crate) idle: u32,
}
