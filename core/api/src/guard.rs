//! A plugin in a shared object, with a guard around each of its hooks.
//!
//! A panic must not leave the object: the program's copy of the standard library does not know those of
//! another copy and aborts. So it is caught in here, and its message handed to a function of the program,
//! which panics on the program's own account.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::flow::Direction;
use crate::host::{
    Description, DirectionFinder, Event, Finder, Instance, PluginInstance, PluginSettings, Raise,
    Settings,
};
use crate::plugin::{
    EndContext, Info, Interest, NewFlow, PacketContext, Plugin, PluginError, Scope, SteerContext,
    Timeouts,
};
use crate::record::Record;
use crate::report::{Report, Totals};
use crate::settings::Run;
use crate::slab::FlowIndex;
use crate::toggles::{AnyToggles, ToggleError, ToggleInfo};

/// The settings of plugin `P` in an object.
pub struct GuardedSettings<P: Plugin> {
    settings: Settings<P>,
    /// The words of a panic in [`Plugin::scope`], which cannot fail: the start will.
    panicked: OnceLock<String>,
}

impl<P: Plugin> GuardedSettings<P> {
    /// The defaults, as an entry needs them.
    pub fn boxed() -> Box<dyn PluginSettings> {
        Box::new(Self { settings: Settings::default(), panicked: OnceLock::new() })
    }
}

impl<P: Plugin> AnyToggles for GuardedSettings<P> {
    fn table(&self) -> &'static [ToggleInfo] {
        self.settings.table()
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        self.settings.set(index, value)
    }

    fn get(&self, index: usize) -> String {
        self.settings.get(index)
    }
}

impl<P: Plugin> PluginSettings for GuardedSettings<P> {
    fn info(&self) -> &'static Info {
        self.settings.info()
    }

    fn steers(&self) -> bool {
        self.settings.steers()
    }

    fn scope(&self, run: &Run) -> Scope {
        let scope = catch_unwind(AssertUnwindSafe(|| self.settings.scope(run)));
        scope.unwrap_or_else(|payload| {
            self.panicked.get_or_init(|| message(&*payload).to_owned());
            Scope::Run
        })
    }

    fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn PluginInstance>, PluginError> {
        if let Some(words) = self.panicked.get() {
            return Err(PluginError::Other(format!("it panicked in scope: {words}")));
        }
        let started = catch_unwind(AssertUnwindSafe(|| self.settings.instance(run, timeouts)));
        let plugin = started.map_err(|payload| {
            PluginError::Other(format!("it panicked: {}", message(&*payload)))
        })??;
        Ok(Box::new(Guarded { plugin, raise: raise_unarmed }))
    }

    fn direction_finder(&self) -> Option<Box<dyn DirectionFinder>> {
        P::FIND_DIRECTION?;
        let finder = Finder::<P> { toggles: self.settings.toggles() };
        Some(Box::new(GuardedFinder { finder, raise: raise_unarmed }))
    }
}

/// A function for directions, with the same guard.
struct GuardedFinder<P: Plugin> {
    finder: Finder<P>,
    raise: Raise,
}

impl<P: Plugin> DirectionFinder for GuardedFinder<P> {
    fn find(&self, new: &NewFlow<'_>) -> Option<Direction> {
        guard(self.raise, || self.finder.find(new))
    }

    fn raise_panics_with(&mut self, raise: Raise) {
        self.raise = raise;
    }
}

/// What is done with panics before the program has said what to do. Only `start` comes before that, and it has
/// its own guard.
fn raise_unarmed(message: &str) -> ! {
    panic!("{message}")
}

struct Guarded<P: Plugin> {
    plugin: Instance<P>,
    raise: Raise,
}

impl<P: Plugin> PluginInstance for Guarded<P> {
    fn description(&self) -> &Description {
        self.plugin.description()
    }

    fn new_flow(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex) -> Interest {
        guard(self.raise, || self.plugin.new_flow(cx, own))
    }

    fn packet(&mut self, cx: &mut SteerContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        guard(self.raise, || self.plugin.packet(cx, own, peer));
    }

    fn flow_end(
        &mut self,
        cx: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    ) {
        guard(self.raise, || self.plugin.flow_end(cx, own, peer, out));
    }

    fn event(&mut self, event: Event<'_, '_>) {
        guard(self.raise, || self.plugin.event(event));
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        guard(self.raise, || self.plugin.report(totals, out));
    }

    fn merge(&mut self, other: Box<dyn PluginInstance>) {
        guard(self.raise, || match other.into_any().downcast::<Self>() {
            Ok(other) => self.plugin.merge(Box::new(other.plugin)),
            Err(_) => unreachable!("instances of one plugin have one type"),
        });
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn raise_panics_with(&mut self, raise: Raise) {
        self.raise = raise;
    }
}

/// Does a step; a panic in it becomes one of the program's.
#[inline]
fn guard<T>(raise: Raise, step: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|payload| raise(message(&*payload)))
}

/// The words of a panic.
pub fn message(payload: &(dyn Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&str>().copied();
    let text = || payload.downcast_ref::<String>().map(String::as_str);
    literal.or_else(text).unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::{guard, message};
    use std::panic::{catch_unwind, resume_unwind};

    #[test]
    fn a_panic_is_raised_again_with_its_words() {
        let raise = |text: &str| resume_unwind(Box::new(format!("again: {text}")));
        assert_eq!(guard(raise, || 7), 7);
        let number = 3;
        let again = |step: &dyn Fn()| {
            let outcome = catch_unwind(std::panic::AssertUnwindSafe(|| guard(raise, step)));
            message(&*outcome.unwrap_err()).to_owned()
        };
        assert_eq!(again(&|| panic!("words")), "again: words");
        assert_eq!(again(&|| panic!("number {number}")), "again: number 3");
        assert_eq!(again(&|| resume_unwind(Box::new(5))), "again: without a message");
    }
}
