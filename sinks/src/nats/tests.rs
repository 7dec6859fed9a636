//! What can be said without a server.

use flowz_api::sink::{Destination, NamedSink, Sink, SinkSetup};
use flowz_api::table::TableKind;
use flowz_api::toggles::Toggles;

use super::Nats;
use super::toggles::NatsToggles;
use crate::test_support::table;

/// The sentence with which a run is refused.
fn refusal(settings: &[(&str, &str)]) -> String {
    let mut toggles = NatsToggles::default();
    for (name, value) in settings {
        let place = NatsToggles::TABLE.iter().position(|toggle| toggle.name == *name).unwrap();
        toggles.set(place, value).unwrap();
    }
    let tables = [table("flows", TableKind::Flows)];
    let destination = Destination::default();
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    Nats::new(&toggles).start(&setup).unwrap_err().to_string()
}

#[test]
fn nobody_there() {
    let servers = ("NATS_SERVERS", "nats://me:hush@127.0.0.1:1");
    let error = refusal(&[servers, ("NATS_CONNECT_WAIT", "1")]);
    assert!(error.starts_with("cannot reach NATS at 'nats://me:***@127.0.0.1:1': "), "{error}");
}

#[test]
fn no_addresses() {
    for servers in ["http://me:hush@x", "nats://me:hush@x:y"] {
        let error = refusal(&[("NATS_SERVERS", servers)]);
        assert!(error.contains("no address of a server") && !error.contains("hush"), "{error}");
    }
}

#[test]
fn files_that_are_not_there() {
    for name in ["NATS_CREDS", "NATS_CA"] {
        let error = refusal(&[
            ("NATS_SERVERS", "tls://127.0.0.1:1"),
            (name, "/nowhere"),
            ("NATS_CONNECT_WAIT", "1"),
        ]);
        assert!(error.contains("NATS_SERVERS"), "{error}");
    }
}
