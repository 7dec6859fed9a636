//! Switches of cic.

use flowz_api::Toggles;

/// Whose rules and formulas.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Whose rules: 0 those of CICFlowMeter with its faults corrected, 1 those of CICFlowMeter 4 with them, 2 those of LycoSTand. The presets set it.
    #[toggle(name = "CIC_MODE", default = 0, min = 0, max = 2)]
    pub(crate) mode: u8,
    /// Seconds behind a row's first packet behind which the next packet begins another one.
    #[toggle(name = "CIC_TIMEOUT", default = 120, min = 1, max = 86_400)]
    pub(crate) timeout: u32,
    /// Seconds without a packet behind which a conversation is idle.
    #[toggle(name = "CIC_IDLE", default = 5, min = 1, max = 3600)]
    pub(crate) idle: u32,
    /// The active time that a row ends in counts too.
    #[toggle(name = "CIC_LAST_ACTIVE", default = false)]
    pub(crate) last_active: bool,
}
