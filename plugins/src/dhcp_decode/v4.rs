//! DHCP for IPv4: the fixed part (RFC 2131, section 2) and options (RFC 2132).

use std::net::Ipv4Addr;

use super::message::{Reading, Summary};
use super::state::{Lease, add_name, stat};

/// Bytes in front of the options, with the magic cookie.
const FIXED: usize = 240;
const MAGIC: [u8; 4] = [99, 130, 83, 99];
const REQUEST: u8 = 1;
const REPLY: u8 = 2;
/// Types of hardware and length of their addresses.
const ETHERNET: u8 = 1;
const MAC_LENGTH: u8 = 6;
const PAD: u8 = 0;
const END: u8 = 255;

/// Offsets of fixed fields.
mod at {
    pub(super) const SECONDS: usize = 8;
    pub(super) const FLAGS: usize = 10;
    /// Four addresses.
    pub(super) const ADDRESSES: [usize; 4] = [12, 16, 20, 24];
    pub(super) const HARDWARE: usize = 28;
    pub(super) const NAME: usize = 44;
    pub(super) const FILE: usize = 108;
    pub(super) const COOKIE: usize = 236;
}

/// Reads a payload of so many bytes on the wire; nothing if its fixed part is not there.
pub(crate) fn read(bytes: &[u8], length: usize, lease: &mut Lease, r: Reading<'_>) -> Summary {
    let mut summary = Summary::default();
    let Some(fixed) = bytes.first_chunk::<FIXED>() else {
        summary.stat = if length < FIXED { stat::LENGTH } else { 0 };
        return summary;
    };
    summary.stat = match fixed[0] {
        REQUEST => stat::REQUEST,
        REPLY => stat::REPLY,
        _ => {
            summary.stat = stat::MALFORMED;
            return summary;
        }
    };
    summary.is_message = true;
    summary.is_reply = fixed[0] == REPLY;
    fields(fixed, lease, r, &mut summary);
    if fixed[at::COOKIE..] != MAGIC {
        summary.stat |= stat::MAGIC;
        names(fixed, 0, lease);
        return summary;
    }
    let whole = bytes.len() >= length;
    let mut overload = 0;
    options(&bytes[FIXED..], whole, &mut overload, lease, r, &mut summary);
    if overload != 0 {
        summary.stat |= stat::OVERLOAD;
    }
    // The reference shows the fields as they are.
    let overload = if r.compat { 0 } else { overload };
    names(fixed, overload, lease);
    for (bit, range) in [(1, at::FILE..at::COOKIE), (2, at::NAME..at::FILE)] {
        if overload & bit != 0 {
            options(&fixed[range], true, &mut 0, lease, r, &mut summary);
        }
    }
    summary
}

/// The fixed part in front of the names.
fn fields(fixed: &[u8; FIXED], lease: &mut Lease, r: Reading<'_>, summary: &mut Summary) {
    const BROADCAST: u8 = 0x80;
    let [_, hardware, length, hops, ..] = *fixed;
    summary.hops = Some(hops);
    summary.hardware = Some(hardware);
    summary.id = part(fixed, 4).map(u32::from_be_bytes);
    summary.stat |= lease.add_hardware(hardware.into(), r.compat);
    lease.add_hops(hops, r.compat);
    let (seconds, swapped) = seconds([fixed[at::SECONDS], fixed[at::SECONDS + 1]]);
    lease.elapsed = lease.elapsed.max(seconds);
    summary.stat |= if swapped { stat::LITTLE_ENDIAN } else { 0 };
    summary.stat |= if fixed[at::FLAGS] & BROADCAST != 0 { stat::BROADCAST } else { 0 };
    for (place, offset) in lease.fixed.iter_mut().zip(at::ADDRESSES) {
        if r.compat {
            // The reference forgets what earlier messages told.
            *place = Ipv4Addr::UNSPECIFIED;
        }
        address(place, &fixed[offset..]);
    }
    summary.yours = subject(fixed);
    if hardware == ETHERNET && length == MAC_LENGTH {
        summary.mac = part(fixed, at::HARDWARE);
        summary.stat |= summary.mac.map_or(0, |mac| lease.add_mac(mac, r.toggles));
    }
}

/// The address that a message is about: the client's new one, or the one that it has.
fn subject(fixed: &[u8; FIXED]) -> Option<Ipv4Addr> {
    let places = [at::ADDRESSES[1], at::ADDRESSES[0]];
    let mut addresses =
        places.iter().filter_map(|place| part::<4>(fixed, *place).map(Ipv4Addr::from));
    addresses.find(|address| !address.is_unspecified())
}

/// Seconds since the client began, and whether they are in the wrong byte order: some clients write small numbers so that
/// they look like multiples of 256.
pub(crate) fn seconds(field: [u8; 2]) -> (u16, bool) {
    let swapped = field[0] != 0 && field[1] == 0;
    (if swapped { u16::from_le_bytes(field) } else { u16::from_be_bytes(field) }, swapped)
}

/// Server name and boot file, where there are no options in their place.
fn names(fixed: &[u8; FIXED], overload: u8, lease: &mut Lease) {
    let places = [
        (2, at::NAME..at::FILE, &mut lease.server_name),
        (1, at::FILE..at::COOKIE, &mut lease.boot_file),
    ];
    for (bit, range, place) in places {
        let text = fixed[range].split(|b| *b == 0).next().unwrap_or_default();
        if overload & bit == 0 && !text.is_empty() {
            text.clone_into(place);
        }
    }
}

/// Options up to the end (RFC 2132, section 2). The reference takes a pad for an option that does not fit.
fn options(
    mut rest: &[u8],
    whole: bool,
    overload: &mut u8,
    lease: &mut Lease,
    r: Reading<'_>,
    summary: &mut Summary,
) {
    let cut = if whole || r.compat { stat::OPTIONS } else { 0 };
    while let Some((&code, behind)) = rest.split_first() {
        match code {
            END => return,
            PAD if r.compat => break,
            PAD => {
                rest = behind;
                continue;
            }
            _ => {}
        }
        let Some((length, behind)) = behind.split_first() else { break };
        let Some((value, behind)) = behind.split_at_checked((*length).into()) else { break };
        rest = behind;
        summary.stat |= lease.add_option(code, r.toggles);
        summary.options.push(code);
        option(code, value, overload, lease, r, summary);
        if rest.is_empty() {
            return;
        }
    }
    summary.stat |= cut;
}

/// Takes in an option.
fn option(
    code: u8,
    value: &[u8],
    overload: &mut u8,
    lease: &mut Lease,
    r: Reading<'_>,
    summary: &mut Summary,
) {
    match code {
        1 => address(&mut lease.mask, value),
        3 => address(&mut lease.gateway, value),
        6 => address(&mut lease.dns, value),
        12 => summary.stat |= add_name(&mut lease.hosts, text(value), r.toggles),
        15 => summary.stat |= add_name(&mut lease.domains, text(value), r.toggles),
        50 => address(&mut lease.requested, value),
        51 => time(&mut lease.times[0], value),
        52 => *overload |= value.first().map_or(0, |bits| bits & 3),
        53 => {
            let Some(kind) = value.first() else { return };
            summary.kind = Some(*kind);
            summary.stat |= lease.add_type(*kind, r.toggles);
            summary.stat |= if (1..=18).contains(kind) { 0 } else { stat::UNKNOWN_TYPE };
        }
        54 => address(&mut lease.server, value),
        56 => text(value).clone_into(&mut lease.message),
        58 => time(&mut lease.times[1], value),
        59 => time(&mut lease.times[2], value),
        61 => summary.stat |= other_client(value, summary.mac),
        _ => {}
    }
}

/// The bit for a client identifier that is the hardware address of another one.
fn other_client(value: &[u8], mac: Option<[u8; 6]>) -> u16 {
    let named = value.split_first().filter(|(kind, _)| **kind == ETHERNET).map(|(_, mac)| mac);
    match (named, mac) {
        (Some(named), Some(mac)) if named != mac => stat::OTHER_CLIENT,
        _ => 0,
    }
}

/// The first address of a field or option that has one.
fn address(place: &mut Ipv4Addr, value: &[u8]) {
    let address = value.first_chunk::<4>().map(|octets| Ipv4Addr::from(*octets));
    if let Some(address) = address.filter(|a| !a.is_unspecified()) {
        *place = address;
    }
}

fn time(place: &mut u32, value: &[u8]) {
    if let Some(seconds) = value.first_chunk() {
        *place = u32::from_be_bytes(*seconds);
    }
}

/// A text without zeros at its end (RFC 2132, section 2).
fn text(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
    &value[..end]
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
