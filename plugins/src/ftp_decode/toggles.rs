//! Switches of ftpDecode.

use flowz_api::Toggles;

use super::command::LONGEST_VERB;
use crate::text::kept::Bounds;

/// What ftpDecode keeps and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Saves the files that are transferred.
    #[toggle(name = "FTP_SAVE", default = false)]
    pub(crate) save: bool,
    /// Keeps commands and reply codes that are the same only once.
    #[toggle(name = "FTP_CMD_AGGR", default = true)]
    pub(crate) distinct: bool,
    /// Most bytes of a user's name.
    #[toggle(name = "FTP_UXNMLN", default = 10, min = 1, max = 255)]
    pub(crate) longest_user: u8,
    /// Most bytes of a password.
    #[toggle(name = "FTP_PXNMLN", default = 15, min = 1, max = 255)]
    pub(crate) longest_password: u8,
    /// Most bytes of a parameter.
    #[toggle(name = "FTP_MXNMLN", default = 50, min = 1, max = 512)]
    pub(crate) longest: u16,
    /// Most data connections in the list of a control connection.
    #[toggle(name = "FTP_MAXCPFI", default = 10, min = 1, max = 255)]
    pub(crate) most_links: u8,
    /// Most users.
    #[toggle(name = "FTP_MAXUNM", default = 5, min = 1, max = 255)]
    pub(crate) most_users: u8,
    /// Most passwords.
    #[toggle(name = "FTP_MAXPNM", default = 5, min = 1, max = 255)]
    pub(crate) most_passwords: u8,
    /// Most commands, reply codes and parameters of each.
    #[toggle(name = "FTP_MAXCNM", default = 20, min = 1, max = 255)]
    pub(crate) most: u8,
    /// What a file is called whose name is not known.
    #[toggle(name = "FTP_NONAME", default = "nudel")]
    pub(crate) no_name: String,
    /// Makes a table with a row for each command and its replies. The reference has none.
    #[toggle(name = "FTP_TABLE", default = false)]
    pub(crate) table: bool,
    /// Makes a table with a row for each file or list that was transferred. The reference has none.
    #[toggle(name = "FTP_DATA_TABLE", default = false)]
    pub(crate) data_table: bool,
}

impl Toggles {
    /// Of users.
    pub(crate) fn users(&self) -> Bounds {
        let (most, longest) = (self.most_users.into(), self.longest_user.into());
        Bounds { most, longest, distinct: true }
    }

    /// Of passwords.
    pub(crate) fn passwords(&self) -> Bounds {
        let (most, longest) = (self.most_passwords.into(), self.longest_password.into());
        Bounds { most, longest, distinct: true }
    }

    /// Of commands and codes.
    pub(crate) fn words(&self) -> Bounds {
        Bounds { most: self.most.into(), longest: LONGEST_VERB, distinct: self.distinct }
    }

    /// Of a client's parameters.
    pub(crate) fn parameters(&self) -> Bounds {
        Bounds { most: self.most.into(), longest: self.longest.into(), distinct: true }
    }
}
