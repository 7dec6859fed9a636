//! What became of rows that a sink has sent to a server.

use std::fmt;

/// The rows of a sink that has sent them somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The sink.
    pub sink: &'static str,
    /// Rows that the server has.
    pub delivered: u64,
    /// Rows that it does not have.
    pub lost: u64,
    /// How often a batch was tried again.
    pub retries: u64,
    /// Why the first one was lost; if none was, what else is to be said.
    pub why: Option<String>,
}

impl Delivery {
    /// Of no row yet.
    pub fn new(sink: &'static str) -> Self {
        Self { sink, delivered: 0, lost: 0, retries: 0, why: None }
    }
}

/// Collects deliveries: the report of a run names them, and a run that has lost rows fails.
pub trait DeliveryLog: fmt::Debug + Send + Sync {
    /// To be called when the last row is delivered or lost, once for each sink and period.
    fn note(&self, delivery: Delivery);
}
