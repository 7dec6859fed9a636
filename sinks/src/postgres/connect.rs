//! Connections to the server, and what its refusals mean.

use std::error::Error as _;
use std::fmt::Write;
use std::io;
use std::thread;
use std::time::Duration;

use ::postgres::config::SslMode;
use ::postgres::error::SqlState;
use ::postgres::{Client, Config, Error, NoTls};
use flowz_api::sink::SinkError;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::toggles::PsqlToggles;
use crate::common::delivery::{Refusal, now};
use crate::common::tls;

/// Longest wait for an answer to a new connection, and for the network while data is on its way.
const CONNECT: Duration = Duration::from_secs(10);
const NETWORK: Duration = Duration::from_mins(1);

/// Time between two tries when the run starts.
const AGAIN: Duration = Duration::from_millis(250);

/// Who connects.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// The address without its password.
    shown: String,
}

impl Connector {
    /// From the settings.
    pub(super) fn new(toggles: &PsqlToggles) -> Result<Self, SinkError> {
        let shown = toggles.address.to_string();
        let mut config: Config = toggles.address.secret().parse().map_err(|error: Error| {
            SinkError::Settings(format!(
                "psqlSink.PSQL_ADDRESS is no address of a PostgreSQL server: {}; it should look like postgres://user:password@host:5432/database",
                in_words(&error)
            ))
        })?;
        config.application_name("flowz").tcp_user_timeout(NETWORK).keepalives_idle(NETWORK);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        let tls = if config.get_ssl_mode() == SslMode::Disable {
            None
        } else {
            Some(MakeRustlsConnect::new(client(&toggles.ca)?))
        };
        Ok(Self { config, tls, shown })
    }

    /// A new connection.
    pub(super) fn connect(&self) -> Result<Client, Error> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
    }

    /// The same, tried for so long while the server is not there.
    pub(super) fn connect_within(&self, wait: Duration) -> Result<Client, SinkError> {
        let began = now();
        loop {
            let error = match self.connect() {
                Ok(client) => return Ok(client),
                Err(error) => error,
            };
            let is_there = !matches!(refusal(&error), Refusal::Later(_));
            if is_there || began.elapsed() + AGAIN > wait {
                return Err(SinkError::Other(self.refused(&error).into()));
            }
            thread::sleep(AGAIN);
        }
    }

    fn refused(&self, error: &Error) -> String {
        let what = if error.as_db_error().is_some() {
            "the PostgreSQL server refuses the connection"
        } else {
            "cannot connect to the PostgreSQL server"
        };
        format!("{what} ({}): {}; see psqlSink.PSQL_ADDRESS", self.shown, in_words(error))
    }
}

/// What TLS is done with.
fn client(ca: &str) -> Result<rustls::ClientConfig, SinkError> {
    let mut roots = rustls::RootCertStore::empty();
    // Systems have certificates that cannot be read; who needs one of them hears that its authority is not known.
    roots.add_parsable_certificates(tls::authorities(ca)?);
    let builder = rustls::ClientConfig::builder_with_provider(tls::provider());
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(|error| SinkError::Other(Box::new(error)))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// What is said, with its causes.
pub(super) fn in_words(error: &Error) -> String {
    if let Some(said) = error.as_db_error() {
        let mut out = said.message().to_owned();
        for more in [said.detail(), said.hint()].into_iter().flatten() {
            // Writing to a string cannot fail.
            let _ = write!(out, " ({more})");
        }
        return out;
    }
    let (mut out, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        let text = error.to_string();
        if !out.ends_with(&text) {
            let _ = write!(out, ": {text}");
        }
        cause = error.source();
    }
    out
}

/// Whether a connection was lost. What TLS finds wrong is called invalid data.
fn is_network(error: &Error) -> bool {
    let io = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() != io::ErrorKind::InvalidData)
}

/// What can be done about a refusal (PostgreSQL, appendix A).
pub(super) fn refusal(error: &Error) -> Refusal {
    let why = in_words(error);
    let Some(code) = error.code() else {
        // A certificate that is not trusted stays so, as does a password that is missing; all else is the network.
        let text = error.to_string();
        let said = ["TLS", "authenticat", "config"].iter().any(|word| text.contains(word));
        return if said && !is_network(error) { Refusal::Final(why) } else { Refusal::Later(why) };
    };
    let class = code.code().get(..2).unwrap_or_default();
    match class {
        // No connection, no resources (disk, memory, connections), files that cannot be written, a rollback for the sake of others.
        "08" | "53" | "58" | "40" => Refusal::Later(why),
        // The server shuts down or starts; an operator intervened; a lock was not to be had.
        "57" | "55" if *code != SqlState::DATABASE_DROPPED => Refusal::Later(why),
        // A row that has no place: wrong data, a constraint, a limit.
        "22" | "23" | "54" => Refusal::Batch(why),
        _ => Refusal::Final(why),
    }
}
