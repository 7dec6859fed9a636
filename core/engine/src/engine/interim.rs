//! Interim records: biflows that have lived for `core.ACTIVE_TIMEOUT`, and how they go on.

use flowz_api::key::FlowKey;
use flowz_api::packet::{NANOS, Packet, Timestamp};
use flowz_api::status::FlowStat;

use super::reuse::opening;
use super::{Engine, EngineError};
use crate::active_timeout::{ActiveTimeout, GoingOn, Half, Paused};
use crate::end_reason::EndReason;
use crate::table::{NIL, canonical};

impl Engine {
    /// Writes interim records of all biflows that have lived for long enough.
    #[cold]
    pub(super) fn interim(&mut self, now: Timestamp) -> Result<(), EngineError> {
        let Some(mut active) = self.active.take() else { return Ok(()) };
        let outcome = self.interim_of(&mut active, now);
        active.give_up(now);
        self.active = Some(active);
        outcome
    }

    fn interim_of(
        &mut self,
        active: &mut ActiveTimeout,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        while let Some(waiting) = active.next(now) {
            let flow = &self.table.slot(waiting.at).flow;
            if flow.id != waiting.id || flow.first != waiting.first {
                continue;
            }
            let until = self.times_out(waiting.at);
            if until < waiting.due {
                // The timeout list will find it.
                active.wait_again(waiting, now);
                continue;
            }
            active.pause(&self.table.key(waiting.at), self.paused(waiting.at, until));
            self.mark_interim(waiting.at);
            self.unlink(waiting.at);
            self.export(waiting.at, EndReason::ActiveTimeout)?;
        }
        Ok(())
    }

    /// A biflow has timed out. If its time was over before that, there would have been an interim record, and nothing
    /// behind it, had anybody looked at the clock.
    #[cold]
    pub(super) fn look_at_end(&mut self, at: u32) {
        let first = |at: u32| self.table.slot(at).flow.first;
        let peer = self.table.slot(at).peer;
        let first = if peer == NIL { first(at) } else { first(at).min(first(peer)) };
        let due = self.active.as_ref().map(|active| active.due(first));
        if due.is_some_and(|due| due <= self.times_out(at)) {
            self.mark_interim(at);
        }
    }

    fn mark_interim(&mut self, at: u32) {
        let (slot, peer) = self.table.pair(at);
        slot.flow.status |= FlowStat::INTERIM;
        self.counters.interim += 1 + u64::from(peer.is_some());
        if let Some(peer) = peer {
            peer.flow.status |= FlowStat::INTERIM;
        }
    }

    /// When a biflow times out, if no packet comes.
    fn times_out(&self, at: u32) -> Timestamp {
        let of = |at: u32| {
            let slot = self.table.slot(at);
            let nanos = f64::from(self.timeouts.seconds(slot.timeout)) * NANOS as f64;
            slot.flow.last.0.saturating_add(nanos as i64)
        };
        let peer = self.table.slot(at).peer;
        Timestamp(if peer == NIL { of(at) } else { of(at).max(of(peer)) })
    }

    /// What has to be known of a biflow that may go on.
    fn paused(&self, at: u32, until: Timestamp) -> Paused {
        let slot = self.table.slot(at);
        let half = |at: u32| {
            let slot = self.table.slot(at);
            let inverted = slot.flow.status.contains(FlowStat::INVERTED);
            let is_b = if slot.peer == NIL { slot.is_b } else { inverted };
            Half { inverted, is_b, opened: slot.opened }
        };
        let other = (slot.peer != NIL).then(|| half(slot.peer));
        let halves = [Some(half(at)), other];
        let (_, swapped) = canonical(&self.table.key(at));
        let halves = if swapped { [halves[1], halves[0]] } else { halves };
        Paused { id: slot.flow.id, until, halves }
    }

    /// Whether a packet of no live flow lets one go on of which there is an interim record.
    #[cold]
    pub(super) fn goes_on(&mut self, packet: &Packet<'_>, key: &FlowKey) -> bool {
        let reuse = self.run.core.tcp_reuse;
        let opens = if reuse { opening(&self.layers, packet.data) } else { None };
        self.active.as_mut().is_some_and(|active| active.go_on(key, packet.ts, opens))
    }

    /// The flow that [goes on](Self::goes_on), until it has its slot.
    #[cold]
    pub(super) fn going_on(&self) -> Option<GoingOn> {
        self.active.as_ref()?.going_on
    }

    /// A biflow begins, or goes on, in this slot, or its second half does.
    #[cold]
    pub(super) fn note_beginning(&mut self, at: u32) {
        let Some(active) = &mut self.active else { return };
        let slot = self.table.slot_mut(at);
        if let Some(GoingOn { half, .. }) = active.going_on.take() {
            (slot.is_b, slot.opened) = (half.is_b, half.opened);
        }
        if slot.peer != NIL {
            return;
        }
        let table = &self.table;
        let flow = &table.slot(at).flow;
        active.begin((flow.id, at), flow.first, table.live(), |waiting| {
            let flow = &table.slot(waiting.at).flow;
            flow.id == waiting.id && flow.first == waiting.first
        });
    }
}
