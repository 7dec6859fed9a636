//! Switches of h323Decode.

use flowz_api::Toggles;

use crate::text::kept::Bounds;

/// What h323Decode keeps and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Most bytes of a text.
    #[toggle(name = "H323_TEXT_MAX", default = 64, min = 1, max = 255)]
    pub(crate) longest: u8,
    /// Most entries of lists.
    #[toggle(name = "H323_LIST_MAX", default = 20, min = 1, max = 255)]
    pub(crate) most: u8,
    /// Makes a table with a row for each message.
    #[toggle(name = "H323_TABLE", default = true)]
    pub(crate) table: bool,
}

impl Toggles {
    /// Of lists.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { most: self.most.into(), longest: self.longest.into(), distinct: true }
    }
}
