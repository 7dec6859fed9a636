//! Brings batches to NATS.

use std::collections::hash_map::RandomState;
use std::error::Error;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_nats::PublishErrorKind as CoreErrorKind;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;

use super::Route;
use super::connection::{Connection, in_words};
use super::toggles::NatsToggles;
use crate::common::delivery::{Carrier, Refusal};
use crate::common::messages::{Batch, Fate, Message};

/// The connection, and where messages go.
pub(super) struct NatsCarrier {
    /// None if the last one has broken.
    connection: Option<Connection>,
    toggles: Arc<NatsToggles>,
    /// By the numbers of the tables.
    routes: Vec<Route>,
    /// Tells this run's messages from those of others.
    run: u64,
    /// Why nothing may be sent to a subject, by the numbers of the tables.
    denied: Vec<Option<String>>,
    is_stopped: Arc<AtomicBool>,
}

/// What became of the messages of a batch so far.
#[derive(Default)]
struct Progress {
    fates: Vec<Fate>,
    /// Why the first one was lost.
    lost: Option<String>,
    /// Why the others are to be sent again.
    again: Option<String>,
}

impl Progress {
    fn lose(&mut self, place: usize, why: &str) {
        self.fates[place] = Fate::Lost;
        self.lost.get_or_insert_with(|| why.to_owned());
    }
}

impl NatsCarrier {
    pub(super) fn new(
        connection: Connection,
        toggles: Arc<NatsToggles>,
        routes: Vec<Route>,
    ) -> Self {
        let run = RandomState::new().build_hasher().finish();
        let denied = vec![None; routes.len()];
        let is_stopped = Arc::default();
        Self { connection: Some(connection), toggles, routes, run, denied, is_stopped }
    }

    fn route(&self, message: &Message) -> &Route {
        const NONE: &Route = &Route { subject: String::new(), has_stream: false };
        self.routes.get(message.table).unwrap_or(NONE)
    }

    /// Messages for streams or for others that may be sent, with their places.
    fn those<'a>(
        &'a self,
        batch: &'a Batch,
        has_stream: bool,
    ) -> impl Iterator<Item = (usize, &'a Message, &'a Route)> {
        let all = batch.messages().iter().enumerate();
        let all = all.map(|(place, message)| (place, message, self.route(message)));
        all.filter(move |(_, message, route)| {
            route.has_stream == has_stream && self.denial(message).is_none()
        })
    }

    fn denial(&self, message: &Message) -> Option<&str> {
        self.denied.get(message.table).and_then(Option::as_deref)
    }

    /// Sends all. What streams have not acknowledged is to be sent again.
    async fn send(&self, connection: &Connection, batch: &Batch, progress: &mut Progress) {
        let mut answers = Vec::new();
        for (place, message, route) in self.those(batch, true) {
            let id = format!("{:016x}-{}-{}", self.run, message.table, message.number);
            let publish = PublishMessage::build().payload(batch.shared(message)).message_id(id);
            match connection.context.send_publish(route.subject.clone(), publish).await {
                Ok(answer) => answers.push((place, answer)),
                Err(error) if is_too_large(&error) => progress.lose(place, &in_words(&error)),
                Err(error) => return progress.again = Some(in_words(&error)),
            }
        }
        for (place, answer) in answers {
            match answer.await {
                Ok(_) => progress.fates[place] = Fate::Taken,
                Err(error) if is_too_large(&error) => progress.lose(place, &in_words(&error)),
                Err(error) => {
                    progress.again = Some(in_words(&error));
                    if error.kind() == PublishErrorKind::TimedOut {
                        return;
                    }
                }
            }
        }
        self.send_unkept(connection, batch, progress).await;
    }

    /// Sends what no stream takes. What became of it is not known before the server has read all: until then it counts as lost.
    async fn send_unkept(&self, connection: &Connection, batch: &Batch, progress: &mut Progress) {
        let mut sent = Vec::new();
        for (place, message, route) in self.those(batch, false) {
            progress.fates[place] = Fate::Lost;
            let text = batch.shared(message);
            match connection.client.publish(route.subject.clone(), text).await {
                Ok(()) => sent.push(place),
                Err(error) if error.kind() == CoreErrorKind::MaxPayloadExceeded => {
                    progress.lose(place, &in_words(&error));
                }
                Err(error) => {
                    progress.fates[place] = Fate::Again;
                    progress.again = Some(in_words(&error));
                    break;
                }
            }
        }
        if sent.is_empty() {
            return;
        }
        match connection.confirm().await {
            Ok(()) => sent.into_iter().for_each(|place| progress.fates[place] = Fate::Taken),
            Err(why) => {
                progress.lose(sent[0], &why);
                progress.again = Some(why);
            }
        }
    }

    /// Notes where the server lets nobody send; such messages are lost, whatever else has happened.
    fn deny(&mut self, connection: &Connection, batch: &Batch, progress: &mut Progress) {
        for (route, denied) in self.routes.iter().zip(&mut self.denied) {
            if denied.is_none() {
                *denied = connection.troubles.denial(&route.subject);
            }
        }
        for (place, message) in batch.messages().iter().enumerate() {
            if let Some(why) = self.denial(message) {
                progress.lose(place, why);
            }
        }
    }
}

/// Whether no try will ever bring the message to the stream.
fn is_too_large(error: &PublishError) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref());
    let code = source.map(async_nats::jetstream::Error::error_code);
    let too_large =
        [ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM, ErrorCode::STREAM_HEADER_EXCEEDS_MAXIMUM];
    error.kind() == PublishErrorKind::MaxPayloadExceeded
        || code.is_some_and(|code| too_large.contains(&code))
}

impl Carrier for NatsCarrier {
    type Batch = Batch;

    fn watch(&mut self, is_stopped: &Arc<AtomicBool>) {
        self.is_stopped = Arc::clone(is_stopped);
    }

    fn deliver(&mut self, batch: &mut Batch) -> Result<(), Refusal> {
        let is_stopped = Arc::clone(&self.is_stopped);
        let goes_on = || !is_stopped.load(Ordering::Relaxed);
        let old = self.connection.take().filter(|connection| connection.is_fit(goes_on));
        let mut connection = match old {
            Some(connection) => connection,
            None => Connection::new(&self.toggles)?,
        };
        let mut progress = Progress::default();
        progress.fates.resize(batch.messages().len(), Fate::Again);
        let sent = connection.run(self.send(&connection, batch, &mut progress), goes_on);
        let is_whole = sent.is_some() && !connection.troubles.is_broken();
        self.deny(&connection, batch, &mut progress);
        let place = |why: &str| format!("NATS at '{}': {why}", self.toggles.servers);
        let said = connection.troubles.last();
        let gone = || said.unwrap_or_else(|| "the connection is gone".to_owned());
        let lost = place(progress.lost.as_deref().unwrap_or("the connection is gone"));
        batch.settle(&progress.fates, &lost);
        if batch.messages().is_empty() {
            if is_whole && progress.again.is_none() {
                connection.is_used();
                self.connection = Some(connection);
            }
            return batch.outcome();
        }
        Err(Refusal::Later(place(&progress.again.unwrap_or_else(gone))))
    }

    fn rows(batch: &Batch) -> u64 {
        batch.rows()
    }
}
