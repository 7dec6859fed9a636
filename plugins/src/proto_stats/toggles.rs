//! Switches of protoStats.

use flowz_api::Toggles;
use flowz_api::toggles::FileSuffix;

/// Which tables there are, and where.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Counts ethertypes.
    #[toggle(name = "PST_ETH_STAT", default = true)]
    pub(crate) eth_stat: bool,
    /// Counts ports of UDP-Lite.
    #[toggle(name = "PST_UDPLITE_STAT", default = false)]
    pub(crate) udplite_stat: bool,
    /// Counts ports of SCTP.
    #[toggle(name = "PST_SCTP_STAT", default = false)]
    pub(crate) sctp_stat: bool,
    /// What the file's name has behind the prefix.
    #[toggle(name = "PST_SUFFIX", default = "_protocols.txt")]
    pub(crate) suffix: FileSuffix,
}
