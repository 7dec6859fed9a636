//! Switches of telnetDecode.

use flowz_api::Toggles;

use crate::text::kept::Bounds;

/// What telnetDecode keeps, shows and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Saves what was typed and shown, without commands.
    #[toggle(name = "TEL_SAVE", default = false)]
    pub(crate) save: bool,
    /// Saves each direction in a file of its own; else both in one, in the order of the conversation.
    #[toggle(name = "TEL_SAVE_SPLIT", default = true)]
    pub(crate) split: bool,
    /// Shows commands and options as bit fields.
    #[toggle(name = "TEL_BTFLD", default = true)]
    pub(crate) bit_fields: bool,
    /// Commands and options in the lists: 0 their numbers, 1 their names.
    #[toggle(name = "TEL_CMDOPTS", default = 1, min = 0, max = 1)]
    pub(crate) names: u8,
    /// Keeps commands that are the same only once.
    #[toggle(name = "TEL_CMD_AGGR", default = true)]
    pub(crate) distinct_commands: bool,
    /// Keeps options that are the same only once.
    #[toggle(name = "TEL_OPT_AGGR", default = true)]
    pub(crate) distinct_options: bool,
    /// Most bytes of user and password.
    #[toggle(name = "TELUPLN", default = 25, min = 1, max = 255)]
    pub(crate) longest: u8,
    /// Most commands.
    #[toggle(name = "TELCMDN", default = 25, min = 1, max = 255)]
    pub(crate) most_commands: u8,
    /// Most options.
    #[toggle(name = "TELOPTN", default = 25, min = 1, max = 255)]
    pub(crate) most_options: u8,
}

impl Toggles {
    /// Of commands.
    pub(crate) fn commands(&self) -> Bounds {
        Bounds { most: self.most_commands.into(), longest: 1, distinct: self.distinct_commands }
    }

    /// Of options.
    pub(crate) fn options(&self) -> Bounds {
        Bounds { most: self.most_options.into(), longest: 1, distinct: self.distinct_options }
    }
}
