//! A plugin in a shared object, with a fence around each of its hooks.
//!
//! A panic must not leave the object: the program's copy of the standard library does not know those of
//! another copy and aborts. So it is caught in here, and its message handed to a function of the program,
//! which panics on the program's own account.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::column::Column;
use crate::host::{Hosted, HostedPlugin, PluginSettings, Raise, Settings};
use crate::plugin::{EndContext, Info, Interest, PacketContext, Plugin, SetupError, Timeouts};
use crate::record::Record;
use crate::report::{Report, Totals};
use crate::settings::Run;
use crate::slab::FlowIndex;
use crate::toggles::{AnyToggles, ToggleError, ToggleInfo};

/// The settings of plugin `P` in an object.
pub struct GuardedSettings<P: Plugin>(Settings<P>);

impl<P: Plugin> GuardedSettings<P> {
    /// The defaults, as an entry needs them.
    pub fn boxed() -> Box<dyn PluginSettings> {
        Box::new(Self(Settings::default()))
    }
}

impl<P: Plugin> AnyToggles for GuardedSettings<P> {
    fn table(&self) -> &'static [ToggleInfo] {
        self.0.table()
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        self.0.set(index, value)
    }

    fn get(&self, index: usize) -> String {
        self.0.get(index)
    }
}

impl<P: Plugin> PluginSettings for GuardedSettings<P> {
    fn info(&self) -> &'static Info {
        self.0.info()
    }

    fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn HostedPlugin>, SetupError> {
        let started = catch_unwind(AssertUnwindSafe(|| self.0.hosted(run, timeouts)));
        let plugin = started.map_err(|payload| {
            SetupError::Other(format!("it panicked: {}", message(&*payload)))
        })??;
        Ok(Box::new(Guarded { plugin, raise: unarmed }))
    }
}

/// The hook of a plugin that nobody has armed. Only `start` comes before that, and it has its own fence.
fn unarmed(message: &str) -> ! {
    panic!("{message}")
}

struct Guarded<P: Plugin> {
    plugin: Hosted<P>,
    raise: Raise,
}

impl<P: Plugin> HostedPlugin for Guarded<P> {
    fn arm(&mut self, raise: Raise) {
        self.raise = raise;
    }

    fn info(&self) -> &'static Info {
        self.plugin.info()
    }

    fn flow_size(&self) -> usize {
        self.plugin.flow_size()
    }

    fn columns(&self) -> &[Column] {
        self.plugin.columns()
    }

    fn packet_columns(&self) -> &[Column] {
        self.plugin.packet_columns()
    }

    fn new_flow(&mut self, cx: &PacketContext<'_>, own: FlowIndex) -> Interest {
        guard(self.raise, || self.plugin.new_flow(cx, own))
    }

    fn packet(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        guard(self.raise, || self.plugin.packet(cx, own, peer));
    }

    fn layer2(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        guard(self.raise, || self.plugin.layer2(cx, own, peer));
    }

    fn packet_row(&self, cx: &PacketContext<'_>, own: FlowIndex, out: &mut Record) {
        guard(self.raise, || self.plugin.packet_row(cx, own, out));
    }

    fn terminate(
        &mut self,
        cx: &EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    ) {
        guard(self.raise, || self.plugin.terminate(cx, own, peer, out));
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        guard(self.raise, || self.plugin.report(totals, out));
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
