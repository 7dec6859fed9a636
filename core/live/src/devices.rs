//! Which interfaces there are.

use std::net::IpAddr;

use flowz_api::packet::LinkType;
use flowz_capture::link_of_dlt;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;
use pcap::Capture;

use crate::error::{LiveError, said};

/// An interface, or something else that libpcap captures from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// What it is opened with.
    pub name: String,
    /// A few words, where libpcap has some.
    pub description: Option<String>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it is switched on.
    pub is_up: bool,
    /// Whether it can send and receive: a cable is plugged in.
    pub is_running: bool,
    /// Whether it leads back to this machine.
    pub is_loopback: bool,
    /// Whether it needs no cable.
    pub is_wireless: bool,
    /// What its frames may begin with, the usual one first; empty if it cannot be opened.
    pub links: Vec<LinkType>,
}

/// All interfaces, in libpcap's order.
///
/// # Errors
///
/// [`LiveError::Devices`].
pub fn devices() -> Result<Vec<Device>, LiveError> {
    let found = pcap::Device::list().map_err(|error| LiveError::Devices(said(error)))?;
    Ok(found.into_iter().map(device).collect())
}

fn device(found: pcap::Device) -> Device {
    Device {
        links: links(&found.name).unwrap_or_default(),
        addresses: found.addresses.iter().map(|address| address.addr).collect(),
        is_up: found.flags.is_up(),
        is_running: found.flags.is_running(),
        is_loopback: found.flags.is_loopback(),
        is_wireless: found.flags.is_wireless(),
        name: found.name,
        description: found.desc,
    }
}

/// What its frames may begin with, if it can be opened.
fn links(name: &str) -> Option<Vec<LinkType>> {
    const SMALL: i32 = 65_536;
    let capture = Capture::from_device(name).ok()?.snaplen(128).buffer_size(SMALL).timeout(100);
    let capture = capture.open().ok()?;
    let mut links = vec![capture.get_datalink().0];
    for other in capture.list_datalinks().unwrap_or_default() {
        if !links.contains(&other.0) {
            links.push(other.0);
        }
    }
    Some(links.into_iter().filter_map(link_of_dlt).collect())
}

/// The names of all interfaces.
pub(crate) fn names() -> Vec<String> {
    let found = pcap::Device::list().unwrap_or_default();
    found.into_iter().map(|device| device.name).collect()
}

/// Whether an interface of the system's own is switched on; nothing if there is none of that name, or if it is something
/// else that libpcap captures from (`any`, `nflog`).
pub(crate) fn is_up(name: &str) -> Option<bool> {
    let all: Vec<_> = getifaddrs().ok()?.filter(|entry| entry.interface_name == name).collect();
    let is_up = all.iter().any(|entry| entry.flags.contains(InterfaceFlags::IFF_UP));
    (!all.is_empty()).then_some(is_up)
}
