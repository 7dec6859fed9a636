//! From the connection to the plugins: bytes until they are taken, gaps, ends.

use flowz_api::flow::Flow;
use flowz_api::host::{Event, PluginInstance};
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;
use flowz_api::plugin::{Services, StreamContext};
use flowz_api::settings::Run;
use flowz_api::slab::FlowIndex;
use flowz_api::stream::{
    EndReason, Found, GapReason, Next, StreamCounts, StreamData, StreamEnd, StreamEvent, StreamGap,
    StreamStart, StreamView,
};
use flowz_stream::{Moment, Out, Side};

use super::Reading;
use super::reader::{Mode, Reader};
use crate::panics::{Hook, PanicTracker};

/// Passes on what comes out of one connection while a packet or an end is worked on.
pub(super) struct Delivery<'s, 'v> {
    plugins: &'s mut [Box<dyn PluginInstance>],
    panics: &'s PanicTracker,
    services: &'s mut Services,
    sides: &'s mut [Reading; 2],
    views: Views<'v>,
    /// Most bytes that a plugin may leave.
    most_unread: usize,
    /// Which connection of the flow it is.
    connection: u32,
    /// It is forgotten: what begins is the next one.
    is_closed: bool,
}

/// What hooks see of both sides, made when one is called.
#[derive(Clone, Copy)]
pub(super) struct Views<'v> {
    /// The side of the flow.
    pub(super) side: Side,
    pub(super) flow: &'v Flow,
    pub(super) peer: Option<&'v Flow>,
    pub(super) key: &'v FlowKey,
    /// The key of the peer.
    pub(super) reversed: &'v FlowKey,
    pub(super) now: Timestamp,
    pub(super) run: &'v Run,
}

impl<'v> Views<'v> {
    /// That of one side, if its flow is there.
    fn of(&self, side: Side, connection: u32, start: StreamStart) -> Option<StreamView<'v>> {
        let Self { now, run, .. } = *self;
        let (key, flow, peer) = if side == self.side {
            (self.key, self.flow, self.peer)
        } else {
            (self.reversed, self.peer?, Some(self.flow))
        };
        Some(StreamView { key, flow, peer, now, connection, start, run })
    }
}

/// Some bytes of a side, and when the last of them came.
#[derive(Clone, Copy)]
struct Bytes<'a> {
    offset: u64,
    bytes: &'a [u8],
    at: Moment,
}

/// Plugins, who notes that one of them panics, and what they ask for.
pub(super) type Plugins<'s> =
    (&'s mut [Box<dyn PluginInstance>], &'s PanicTracker, &'s mut Services);

impl<'s, 'v> Delivery<'s, 'v> {
    /// For the connection of this number in its flow.
    pub(super) fn new(
        (plugins, panics, services): Plugins<'s>,
        sides: &'s mut [Reading; 2],
        views: Views<'v>,
        (most_unread, connection): (usize, u32),
    ) -> Self {
        Self { plugins, panics, services, sides, views, most_unread, connection, is_closed: false }
    }

    /// Bytes that plugins have not taken.
    pub(super) fn unread(&self) -> usize {
        self.sides.iter().map(|side| side.unread).sum()
    }

    /// Gives up what plugins have not taken.
    pub(super) fn drop_unread(&mut self) {
        for side in [Side::One, Side::Two] {
            let end = self.sides[side as usize].end;
            self.each(side, |delivery, reader| {
                if reader.memory() > 0 {
                    delivery.not_taken(side, reader, end);
                }
            });
        }
    }

    /// Does something with each reader of a side; those that stop are gone.
    fn each(&mut self, side: Side, mut step: impl FnMut(&mut Self, &mut Reader)) {
        let mut readers = std::mem::take(&mut self.sides[side as usize].readers);
        let (mut unread, mut stopped) = (0, false);
        for reader in &mut readers {
            step(self, reader);
            match reader.mode {
                Mode::Stopped => stopped = true,
                _ => unread += reader.memory(),
            }
        }
        if stopped {
            readers.retain(|reader| reader.mode != Mode::Stopped);
        }
        let own = &mut self.sides[side as usize];
        (own.readers, own.unread) = (readers, unread);
    }

    /// Shows an event to a plugin.
    fn show(&mut self, side: Side, plugin: u16, event: StreamEvent<'_>) -> Next {
        let slot = |side: Side| self.sides[side as usize].slot;
        let (Some(own), peer) = (slot(side), slot(side.other())) else { return Next::Stop };
        let start = self.sides[side as usize].start;
        let Some(view) = self.views.of(side, self.connection, start) else { return Next::Stop };
        let n = usize::from(plugin);
        let Some(instance) = self.plugins.get_mut(n) else { return Next::Stop };
        self.services.begin_hooks(own, peer);
        self.services.begin_plugin(plugin);
        let mut cx = StreamContext::new(view, self.services);
        let mut next = Next::Stop;
        let step = || instance.event(Event::Stream(&mut cx, (own, peer), event, &mut next));
        self.panics.on(n, Hook::Other("on_stream"), step);
        next
    }

    /// Asks a plugin whether a message begins here.
    fn find(&mut self, own: FlowIndex, plugin: u16, bytes: &[u8], seen: usize) -> Found {
        let n = usize::from(plugin);
        let Some(instance) = self.plugins.get_mut(n) else { return Found::NotHere(1) };
        let mut found = Found::NotHere(1);
        let step = || instance.event(Event::FindMessage { own, bytes, seen, found: &mut found });
        self.panics.on(n, Hook::Other("find_message"), step);
        found
    }

    /// Shows bytes to a reader until it takes no more. Yields how many are done with.
    fn feed(&mut self, side: Side, reader: &mut Reader, all: Bytes<'_>) -> usize {
        let mut at = 0;
        while at < all.bytes.len() {
            let rest = &all.bytes[at..];
            let offset = all.offset + at as u64;
            let taken = match reader.mode {
                Mode::Stopped | Mode::TakingAll => break,
                Mode::Searching => self.search(side, reader, offset, rest),
                Mode::Reading => self.read(side, reader, Bytes { offset, bytes: rest, at: all.at }),
            };
            match taken {
                Some(taken) => at = (at + taken).min(all.bytes.len()),
                None => return at,
            }
        }
        reader.seen = 0;
        all.bytes.len()
    }

    /// Shows bytes to a reader. Yields how many it takes; none if it wants more.
    fn read(&mut self, side: Side, reader: &mut Reader, rest: Bytes<'_>) -> Option<usize> {
        let Bytes { offset, bytes, at } = rest;
        let (time, number, seen) = (at.time, at.number, reader.seen);
        let data = StreamData { offset, bytes, seen, time, number };
        reader.seen = 0;
        match self.show(side, reader.plugin, StreamEvent::Data(data)) {
            Next::Take(0) => {
                reader.seen = bytes.len();
                None
            }
            Next::Take(taken) => Some(taken),
            Next::Search(taken) => {
                reader.mode = Mode::Searching;
                // At the same byte the same message would be found again.
                Some(taken.max(1))
            }
            Next::TakeAll => {
                reader.mode = Mode::TakingAll;
                Some(bytes.len())
            }
            Next::Stop => {
                reader.mode = Mode::Stopped;
                Some(bytes.len())
            }
        }
    }

    /// Looks for a message. Yields how many bytes are in front of it, or of those that are none; none if more bytes have
    /// to come.
    fn search(
        &mut self,
        side: Side,
        reader: &mut Reader,
        offset: u64,
        rest: &[u8],
    ) -> Option<usize> {
        let own = self.sides[side as usize].slot?;
        let seen = std::mem::take(&mut reader.seen);
        match self.find(own, reader.plugin, rest, seen) {
            Found::NotHere(len) => Some(len.max(1)),
            Found::Never => {
                reader.mode = Mode::Stopped;
                Some(rest.len())
            }
            Found::NeedMore => {
                reader.seen = rest.len();
                None
            }
            Found::Anything => {
                reader.mode = Mode::Reading;
                Some(0)
            }
            Found::Message(len) => {
                let behind = rest.get(len..).filter(|behind| len > 0 && !behind.is_empty());
                let is_one = behind.is_none_or(|behind| {
                    let found = self.find(own, reader.plugin, behind, 0);
                    !matches!(found, Found::NotHere(_) | Found::Never)
                });
                if !is_one {
                    return Some(1);
                }
                reader.mode = Mode::Reading;
                let first = &mut self.sides[side as usize].first_message;
                *first = Some(first.map_or(offset, |first| first.min(offset)));
                Some(0)
            }
        }
    }

    /// Tells a reader that what it did not take is gone: `end` is the offset behind it.
    fn not_taken(&mut self, side: Side, reader: &mut Reader, end: u64) {
        let unread = std::mem::take(&mut reader.unread);
        let len = unread.len() as u64;
        if len > 0 {
            self.gap_to(side, reader, (end - len, len, GapReason::NotTaken), &unread);
        }
    }

    fn gap_to(
        &mut self,
        side: Side,
        reader: &mut Reader,
        (offset, len, reason): (u64, u64, GapReason),
        rest: &[u8],
    ) {
        let gap = StreamGap { offset, len, reason, rest };
        reader.seen = 0;
        let takes_all = reader.mode == Mode::TakingAll;
        reader.mode = match self.show(side, reader.plugin, StreamEvent::Gap(gap)) {
            Next::TakeAll => Mode::TakingAll,
            Next::Take(_) if takes_all => Mode::TakingAll,
            Next::Take(_) => Mode::Reading,
            Next::Search(_) => Mode::Searching,
            Next::Stop => Mode::Stopped,
        };
    }
}

impl Out for Delivery<'_, '_> {
    fn begins(&mut self, side: Side, start: StreamStart) {
        self.connection += u32::from(std::mem::take(&mut self.is_closed));
        let own = &mut self.sides[side as usize];
        (own.start, own.end, own.first_message, own.unread) = (start, 0, None, 0);
        for reader in &mut own.readers {
            (reader.seen, reader.unread) = (0, Vec::new());
            reader.mode = match start {
                StreamStart::Syn => Mode::Reading,
                StreamStart::Middle => Mode::Searching,
            };
        }
    }

    fn data(&mut self, side: Side, offset: u64, bytes: &[u8], at: Moment) {
        let end = offset + bytes.len() as u64;
        self.sides[side as usize].end = end;
        let most = self.most_unread;
        self.each(side, |delivery, reader| {
            if reader.unread.is_empty() {
                let done = delivery.feed(side, reader, Bytes { offset, bytes, at });
                reader.unread.extend_from_slice(&bytes[done..]);
            } else {
                let mut unread = std::mem::take(&mut reader.unread);
                let offset = offset - unread.len() as u64;
                unread.extend_from_slice(bytes);
                let done = delivery.feed(side, reader, Bytes { offset, bytes: &unread, at });
                unread.drain(..done);
                reader.unread = unread;
            }
            if reader.unread.len() > most {
                delivery.not_taken(side, reader, end);
            }
            if reader.unread.is_empty() {
                reader.unread = Vec::new();
            }
        });
    }

    fn gap(&mut self, side: Side, offset: u64, len: u64, reason: GapReason, _: Moment) {
        self.sides[side as usize].end = offset + len;
        self.each(side, |delivery, reader| {
            let rest = std::mem::take(&mut reader.unread);
            delivery.gap_to(side, reader, (offset, len, reason), &rest);
        });
    }

    fn end(&mut self, side: Side, offset: u64, reason: EndReason, _: Moment) {
        self.each(side, |delivery, reader| {
            let rest = std::mem::take(&mut reader.unread);
            let end = StreamEnd { offset, reason, rest: &rest };
            // There is nothing more to be taken.
            let _: Next = delivery.show(side, reader.plugin, StreamEvent::End(end));
        });
    }

    fn closed(&mut self, side: Side, counts: &StreamCounts) {
        self.is_closed = true;
        let first_message = self.sides[side as usize].first_message;
        let counts = StreamCounts { first_message, ..*counts };
        self.each(side, |delivery, reader| {
            let _: Next = delivery.show(side, reader.plugin, StreamEvent::Closed(&counts));
        });
    }
}
