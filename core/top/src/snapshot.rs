//! The flows that are wanted most at one moment, and what is known of all.

use std::cmp::Reverse;

use flowz_api::flow::FlowId;
use flowz_api::packet::Timestamp;

use crate::book::Book;
use crate::condition::Filter;
use crate::desk::Request;
use crate::entry::Entry;
use crate::protocols::Share;
use crate::sort::Sort;

/// Where packets come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Rates are those of the last seconds.
    Interfaces,
    /// Rates are means, shares those of all packets.
    Captures,
}

/// What is known of a run as a whole.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Totals {
    /// The moment.
    pub now: Timestamp,
    /// Conversations that have begun so far.
    pub begun: u64,
    /// Packets so far.
    pub packets: u64,
    /// Bytes of them on the wire.
    pub bytes: u64,
    /// Packets per second.
    pub packet_rate: f64,
    /// Bits per second.
    pub bit_rate: f64,
    /// Packets that kernel and interfaces have dropped.
    pub dropped: Option<u64>,
    /// How much of the captures is read, from 0 to 1.
    pub progress: Option<f64>,
}

/// A conversation at one moment.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) entry: Entry,
    /// Bits per second.
    pub(crate) rate: f64,
    /// Nanoseconds.
    pub(crate) age: i64,
}

/// A moment of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    pub(crate) totals: Totals,
    /// The first ones, in order.
    pub(crate) rows: Vec<Row>,
    /// Those that the filter lets through.
    pub(crate) matched: usize,
    /// All that there are.
    pub(crate) there: usize,
    pub(crate) alive: usize,
    /// Small ones that are over and were forgotten.
    pub(crate) gone: u64,
    pub(crate) shares: Vec<Share>,
    /// Nothing more comes.
    pub(crate) is_final: bool,
}

impl Snapshot {
    /// The moment of a book, with what a user wants of it.
    pub(crate) fn new(book: &Book, source: Source, request: &Request, totals: Totals) -> Self {
        let is_mean = source == Source::Captures;
        let Request { sort, filter, most } = request;
        let (mut there, mut matched) = (0, 0);
        let mut rows = First { most: (*most).max(1), sort: *sort, rows: Vec::new() };
        for entry in book.entries() {
            there += 1;
            let row = Row {
                entry: *entry,
                rate: entry.bits_per_second(totals.now, is_mean),
                age: entry.age(totals.now),
            };
            if filter.holds(&row) {
                matched += 1;
                rows.push(row);
            }
        }
        Self {
            totals,
            rows: rows.finish(),
            matched,
            there,
            alive: book.alive(),
            gone: book.gone(),
            shares: book.protocols().shares(totals.now.0, is_mean),
            is_final: false,
        }
    }
}

/// The first ones of many.
struct First {
    most: usize,
    sort: Sort,
    rows: Vec<Row>,
}

impl First {
    fn push(&mut self, row: Row) {
        self.rows.push(row);
        if self.rows.len() >= self.most.saturating_mul(2) {
            let sort = self.sort;
            self.rows.select_nth_unstable_by_key(self.most - 1, |row| order(sort, row));
            self.rows.truncate(self.most);
        }
    }

    fn finish(mut self) -> Vec<Row> {
        arrange(&mut self.rows, self.sort);
        self.rows.truncate(self.most);
        self.rows
    }
}

/// Puts rows in order.
pub(crate) fn arrange(rows: &mut [Row], sort: Sort) {
    rows.sort_unstable_by_key(|row| order(sort, row));
}

/// The largest first, of equal ones the one that began first.
fn order(sort: Sort, row: &Row) -> (Reverse<u64>, FlowId) {
    (Reverse(sort.rank(row)), row.entry.id)
}

/// Those that a filter lets through, in order.
pub(crate) fn filtered(rows: &[Row], filter: &Filter, sort: Sort) -> Vec<Row> {
    let mut rows: Vec<_> = rows.iter().filter(|row| filter.holds(row)).cloned().collect();
    arrange(&mut rows, sort);
    rows
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, Source, Totals};
    use flowz_api::flow::FlowId;
    use flowz_api::packet::Timestamp;

    use crate::book::Book;
    use crate::condition::Filter;
    use crate::desk::Request;
    use crate::ended::Keep;
    use crate::entry::Counted;
    use crate::sort::Sort;
    use crate::test_support::key;

    /// Flow n has n times 100 bytes; those with even numbers are over.
    fn book(count: u64) -> Book {
        let mut book = Book::new(Keep::Recent(1000, 1000), None);
        for id in 1..=count {
            let key = key(17, "10.0.0.1", id as u16, "10.0.0.2", 53);
            let at = book.begin(FlowId(id), key, Timestamp(id as i64));
            book.join(at);
            let bytes = id as u32 * 100;
            book.packet(
                at,
                Counted { at: Timestamp(id as i64), bytes, tcp_flags: 0, direction: 0 },
            );
            if id % 2 == 0 {
                book.leave(at);
            }
        }
        book
    }

    fn request(sort: Sort, filter: &str, most: usize) -> Request {
        Request { sort, filter: Filter::parse(filter).unwrap(), most }
    }

    fn seen(request: &Request) -> (Vec<u64>, [usize; 3]) {
        let totals = Totals { now: Timestamp(50), ..Totals::default() };
        let snapshot = Snapshot::new(&book(20), Source::Interfaces, request, totals);
        let ids = snapshot.rows.iter().map(|row| row.entry.id.0).collect();
        (ids, [snapshot.matched, snapshot.there, snapshot.alive])
    }

    #[test]
    fn the_first_ones() {
        assert_eq!(seen(&request(Sort::Bytes, "", 3)), (vec![20, 19, 18], [20, 20, 10]));
        // All have one packet: the first come first. Those that are over are as old as they became.
        assert_eq!(seen(&request(Sort::Packets, "", 2)).0, [1, 2]);
        assert_eq!(seen(&request(Sort::Age, "", 4)).0, [1, 3, 5, 7]);
        assert_eq!(seen(&request(Sort::Rate, "", 1)).0, [20]);
    }

    #[test]
    fn the_first_ones_of_a_filter() {
        let found = seen(&request(Sort::Bytes, "srcPort < 7 and bytes > 100", 2));
        assert_eq!(found, (vec![6, 5], [5, 20, 10]));
    }
}
