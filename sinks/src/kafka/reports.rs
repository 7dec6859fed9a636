//! What librdkafka says: of each message, and of brokers.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;
use rdkafka::statistics::Statistics;

use crate::common::messages::Fate;

/// Reports, which come on a thread of librdkafka's.
#[derive(Clone, Debug, Default)]
pub(super) struct Reports(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// What became of the messages of a batch.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Of each message; those without a report are on their way.
    pub(super) fates: Vec<Fate>,
    /// Messages on their way.
    pub(super) open: usize,
    /// Why the first message was lost, if one was.
    pub(super) lost: Option<RDKafkaErrorCode>,
    /// What was last said of brokers.
    pub(super) trouble: Option<Trouble>,
}

/// Something is wrong with brokers.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) code: Option<RDKafkaErrorCode>,
    /// In librdkafka's words.
    pub(super) why: String,
}

impl Reports {
    /// What is known now.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A batch of so many messages begins.
    pub(super) fn begin(&self, messages: usize) {
        let mut state = self.state();
        state.fates.clear();
        state.fates.resize(messages, Fate::Again);
        (state.open, state.lost, state.trouble) = (0, None, None);
    }

    /// A message is lost or goes on its way.
    pub(super) fn sent(&self, place: usize, outcome: Result<(), RDKafkaErrorCode>) {
        let mut state = self.state();
        match outcome {
            Ok(()) => state.open += 1,
            Err(code) => state.lose(place, code),
        }
    }

    /// Waits until no message is on its way, or so long; whether there is none.
    pub(super) fn wait(&self, most: Duration) -> bool {
        let is_busy = |state: &mut State| state.open > 0;
        let waited = self.0.changed.wait_timeout_while(self.state(), most, is_busy);
        waited.unwrap_or_else(PoisonError::into_inner).0.open == 0
    }
}

impl State {
    fn lose(&mut self, place: usize, code: RDKafkaErrorCode) {
        if let Some(fate) = self.fates.get_mut(place) {
            *fate = Fate::Lost;
        }
        self.lost.get_or_insert(code);
    }
}

/// The code of an error, if it has one.
pub(super) fn code(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    error.rdkafka_error_code()
}

impl ClientContext for Reports {
    /// What is wrong comes as errors; the rest is for authors of clients.
    fn log(&self, _: RDKafkaLogLevel, _: &str, _: &str) {}

    fn stats(&self, _: Statistics) {}

    fn error(&self, error: KafkaError, reason: &str) {
        let mut state = self.state();
        let code = code(&error);
        // That all are down follows each reason why one is.
        if code != Some(RDKafkaErrorCode::AllBrokersDown) || state.trouble.is_none() {
            state.trouble = Some(Trouble { code, why: reason.to_owned() });
        }
    }
}

impl ProducerContext for Reports {
    /// The place in the batch.
    type DeliveryOpaque = usize;

    fn delivery(&self, report: &DeliveryResult<'_>, place: usize) {
        let mut state = self.state();
        match report {
            Ok(_) => {
                if let Some(fate) = state.fates.get_mut(place) {
                    *fate = Fate::Taken;
                }
            }
            Err((error, _)) => {
                let code = code(error).unwrap_or(RDKafkaErrorCode::Fail);
                state.lose(place, code);
            }
        }
        state.open = state.open.saturating_sub(1);
        if state.open == 0 {
            self.0.changed.notify_all();
        }
    }
}
