//! Messages that go together.

use std::ops::Range;

use bytes::Bytes;

use crate::common::delivery::Refusal;

/// A row on its way; texts are places in those of its batch.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The number of its table.
    pub(crate) table: usize,
    /// Its place among the rows of its table, from 0.
    pub(crate) number: u64,
    /// The JSON object.
    pub(crate) text: Range<usize>,
    /// What messages of a conversation have in common; empty if that is nothing.
    pub(crate) key: Range<usize>,
}

/// What became of a message that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// The server has it.
    Taken,
    /// It does not have it, or knows it again.
    Again,
    /// It will not take it, or nobody knows.
    Lost,
}

/// Messages, and the bytes in which their texts stand.
#[derive(Debug)]
pub(crate) struct Batch {
    text: Bytes,
    /// Those that are to be sent.
    messages: Vec<Message>,
    /// Those that are given up.
    lost: u64,
    /// Why the first one was.
    why: String,
}

impl Batch {
    /// Of which nothing is sent yet.
    pub(crate) fn new(text: Bytes, messages: Vec<Message>) -> Self {
        Self { text, messages, lost: 0, why: String::new() }
    }

    /// Those that are to be sent.
    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// A text of a message.
    pub(crate) fn text(&self, place: &Range<usize>) -> &[u8] {
        self.text.get(place.clone()).unwrap_or_default()
    }

    /// The text of a message without a copy.
    pub(crate) fn shared(&self, message: &Message) -> Bytes {
        self.text.slice(message.text.clone())
    }

    /// Messages that the server does not have.
    pub(crate) fn rows(&self) -> u64 {
        self.messages.len() as u64 + self.lost
    }

    /// Keeps those that are to be sent again; `fates` are those of all messages, in order, and `why` is the reason of those that are lost.
    pub(crate) fn settle(&mut self, fates: &[Fate], why: &str) {
        let mut fate = fates.iter();
        self.messages.retain(|_| fate.next() == Some(&Fate::Again));
        let lost = fates.iter().filter(|fate| **fate == Fate::Lost).count() as u64;
        if self.lost == 0 && lost > 0 {
            why.clone_into(&mut self.why);
        }
        self.lost += lost;
    }

    /// All has been sent and settled: whether nothing is lost.
    pub(crate) fn outcome(&self) -> Result<(), Refusal> {
        if self.lost == 0 { Ok(()) } else { Err(Refusal::Batch(self.why.clone())) }
    }
}
