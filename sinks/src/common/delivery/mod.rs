//! Batches of rows on their way to a server.
//!
//! A sink makes batches and leaves them to a [`Courier`], which has a thread of its own and a bounded queue in front of it: so a slow server
//! holds up the run and not the memory. What the server does not take is tried again, with longer and longer waits, until the
//! patience is over; then the batch is lost, which is counted, told when the run ends, and makes it fail. While a server stays
//! away, the batches that follow are lost without waits, but for a try every few seconds.
//!
//! How a batch goes over the wire is the business of a [`Carrier`]. It says of each refusal whether the same may be taken later.

mod courier;
mod queue;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub(crate) use courier::{Courier, Route, now};

/// Brings batches to a server. All of it happens on the courier's thread.
pub(crate) trait Carrier: Send + 'static {
    /// Rows that belong together.
    type Batch: Send + 'static;

    /// Brings a batch to the server, and waits until that has it for good; connects first if there is no connection. What it has taken
    /// of the batch when it refuses the rest is removed from it, so that no row arrives twice.
    fn deliver(&mut self, batch: &mut Self::Batch) -> Result<(), Refusal>;

    /// Is told before the work begins what becomes true when the run is given up: who waits for long looks at it meanwhile.
    fn watch(&mut self, is_stopped: &Arc<AtomicBool>) {
        let _ = is_stopped;
    }

    /// Rows in a batch that the server does not have.
    fn rows(batch: &Self::Batch) -> u64;

    /// All batches are delivered or lost: completes what is still open on the server. A refusal is told when the run ends, also if no row is known to be lost.
    fn close(&mut self) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Why a server has not taken a batch: a sentence, and what can be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// It cannot be reached, or has no time or room: it may take the same later.
    Later(String),
    /// It has not answered for as long as the patience says, and what became of the batch is not known: the same is not sent again, and it
    /// counts as away.
    Spent(String),
    /// It will never take this batch, but may take others.
    Batch(String),
    /// It will take nothing any more: a password that it does not know, a table that is not there.
    Final(String),
}

impl Refusal {
    /// The sentence.
    pub(crate) fn why(&self) -> &str {
        match self {
            Self::Later(why) | Self::Spent(why) | Self::Batch(why) | Self::Final(why) => why,
        }
    }
}

#[cfg(test)]
mod tests;
