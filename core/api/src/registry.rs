//! Plugins and sinks register themselves where they are written, with `inventory`.
//!
//! ```ignore
//! inventory::submit! { PluginEntry::new::<TcpStates>() }
//! ```
//!
//! `inventory` has no defined order, so the lists are sorted by number. It also needs the crate to be
//! linked: the binary names the list crates, and a test compares folders with entries.

use std::fmt;

use crate::guard::GuardedSettings;
use crate::host::{PluginSettings, Settings};
use crate::plugin::{Info, Plugin};
use crate::sink::{self, NamedSink, SinkInfo, SinkSettings};

/// Makes the settings of a plugin, with the defaults.
pub type MakeSettings = dyn Fn() -> Box<dyn PluginSettings> + Sync;

/// A plugin known to the program.
#[derive(Clone, Copy)]
pub struct PluginEntry {
    /// Name, number, needs.
    pub info: &'static Info,
    /// Makes its settings, with the defaults.
    pub settings: &'static MakeSettings,
}

impl fmt::Debug for PluginEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginEntry").field("info", self.info).finish_non_exhaustive()
    }
}

impl PluginEntry {
    /// The entry of plugin `P`.
    pub const fn new<P: Plugin>() -> Self {
        Self { info: &P::INFO, settings: &Settings::<P>::boxed }
    }

    /// The entry of plugin `P` in a shared object.
    pub const fn guarded<P: Plugin>() -> Self {
        Self { info: &P::INFO, settings: &GuardedSettings::<P>::boxed }
    }
}

/// A sink known to the program.
#[derive(Clone, Copy, Debug)]
pub struct SinkEntry {
    /// Names and number.
    pub info: &'static SinkInfo,
    /// Makes its settings, with the defaults.
    pub settings: fn() -> Box<dyn SinkSettings>,
}

impl SinkEntry {
    /// The entry of sink `S`.
    pub const fn new<S: NamedSink>() -> Self {
        Self { info: &S::INFO, settings: sink::Settings::<S>::boxed }
    }
}

/// A sink that this program was built without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AbsentSink {
    /// Its name, as users type it.
    pub name: &'static str,
    /// The name of its toggles.
    pub toggles: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// The feature of the build that brings it.
    pub feature: &'static str,
}

inventory::collect!(PluginEntry);
inventory::collect!(SinkEntry);
inventory::collect!(AbsentSink);

/// All registered plugins in their order.
pub fn plugins() -> Vec<PluginEntry> {
    let mut all: Vec<_> = inventory::iter::<PluginEntry>.into_iter().copied().collect();
    all.sort_by_key(|e| (e.info.number, e.info.name));
    all
}

/// All registered sinks in their order.
pub fn sinks() -> Vec<SinkEntry> {
    let mut all: Vec<_> = inventory::iter::<SinkEntry>.into_iter().copied().collect();
    all.sort_by_key(|e| (e.info.number, e.info.name));
    all
}

/// All sinks that the program was built without, by name.
pub fn absent_sinks() -> Vec<AbsentSink> {
    let mut all: Vec<_> = inventory::iter::<AbsentSink>.into_iter().copied().collect();
    all.sort_by_key(|sink| sink.name);
    all
}
