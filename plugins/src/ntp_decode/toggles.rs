//! Switches of ntpDecode.

use flowz_api::Toggles;

/// What ntpDecode shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows the four timestamps.
    #[toggle(name = "NTP_TS", default = true)]
    pub(crate) timestamps: bool,
    /// Shows leap indicator, version and mode as one byte in hexadecimal.
    #[toggle(name = "NTP_LIVM_HEX", default = false)]
    pub(crate) livm_hex: bool,
}
