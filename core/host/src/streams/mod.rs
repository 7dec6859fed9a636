//! The service that shows plugins the bytes of TCP connections in order.
//!
//! A [`Dialogue`] is what is kept of a flow and its peer if a plugin wants the bytes of one of them: the connection
//! ([`flowz_stream::Conversation`]) and the plugins that read it. All memory that depends on bytes is bounded: in one direction
//! by toggles, in total by a share for each of [`SHARES`] groups of flows, so that what is given up does not depend on how the flows are
//! divided among threads.

mod delivery;
mod reader;
mod settings;
#[cfg(test)]
mod tests;

use flowz_api::checkpoint::{self, Checkpoint, LoadError, Writer, within};
use flowz_api::flow::FlowId;
use flowz_api::host::PluginInstance;
use flowz_api::plugin::{EndView, InterestRequest, PacketView, Services};
use flowz_api::slab::FlowIndex;
use flowz_api::stream::StreamStart;
use flowz_stream::{Conversation, Moment, Segment, Side};

use crate::panics::PanicTracker;
use delivery::{Delivery, Views};
use reader::Reader;
pub use settings::StreamSettings;

/// Groups of flows, by number, that share memory. No more lanes than that are made, so each group is in one.
pub const SHARES: usize = 64;

/// Dialogues whose memory is kept when they are over.
const MOST_SPARE: usize = 32;

/// Bytes that a flow costs whose stream is read, beside those that wait.
pub const BYTES_PER_FLOW: usize = size_of::<Dialogue>() / 2 + size_of::<Reader>() + 64;

/// The dialogues of one set of plugins.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    settings: StreamSettings,
    /// Where the dialogue of a slot is, and which side of it the slot is.
    by_slot: Vec<Option<(u32, Side)>>,
    dialogues: Vec<Option<Box<Dialogue>>>,
    free: Vec<u32>,
    /// Dialogues that are over, whose memory the next ones take.
    #[allow(clippy::vec_box, reason = "what is used again is the boxes")]
    spare: Vec<Box<Dialogue>>,
    /// Memory in use by each group of flows.
    used: Vec<usize>,
}

/// A flow and its peer.
#[derive(Debug, Default, flowz_api::Checkpoint)]
struct Dialogue {
    conversation: Conversation,
    sides: [Reading; 2],
    /// Which group's memory it takes, and how much.
    share: usize,
    charged: usize,
}

/// Who reads one side of a dialogue.
#[derive(Debug, Default, flowz_api::Checkpoint)]
struct Reading {
    slot: Option<FlowIndex>,
    readers: Vec<Reader>,
    /// Memory that its readers take.
    unread: usize,
    start: StreamStart,
    /// Offset behind what was passed on.
    end: u64,
    /// Offset of the first message that a plugin recognised.
    first_message: Option<u64>,
}

/// Who is called, and how.
pub(crate) struct Hooks<'a> {
    pub(crate) plugins: &'a mut [Box<dyn PluginInstance>],
    pub(crate) panics: &'a PanicTracker,
    pub(crate) services: &'a mut Services,
}

impl Streams {
    /// With bounds for each direction and for all.
    pub(crate) fn new(settings: StreamSettings) -> Self {
        Self { settings, used: vec![0; SHARES], ..Self::default() }
    }

    /// Writes all dialogues for the next run.
    pub(crate) fn save(&self, out: &mut Writer<'_>) {
        self.by_slot.save(out);
        self.dialogues.save(out);
        self.free.save(out);
        self.used.save(out);
    }

    /// Takes them over.
    pub(crate) fn resume(&mut self, from: &mut checkpoint::Reader<'_>) -> Result<(), LoadError> {
        (self.by_slot, self.dialogues, self.free, self.used) = Checkpoint::load(from)?;
        let places = self.by_slot.iter().flatten().map(|(at, _)| *at);
        for at in places.chain(self.free.iter().copied()) {
            within(at as usize, self.dialogues.len())?;
        }
        if self.used.len() == SHARES { Ok(()) } else { Err(LoadError::Other("these streams")) }
    }

    /// A flow begins in a slot: its peer's dialogue is its own. Whether it has one.
    pub(crate) fn begin(&mut self, own: FlowIndex, peer: Option<FlowIndex>) -> bool {
        self.forget(own);
        let Some((at, side)) = peer.and_then(|peer| self.place(peer)) else { return false };
        self.settle(own, at, side.other());
        true
    }

    /// A plugin wants the bytes of a flow from now on, or no more.
    pub(crate) fn interest(&mut self, request: InterestRequest) {
        let InterestRequest { plugin, at: own, peer, flow, interest } = request;
        if !interest.in_stream() {
            if let Some((at, side)) = self.place(own)
                && let Some(dialogue) = self.dialogues[at as usize].as_deref_mut()
            {
                dialogue.sides[side as usize].leave(plugin);
            }
            return;
        }
        let (at, side) = self.place(own).unwrap_or_else(|| self.open(own, peer, flow));
        if let Some(dialogue) = self.dialogues[at as usize].as_deref_mut() {
            dialogue.sides[side as usize].join(plugin);
        }
    }

    /// A packet of a flow with a dialogue.
    pub(crate) fn packet(
        &mut self,
        hooks: Hooks<'_>,
        view: &PacketView<'_>,
        (own, peer): (FlowIndex, Option<FlowIndex>),
    ) {
        let Some((at, side)) = self.place(own) else { return };
        let Some(segment) = Segment::from_packet(view) else { return };
        if self.settings.tap.is_some_and(|tap| tap != segment.tap) {
            return;
        }
        let Some(dialogue) = self.dialogues[at as usize].as_deref_mut() else { return };
        let reversed = view.key.reversed();
        let PacketView { key, flow, peer: other, run, packet, .. } = *view;
        let now = packet.ts;
        let views = Views { side, flow, peer: other, key, reversed: &reversed, now, run };
        let settings = &self.settings;
        let Hooks { plugins, panics, services } = hooks;
        let hooks = (&mut *plugins, panics, &mut *services);
        let (conversation, mut out) = dialogue.parts(hooks, views, settings);
        conversation.segment(side, &segment, &settings.limits, &mut out);
        let used = &mut self.used[dialogue.share];
        let others = *used - dialogue.charged;
        let room = settings.share.saturating_sub(others);
        if dialogue.memory() > room {
            let hooks = (plugins, panics, &mut *services);
            let (conversation, mut out) = dialogue.parts(hooks, views, settings);
            while conversation.memory() + out.unread() > room
                && conversation.release(segment.at, &settings.limits, &mut out)
            {}
            if conversation.memory() + out.unread() > room {
                out.drop_unread();
            }
        }
        dialogue.charged = dialogue.memory();
        *used = others + dialogue.charged;
        services.begin_hooks(own, peer);
        if dialogue.sides.iter().all(|side| side.readers.is_empty()) {
            self.close(at);
        }
    }

    /// A flow ends, and its peer with it: shows what waits of both.
    pub(crate) fn end(
        &mut self,
        hooks: Hooks<'_>,
        view: &EndView<'_>,
        (own, peer): (FlowIndex, Option<FlowIndex>),
    ) {
        let Some((at, side)) = self.place(own) else { return };
        let Some(dialogue) = self.dialogues[at as usize].as_deref_mut() else { return };
        let reversed = view.key.reversed();
        let last = view.peer.map_or(view.flow.last, |peer| peer.last.max(view.flow.last));
        let EndView { key, flow, peer: other, run, .. } = *view;
        let views = Views { side, flow, peer: other, key, reversed: &reversed, now: last, run };
        let Hooks { plugins, panics, services } = hooks;
        let hooks = (plugins, panics, &mut *services);
        let (conversation, mut out) = dialogue.parts(hooks, views, &self.settings);
        let now = Moment { time: last, number: 0 };
        conversation.close(now, &self.settings.limits, &mut out);
        services.begin_hooks(own, peer);
        self.close(at);
    }

    /// Memory that is counted now.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.used.iter().sum()
    }

    /// Whether a slot has a dialogue.
    pub(crate) fn has(&self, slot: FlowIndex) -> bool {
        self.place(slot).is_some()
    }

    fn place(&self, slot: FlowIndex) -> Option<(u32, Side)> {
        self.by_slot.get(slot.0 as usize).copied().flatten()
    }

    /// A new dialogue of a flow and its peer; the flow is its first side.
    fn open(&mut self, own: FlowIndex, peer: Option<FlowIndex>, flow: FlowId) -> (u32, Side) {
        let at = self.free.pop().unwrap_or(self.dialogues.len() as u32);
        if at as usize == self.dialogues.len() {
            self.dialogues.push(None);
        }
        let share = (flow.0 % SHARES as u64) as usize;
        let mut dialogue = self.spare.pop().unwrap_or_default();
        dialogue.share = share;
        self.dialogues[at as usize] = Some(dialogue);
        self.settle(own, at, Side::One);
        if let Some(peer) = peer {
            self.settle(peer, at, Side::Two);
        }
        (at, Side::One)
    }

    /// A slot is one side of a dialogue from now on.
    fn settle(&mut self, slot: FlowIndex, at: u32, side: Side) {
        let place = slot.0 as usize;
        if self.by_slot.len() <= place {
            self.by_slot.resize(place + 1, None);
        }
        self.by_slot[place] = Some((at, side));
        if let Some(dialogue) = self.dialogues[at as usize].as_deref_mut() {
            dialogue.sides[side as usize].slot = Some(slot);
        }
    }

    /// A dialogue is over.
    fn close(&mut self, at: u32) {
        let Some(mut dialogue) = self.dialogues[at as usize].take() else { return };
        self.used[dialogue.share] -= dialogue.charged;
        self.free.push(at);
        for slot in dialogue.sides.iter().filter_map(|side| side.slot) {
            self.by_slot[slot.0 as usize] = None;
        }
        if self.spare.len() < MOST_SPARE {
            *dialogue = std::mem::take(&mut *dialogue).reused();
            self.spare.push(dialogue);
        }
    }

    /// Whatever there is in a slot whose flow has ended: a plugin asked for it when it was too late.
    fn forget(&mut self, slot: FlowIndex) {
        if let Some((at, _)) = self.place(slot) {
            self.close(at);
        }
    }
}

impl Dialogue {
    /// A new one, with memory of this one.
    fn reused(self) -> Self {
        let sides = self.sides.map(|side| {
            let mut readers = side.readers;
            readers.clear();
            Reading { readers, ..Reading::default() }
        });
        Self { conversation: self.conversation.reused(), sides, ..Self::default() }
    }

    /// The connection, and where what comes out of it goes.
    fn parts<'s, 'v>(
        &'s mut self,
        hooks: delivery::Plugins<'s>,
        views: Views<'v>,
        settings: &StreamSettings,
    ) -> (&'s mut Conversation, Delivery<'s, 'v>) {
        let connection = self.conversation.connection();
        let out = Delivery::new(hooks, &mut self.sides, views, (settings.unread, connection));
        (&mut self.conversation, out)
    }

    /// Memory that depends on bytes.
    fn memory(&self) -> usize {
        self.conversation.memory() + self.sides.iter().map(|side| side.unread).sum::<usize>()
    }
}

impl Reading {
    /// A plugin reads on this side from now on.
    fn join(&mut self, plugin: u16) {
        if self.readers.iter().all(|reader| reader.plugin != plugin) {
            // A connection has ten readers in the beginning, and one or two later.
            self.readers.reserve(if self.readers.is_empty() { 12 } else { 1 });
            self.readers.push(Reader::new(plugin));
            self.readers.sort_by_key(|reader| reader.plugin);
        }
    }

    /// A plugin reads no more.
    fn leave(&mut self, plugin: u16) {
        self.readers.retain(|reader| reader.plugin != plugin);
        self.unread = self.readers.iter().map(Reader::memory).sum();
    }
}
