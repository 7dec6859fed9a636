//! DHCP for IPv6 (RFC 8415): messages of clients, servers and relays.

use super::message::{Reading, Summary};
use super::state::{Lease, add_name, stat};

/// Bytes in front of the options.
const FIXED: usize = 4;
/// The same in messages of relays.
const RELAYED: usize = 34;
const RELAY_FORWARD: u8 = 12;
const RELAY_REPLY: u8 = 13;
/// Most relays behind each other (RFC 8415, section 7.6).
const MOST_RELAYS: u8 = 8;

/// Options that are looked into.
const CLIENT_ID: u16 = 1;
const RELAY_MESSAGE: u16 = 9;
const CLIENT_FQDN: u16 = 39;

/// Reads a payload of so many bytes on the wire.
pub(crate) fn read(bytes: &[u8], length: usize, lease: &mut Lease, r: Reading<'_>) -> Summary {
    let mut summary = Summary::default();
    let Some(&kind) = bytes.first().filter(|_| bytes.len() >= FIXED) else {
        summary.stat = if length < FIXED { stat::LENGTH } else { 0 };
        return summary;
    };
    summary.is_message = true;
    summary.kind = Some(kind);
    summary.is_reply = matches!(kind, 2 | 7 | 10 | RELAY_REPLY | 15 | 17);
    summary.stat |= lease.add_type(kind, r.toggles);
    summary.stat |= if (1..=36).contains(&kind) { 0 } else { stat::UNKNOWN_TYPE };
    message(bytes, bytes.len() >= length, 0, lease, r, &mut summary);
    summary
}

/// The parts behind the message type. The reference reads no further in messages of relays.
fn message(
    bytes: &[u8],
    whole: bool,
    relays: u8,
    lease: &mut Lease,
    r: Reading<'_>,
    summary: &mut Summary,
) {
    let Some(&[kind, a, b, c]) = bytes.first_chunk::<FIXED>() else { return };
    let relayed = matches!(kind, RELAY_FORWARD | RELAY_REPLY);
    if r.compat || !relayed {
        summary.id = Some(u32::from_be_bytes([0, a, b, c]));
    }
    if relayed && r.compat {
        return;
    }
    if relayed {
        lease.add_hops(a, false);
        summary.hops = summary.hops.or(Some(a));
    }
    let options = bytes.get(if relayed { RELAYED } else { FIXED }..).unwrap_or_default();
    let mut rest = options;
    while let Some((head, behind)) = rest.split_first_chunk::<4>() {
        let [a, b, c, d] = *head;
        let length = usize::from(u16::from_be_bytes([c, d]));
        let Some((value, behind)) = behind.split_at_checked(length) else { break };
        rest = behind;
        match u16::from_be_bytes([a, b]) {
            CLIENT_ID => client(value, lease, r, summary),
            CLIENT_FQDN => domain(value, lease, r, summary),
            RELAY_MESSAGE if relays < MOST_RELAYS => {
                message(value, whole, relays + 1, lease, r, summary);
            }
            _ => {}
        }
    }
    if whole && !rest.is_empty() {
        summary.stat |= stat::OPTIONS;
    }
}

/// A client's identifier with a hardware address (RFC 8415, sections 11.2 and 11.4).
fn client(value: &[u8], lease: &mut Lease, r: Reading<'_>, summary: &mut Summary) {
    const WITH_TIME: u16 = 1;
    const WITHOUT: u16 = 3;
    const ETHERNET: u16 = 1;
    let Some((&[a, b, c, d], behind)) = value.split_first_chunk::<4>() else { return };
    let address = match u16::from_be_bytes([a, b]) {
        WITH_TIME => behind.get(4..).unwrap_or_default(),
        WITHOUT => behind,
        _ => return,
    };
    let hardware = u16::from_be_bytes([c, d]);
    summary.stat |= lease.add_hardware(hardware, r.compat);
    summary.mac = <[u8; 6]>::try_from(address).ok().filter(|_| hardware == ETHERNET);
    summary.stat |= summary.mac.map_or(0, |mac| lease.add_mac(mac, r.toggles));
}

/// A client's domain name, behind a byte of flags (RFC 4704, section 4), up to the longest that there is: 255
/// bytes with the lengths of its labels (RFC 1035, section 3.1).
fn domain(value: &[u8], lease: &mut Lease, r: Reading<'_>, summary: &mut Summary) {
    const LONGEST: usize = 254;
    let mut rest = value.get(1..).unwrap_or_default();
    let mut name = Vec::new();
    while let Some((length, behind)) = rest.split_first() {
        let Some((label, behind)) = behind.split_at_checked((*length).into()) else { break };
        if label.is_empty() || name.len() + 1 + label.len() > LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push(b'.');
        }
        name.extend_from_slice(label);
        rest = behind;
    }
    if !name.is_empty() {
        summary.stat |= add_name(&mut lease.domains, &name, r.toggles);
    }
}
