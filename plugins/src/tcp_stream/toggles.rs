//! Switches of tcpStream.

use flowz_api::Toggles;

/// What tcpStream writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Writes the bytes: 0 not, 1 each direction to a file, 2 both directions to one file, in the order of the conversation.
    #[toggle(name = "TS_SAVE", default = 0, min = 0, max = 2)]
    pub(crate) save: u8,
    /// Gaps in these files: 0 left out, 1 as zero bytes (of a gap at most 1 MiB), 2 as a line that says how many bytes are missing.
    #[toggle(name = "TS_SAVE_GAPS", default = 1, min = 0, max = 2)]
    pub(crate) save_gaps: u8,
    /// Most KiB of a direction that are written.
    #[toggle(name = "TS_SAVE_MAX", default = 65536, min = 1, max = 1e9)]
    pub(crate) save_max: u32,
    /// Makes a table with a row for each gap.
    #[toggle(name = "TS_GAP_TABLE", default = false)]
    pub(crate) gap_table: bool,
    /// Makes a table with a row for each direction of each connection.
    #[toggle(name = "TS_STREAM_TABLE", default = false)]
    pub(crate) stream_table: bool,
}
