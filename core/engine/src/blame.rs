//! Which plugin was at work when something panicked.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::resume_unwind;

use flowz_api::guard;

/// A function of a plugin that the engine calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    /// A flow begins.
    NewFlow,
    /// A packet of a layer-2 flow.
    Layer2,
    /// A packet of an IP flow.
    Packet,
    /// A row of the packet table.
    PacketRow,
    /// A flow ends.
    Terminate,
    /// The end report.
    Report,
}

/// As authors of plugins know it.
impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NewFlow => "on_new_flow",
            Self::Layer2 => "on_layer2",
            Self::Packet => "on_packet",
            Self::PacketRow => "packet_row",
            Self::Terminate => "on_terminate",
            Self::Report => "report",
        })
    }
}

/// A plugin has panicked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "plugin {plugin} panicked in {hook}: {message}; this is a fault of the plugin. The files hold all \
     flows that had ended before"
)]
pub struct PluginPanic {
    /// Its name.
    pub plugin: &'static str,
    /// Where it was.
    pub hook: Hook,
    /// What it said.
    pub message: String,
}

/// The plugin whose hook was left by a panic.
#[derive(Debug, Default)]
pub(crate) struct Blame(Cell<Option<(usize, Hook)>>);

impl Blame {
    /// Calls a hook of the plugin with this number. As long as it returns, this costs nothing: who it was
    /// is noted by the way of the panic only.
    #[inline]
    pub(crate) fn on<T>(&self, plugin: usize, hook: Hook, step: impl FnOnce() -> T) -> T {
        let mark = Mark { blame: self, plugin, hook };
        let value = step();
        std::mem::forget(mark);
        value
    }

    /// Who it was.
    pub(crate) fn take(&self) -> Option<(usize, Hook)> {
        self.0.take()
    }
}

struct Mark<'a> {
    blame: &'a Blame,
    plugin: usize,
    hook: Hook,
}

/// Only a panic comes here.
impl Drop for Mark<'_> {
    #[cold]
    fn drop(&mut self) {
        self.blame.0.set(Some((self.plugin, self.hook)));
    }
}

/// The words of a panic.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    guard::message(payload).to_owned()
}

/// Goes on with the panic of a plugin in a shared object, which was caught there.
pub(crate) fn raise(message: &str) -> ! {
    resume_unwind(Box::new(message.to_owned()))
}
