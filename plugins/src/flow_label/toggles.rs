//! Switches of flowLabel.

use flowz_api::Toggles;

/// Where labels are from.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// File with rows that say which flows have which label, CSV or TOML (`--labels`); without one all flows have the default.
    #[toggle(name = "LABEL_FILE", default = "")]
    pub(crate) file: String,
    /// Label of flows that no row matches (`--labels-default`); a `default` of the file is weaker.
    #[toggle(name = "LABEL_DEFAULT", default = "")]
    pub(crate) default: String,
    /// Time zone of times without one: a name such as America/Halifax, or +02:00 (`--labels-zone`); a `zone` of the file is weaker.
    #[toggle(name = "LABEL_ZONE", default = "")]
    pub(crate) zone: String,
    /// When a flow, both directions together, is in a row's window: 0 it begins within, 1 part of it is within, 2 all of it is.
    #[toggle(name = "LABEL_TIME", default = 0, min = 0, max = 2)]
    pub(crate) time: u8,
}
