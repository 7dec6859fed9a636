//! Toggles of this sink.

use flowz_api::Toggles;

/// Files and header lines.
#[derive(Toggles, Clone, Debug)]
pub(super) struct TxtToggles {
    /// Let `-W` split the flow file; 0 keeps it in one piece.
    #[toggle(name = "TFS_SPLIT", default = true)]
    pub(super) split: bool,
    /// Begin the flow file with a line of column names.
    #[toggle(name = "TFS_PRI_HDR", default = true)]
    pub(super) header: bool,
    /// Write the file that describes the columns.
    #[toggle(name = "TFS_HDR_FILE", default = true)]
    pub(super) header_file: bool,
    /// Begin every piece of a split flow file with the column names, not only the first one.
    #[toggle(name = "TFS_PRI_HDR_FW", default = false)]
    pub(super) header_in_pieces: bool,
    /// End of the flow file's name.
    #[toggle(name = "TFS_FLOWS_TXT_SUFFIX", default = "_flows.txt")]
    pub(super) flows_suffix: String,
    /// End of the name of the file that describes the columns.
    #[toggle(name = "TFS_HEADER_SUFFIX", default = "_headers.txt")]
    pub(super) header_suffix: String,
}
