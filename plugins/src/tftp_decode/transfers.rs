//! Which flow the transfer of a request is: the server answers from a new port to that of the client (RFC 1350, section 4).

use flowz_api::expect::Expectation;
use flowz_api::key::FlowKey;
use flowz_api::packet::{NANOS, Timestamp};

/// So many seconds, in which a transfer may begin, in nanoseconds.
pub(crate) fn patience(seconds: f32) -> i64 {
    (f64::from(seconds) * NANOS as f64) as i64
}

/// The transfer for a request with this key. The server begins; the client is the first one to be seen where that packet
/// is missing.
pub(crate) fn of_request(key: &FlowKey, until: Timestamp) -> Expectation {
    Expectation {
        proto: key.proto,
        src: Some(key.dst),
        src_port: None,
        dst: Some(key.src),
        dst_port: Some(key.src_port),
        both_ways: true,
        until,
        tag: 0,
    }
}
