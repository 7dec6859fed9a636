//! How flows leave: by timeout, at the end of the input, or because there is no room.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_api::packet::Timestamp;
use flowz_api::plugin::EndContext;
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;

use super::{Engine, Outlet};
use crate::blame::PluginPanic;
use crate::table::{NIL, Slot};

impl Engine {
    /// The input is over: all flows leave, the oldest first, and the sinks complete their files.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        let flushed = self.flush();
        self.counters.last_interval();
        let last = self.counters.last;
        self.counters.reassembly = self.reassembly.as_deref_mut().map(|r| r.finish(last));
        flushed.and(self.close())
    }

    /// Does a part of the run. A panic of a plugin becomes an error that names the plugin; from then on the
    /// engine is good for [`Engine::abandon`] only. Panics of others go on.
    pub fn catch<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> Result<T, PluginPanic> {
        let outcome = catch_unwind(AssertUnwindSafe(|| step(self)));
        outcome.map_err(|payload| {
            let culprit = self.crew.culprit(&*payload);
            culprit.unwrap_or_else(|| resume_unwind(payload))
        })
    }

    /// The run is given up: the sinks complete their files with what they have; flows that live are lost.
    pub fn abandon(&mut self) -> Result<(), SinkError> {
        self.close()
    }

    /// There will be no more flows.
    fn close(&mut self) -> Result<(), SinkError> {
        match &mut self.outlet {
            Outlet::Records(records) => records.output.finish(),
            Outlet::Notes(scribe) => {
                scribe.hand_over(&self.run);
                Ok(())
            }
            Outlet::Closed => Ok(()),
        }
    }

    /// Nobody looks for a flow any more: the table is emptied at once and not flow by flow, which would
    /// wait for memory at each entry.
    fn flush(&mut self) -> Result<(), SinkError> {
        while let Some(at) = self.recency.oldest(self.table.slots_mut()) {
            self.unlink(at);
            self.write(at)?;
        }
        self.table.clear();
        Ok(())
    }

    /// Lets all flows leave that are due.
    #[inline]
    pub(super) fn sweep(&mut self, now: Timestamp) -> Result<(), SinkError> {
        self.recency.sweep(self.table.slots_mut(), &self.timeouts, now, &mut self.due);
        if self.due.is_empty() {
            return Ok(());
        }
        let mut due = std::mem::take(&mut self.due);
        let outcome = due.iter().try_for_each(|&at| self.emit(at));
        due.clear();
        self.due = due;
        outcome
    }

    /// Takes a biflow out of the recency list.
    pub(super) fn unlink(&mut self, at: u32) {
        let peer = self.table.slot(at).opposite;
        self.recency.unlink(self.table.slots_mut(), at);
        if peer != NIL {
            self.recency.unlink(self.table.slots_mut(), peer);
        }
    }

    /// Writes both directions of a biflow and frees their slots.
    pub(super) fn emit(&mut self, at: u32) -> Result<(), SinkError> {
        let outcome = self.write(at);
        self.table.remove_pair(at);
        outcome
    }

    /// Writes both directions of a biflow, A first.
    fn write(&mut self, at: u32) -> Result<(), SinkError> {
        let Slot { flow, opposite: peer, .. } = *self.table.slot(at);
        let is_second = peer != NIL && flow.status.contains(FlowStat::INVERTED);
        let (a, b) = if is_second { (peer, at) } else { (at, peer) };
        if let Outlet::Notes(scribe) = &mut self.outlet {
            scribe.end(&mut self.crew, &self.table, (a, b), &self.run);
            self.ended(a, b);
            return Ok(());
        }
        self.write_one(a, b, b'A')?;
        if b == NIL { Ok(()) } else { self.write_one(b, a, b'B') }
    }

    /// Counts a flow that ended, and its opposite.
    fn ended(&mut self, at: u32, peer: u32) {
        let net = self.table.key(at).net;
        self.counters.end(&self.table.slot(at).flow, net, peer == NIL);
        if peer != NIL {
            self.counters.end(&self.table.slot(peer).flow, net, false);
        }
    }

    fn write_one(&mut self, at: u32, peer: u32, letter: u8) -> Result<(), SinkError> {
        let Outlet::Records(records) = &mut self.outlet else { return Ok(()) };
        let key = self.table.key(at);
        let flow = self.table.slot(at).flow;
        let other = (peer != NIL).then(|| self.table.slot(peer).flow);
        let cx = EndContext { key: &key, flow: &flow, peer: other.as_ref(), run: &self.run };
        let peer_index = (peer != NIL).then_some(FlowIndex(peer));
        records.begin_flow(letter, flow.id);
        let all = self.crew.all();
        self.crew.terminate(all, &cx, FlowIndex(at), peer_index, &mut records.record);
        self.counters.end(&flow, key.net, peer == NIL);
        records.end_flow()
    }
}
