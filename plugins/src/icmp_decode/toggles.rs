//! Switches of icmpDecode.

use flowz_api::Toggles;
use flowz_api::toggles::FileSuffix;

/// What icmpDecode shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Types and codes of a flow: 0 as bits, 1 as a list of pairs.
    #[toggle(name = "ICMP_TC_MD", default = 0, min = 0, max = 1)]
    pub(crate) tc_md: u8,
    /// Most pairs of type and code in the list.
    #[toggle(name = "ICMP_NUM", default = 10, min = 1, max = 255)]
    pub(crate) num: u8,
    /// Sets the direction of a flow by its first message: who asks is the client.
    #[toggle(name = "ICMP_FDCORR", default = true)]
    pub(crate) fdcorr: bool,
    /// Shows the flow that an error reports on.
    #[toggle(name = "ICMP_PARENT", default = true)]
    pub(crate) parent: bool,
    /// Writes a file with the messages of the run by type and code.
    #[toggle(name = "ICMP_STATFILE", default = true)]
    pub(crate) statfile: bool,
    /// What the file has for codes without a name.
    #[toggle(name = "ICMP_NOCODE", default = "-")]
    pub(crate) nocode: String,
    /// What the file's name has behind the prefix.
    #[toggle(name = "ICMP_SUFFIX", default = "_icmpStats.txt")]
    pub(crate) suffix: FileSuffix,
}
