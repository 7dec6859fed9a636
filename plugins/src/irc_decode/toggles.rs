//! Switches of ircDecode.

use flowz_api::Toggles;

use super::message::LONGEST_COMMAND;
use crate::text::kept::Bounds;

/// What ircDecode keeps and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Saves what each side says.
    #[toggle(name = "IRC_SAVE", default = false)]
    pub(crate) save: bool,
    /// Keeps commands and numeric replies that are the same only once.
    #[toggle(name = "IRC_CMD_AGGR", default = true)]
    pub(crate) distinct: bool,
    /// Most bytes of a user's name.
    #[toggle(name = "IRC_UXNMLN", default = 10, min = 1, max = 255)]
    pub(crate) longest_user: u8,
    /// Most bytes of a password.
    #[toggle(name = "IRC_PXNMLN", default = 10, min = 1, max = 255)]
    pub(crate) longest_password: u8,
    /// Most bytes of a nickname.
    #[toggle(name = "IRC_NXNMLN", default = 10, min = 1, max = 255)]
    pub(crate) longest_nick: u8,
    /// Most bytes of a channel's name.
    #[toggle(name = "IRC_MXNMLN", default = 50, min = 1, max = 255)]
    pub(crate) longest: u8,
    /// Most users.
    #[toggle(name = "IRC_MAXUNM", default = 5, min = 1, max = 255)]
    pub(crate) most_users: u8,
    /// Most passwords.
    #[toggle(name = "IRC_MAXPNM", default = 5, min = 1, max = 255)]
    pub(crate) most_passwords: u8,
    /// Most nicknames.
    #[toggle(name = "IRC_MAXNNM", default = 5, min = 1, max = 255)]
    pub(crate) most_nicks: u8,
    /// Most commands, numeric replies and channels of each.
    #[toggle(name = "IRC_MAXCNM", default = 20, min = 1, max = 255)]
    pub(crate) most: u8,
}

impl Toggles {
    /// Of commands and numeric replies.
    pub(crate) fn words(&self) -> Bounds {
        Bounds { most: self.most.into(), longest: LONGEST_COMMAND, distinct: self.distinct }
    }

    /// Of channels.
    pub(crate) fn channels(&self) -> Bounds {
        bounds(self.most, self.longest)
    }

    /// Of users.
    pub(crate) fn users(&self) -> Bounds {
        bounds(self.most_users, self.longest_user)
    }

    /// Of passwords.
    pub(crate) fn passwords(&self) -> Bounds {
        bounds(self.most_passwords, self.longest_password)
    }

    /// Of nicknames.
    pub(crate) fn nicks(&self) -> Bounds {
        bounds(self.most_nicks, self.longest_nick)
    }
}

fn bounds(most: u8, longest: u8) -> Bounds {
    Bounds { most: most.into(), longest: longest.into(), distinct: true }
}
