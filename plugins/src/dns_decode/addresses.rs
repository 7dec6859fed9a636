//! The addresses in the records of a packet, as text.

use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::message::Record;

/// Appends a record's address and a semicolon, if it has one.
pub(crate) fn add(out: &mut Vec<u8>, record: Record, message: &[u8]) {
    let data = message.get(record.data.0..record.data.1).unwrap_or_default();
    let address = match record.kind {
        1 => data.first_chunk().map(|octets| Ipv4Addr::from(*octets).into()),
        28 => data.first_chunk::<16>().map(|octets| Ipv6Addr::from(*octets).into()),
        _ => None,
    };
    if let Some(address) = address {
        let address: std::net::IpAddr = address;
        // Writing to memory does not fail.
        let _ = write!(out, "{address};");
    }
}
