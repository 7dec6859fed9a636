//! Settings of the engine that plugins see too: toggles named `core.NAME`, and the run's modes.

use crate::Toggles;

/// The engine's own toggles.
#[derive(Toggles, Clone, Debug)]
pub struct CoreToggles {
    /// Seconds of silence after which a flow ends, if no plugin sets another value.
    #[toggle(name = "FLOW_TIMEOUT", default = 182.0, min = 0.0, max = 1e9)]
    pub flow_timeout: f32,
    /// Most whole seconds that a flow lives: at the first packet later than that it is written out
    /// and begins anew; 0 is no limit.
    #[toggle(name = "FDURLIMIT", default = 0)]
    pub fdurlimit: u32,
    /// Flows cut by FDURLIMIT keep their flow number.
    #[toggle(name = "FDLSFINDEX", default = false)]
    pub fdlsfindex: bool,
}

/// How this run works.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The engine's toggles.
    pub core: CoreToggles,
    /// A packet file is written (`-s`).
    pub packet_mode: bool,
    /// Values as the reference gives them also where it is provably wrong (`--compat`).
    pub compat: bool,
    /// Number of the sensor (`-x`).
    pub sensor: u32,
}
