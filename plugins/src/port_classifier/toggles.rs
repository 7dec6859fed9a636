//! Switches of portClassifier.

use flowz_api::Toggles;

/// What is shown, and where names are from.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows the port as a number.
    #[toggle(name = "PBC_NUM", default = true)]
    pub(crate) num: bool,
    /// Shows the name of the service.
    #[toggle(name = "PBC_STR", default = true)]
    pub(crate) str: bool,
    /// File with the names of ports; without one they are those of IANA's registry.
    #[toggle(name = "PBC_CLASSFILE", default = "")]
    pub(crate) classfile: String,
    /// Name of ports that have none.
    #[toggle(name = "PBC_UNKNOWN", default = "unknown")]
    pub(crate) unknown: String,
}
