//! Switches of smtpDecode.

use flowz_api::Toggles;

/// What smtpDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Writes mails to files.
    #[toggle(name = "SMTP_SAVE", default = false)]
    pub(crate) save: bool,
    /// Most KiB of a mail that are written. The reference has no such switch.
    #[toggle(name = "SMTP_SAVE_MAX", default = 65536, min = 1, max = 1e9)]
    pub(crate) save_max: u32,
    /// Shows commands as bits, too.
    #[toggle(name = "SMTP_BTFLD", default = false)]
    pub(crate) bits: bool,
    /// Keeps the texts of replies in `smtpSA`.
    #[toggle(name = "SMTP_RCTXT", default = true)]
    pub(crate) reply_texts: bool,
    /// Longest name, address and text in bytes.
    #[toggle(name = "SMTP_MXNMLN", default = 70, min = 1, max = 4096)]
    pub(crate) longest_name: u16,
    /// Longest user in bytes.
    #[toggle(name = "SMTP_MXUNMLN", default = 25, min = 1, max = 1024)]
    pub(crate) longest_user: u16,
    /// Longest password in bytes.
    #[toggle(name = "SMTP_MXPNMLN", default = 15, min = 1, max = 1024)]
    pub(crate) longest_password: u16,
    /// Most commands, and reply codes.
    #[toggle(name = "SMTP_MAXCNM", default = 8, min = 1, max = 255)]
    pub(crate) most_commands: u8,
    /// Most users.
    #[toggle(name = "SMTP_MAXUNM", default = 5, min = 1, max = 255)]
    pub(crate) most_users: u8,
    /// Most passwords.
    #[toggle(name = "SMTP_MAXPNM", default = 5, min = 1, max = 255)]
    pub(crate) most_passwords: u8,
    /// Most names of clients, and texts of replies.
    #[toggle(name = "SMTP_MAXSNM", default = 8, min = 1, max = 255)]
    pub(crate) most_names: u8,
    /// Most recipients.
    #[toggle(name = "SMTP_MAXRNM", default = 8, min = 1, max = 255)]
    pub(crate) most_recipients: u8,
    /// Most senders.
    #[toggle(name = "SMTP_MAXTNM", default = 8, min = 1, max = 255)]
    pub(crate) most_senders: u8,
    /// Makes a table with a row for each mail. The reference has none.
    #[toggle(name = "SMTP_TABLE", default = true)]
    pub(crate) mail_table: bool,
    /// Makes a table with a row for each command with its reply. The reference has none.
    #[toggle(name = "SMTP_CMD_TABLE", default = false)]
    pub(crate) command_table: bool,
}
