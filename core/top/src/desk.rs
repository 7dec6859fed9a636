//! Where the engine's thread lays down what the terminal shows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::book::SharedBook;
use crate::condition::Filter;
use crate::snapshot::{Snapshot, Source, Totals};
use crate::sort::Sort;

/// What a user wants to see.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// The order of flows.
    pub sort: Sort,
    /// Which flows.
    pub filter: Filter,
    /// How many of them at most.
    pub most: usize,
}

/// The desk: nobody holds anything of it for longer than it takes to copy it, but for the book when the run is over.
#[derive(Debug)]
pub struct Desk {
    book: SharedBook,
    source: Source,
    request: Mutex<Request>,
    latest: Mutex<Latest>,
}

#[derive(Default, Debug)]
struct Latest {
    snapshot: Option<Arc<Snapshot>>,
    /// How many there were.
    number: u64,
    took: Duration,
    remarks: Vec<String>,
}

impl Desk {
    /// A desk for what is in a book.
    pub fn new(book: SharedBook, source: Source, request: Request) -> Self {
        let (request, latest) = (Mutex::new(request), Mutex::default());
        Self { book, source, request, latest }
    }

    /// Where packets come from.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Lays down the moment. Called where the book is written.
    #[allow(
        clippy::disallowed_methods,
        reason = "how long it takes tells how often it may be done"
    )]
    pub fn show(&self, totals: Totals, is_final: bool) -> Arc<Snapshot> {
        let start = Instant::now();
        let request = lock(&self.request).clone();
        let snapshot = {
            let mut book = self.book.open();
            book.advance(totals.now);
            Snapshot::new(&book, self.source, &request, totals)
        };
        let snapshot = Arc::new(Snapshot { is_final, ..snapshot });
        let mut latest = lock(&self.latest);
        latest.snapshot = Some(Arc::clone(&snapshot));
        latest.number += 1;
        latest.took = start.elapsed();
        snapshot
    }

    /// Says something that the user should know.
    pub fn remark(&self, remarks: Vec<String>) {
        lock(&self.latest).remarks.extend(remarks);
    }

    /// Something else is wanted. When the run is over this is done at once, else with the next moment.
    pub(crate) fn ask(&self, request: Request) {
        *lock(&self.request) = request;
        let last = self.latest().1.filter(|snapshot| snapshot.is_final);
        if let Some(last) = last {
            self.show(last.totals, true);
        }
    }

    /// Whether the latest moment is the last one.
    pub fn is_final(&self) -> bool {
        lock(&self.latest).snapshot.as_ref().is_some_and(|snapshot| snapshot.is_final)
    }

    /// The latest moment and its number, from 1.
    pub(crate) fn latest(&self) -> (u64, Option<Arc<Snapshot>>) {
        let latest = lock(&self.latest);
        (latest.number, latest.snapshot.clone())
    }

    /// How long the latest one kept the engine.
    pub(crate) fn took(&self) -> Duration {
        lock(&self.latest).took
    }

    /// What was said since the last call.
    pub(crate) fn remarks(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.latest).remarks)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Desk, Request};
    use flowz_api::flow::FlowId;
    use flowz_api::packet::Timestamp;

    use crate::book::SharedBook;
    use crate::condition::Filter;
    use crate::ended::Keep;
    use crate::snapshot::{Source, Totals};
    use crate::sort::Sort;
    use crate::test_support::key;

    #[test]
    fn what_is_asked_for_comes_with_the_next_moment_or_at_the_end_at_once() {
        let book = SharedBook::new(Keep::Largest(10), None);
        for id in [1, 2] {
            let key = key(17, "10.0.0.1", id as u16, "10.0.0.2", 53);
            let at = book.open().begin(FlowId(id), key, Timestamp(0));
            book.open().join(at);
        }
        let request = |filter| Request {
            sort: Sort::Bytes,
            filter: Filter::parse(filter).unwrap(),
            most: 10,
        };
        let desk = Desk::new(book, Source::Captures, request(""));
        let matched = || desk.latest().1.map(|snapshot| snapshot.matched);
        assert_eq!((desk.latest().0, matched()), (0, None));
        desk.show(Totals::default(), false);
        desk.ask(request("srcPort == 1"));
        assert_eq!((desk.latest().0, matched()), (1, Some(2)));
        desk.show(Totals::default(), true);
        assert_eq!(matched(), Some(1));
        desk.ask(request("srcPort == 9"));
        assert_eq!((desk.latest().0, matched()), (3, Some(0)));
        desk.remark(vec!["so".to_owned()]);
        assert_eq!((desk.remarks().len(), desk.remarks().len()), (1, 0));
    }
}
