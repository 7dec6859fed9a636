//! Switches of sipDecode.

use flowz_api::Toggles;

use crate::text::kept::Bounds;

/// What sipDecode keeps and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Most bytes of a text.
    #[toggle(name = "SIPNMMAX", default = 35, min = 1, max = 255)]
    pub(crate) longest: u8,
    /// Most contacts.
    #[toggle(name = "SIPCLMAX", default = 3, min = 1, max = 255)]
    pub(crate) most_contacts: u8,
    /// Most entries of other lists. The reference has no such switch.
    #[toggle(name = "SIP_LIST_MAX", default = 20, min = 1, max = 255)]
    pub(crate) most: u8,
    /// Most status codes and methods.
    #[toggle(name = "SIPSTATMAX", default = 8, min = 1, max = 255)]
    pub(crate) most_codes: u8,
    /// Most formats of media.
    #[toggle(name = "RTPFMAX", default = 20, min = 1, max = 255)]
    pub(crate) most_formats: u8,
    /// Makes a table with a row for each message. The reference has no such switch.
    #[toggle(name = "SIP_TABLE", default = true)]
    pub(crate) table: bool,
}

impl Toggles {
    /// Of texts.
    pub(crate) fn texts(&self) -> Bounds {
        Bounds { most: self.most.into(), longest: self.longest.into(), distinct: true }
    }

    /// Of status codes and methods.
    pub(crate) fn codes(&self) -> Bounds {
        Bounds { most: self.most_codes.into(), longest: 3, distinct: true }
    }

    /// Of contacts.
    pub(crate) fn contacts(&self) -> Bounds {
        Bounds { most: self.most_contacts.into(), ..self.texts() }
    }

    /// Of formats.
    pub(crate) fn formats(&self) -> Bounds {
        Bounds { most: self.most_formats.into(), longest: 64, distinct: true }
    }
}
