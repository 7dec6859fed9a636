//! Switches of popDecode.

use flowz_api::Toggles;

/// What popDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Writes mails to files.
    #[toggle(name = "POP_SAVE", default = false)]
    pub(crate) save: bool,
    /// Most KiB of a mail that are written. The reference has no such switch.
    #[toggle(name = "POP_SAVE_MAX", default = 65536, min = 1, max = 1e9)]
    pub(crate) save_max: u32,
    /// Shows commands as bits, too.
    #[toggle(name = "POP_BTFLD", default = true)]
    pub(crate) bits: bool,
    /// Longest name, password and text in bytes.
    #[toggle(name = "POP_MXNMLN", default = 65, min = 1, max = 4096)]
    pub(crate) longest_name: u16,
    /// Most users.
    #[toggle(name = "POP_MXUNM", default = 5, min = 1, max = 255)]
    pub(crate) most_users: u8,
    /// Most passwords, and texts of replies.
    #[toggle(name = "POP_MXPNM", default = 5, min = 1, max = 255)]
    pub(crate) most_passwords: u8,
    /// Most commands, their arguments, and numbers of mails.
    #[toggle(name = "POP_MXCNM", default = 10, min = 1, max = 255)]
    pub(crate) most_commands: u8,
    /// Makes a table with a row for each mail. The reference has none.
    #[toggle(name = "POP_TABLE", default = true)]
    pub(crate) mail_table: bool,
    /// Makes a table with a row for each command with its reply. The reference has none.
    #[toggle(name = "POP_CMD_TABLE", default = false)]
    pub(crate) command_table: bool,
}
