//! Queries and their responses, as far as a flow keeps them for the table.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

use super::stored::Stored;

/// Most queries and responses of a flow that are kept: then those that were answered first get their row.
const MOST: usize = 64;
/// Most bytes of them.
const MOST_BYTES: usize = 256 << 10;
/// Captures turn packets around; a response that came so much earlier than a query belongs to another one.
const EARLY: i64 = NANOS;

/// A query, its response, or both.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Transaction {
    pub(crate) query: Option<Told>,
    pub(crate) response: Option<Told>,
    /// When the query was sent for the last time.
    pub(crate) last_try: Timestamp,
    /// How often it was sent.
    pub(crate) tries: u32,
    /// Messages that answer it: the response and those that repeat it, or those of a zone transfer.
    pub(crate) responses: u32,
}

/// A message and when it came.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Told {
    pub(crate) time: Timestamp,
    /// Which connection of the flow it is of: ports may be used again.
    pub(crate) connection: u32,
    pub(crate) message: Stored,
}

impl Transaction {
    /// A query.
    pub(crate) fn asked(query: Told) -> Self {
        Self { last_try: query.time, tries: 1, query: Some(query), ..Self::default() }
    }

    /// A response whose query was not seen.
    pub(crate) fn unasked(response: Told) -> Self {
        Self { response: Some(response), responses: 1, ..Self::default() }
    }

    /// The query; the response where that was not seen.
    pub(crate) fn first(&self) -> Option<&Told> {
        self.query.as_ref().or(self.response.as_ref())
    }

    /// Bytes that it takes, in a list that has been doubled.
    pub(crate) fn bytes(&self) -> usize {
        let told = [&self.query, &self.response];
        let texts = told.into_iter().flatten().map(|told| told.message.bytes());
        2 * size_of::<Self>() + texts.sum::<usize>()
    }

    /// Whether a message of the same connection has its number and asks the same.
    pub(crate) fn is_of(&self, other: &Told) -> bool {
        let number = |told: &Told| (told.message.header.id, told.connection);
        self.first().is_some_and(|first| {
            number(first) == number(other) && first.message.asks_as(&other.message)
        })
    }

    /// The query came again.
    pub(crate) fn again(&mut self, time: Timestamp) {
        self.tries = self.tries.saturating_add(1);
        self.last_try = time;
    }

    /// A response came: the first one, a repetition, or a further message of a zone transfer.
    pub(crate) fn answered(&mut self, response: Told) {
        self.responses = self.responses.saturating_add(1);
        let is_transfer = self.first().is_some_and(|first| first.message.is_transfer());
        match &mut self.response {
            None => self.response = Some(response),
            Some(first) if is_transfer => first.message.append(&response.message),
            Some(_) => {}
        }
    }

    /// Time from the query to the response, in seconds; the other one from the last time that it was sent. Below 0 where
    /// the capture has turned them around.
    pub(crate) fn latencies(&self) -> Option<(f64, f64)> {
        let (query, response) = (self.query.as_ref()?, self.response.as_ref()?);
        let since = |time: Timestamp| (response.time - time) as f64 / NANOS as f64;
        // What was sent again behind the response was not what it answers.
        let last = if self.last_try > response.time { query.time } else { self.last_try };
        Some((since(query.time), since(last)))
    }
}

/// Memory of all flows for what is kept for the table.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(crate) struct Room {
    pub(crate) most: usize,
    pub(crate) used: usize,
}

impl Room {
    /// More is kept than may be.
    pub(crate) fn is_over(&self) -> bool {
        self.used > self.most
    }
}

/// What a direction of a flow keeps: its queries, and its responses whose query was not seen.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Waiting {
    list: Vec<Transaction>,
    bytes: usize,
    /// When the latest part of a message came that is still incomplete.
    pub(crate) heard: Timestamp,
}

impl Waiting {
    /// Notes that a query came again. Whether it was one that waits.
    pub(crate) fn again(&mut self, query: &Told) -> bool {
        let mut queries = self.list.iter_mut().filter(|t| t.response.is_none());
        let known = queries.find(|t| t.is_of(query));
        known.map(|t| t.again(query.time)).is_some()
    }

    /// A response that came just before its query.
    pub(crate) fn early(&mut self, query: &Told, room: &mut Room) -> Option<Transaction> {
        let at = self.list.iter().position(|t| {
            let response = t.response.as_ref().filter(|_| t.query.is_none());
            response.is_some_and(|r| query.time - r.time <= EARLY) && t.is_of(query)
        })?;
        Some(self.take(at, room))
    }

    /// A response: it belongs to what waits, or repeats an earlier one. Gives it back if it is none of that; what it
    /// completes comes out if there is no more room.
    pub(crate) fn answer(
        &mut self,
        response: Told,
        room: &mut Room,
    ) -> Result<Option<Transaction>, Told> {
        let is_of = |t: &Transaction| t.is_of(&response);
        let waiting = self.list.iter().position(|t| t.response.is_none() && is_of(t));
        let Some(at) = waiting.or_else(|| self.list.iter().position(is_of)) else {
            return Err(response);
        };
        let before = self.list[at].bytes();
        self.list[at].answered(response);
        let grown = self.list[at].bytes().saturating_sub(before);
        self.bytes += grown;
        room.used += grown;
        let is_full = self.bytes > MOST_BYTES || room.is_over();
        Ok(is_full.then(|| self.take(at, room)))
    }

    /// Keeps something.
    pub(crate) fn push(&mut self, transaction: Transaction, room: &mut Room) {
        let bytes = transaction.bytes();
        self.bytes += bytes;
        room.used += bytes;
        if self.list.len() < 4 {
            // Most flows have one.
            self.list.reserve_exact(1);
        }
        self.list.push(transaction);
    }

    /// What is to get its row, because there is no more room: what is answered first.
    pub(crate) fn surplus(&mut self, room: &mut Room) -> Option<Transaction> {
        let is_full = self.list.len() > MOST || self.bytes > MOST_BYTES || room.is_over();
        if !is_full || self.list.is_empty() {
            return None;
        }
        let at = self.list.iter().position(|t| t.response.is_some()).unwrap_or(0);
        Some(self.take(at, room))
    }

    /// The flow ends.
    pub(crate) fn drain(&mut self, room: &mut Room) -> Vec<Transaction> {
        room.used = room.used.saturating_sub(std::mem::take(&mut self.bytes));
        std::mem::take(&mut self.list)
    }

    fn take(&mut self, at: usize, room: &mut Room) -> Transaction {
        let transaction = self.list.remove(at);
        let bytes = transaction.bytes();
        self.bytes = self.bytes.saturating_sub(bytes);
        room.used = room.used.saturating_sub(bytes);
        transaction
    }
}
