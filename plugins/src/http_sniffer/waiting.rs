//! Which response answers which request: in the order in which they were asked (RFC 9112, section 9.3.2), also behind a loss.

use std::collections::VecDeque;

use flowz_api::Checkpoint;

use super::exchange::Exchange;

/// What waits for a response.
#[derive(Debug, Checkpoint)]
enum Entry {
    Request(Box<Exchange>),
    /// Here requests were lost, at least so many.
    Lost(u32),
}

/// Requests of a connection that wait for a response.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Waiting {
    entries: VecDeque<Entry>,
    /// Number of the last request.
    number: u32,
    /// A request came while another one waited, and no response was lost.
    pipelines: bool,
    /// Responses that came in front of their requests.
    owed: u32,
    /// Requests were lost.
    has_loss: bool,
}

/// Responses that were lost before the one at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct LostResponses {
    /// At least so many.
    pub(crate) at_least: u32,
    /// Perhaps more.
    pub(crate) perhaps: bool,
}

impl Waiting {
    /// A request came. `is_sure`: no response was lost since the last one that was found.
    pub(crate) fn ask(&mut self, mut exchange: Box<Exchange>, is_sure: bool) -> u32 {
        self.number += 1;
        exchange.number = self.number;
        self.pipelines |= is_sure && !self.entries.is_empty();
        self.entries.push_back(Entry::Request(exchange));
        self.number
    }

    /// Requests were lost, at least so many.
    pub(crate) fn lose(&mut self, at_least: u32) {
        self.number += at_least;
        self.has_loss = true;
        match self.entries.back_mut() {
            Some(Entry::Lost(lost)) => *lost += at_least,
            _ => self.entries.push_back(Entry::Lost(at_least)),
        }
    }

    /// A response came: yields what it answers, and requests that were answered by responses that were lost.
    pub(crate) fn answer(&mut self, lost: LostResponses) -> (Box<Exchange>, Vec<Exchange>) {
        let mut unanswered = Vec::new();
        for _ in 0..lost.at_least {
            // What waits alone was asked behind the loss if the client never had two requests under way.
            if self.pipelines || self.count() > 1 {
                unanswered.extend(self.next().map(|exchange| *exchange));
            }
        }
        if lost.perhaps && !self.pipelines {
            while self.count() > 1 {
                unanswered.extend(self.next().map(|exchange| *exchange));
            }
        }
        let exchange = self.next().unwrap_or_else(|| self.owe());
        (exchange, unanswered)
    }

    /// A response that came in front of its request, if it did: the order of packets is not always that of what they bring.
    fn owe(&mut self) -> Box<Exchange> {
        let mut exchange = Box::<Exchange>::default();
        if self.entries.is_empty() && self.has_asked() && !self.has_loss {
            self.owed += 1;
            exchange.number = self.number + self.owed;
        }
        exchange
    }

    /// The number of the next request, if it has its response already.
    pub(crate) fn owed(&mut self) -> Option<u32> {
        self.owed = self.owed.checked_sub(1)?;
        self.number += 1;
        Some(self.number)
    }

    /// Requests that wait, with those that are known to be lost.
    fn count(&self) -> u64 {
        let count = |entry: &Entry| match entry {
            Entry::Request(_) => 1,
            Entry::Lost(lost) => u64::from(*lost),
        };
        self.entries.iter().map(count).sum()
    }

    /// What the next response answers: none if that is not known.
    fn next(&mut self) -> Option<Box<Exchange>> {
        loop {
            let is_last = self.entries.len() == 1;
            match self.entries.front_mut()? {
                Entry::Lost(0) if is_last => return None,
                Entry::Lost(0) => {
                    self.entries.pop_front();
                }
                Entry::Lost(lost) => {
                    *lost -= 1;
                    return None;
                }
                Entry::Request(_) => match self.entries.pop_front() {
                    Some(Entry::Request(exchange)) => return Some(exchange),
                    _ => return None,
                },
            }
        }
    }

    /// The request of this number, if it waits.
    pub(crate) fn find(&mut self, number: u32) -> Option<&mut Exchange> {
        self.entries.iter_mut().rev().find_map(|entry| match entry {
            Entry::Request(exchange) if exchange.number == number => Some(&mut **exchange),
            _ => None,
        })
    }

    /// Whether there was any request.
    pub(crate) fn has_asked(&self) -> bool {
        self.number > 0
    }

    /// Gives up the request that waits longest if more than `most` do. Its response still comes, so it counts as a lost one.
    pub(crate) fn make_room(&mut self, most: usize) -> Option<Box<Exchange>> {
        let is_request = |entry: &&Entry| matches!(entry, Entry::Request(_));
        if self.entries.len() <= most || self.entries.iter().filter(is_request).count() <= most {
            return None;
        }
        let mut lost = 1;
        loop {
            match self.entries.pop_front()? {
                Entry::Lost(more) => lost += more,
                Entry::Request(exchange) => {
                    self.entries.push_front(Entry::Lost(lost));
                    return Some(exchange);
                }
            }
        }
    }

    /// Gives up the request that waits longest.
    pub(crate) fn give_up(&mut self) -> Option<Box<Exchange>> {
        loop {
            match self.entries.pop_front()? {
                Entry::Request(exchange) => return Some(exchange),
                Entry::Lost(_) => {}
            }
        }
    }
}
