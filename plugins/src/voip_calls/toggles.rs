//! Switches of voipCalls.

use flowz_api::Toggles;

/// What voipCalls keeps and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Seconds behind the last message of a call that is over until its row is written: its media end in this time.
    #[toggle(name = "CALLS_LINGER", default = 600, min = 0, max = 1e6)]
    pub(crate) linger: u32,
    /// Most calls at once; for a new one the oldest is written.
    #[toggle(name = "CALLS_MAX", default = 20000, min = 1, max = 1e7)]
    pub(crate) most: u32,
    /// Media that come so many milliseconds behind the answer are late.
    #[toggle(name = "CALLS_LATE", default = 1000, min = 0, max = 1e6)]
    pub(crate) late: u32,
}
