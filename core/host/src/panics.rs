//! Which plugin was at work when something panicked.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_api::flow::Direction;
use flowz_api::guard;
use flowz_api::host::DirectionFinder;
use flowz_api::layers::Layers;
use flowz_api::plugin::NewFlow;

/// A plugin has panicked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "plugin {plugin} panicked in {hook}: {message}; this is a fault of the plugin. The files hold all \
     flows that had ended before"
)]
pub struct PluginPanic {
    /// Its name.
    pub plugin: &'static str,
    /// The hook that it was in, as authors of plugins know it.
    pub hook: &'static str,
    /// What it said.
    pub message: String,
}

/// The plugin whose hook was left by a panic.
#[derive(Debug, Default)]
pub(crate) struct PanicTracker(Cell<Option<(usize, &'static str)>>);

/// Which hook is at work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hook<'a> {
    /// The one for a packet with these layers.
    Packet(&'a Layers),
    /// Another one.
    Other(&'static str),
}

impl Hook<'_> {
    fn name(self) -> &'static str {
        match self {
            Self::Packet(layers) if layers.is_layer2() => "on_layer2",
            Self::Packet(_) => "on_packet",
            Self::Other(name) => name,
        }
    }
}

impl PanicTracker {
    /// Calls a hook of the plugin with this number. As long as it returns, this costs nothing: who it was
    /// is noted by the way of the panic only.
    #[inline]
    pub(crate) fn on<T>(&self, plugin: usize, hook: Hook<'_>, step: impl FnOnce() -> T) -> T {
        let panicking = Panicking { tracker: self, plugin, hook };
        let value = step();
        std::mem::forget(panicking);
        value
    }

    /// Who it was.
    pub(crate) fn take(&self) -> Option<(usize, &'static str)> {
        self.0.take()
    }
}

struct Panicking<'a> {
    tracker: &'a PanicTracker,
    plugin: usize,
    hook: Hook<'a>,
}

/// Only a panic comes here.
impl Drop for Panicking<'_> {
    #[cold]
    fn drop(&mut self) {
        self.tracker.0.set(Some((self.plugin, self.hook.name())));
    }
}

/// A function for directions, which no set of plugins calls: a panic goes on with the plugin's name.
pub(crate) struct WatchedFinder {
    pub(crate) plugin: &'static str,
    pub(crate) finder: Box<dyn DirectionFinder>,
}

impl DirectionFinder for WatchedFinder {
    fn find(&self, new: &NewFlow<'_>) -> Option<Direction> {
        let found = catch_unwind(AssertUnwindSafe(|| self.finder.find(new)));
        found.unwrap_or_else(|payload| {
            let (plugin, hook, message) = (self.plugin, "FIND_DIRECTION", message(&*payload));
            resume_unwind(Box::new(PluginPanic { plugin, hook, message }))
        })
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
