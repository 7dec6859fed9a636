//! Switches of tftpDecode.

use flowz_api::Toggles;

/// What tftpDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Keeps opcodes, parameters and error codes that are the same only once.
    #[toggle(name = "TFTP_CMD_AGGR", default = true)]
    pub(crate) distinct: bool,
    /// Shows opcodes as a bit field.
    #[toggle(name = "TFTP_BTFLD", default = false)]
    pub(crate) as_bits: bool,
    /// Saves the files that are transferred.
    #[toggle(name = "TFTP_SAVE", default = false)]
    pub(crate) save: bool,
    /// Most bytes of a parameter.
    #[toggle(name = "TFTP_MXNMLN", default = 15, min = 1, max = 512)]
    pub(crate) longest: u16,
    /// Most opcodes, parameters and error codes that a flow keeps of each.
    #[toggle(name = "TFTP_MAXCNM", default = 4, min = 1, max = 255)]
    pub(crate) limit: u8,
}
