//! A connection with the runtime that serves it. What goes wrong with it ends both: so nothing that waits in it is sent later on.

#![allow(
    clippy::disallowed_methods,
    reason = "how long a server is waited for is no matter of packets"
)]

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, RequestErrorKind, ServerAddr};
use flowz_api::sink::SinkError;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::toggles::NatsToggles;
use super::troubles::Troubles;
use crate::common::delivery::Refusal;
use crate::common::messages::refused;

/// How often is looked whether the connection is there and the run goes on.
const LOOK: Duration = Duration::from_millis(50);

/// Time between tries when the run starts.
const PAUSE: Duration = Duration::from_millis(200);

/// Behind such a silence the connection is tried out before something is sent: nobody has answered the server's questions meanwhile.
const SILENCE: Duration = Duration::from_secs(5);

/// A server, and who talks to it.
pub(super) struct Connection {
    runtime: Runtime,
    pub(super) client: Client,
    pub(super) context: Context,
    pub(super) troubles: Arc<Troubles>,
    used: Instant,
    answer: Duration,
}

impl Connection {
    /// Connects once.
    pub(super) fn new(toggles: &NatsToggles) -> Result<Self, Refusal> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Refusal::Later(error.to_string()))?;
        let troubles = Arc::new(Troubles::default());
        let answer = Duration::from_secs(toggles.answer_wait.into());
        let (client, context) = runtime.block_on(async {
            let client = connect(toggles, answer, &troubles).await?;
            let builder = jetstream::ContextBuilder::new().timeout(answer);
            let context = builder.max_ack_inflight(toggles.batch as usize).build(client.clone());
            Ok((client, context))
        })?;
        Ok(Self { runtime, client, context, troubles, used: Instant::now(), answer })
    }

    /// Connects when the run starts, with as many tries as the toggle allows.
    pub(super) fn within_wait(toggles: &NatsToggles) -> Result<Self, SinkError> {
        let (began, most) = (Instant::now(), Duration::from_secs(toggles.connect_wait.into()));
        loop {
            let refusal = match Self::new(toggles) {
                Ok(connection) => return Ok(connection),
                Err(refusal) => refusal,
            };
            let is_over = began.elapsed() + PAUSE >= most;
            if is_over || !matches!(refusal, Refusal::Later(_)) {
                return Err(refused(format!("{} (NATS_SERVERS)", refusal.why())));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Does something with the connection, for as long as it is there and `goes_on` holds; nothing otherwise.
    pub(super) fn run<T>(
        &self,
        action: impl Future<Output = T>,
        goes_on: impl Fn() -> bool,
    ) -> Option<T> {
        self.runtime.block_on(async {
            let mut action = pin!(action);
            loop {
                if let Ok(outcome) = timeout(LOOK, action.as_mut()).await {
                    return Some(outcome);
                }
                if self.troubles.is_broken() || !goes_on() {
                    return None;
                }
            }
        })
    }

    /// Whether the connection can be used: tries it out if it was not for a while.
    pub(super) fn is_fit(&self, goes_on: impl Fn() -> bool) -> bool {
        if self.troubles.is_broken() {
            return false;
        }
        self.used.elapsed() < SILENCE || self.run(self.confirm(), goes_on) == Some(Ok(()))
    }

    /// It is used now.
    pub(super) fn is_used(&mut self) {
        self.used = Instant::now();
    }

    /// Waits until the server has read all that was sent: it answers in order, and says at once that nobody listens to a new inbox.
    pub(super) async fn confirm(&self) -> Result<(), String> {
        let asked = self.client.request(self.client.new_inbox(), "".into());
        match timeout(self.answer, asked).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.kind() == RequestErrorKind::NoResponders => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer".to_owned()),
        }
    }
}

async fn connect(
    toggles: &NatsToggles,
    answer: Duration,
    troubles: &Arc<Troubles>,
) -> Result<Client, Refusal> {
    let wrong = |why: String| Refusal::Final(format!("NATS at '{}': {why}", toggles.servers));
    let addresses = toggles.servers.secret().split(',').map(|server| server.trim().parse());
    // The address is not shown: it may have a password.
    let addresses: Vec<ServerAddr> = addresses
        .collect::<Result<_, _>>()
        .map_err(|_| wrong("this is no address of a server: nats://HOST:PORT".to_owned()))?;
    let noted = Arc::clone(troubles);
    let mut options = with_login(ConnectOptions::new(), &addresses)
        .name("flowz")
        .connection_timeout(answer)
        .request_timeout(Some(answer))
        .event_callback(move |event| {
            noted.note(&event);
            std::future::ready(())
        });
    if !toggles.creds.is_empty() {
        let read = options.credentials_file(&toggles.creds).await;
        options =
            read.map_err(|error| wrong(format!("cannot read '{}': {error}", toggles.creds)))?;
    }
    if !toggles.ca.is_empty() {
        options = options.add_root_certificates(PathBuf::from(&toggles.ca));
    }
    if !toggles.cert.is_empty() || !toggles.key.is_empty() {
        options = options.add_client_certificate((&toggles.cert).into(), (&toggles.key).into());
    }
    options.connect(addresses).await.map_err(|error| {
        let why = in_words(&error);
        let why = format!("cannot reach NATS at '{}': {why}", toggles.servers);
        match error.kind() {
            ConnectErrorKind::Authentication
            | ConnectErrorKind::AuthorizationViolation
            | ConnectErrorKind::ServerParse
            | ConnectErrorKind::Tls => Refusal::Final(why),
            _ => Refusal::Later(why),
        }
    })
}

/// Logs in as the first address says: with a user and a password, or with a token that stands alone.
fn with_login(options: ConnectOptions, addresses: &[ServerAddr]) -> ConnectOptions {
    let Some(address) = addresses.iter().find(|address| address.has_user_pass()) else {
        return options;
    };
    let user = plain(address.username().unwrap_or_default());
    match address.password() {
        Some(password) => options.user_and_password(user, plain(password)),
        None => options.token(user),
    }
}

/// A part of an address without its escapes (RFC 3986, section 2.1).
fn plain(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let escaped = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                out.push(byte);
                out.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => {
                out.push(b'%');
                out.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// An error with its reasons.
pub(super) fn in_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(reason) = source {
        let reason_words = reason.to_string();
        if !words.contains(&reason_words) {
            words = format!("{words}: {reason_words}");
        }
        source = reason.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn escapes_of_addresses() {
        assert_eq!(plain("a%40b%3a%C3%A9"), "a@b:é");
        assert_eq!(plain("100%"), "100%");
        assert_eq!(plain("%zz%4"), "%zz%4");
    }
}
