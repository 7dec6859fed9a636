//! Which stream takes a subject.

use async_nats::RequestErrorKind;
use async_nats::jetstream::context::GetStreamByNameErrorKind;
use async_nats::jetstream::stream::Config;
use flowz_api::sink::SinkError;

use super::Route;
use super::connection::{Connection, in_words};
use super::toggles::NatsToggles;
use crate::common::messages::refused;

/// Notes for each subject whether a stream takes it; makes one first if it has a name.
pub(super) fn find(
    connection: &Connection,
    toggles: &NatsToggles,
    routes: &mut [Route],
) -> Result<(), SinkError> {
    if toggles.jetstream == 0 {
        return Ok(());
    }
    let is_needed = toggles.jetstream == 2 || !toggles.stream.is_empty();
    let asked = async {
        if !has_streams(connection).await? {
            return if is_needed { Err("it has no JetStream".to_owned()) } else { Ok(()) };
        }
        if !toggles.stream.is_empty() {
            make(connection, toggles).await?;
        }
        for route in routes.iter_mut().filter(|route| !route.subject.is_empty()) {
            route.has_stream = has_stream(connection, &route.subject).await?;
            if is_needed && !route.has_stream {
                return Err(format!(
                    "no stream takes the subject {}: name one that flowz makes (NATS_STREAM)",
                    route.subject
                ));
            }
        }
        Ok(())
    };
    let outcome = connection.run(asked, || true);
    let outcome = outcome.unwrap_or_else(|| Err("the connection is gone".to_owned()));
    outcome.map_err(|why| {
        let said = connection.troubles.last().map(|said| format!(" ({said})"));
        refused(format!("NATS at '{}': {why}{}", toggles.servers, said.unwrap_or_default()))
    })
}

/// Whether the server keeps messages of this user. What it says of the account differs from version to version, but not that it has none.
async fn has_streams(connection: &Connection) -> Result<bool, String> {
    match connection.client.request("$JS.API.INFO", "".into()).await {
        Ok(answer) => Ok(!answer.payload.windows(8).any(|word| word == b"\"error\":")),
        Err(error) if error.kind() == RequestErrorKind::NoResponders => Ok(false),
        Err(error) => Err(format!(
            "it does not say whether it has JetStream: {}; to go without, NATS_JETSTREAM=0",
            in_words(&error)
        )),
    }
}

async fn make(connection: &Connection, toggles: &NatsToggles) -> Result<(), String> {
    let subjects = vec![format!("{}.>", toggles.prefix)];
    let config = Config { name: toggles.stream.clone(), subjects, ..Config::default() };
    let made = connection.context.get_or_create_stream(config).await;
    made.map(drop)
        .map_err(|error| format!("the stream {} is not made: {}", toggles.stream, in_words(&error)))
}

async fn has_stream(connection: &Connection, subject: &str) -> Result<bool, String> {
    match connection.context.stream_by_subject(subject).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == GetStreamByNameErrorKind::NotFound => Ok(false),
        Err(error) => Err(format!(
            "it does not say which stream takes the subject {subject}: {}",
            in_words(&error)
        )),
    }
}
