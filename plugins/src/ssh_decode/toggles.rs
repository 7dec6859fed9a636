//! Switches of sshDecode.

use flowz_api::Toggles;

/// What sshDecode looks at and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Flows on port 22 are SSH, whatever they begin with.
    #[toggle(name = "SSH_USE_PORT", default = false)]
    pub(crate) use_port: bool,
    /// Shows the fingerprint of the host key: 0 not, 1 MD5.
    #[toggle(name = "SSH_FINGERPRINT", default = 1, min = 0, max = 1)]
    pub(crate) fingerprint: u8,
    /// Shows the algorithms that client and server agree on.
    #[toggle(name = "SSH_ALGO", default = true)]
    pub(crate) algorithms: bool,
    /// Shows all algorithms that this side offers, in the place of those that are agreed on.
    #[toggle(name = "SSH_LISTS", default = false)]
    pub(crate) lists: bool,
    /// Shows the HASSH: the MD5 of what this side offers.
    #[toggle(name = "SSH_HASSH", default = true)]
    pub(crate) hassh: bool,
    /// Shows the text that the HASSH is made of.
    #[toggle(name = "SSH_HASSH_STR", default = false)]
    pub(crate) hassh_text: bool,
    /// A list with descriptions of HASSH values; empty: none.
    #[toggle(name = "SSH_HASSH_NAME", default = "")]
    pub(crate) list: String,
    /// Longest description in bytes.
    #[toggle(name = "SSH_HASSH_DLEN", default = 512, min = 1, max = 4096)]
    pub(crate) longest_name: u16,
    /// Longest text of an algorithm list or identification in bytes.
    #[toggle(name = "SSH_BUF_SIZE", default = 512, min = 16, max = 4096)]
    pub(crate) longest: u16,
    /// Longest type of a host key in bytes.
    #[toggle(name = "SSH_HKT_SIZE", default = 48, min = 8, max = 255)]
    pub(crate) longest_key_type: u8,
}
