//! How flows leave: by timeout, at the end of the input, or because there is no room.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_api::packet::Timestamp;
use flowz_api::plugin::{EndContext, EndView, FinishContext};
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;
use flowz_host::panics::PluginPanic;

use super::{Engine, EngineError, WayOut};
use crate::end_reason::EndReason;
use crate::recording::serve;
use crate::report;
use crate::table::{NIL, Slot};

impl Engine {
    /// The input is over: all flows leave, the oldest first. Where there is one thread, the plugins finish and the
    /// sinks complete their files; else that is left to [`Engine::complete`].
    pub fn finish(&mut self) -> Result<(), EngineError> {
        if let Some(file) = self.state_file.take() {
            return Ok(self.hand_on(file)?);
        }
        let flushed = self.flush();
        self.counters.last_interval();
        let last = self.counters.last;
        self.counters.reassembly = self.reassembly.as_deref_mut().map(|r| r.finish(last));
        match &mut self.way_out {
            WayOut::Records(_) => match flushed {
                Ok(()) => self.complete(),
                // What has failed weighs more than what does not work behind it.
                Err(error) => {
                    drop(self.abandon());
                    Err(error)
                }
            },
            WayOut::Events(writer) => {
                writer.hand_over(&self.run);
                flushed
            }
            WayOut::Closed => flushed,
        }
    }

    /// All flows have ended: plugins write their files about the run, the sinks complete theirs.
    pub fn complete(&mut self) -> Result<(), EngineError> {
        self.counters.status |= self.services.all_marks().in_report(self.run.compat);
        self.counters.expected = self.plugins.expectation_counts().collect();
        let totals = report::totals(&self.counters);
        let mut services = self.plugins.services();
        let mut cx = FinishContext::new(&totals, &self.run, &mut services);
        let finished = self.plugins.finish(&mut cx).map_err(EngineError::Plugin);
        let files = cx.into_files();
        let WayOut::Records(records) = &mut self.way_out else { return finished };
        let emitted = records.emitted(&self.plugins, &mut services);
        let written =
            files.iter().try_for_each(|(suffix, bytes)| records.output.file(suffix, bytes));
        let closed = records.output.finish();
        self.counters.output(&records.output);
        if let Some(others) = self.of_others.take() {
            self.counters.merge_output(&others);
        }
        finished?;
        Ok(emitted.and(written).and(closed)?)
    }

    /// Does a part of the run. A panic of a plugin becomes an error that names the plugin; from then on the
    /// engine is good for [`Engine::abandon`] only. Panics of others go on.
    pub fn catch<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> Result<T, PluginPanic> {
        let outcome = catch_unwind(AssertUnwindSafe(|| step(self)));
        outcome.map_err(|payload| {
            self.plugins.panicking(&*payload).unwrap_or_else(|| resume_unwind(payload))
        })
    }

    /// The run is given up: the sinks complete their files with what they have; flows that live are lost.
    pub fn abandon(&mut self) -> Result<(), SinkError> {
        match &mut self.way_out {
            WayOut::Records(records) => records.output.finish(),
            WayOut::Events(writer) => {
                writer.hand_over(&self.run);
                Ok(())
            }
            WayOut::Closed => Ok(()),
        }
    }

    /// The clock was set back: all flows leave, the oldest first. A flow whose last packet lies in the time to come would
    /// keep itself and all behind it until the clock is there again.
    pub fn clock_set_back(&mut self) -> Result<(), EngineError> {
        while let Some(at) = self.timeout_list.oldest(self.table.slots_mut()) {
            self.unlink(at);
            self.export(at, EndReason::ClockSet)?;
        }
        Ok(())
    }

    /// Nobody looks for a flow any more: the table is emptied at once and not flow by flow, which would
    /// wait for memory at each entry.
    pub(super) fn flush(&mut self) -> Result<(), EngineError> {
        while let Some(at) = self.timeout_list.oldest(self.table.slots_mut()) {
            self.unlink(at);
            self.write(at, EndReason::EndOfInput)?;
        }
        self.table.clear();
        Ok(())
    }

    /// Lets all flows leave that are due.
    #[inline]
    pub(super) fn sweep(&mut self, now: Timestamp) -> Result<(), EngineError> {
        self.timeout_list.sweep(self.table.slots_mut(), &self.timeouts, now, &mut self.due);
        if let Some(next) = self.timeout_list.take_next() {
            self.prefetch(next);
        }
        if self.due.is_empty() {
            return Ok(());
        }
        let mut due = std::mem::take(&mut self.due);
        if self.active.is_some() {
            for &at in &due {
                self.look_at_end(at);
            }
        }
        let outcome = due.iter().try_for_each(|&at| self.export(at, EndReason::Timeout));
        due.clear();
        self.due = due;
        outcome
    }

    /// Asks for what is known of a flow that will leave soon.
    fn prefetch(&self, at: u32) {
        let peer = self.table.prefetch(at);
        self.plugins.prefetch(FlowIndex(at), (peer != NIL).then_some(FlowIndex(peer)));
    }

    /// Takes a biflow out of the timeout list.
    pub(super) fn unlink(&mut self, at: u32) {
        let peer = self.table.slot(at).peer;
        self.timeout_list.unlink(self.table.slots_mut(), at);
        if peer != NIL {
            self.timeout_list.unlink(self.table.slots_mut(), peer);
        }
    }

    /// A plugin wants a biflow to end.
    pub(super) fn force(&mut self, at: u32) -> Result<(), EngineError> {
        let (slot, peer) = self.table.pair(at);
        slot.flow.status |= FlowStat::REMOVED;
        self.counters.forced += 1 + u64::from(peer.is_some());
        if let Some(peer) = peer {
            peer.flow.status |= FlowStat::REMOVED;
        }
        self.unlink(at);
        self.export(at, EndReason::Forced)
    }

    /// Writes both directions of a biflow and frees their slots.
    pub(super) fn export(&mut self, at: u32, why: EndReason) -> Result<(), EngineError> {
        let outcome = self.write(at, why);
        if let Some(growth) = &mut self.growth {
            growth.leave(at);
            growth.leave(self.table.slot(at).peer);
        }
        self.table.remove_pair(at);
        outcome
    }

    /// Writes both directions of a biflow, A first.
    fn write(&mut self, at: u32, why: EndReason) -> Result<(), EngineError> {
        let Slot { flow, peer, is_b, .. } = *self.table.slot(at);
        let is_second = peer != NIL && flow.status.contains(FlowStat::INVERTED);
        let (a, b) = if is_second { (peer, at) } else { (at, peer) };
        let first = if b == NIL && is_b { b'B' } else { b'A' };
        if let WayOut::Events(writer) = &mut self.way_out {
            let order = self.ends + 1;
            self.ends += 1 + u64::from(b != NIL);
            let hooks = (&mut self.plugins, &mut self.services);
            writer.end(hooks, &mut self.table, (a, b, first), (&self.run, order))?;
            self.ended(a, b, why);
            return Ok(());
        }
        self.write_one(a, b, (first, why))?;
        if b == NIL { Ok(()) } else { self.write_one(b, a, (b'B', why)) }
    }

    /// Counts a flow that ended, and its peer.
    fn ended(&mut self, at: u32, peer: u32, why: EndReason) {
        let net = self.table.key(at).net;
        self.counters.end(&self.table.slot(at).flow, net, peer == NIL, why);
        if peer != NIL {
            self.counters.end(&self.table.slot(peer).flow, net, false, why);
        }
    }

    /// Takes over how many alarms there were so far.
    #[inline]
    pub(super) fn note_alarms(&mut self) {
        if let Some(tally) = &self.alarm_tally {
            (self.counters.alarms, self.counters.alarm_flows) = tally.now();
        }
    }

    fn write_one(
        &mut self,
        at: u32,
        peer: u32,
        (letter, why): (u8, EndReason),
    ) -> Result<(), EngineError> {
        let WayOut::Records(records) = &mut self.way_out else { return Ok(()) };
        self.ends += 1;
        let key = self.table.key(at);
        let flow = self.table.slot(at).flow;
        let other = (peer != NIL).then(|| self.table.slot(peer).flow);
        let (order, run) = (self.ends, &self.run);
        let view = EndView { key: &key, flow: &flow, peer: other.as_ref(), order, run };
        let slots = (FlowIndex(at), (peer != NIL).then_some(FlowIndex(peer)));
        self.services.begin_hooks(slots.0, slots.1);
        let mut cx = EndContext::new(view, &mut self.services);
        let written = records.flow_end(&mut self.plugins, &mut cx, letter, slots);
        self.counters.end(&flow, key.net, peer == NIL, why);
        self.note_alarms();
        written?;
        if self.services.is_dirty() {
            serve(&mut self.plugins, &mut self.services, &mut self.table)?;
        }
        Ok(())
    }
}
