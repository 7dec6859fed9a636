//! Hardware addresses and VLAN tags in a packet's frame.

use flowz_api::cell::Mac;
use flowz_api::plugin::PacketContext;
use flowz_api::status::FlowStat;

/// VLAN tags that a flow keeps.
pub(crate) const MAX_VLANS: usize = 3;

/// Source and destination address of the frame; none without an Ethernet header.
pub(crate) fn macs(cx: &PacketContext<'_>) -> Option<(Mac, Mac)> {
    hardware(cx).map(|(src, dst)| (Mac(*src), Mac(*dst)))
}

/// The same where they are in the frame.
#[inline]
pub(crate) fn hardware<'a>(cx: &PacketContext<'a>) -> Option<(&'a [u8; 6], &'a [u8; 6])> {
    if cx.layers.status.contains(FlowStat::NO_ETHERNET) {
        return None;
    }
    let header = cx.packet.data.get(cx.layers.l2 as usize..)?.first_chunk::<12>()?;
    let (dst, src) = header.split_first_chunk::<6>()?;
    Some((src.first_chunk()?, dst))
}

/// Reads the identifiers of the first tags; yields how many there are.
#[inline]
pub(crate) fn vlans(cx: &PacketContext<'_>, out: &mut [u16; MAX_VLANS]) -> u8 {
    let count = cx.layers.vlan_tags.min(MAX_VLANS as u8);
    let tags = cx.packet.data.get(cx.layers.vlan as usize..).unwrap_or(&[]).chunks(4);
    for (tag, place) in tags.zip(out.iter_mut().take(usize::from(count))) {
        let control = tag.first_chunk().map_or(0, |b| u16::from_be_bytes(*b));
        *place = vlan_id(control, cx.run.compat);
    }
    count
}

/// The identifier in a tag's control word. The reference shows the whole word, priority bits included.
#[inline]
pub(crate) fn vlan_id(control: u16, compat: bool) -> u16 {
    const IDENTIFIER: u16 = 0x0fff;
    if compat { control } else { control & IDENTIFIER }
}
