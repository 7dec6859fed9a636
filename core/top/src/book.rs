//! The counts of all conversations that are alive, and of some that are over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use crate::ended::{Ended, Keep};
use crate::entry::{Counted, Entry};
use crate::protocols::Protocols;

/// Rings at the first packet of each period of the packets' time.
#[derive(Debug)]
pub struct Bell {
    every: i64,
    next: Option<Timestamp>,
    flag: Arc<AtomicBool>,
}

impl Bell {
    /// Sets a flag every so many nanoseconds.
    pub fn new(every: i64, flag: Arc<AtomicBool>) -> Self {
        Self { every: every.max(1), next: None, flag }
    }

    fn hear(&mut self, now: Timestamp) {
        let every = self.every;
        let next = *self.next.get_or_insert(Timestamp(now.0.saturating_add(every)));
        if now >= next {
            let periods = (now - next) / every + 1;
            self.next = Some(Timestamp(next.0.saturating_add(periods.saturating_mul(every))));
            self.flag.store(true, Ordering::Release);
        }
    }
}

/// The counts.
#[derive(Debug)]
pub struct Book {
    /// By place; those without a direction that is alive are free.
    entries: Vec<Entry>,
    free: Vec<u32>,
    ended: Ended,
    protocols: Protocols,
    bell: Option<Bell>,
    last: Timestamp,
}

/// A book that the engine's thread writes into and another one may read when the run is over. It is locked packet by packet: nobody
/// else does so meanwhile.
#[derive(Clone, Debug)]
pub struct SharedBook(Arc<Mutex<Book>>);

impl SharedBook {
    /// An empty one.
    pub fn new(keep: Keep, bell: Option<Bell>) -> Self {
        Self(Arc::new(Mutex::new(Book::new(keep, bell))))
    }

    /// The book.
    #[inline]
    pub(crate) fn open(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    pub(crate) fn new(keep: Keep, bell: Option<Bell>) -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            ended: Ended::new(keep),
            protocols: Protocols::new(),
            bell,
            last: Timestamp(i64::MIN),
        }
    }

    /// A conversation begins; its place.
    pub(crate) fn begin(&mut self, id: FlowId, key: FlowKey, now: Timestamp) -> u32 {
        let entry = Entry::new(id, key, now);
        if let Some(at) = self.free.pop()
            && let Some(free) = self.entries.get_mut(at as usize)
        {
            *free = entry;
            return at;
        }
        self.entries.push(entry);
        self.entries.len() as u32 - 1
    }

    /// One direction of the conversation in a place begins.
    pub(crate) fn join(&mut self, at: u32) {
        if let Some(entry) = self.entries.get_mut(at as usize) {
            entry.alive += 1;
        }
    }

    /// A packet of the conversation in a place.
    #[inline]
    pub(crate) fn packet(&mut self, at: u32, packet: Counted) {
        let Some(entry) = self.entries.get_mut(at as usize) else { return };
        entry.add(packet);
        self.protocols.add(&entry.key, packet.at.0, packet.bytes);
        self.last = packet.at;
        if let Some(bell) = &mut self.bell {
            bell.hear(packet.at);
        }
    }

    /// One direction of it is over.
    pub(crate) fn leave(&mut self, at: u32) {
        let now = self.last;
        let Some(entry) = self.entries.get_mut(at as usize) else { return };
        entry.alive = entry.alive.saturating_sub(1);
        if entry.has_ended() {
            self.ended.push(now, *entry);
            self.free.push(at);
        }
    }

    /// Time goes on.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.ended.advance(now);
    }

    pub(crate) fn alive(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    pub(crate) fn gone(&self) -> u64 {
        self.ended.gone()
    }

    /// All that it has, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.has_ended()).chain(self.ended.entries())
    }

    pub(crate) fn protocols(&self) -> &Protocols {
        &self.protocols
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{Bell, Book};
    use flowz_api::flow::FlowId;
    use flowz_api::packet::Timestamp;

    use crate::ended::Keep;
    use crate::entry::Counted;
    use crate::test_support::key;

    fn counted(at: i64, direction: usize) -> Counted {
        Counted { at: Timestamp(at), bytes: 100, tcp_flags: 0, direction }
    }

    fn begin(book: &mut Book, id: u64) -> u32 {
        let at = book.begin(FlowId(id), key(17, "10.0.0.1", 5, "10.0.0.2", 6), Timestamp(0));
        book.join(at);
        at
    }

    #[test]
    fn places_are_used_again() {
        let mut book = Book::new(Keep::Recent(10, 100), None);
        let first = begin(&mut book, 1);
        book.packet(first, counted(0, 0));
        book.join(first);
        book.packet(first, counted(3, 1));
        let second = begin(&mut book, 2);
        assert_eq!(book.alive(), 2);
        book.leave(first);
        assert_eq!(book.alive(), 2, "one direction is left");
        book.leave(first);
        let ids: Vec<_> = book.entries().map(|entry| (entry.id.0, entry.packets)).collect();
        assert_eq!((book.alive(), ids), (1, vec![(2, [0, 0]), (1, [1, 1])]));
        assert_eq!(begin(&mut book, 3), first);
        assert_ne!(first, second);
        book.advance(Timestamp(14));
        assert_eq!(book.entries().count(), 2);
    }

    #[test]
    fn rings_once_a_period() {
        let flag = Arc::new(AtomicBool::new(false));
        let mut book = Book::new(Keep::Largest(10), Some(Bell::new(10, Arc::clone(&flag))));
        let at = begin(&mut book, 1);
        let rings = [100, 109, 110, 111, 119, 145, 149, 150].map(|time| {
            book.packet(at, counted(time, 0));
            flag.swap(false, Ordering::Relaxed)
        });
        assert_eq!(rings, [false, false, true, false, false, true, false, true]);
    }
}
