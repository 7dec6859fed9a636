//! The server's HTTP interface, and what its refusals mean.

use std::thread;
use std::time::Duration;

use flowz_api::sink::SinkError;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::toggles::ClickhouseToggles;
use crate::common::database::refused as not_there;
use crate::common::delivery::{Refusal, now};
use crate::common::tls;

/// Time between two tries when the run starts.
const AGAIN: Duration = Duration::from_millis(250);

/// Bytes of a refusal that are told, at most.
const TOLD: usize = 500;

/// A server and a database.
#[derive(Clone, Debug)]
pub(super) struct Server {
    agent: Agent,
    /// Where it is: scheme, host and port.
    base: String,
    user: String,
    password: String,
    database: String,
    /// The address without its password.
    shown: String,
}

impl Server {
    /// From the settings.
    pub(super) fn new(toggles: &ClickhouseToggles) -> Result<Self, SinkError> {
        let shown = toggles.address.to_string();
        let Some(Parts { base, user, password, database }) = Parts::of(toggles.address.secret())
        else {
            return Err(SinkError::Settings(
                "clickhouseSink.CLICKHOUSE_ADDRESS is no address of a ClickHouse server's HTTP interface; it should look like https://user:password@host:8443/database"
                    .to_owned(),
            ));
        };
        let mut tls = TlsConfig::builder().unversioned_rustls_crypto_provider(tls::provider());
        if base.starts_with("https:") {
            let roots = tls::authorities(&toggles.ca)?;
            let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned());
            tls = tls.root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>()));
        }
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(toggles.timeout.into())))
            .build();
        Ok(Self { agent: config.into(), base, user, password, database, shown })
    }

    /// The database.
    pub(super) fn database(&self) -> &str {
        &self.database
    }

    /// Sends a statement, settings and what belongs behind it; yields the answer.
    pub(super) fn query(
        &self,
        statement: &str,
        settings: &[(&str, &str)],
        body: &[u8],
    ) -> Result<String, Refusal> {
        let request = self
            .agent
            .post(&format!("{}/", self.base))
            .query("database", &self.database)
            .query("query", statement)
            // The answer comes when all is done, and says whether it went well.
            .query("wait_end_of_query", "1")
            .query_pairs(settings.iter().copied())
            .header("X-ClickHouse-User", &self.user)
            .header("Content-Type", "application/octet-stream");
        let request = if self.password.is_empty() {
            request
        } else {
            request.header("X-ClickHouse-Key", &self.password)
        };
        let mut answer = request.send(body).map_err(|error| unreachable(&error))?;
        let status = answer.status().as_u16();
        let code = answer.headers().get("X-ClickHouse-Exception-Code");
        let code = code.and_then(|code| code.to_str().ok()).and_then(|code| code.parse().ok());
        let text = answer.body_mut().read_to_string();
        let text = text.map_err(|error| unreachable(&error))?;
        if status == 200 && code.is_none() { Ok(text) } else { Err(refused(status, code, &text)) }
    }

    /// Asks the server for its version, for so long while it is not there.
    pub(super) fn reach_within(&self, wait: Duration) -> Result<(), SinkError> {
        let began = now();
        loop {
            let Err(refusal) = self.query("SELECT version()", &[], b"") else { return Ok(()) };
            let is_there = !matches!(refusal, Refusal::Later(_));
            if is_there || began.elapsed() + AGAIN > wait {
                let what = if is_there { "refuses the connection" } else { "cannot be reached" };
                return Err(not_there(format!(
                    "the ClickHouse server {what} ({}): {}; see clickhouseSink.CLICKHOUSE_ADDRESS",
                    self.shown,
                    refusal.why()
                )));
            }
            thread::sleep(AGAIN);
        }
    }
}

/// What an address consists of.
#[derive(PartialEq, Eq, Debug)]
struct Parts {
    base: String,
    user: String,
    password: String,
    database: String,
}

impl Parts {
    /// Of `http://USER:PASSWORD@HOST:PORT/DATABASE`; user, password, port and database may be left out (RFC 3986, section 3).
    fn of(address: &str) -> Option<Self> {
        let (scheme, rest) = address.trim().split_once("://")?;
        let port = match scheme {
            "http" => ":8123",
            "https" => ":8443",
            _ => return None,
        };
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        if host.is_empty() || host.contains(char::is_whitespace) || database.contains(['?', '#']) {
            return None;
        }
        // The colons of an IPv6 address stand in brackets.
        let has_port = host.rsplit_once(']').map_or(host, |(_, behind)| behind).contains(':');
        let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
        Some(Self {
            base: format!("{scheme}://{host}{}", if has_port { "" } else { port }),
            user: or(decoded(user)?, "default"),
            password: decoded(password)?,
            database: or(decoded(database.trim_end_matches('/'))?, "default"),
        })
    }
}

/// A text with `%NN` in it (RFC 3986, section 2.1).
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        out.push(u8::from_str_radix(digits, 16).ok()?);
        out.extend(rest.as_bytes());
    }
    String::from_utf8(out).ok()
}

/// The server did not answer.
fn unreachable(error: &ureq::Error) -> Refusal {
    let why = error.to_string();
    match error {
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::BadUri(_) => {
            Refusal::Final(why)
        }
        // How TLS tells of a certificate that it does not trust.
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Refusal::Final(why)
        }
        _ => Refusal::Later(why),
    }
}

/// The server has said no (ClickHouse, `ErrorCodes.cpp`).
fn refused(status: u16, code: Option<u32>, text: &str) -> Refusal {
    let said = text.trim().lines().next().unwrap_or_default();
    let why = match said.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{} …", &said[..end]),
        None if said.is_empty() => format!("HTTP status {status}"),
        None => said.to_owned(),
    };
    // The body says it where a proxy has taken the header away.
    let written = || said.strip_prefix("Code: ")?.split('.').next()?.parse().ok();
    match code.or_else(written) {
        // Files that cannot be written, timeouts, too many queries, network, memory, no room, read-only, too many parts, the keeper.
        Some(
            74 | 75 | 76 | 159 | 164 | 201 | 202 | 203 | 209 | 210 | 236 | 241 | 242 | 243 | 252
            | 319 | 394 | 999,
        ) => Refusal::Later(why),
        // Values that cannot be read or have no place.
        Some(6 | 26 | 27 | 32 | 33 | 38 | 41 | 53 | 69 | 70 | 72 | 117 | 321 | 349 | 469) => {
            Refusal::Batch(why)
        }
        None if matches!(status, 408 | 429 | 500..=599) => Refusal::Later(why),
        _ => Refusal::Final(why),
    }
}

#[cfg(test)]
mod tests {
    use super::{Parts, Refusal, refused};

    fn parts(address: &str) -> Option<[String; 4]> {
        let parts = Parts::of(address)?;
        Some([parts.base, parts.user, parts.password, parts.database])
    }

    #[test]
    fn addresses() {
        for (address, expected) in [
            ("http://h", ["http://h:8123", "default", "", "default"]),
            ("https://me:a%40:b@h:1/d/", ["https://h:1", "me", "a@:b", "d"]),
            ("http://me@[::1]/x", ["http://[::1]:8123", "me", "", "x"]),
        ] {
            assert_eq!(parts(address), Some(expected.map(str::to_owned)));
        }
        for bad in ["", "h:8123", "tcp://h", "http://", "http://a%zz@h", "http://h/d?x=y"] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    #[test]
    fn refusals() {
        let wrong = "Code: 516. DB::Exception: default: Authentication failed";
        assert_eq!(refused(403, Some(516), wrong), Refusal::Final(wrong.to_owned()));
        assert!(matches!(refused(500, Some(241), "x"), Refusal::Later(_)));
        assert!(matches!(refused(500, None, "Code: 252. DB::Exception"), Refusal::Later(_)));
        assert!(matches!(refused(400, Some(33), "x"), Refusal::Batch(_)));
        assert!(matches!(refused(502, None, ""), Refusal::Later(why) if why == "HTTP status 502"));
        assert!(refused(500, None, &"é".repeat(600)).why().ends_with("é …"));
    }
}
